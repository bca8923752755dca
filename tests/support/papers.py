"""What people write into the forms of one plain request: the same figures in every story.

Paraguay asks with Chile for 10,000 dollars, 6,000 from member states and 4,000 from observers.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from ricomi_workflow.kernel.canonical import Json

Form = dict[str, Json]
ALONE: Form = {"participants": [], "network_wide": True, "network_reason": "Sirve a todos."}
MEMBERS, OBSERVERS = 6_000, 4_000
FARES, PER_DIEM = "1.1 Fares", "1.2 Per diem"
VISIT, WORKSHOP = "Visita", "Taller"
_CHECKLIST = [
    "form_complete",
    "within_mandate",
    "no_duplicate",
    "institution_capacity",
    "participants_named",
    "declaration_signed",
    "budget_adds_up",
    "financing_sources",
    "dates_feasible",
]


def usd(units: int) -> str:
    """Whole dollars as a form holds them."""
    return f"{units}.00"


def request(day: date, **changes: Json) -> Form:
    """The request of Paraguay, to begin a hundred days after `day`."""
    plain: Form = {
        "title": {"es": "Registro de personas retornadas", "en": "Register of returnees"},
        "summary": {"es": "Dos países comparten cómo llevan el registro."},
        "modality": ["workshop"],
        "topics": ["labour_migration"],
        "populations": ["returnees"],
        "requesting_institution": "Dirección de Migraciones",
        "contact": "Ana, ana@example.org",
        "participants": ["CL"],
        "problem": "El registro existe en un país y falta en el otro.",
        "objectives": {"es": "Conocer el registro y adaptarlo."},
        "expected_result": "Un procedimiento escrito.",
        "activities": [{"activity": "Visita de estudio", "phase": "phase_1"}],
        "start_date": (day + timedelta(days=100)).isoformat(),
        "months": 6,
        "budget": [
            line(FARES, 4, 1_000, category="airfare"),
            line(PER_DIEM, 4, 150, 10, category="per_diem", unit="days"),
        ],
        "financing": financing(MEMBERS, OBSERVERS),
        "declaration": True,
    }
    return plain | changes


def line(
    name: str, quantity: int, cost: int, periods: int = 1, *, category: str, unit: str = "none"
) -> Form:
    """One line of a budget."""
    return {
        "component": "other",
        "line": name,
        "category": category,
        "quantity": quantity,
        "unit_cost": usd(cost),
        "periods": periods,
        "unit": unit,
    }


def financing(members: int, observers: int) -> list[Json]:
    """Where the money comes from."""
    named = {"member_states": members, "permanent_observers": observers}
    return [{"source": source, "amount": usd(units)} for source, units in named.items() if units]


def admissibility(*failing: str) -> Form:
    """The checklist; the lines of `failing` do not pass."""
    failed: Form = dict.fromkeys(failing, False)
    reasons: Form = {f"{name}_reason": "It is not there." for name in failing}
    return {**dict.fromkeys(_CHECKLIST, True), **failed, **reasons}


def opinion() -> Form:
    """The technical opinion of the Secretariat."""
    scores: Form = dict.fromkeys(("relevance", "opportunity", "clarity"), 16)
    return scores | {
        "commitment": 12,
        "capacity": 18,
        "recommendation": "recommended",
        "opinion": "Pertinente y bien preparado.",
        "conflict_declared": False,
    }


def agreement(
    day: date, tranches: tuple[int, ...] = (8_000, 2_000), receiving: tuple[str, ...] = ("PY",)
) -> Form:
    """The signed agreement with its disbursements."""
    planned: list[Json] = [
        {"number": number, "amount": usd(units), "purpose": "Viajes"}
        for number, units in enumerate(tranches, 1)
    ]
    return {
        "reference": "CONV-1",
        "signed_on": day.isoformat(),
        "receiving": [*receiving],
        "tranches": planned,
    }


def plan(day: date) -> Form:
    """The execution plan: a visit and a workshop, over within a year of `day`."""
    return {
        "plan": [
            _activity(VISIT, day + timedelta(days=60), 20),
            _activity(WORKSHOP, day + timedelta(days=200), 100),
        ]
    }


def _activity(name: str, starts: date, days: int) -> Form:
    return {
        "activity": name,
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(days=days)).isoformat(),
        "place": "Santiago",
        "responsible": "Ana",
        "indicator": "Nueve personas",
    }


def official() -> Form:
    """The official whom a state designates."""
    return {
        "name": "Ana",
        "post": "Directora",
        "institution": "Dirección de Migraciones",
        "contact": "ana@example.org",
        "document": "Resolución 7",
        "accepts": True,
    }


def tranche(units: int) -> Form:
    """A tranche asked for."""
    return {"amount": usd(units), "purpose": "Viajes y viáticos"}


def payment(day: date, reference: str = "TRF-1") -> Form:
    """A transfer made on `day`."""
    return {"bank_reference": reference, "paid_on": day.isoformat()}


def refund(day: date, units: int, tranche: int = 1) -> Form:
    """Money of a tranche that came back on `day`."""
    back: Form = {"amount": usd(units), "bank_reference": "DEV-1", "received_on": day.isoformat()}
    return {"tranche": tranche, **back}


def progress(day: date, spent: Mapping[str, int]) -> Form:
    """A progress report that accounts for whole dollars by line."""
    return {
        "period_from": (day - timedelta(days=30)).isoformat(),
        "period_to": day.isoformat(),
        "work": [
            {
                "activity": VISIT,
                "status": "done",
                "held_from": (day - timedelta(days=20)).isoformat(),
                "women": 5,
                "men": 4,
            }
        ],
        "spending": _spending(spent),
        "next_steps": "Escribir el procedimiento.",
    }


def final(spent: Mapping[str, int]) -> Form:
    """A final report that accounts for whole dollars by line."""
    return {
        "result_types": ["internal_process"],
        "what_changed": {"es": "El procedimiento está en uso."},
        "lessons": {"es": "Acordar antes las fechas."},
        "officials_trained_women": 5,
        "officials_trained_men": 4,
        "spending": _spending(spent),
        "satisfaction_applicant": 5,
    }


def _spending(spent: Mapping[str, int]) -> list[Json]:
    return [
        {"line": name, "amount": usd(units), "evidence": "Factura"} for name, units in spent.items()
    ]


def costing(units: int) -> Form:
    """Budget and financing of a request that costs `units` dollars of member states."""
    return {
        "budget": [line(FARES, 1, units, category="airfare")],
        "financing": financing(units, 0),
    }


def provider(day: date) -> Form:
    """The offer of another state that would share its experience."""
    return {
        "institution": "Servicio Nacional de Migraciones",
        "contact": "Eva, eva@example.org",
        "modality": ["workshop"],
        "gives": "Dos personas durante una semana.",
        "available_from": day.isoformat(),
    }


def endorsement(day: date, country: str) -> Form:
    """An official note by which a state confirms."""
    return {
        "country": country,
        "reference": "NV 12/2026",
        "dated": day.isoformat(),
        "signatory": "Embajadora, Misión Permanente",
    }


def moves(source: str, target: str, units: int) -> Form:
    """A change of the budget that moves whole dollars between two lines."""
    return {
        "moves": [{"source": source, "target": target, "amount": usd(units)}],
        "justification": "Los pasajes costaron menos.",
    }


def extension(end: date) -> Form:
    """More time, until `end`."""
    return {"new_end": end.isoformat(), "justification": "El taller se aplazó."}


def follow_up() -> Form:
    """What has lasted, half a year later."""
    return {
        "in_use": "in_use",
        "what_lasted": {"es": "El procedimiento sigue en uso."},
        "trained_still_there": 7,
    }


def choice(country: str) -> Form:
    """The state that the applicant accepts."""
    return {"partner": country, "reason": "Ofrece lo que falta."}


def offer(day: date) -> Form:
    """An offer that matches the plain request."""
    return {
        "title": {"es": "Registro compartido"},
        "summary": {"es": "Un registro en uso desde hace diez años."},
        "topics": ["labour_migration"],
        "populations": ["returnees"],
        "modality": ["workshop"],
        "results": {"es": "Cien mil personas registradas."},
        "requesting_institution": "Servicio de Migraciones",
        "contact": "Eva, eva@example.org",
        "languages": ["pt", "es"],
        "capacity": 3,
        "review_by": (day + timedelta(days=300)).isoformat(),
    }


def need(day: date) -> Form:
    """A need that the plain offer would answer."""
    return {
        "title": {"es": "Registro para quienes regresan"},
        "summary": {"es": "Hoy nadie sabe cuántas personas regresan ni a dónde."},
        "topics": ["labour_migration"],
        "populations": ["returnees"],
        "modality": ["workshop"],
        "requesting_institution": "Dirección de Migraciones",
        "contact": "Ana, ana@example.org",
        "languages": ["es"],
        "people": 6,
        "needed_by": (day + timedelta(days=200)).isoformat(),
        "review_by": (day + timedelta(days=300)).isoformat(),
    }
