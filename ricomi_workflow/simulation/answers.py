"""Plausible answers to every form, drawn from a seeded source: for simulation and tests.

The texts are plainly invented; each case that carries them is marked illustrative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from ricomi_workflow.cases.act import Services
from ricomi_workflow.definitions.computed_fields import PER_DIEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.simulation import work_answers
from ricomi_workflow.simulation.work_answers import AnswerContext, NothingLeft

_THEMES = {
    "labour": {
        "es": "Contratación pública de trabajadores de temporada",
        "en": "Public recruitment of seasonal workers",
    },
    "return": {
        "es": "Registro de personas retornadas y su reinserción laboral",
        "en": "Register of returnees and their return to work",
    },
    "consular": {
        "es": "Protección consular de niñas y niños migrantes",
        "en": "Consular protection of migrant children",
    },
    "statistics": {
        "es": "Estadísticas de migración a partir de registros de frontera",
        "en": "Migration statistics from border records",
    },
}
_CHECKLIST = (
    "form_complete",
    "within_mandate",
    "no_duplicate",
    "institution_capacity",
    "participants_named",
    "declaration_signed",
    "budget_adds_up",
    "financing_sources",
    "dates_feasible",
)
_SUMMARY = {
    "es": "Ejemplo: dos instituciones comparten cómo organizan este servicio.",
    "en": "Example: two institutions share how they organise this service.",
}
_SOUGHT: Mapping[str, Json] = {
    "seeks_partner": True,
    "wanted": "Ejemplo: una institución que ya lleve este servicio.",
}
_ALONE: Mapping[str, Json] = {
    "network_wide": True,
    "network_reason": "Ejemplo: lo que se aprende queda a disposición de todos los Estados.",
}
_INSTITUTION = "Dirección General de Migraciones"
__all__ = ["ANSWERS", "AnswerContext", "NothingLeft", "request", "shared"]
Rows = list[Mapping[str, Json]]


Answer = Callable[[Random, AnswerContext], dict[str, Json]]


def request(
    rng: Random,
    services: Services,
    country: str,
    today: date,
    *,
    partners: int = 1,
    seeks: bool = False,
    by_table: bool = False,
) -> dict[str, Json]:
    """A whole request of `country` whose cost and financing agree; `seeks`: a partner.

    With no partner and none sought it is one of the whole network, and says why. `by_table`: days
    away cost what the table of per diem rates has, where the newest form asks for the place.
    """
    theme = rng.choice(sorted(_THEMES))
    voters = electorate(services.reference.body("ceam"), services.reference, today).counted
    others = [code for code in voters if code != country]
    lines, shares = _budget(rng), [1, rng.choice([0, 1])]
    made: dict[str, Json] = {
        "title": _THEMES[theme],
        "summary": _SUMMARY,
        "modality": _some(rng, services, "modalities"),
        "topics": _some(rng, services, "topics"),
        "populations": _some(rng, services, "populations"),
        "requesting_institution": _INSTITUTION,
        "contact": "Oficina de cooperación",
        "participants": (partner := rng.sample(others, partners)),
        "problem": "Ejemplo: el servicio existe en un país y falta en el otro.",
        "objectives": {"es": "Conocer el servicio y adaptarlo.", "en": "Learn and adapt it."},
        "expected_result": "Un procedimiento escrito y personal capacitado.",
        "activities": [{"activity": "Visita de estudio", "phase": "phase_1"}],
        "start_date": (starts := today + timedelta(days=rng.randint(90, 200))).isoformat(),
        "months": rng.randint(3, 18),
        "declaration": True,
        **(_SOUGHT if seeks else {} if partners else _ALONE),
    }
    asked = {c.name for c in services.library.latest_form("request").field("budget").columns}
    if by_table and "place" in asked:
        lines = _away(lines, (partner or [country])[0], starts)
    return made | {"budget": lines, "financing": _financing(services, lines, shares)}


def shared(asked: dict[str, Json]) -> dict[str, Json]:
    """The same request, in which the first of the other states shares its experience."""
    others = asked["participants"]
    return asked | {"providers": others[:1] if isinstance(others, list) else []}


def admissibility(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A checklist: nearly always every line passes."""
    del context
    answers: dict[str, Json] = dict.fromkeys(_CHECKLIST, True)
    if rng.random() < 0.05:
        answers["within_mandate"] = False
        answers["within_mandate_reason"] = "Ejemplo: el tema no es migración."
    return answers


def technical_opinion(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """Five scores and an opinion."""
    del context
    scores: dict[str, Json] = {
        name: rng.randint(8, 20)
        for name in ("relevance", "opportunity", "clarity", "commitment", "capacity")
    }
    return scores | {
        "recommendation": "recommended",
        "opinion": "Ejemplo: pertinente y bien preparado.",
        "conflict_declared": False,
    }


def tranche_request(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """Half of what is committed, or all of it."""
    if not context.committed:
        raise NothingLeft
    shares = context.committed.allocate(rng.choice([[1, 1], [1, 0]]))
    return {"amount": str(shares[0]), "purpose": "Viajes y viáticos"}


def payment(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A transfer made today."""
    return {
        "bank_reference": f"TRF-{rng.randint(10**6, 10**7)}",
        "paid_on": context.today.isoformat(),
    }


def refund(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """All that was advanced and not accounted for, sent back as far as one tranche reaches."""
    number = max(context.refundable, key=context.refundable.__getitem__, default=0)
    amount = min(context.advanced, context.refundable.get(number, context.advanced))
    if not amount or not number:
        raise NothingLeft
    return {
        "tranche": number,
        "amount": str(amount),
        "bank_reference": f"DEV-{rng.randint(10**6, 10**7)}",
        "received_on": context.today.isoformat(),
    }


def exception(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A condition that could not be met for once."""
    del context
    gates = ("reports_in_order", "accounts_not_overdue", "officials_designated")
    return {"gate": rng.choice(gates), "justification": "Ejemplo: la oficina estuvo cerrada."}


def ballot_opening(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """The usual ballot: electronic, open, in the term of the state."""
    del rng, context
    return {}


def ballot_deferral(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """To the next meeting, whichever it is."""
    del rng, context
    return {}


ANSWERS: dict[str, Answer] = {
    answer.__name__: answer
    for answer in (
        admissibility,
        technical_opinion,
        ballot_opening,
        ballot_deferral,
        tranche_request,
        payment,
        refund,
        exception,
        work_answers.provider,
        work_answers.partner_choice,
        work_answers.endorsement,
        work_answers.agreement,
        work_answers.execution_plan,
        work_answers.designated_official,
        work_answers.progress_report,
        work_answers.reallocation,
        work_answers.extension,
        work_answers.final_report,
        work_answers.satisfaction,
        work_answers.follow_up,
        work_answers.facts_correction,
    )
}


def _budget(rng: Random) -> Rows:
    people, days = rng.randint(2, 6), rng.randint(3, 10)
    return [
        _line("1.1 Pasajes", "airfare", people, rng.randint(600, 1400), 1),
        _line("1.2 Viáticos", "per_diem", people, rng.randint(150, 350), days),
        _line("2.1 Materiales", "other", 1, rng.randint(500, 4000), 1),
    ]


def _away(lines: Rows, place: str, starts: date) -> Rows:
    """The same lines; those of days away have a place and a day in place of a cost."""
    there: dict[str, Json] = {"place": place, "starts": starts.isoformat()}
    return [
        {name: cell for name, cell in line.items() if name != "unit_cost"} | there
        if line["category"] == PER_DIEM
        else line
        for line in lines
    ]


def _financing(services: Services, lines: Rows, shares: Sequence[int]) -> Rows:
    """Who pays for the lines, in these shares."""
    cost = total(_price(services, line) * _times(line) for line in lines)
    members, observers = cost.allocate(shares)
    financing: Rows = [{"source": "member_states", "amount": str(members)}]
    if observers:
        financing.append({"source": "permanent_observers", "amount": str(observers)})
    return financing


def _price(services: Services, line: Mapping[str, Json]) -> Money:
    """What one of a line costs: as written, or as the table has it; nothing where it has none."""
    if "unit_cost" in line:
        return Money.parse(str(line["unit_cost"]))
    day = date.fromisoformat(str(line["starts"]))
    return services.lookups.rates[PER_DIEM].on(str(line["place"]), day) or Money(0)


def _line(name: str, category: str, quantity: int, cost: int, periods: int) -> dict[str, Json]:
    return {
        "component": "other",
        "line": name,
        "category": category,
        "quantity": quantity,
        "unit_cost": f"{cost}.00",
        "periods": periods,
        "unit": "days" if category == "per_diem" else "none",
    }


def _times(line: Mapping[str, Json]) -> int:
    return int(str(line["quantity"])) * int(str(line["periods"]))


def _some(rng: Random, services: Services, name: str) -> Sequence[Json]:
    values = [option.value for option in services.reference.options(name)]
    return sorted(rng.sample(values, rng.randint(1, 3)))
