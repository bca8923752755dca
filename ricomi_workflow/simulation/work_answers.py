"""Plausible answers to the forms of finding a partner and of the work, plainly invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.execution.plans import activities, end_in_force, plan_in_force
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.partners.queries import list_search_answers

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case

_INSTITUTION = "Dirección General de Migraciones"
VISIT, WORKSHOP = "Visita de estudio", "Taller de cierre"
_NOTHING = Money(0)


class NothingLeft(Exception):
    """There is nothing to ask for, to confirm, or to give back."""


def provider(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """What another state would share."""
    return {
        "institution": "Servicio de Migraciones",
        "contact": "Oficina de cooperación",
        "modality": [str(rng.choice(_list(context.request, "modality")))],
        "gives": "Ejemplo: dos personas durante una semana, y sus manuales.",
        "available_from": (context.today + timedelta(days=rng.randint(10, 60))).isoformat(),
    }


def partner_choice(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """One of the states that answered."""
    if not context.offered:
        raise NothingLeft
    return {"partner": rng.choice(context.offered), "reason": "Ejemplo: ofrece lo que falta."}


def endorsement(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """An official note of a state that is awaited."""
    if not context.awaited:
        raise NothingLeft
    return {
        "country": rng.choice(context.awaited),
        "reference": f"NV-{rng.randint(10, 99)}",
        "dated": context.today.isoformat(),
        "signatory": "Misión Permanente, Embajada",
    }


def agreement(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A signed agreement with two tranches that add up to what is committed."""
    first, second = context.committed.allocate([1, 1])
    return {
        "reference": f"CONV-{rng.randint(1000, 9999)}",
        "signed_on": context.today.isoformat(),
        "receiving": [context.country],
        "tranches": [
            {
                "number": number,
                "amount": str(amount),
                "purpose": purpose,
                "planned_on": (context.today + timedelta(days=days)).isoformat(),
            }
            for number, (amount, purpose, days) in enumerate(
                [(first, "Primera fase", 30), (second, "Segunda fase", 150)], 1
            )
            if amount
        ],
    }


def execution_plan(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A visit, and a workshop that closes the work."""
    start = context.today + timedelta(days=rng.randint(20, 40))
    return {
        "plan": [
            _activity(VISIT, context, start, start + timedelta(days=20)),
            _activity(WORKSHOP, context, start + timedelta(days=100), start + timedelta(days=250)),
        ]
    }


def designated_official(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """Who answers for the money."""
    number = rng.randint(1, 99)
    return {
        "name": f"Funcionario designado {context.country}-{number}",
        "post": "Dirección de proyectos",
        "institution": _INSTITUTION,
        "contact": "proyectos@ricomi.example",
        "document": f"Resolución {number}",
        "accepts": True,
    }


def progress_report(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """What was done of the plan, with part of the advance accounted for."""
    shares = context.advanced.allocate([rng.randint(1, 3), 1])
    return {
        "period_from": (context.today - timedelta(days=60)).isoformat(),
        "period_to": context.today.isoformat(),
        "work": [_done(rng, context, name) for name in context.planned[:1]],
        "spending": spending(context, shares[0]),
        "next_steps": "Ejemplo: redactar el procedimiento.",
    }


def reallocation(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A little, or much, of what is left in one line goes to another."""
    rich = [line for line, left in context.left.items() if left.minor > 1]
    others = [line for line in context.left if rich and line != rich[0]]
    if not others:
        raise NothingLeft
    amount = context.left[rich[0]].allocate(rng.choice([[1, 9], [1, 1]]))[0]
    return {
        "moves": [{"source": rich[0], "target": rng.choice(others), "amount": str(amount)}],
        "justification": "Ejemplo: los pasajes costaron menos.",
    }


def extension(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """A month or so more."""
    if context.ends is None:
        raise NothingLeft
    new_end = max(context.ends, context.today) + timedelta(days=rng.randint(20, 60))
    return {"new_end": new_end.isoformat(), "justification": "Ejemplo: el taller se aplazó."}


def final_report(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """Results, with the rest of the advance accounted for, or all but a little to give back."""
    spent = context.advanced.allocate(rng.choice([[1, 0], [19, 1]]))[0]
    return {
        "result_types": ["internal_process", "training"],
        "what_changed": {"es": "El procedimiento está en uso.", "en": "The procedure is in use."},
        "lessons": {"es": "Acordar las fechas antes.", "en": "Agree on the dates first."},
        "officials_trained_women": rng.randint(2, 20),
        "officials_trained_men": rng.randint(2, 20),
        "spending": spending(context, spent),
        "satisfaction_applicant": rng.randint(3, 5),
    }


def satisfaction(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """How the other side found it."""
    del context
    return {"satisfaction_partner": rng.randint(3, 5), "learned": "Ejemplo: otra manera de formar."}


def follow_up(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """What has lasted."""
    del context
    return {
        "in_use": "in_use",
        "what_lasted": {
            "es": "El procedimiento sigue en uso.",
            "en": "The procedure is still in use.",
        },
        "trained_still_there": rng.randint(2, 20),
    }


def facts_correction(rng: Random, context: AnswerContext) -> dict[str, Json]:
    """More persons were trained than the final report told."""
    del context
    return {
        "corrected": ["officials_trained"],
        "officials_trained_women": rng.randint(21, 40),
        "officials_trained_men": rng.randint(21, 40),
    }


def spending(context: AnswerContext, amount: Money) -> list[Json]:
    """`amount` spread over the lines by what is left in each, never beyond it."""
    lines = [(line, left) for line, left in context.left.items() if left.minor > 0]
    if not amount or not lines:
        return []
    shares = amount.allocate([left.minor for _, left in lines])
    kept = [(line, min(share, left)) for (line, left), share in zip(lines, shares, strict=True)]
    return [
        {"line": line, "amount": str(share), "evidence": "Factura de ejemplo"}
        for line, share in kept
        if share
    ]


def _activity(name: str, context: AnswerContext, starts: object, ends: object) -> dict[str, Json]:
    return {
        "activity": name,
        "starts": str(starts),
        "ends": str(ends),
        "place": context.country or "Capital",
        "responsible": _INSTITUTION,
        "indicator": "Ejemplo: procedimiento escrito.",
    }


def _done(rng: Random, context: AnswerContext, name: str) -> dict[str, Json]:
    return {
        "activity": name,
        "status": "done",
        "held_from": (context.today - timedelta(days=20)).isoformat(),
        "women": rng.randint(2, 20),
        "men": rng.randint(2, 20),
    }


def _list(values: Mapping[str, Json], name: str) -> list[Json]:
    found = values.get(name)
    return list(found) if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What an answer may depend on: the day, the request, the money, who is awaited, the plan."""

    today: date
    request: Mapping[str, Json]
    committed: Money = _NOTHING
    advanced: Money = _NOTHING
    granted: Money = _NOTHING  # what was committed when it was funded
    refundable: Mapping[int, Money] = field(default_factory=dict)  # by paid tranche, yet to return
    country: str = ""
    awaited: tuple[str, ...] = ()  # states that have not confirmed
    offered: tuple[str, ...] = ()  # states that answered the search for a partner
    planned: tuple[str, ...] = ()  # activities of the plan in force
    ends: date | None = None  # the end of the work in force
    left: Mapping[str, Money] = field(default_factory=dict)  # by line, budgeted and not yet spent


def answer_context(services: Services, case: Case) -> AnswerContext:
    """The situation of `case` now."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        given = find_latest_submission(connection, case.id, "request")
        money = get_case_finances(connection, case)
        plan = plan_in_force(connection, case.id)
        return AnswerContext(
            today,
            given.values if given else {},
            committed=money.committed,
            advanced=money.advances,
            granted=money.granted,
            refundable={x.number: x.amount - x.refunded for x in money.tranches if x.paid_on},
            country=case.country,
            awaited=tuple(p.country for p in case.participants if p.confirmed_seq is None),
            offered=tuple(list_search_answers(connection, case.id, case.entered)),
            planned=activities(plan) if plan else (),
            ends=end_in_force(connection, case.id),
            left={line.line: line.budgeted - line.spent for line in money.lines},
        )
