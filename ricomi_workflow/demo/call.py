"""The dated call of the demonstration: announced, asked about, closed, reviewed, put in order.

It is invented, as its requests are; it ends with the frozen order before the chair.
"""

from __future__ import annotations

from datetime import timedelta

from ricomi_workflow.calls.commands import (
    answer_question,
    ask_question,
    open_and_close_due_calls,
    open_in_call,
)
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.reviews.commands import (
    GivenScore,
    assign_reviewers,
    declare_conflict,
    give_scores,
)
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import REVIEWERS
from ricomi_workflow.simulation.scenario import Scenario, Waits

KIND = "cooperation_request"
DAYS = 95  # from the announcement to the frozen order
_SECRETARIAT = (Role.SECRETARIAT, None)
_WEIGHTS = {"relevance": 30, "opportunity": 15, "clarity": 20, "commitment": 20, "capacity": 15}
# Who asks, how many US$, the points that two reviewers give on every criterion.
_REQUESTS = (
    ("PE", 9_000, (17, 18)),
    ("DO", 8_500, (15, 16)),
    ("SV", 10_000, (18, 12)),
    ("BO", 9_500, (13, 13)),
    ("JM", 7_000, (16, 17)),
)
_TITLES = {
    "PE": ("Ventanilla de retorno en las regiones", "Return desks in the regions"),
    "DO": ("Registro de permisos de temporada", "Register of seasonal permits"),
    "SV": ("Atención consular a la niñez", "Consular care for children"),
    "BO": ("Estadística de entradas y salidas", "Statistics of entries and exits"),
    "JM": ("Preparación de trabajadores de temporada", "Preparing seasonal workers"),
}
_QUESTION = "¿Puede pedirse el pasaje de una contraparte que viaja desde un tercer país?"
_ANSWER = "Sí, si esa contraparte figura entre los participantes del pedido."
_COMMENTS = {
    "relevance": "Responde a una necesidad descrita con cifras.",
    "opportunity": "El momento es adecuado.",
    "clarity": "Los objetivos se entienden; falta una meta.",
    "commitment": "Ambas instituciones firmaron.",
    "capacity": "Queda un procedimiento escrito.",
}


def run_call(scenario: Scenario) -> Waits:
    """The call from its announcement to the order before the chair."""
    ref = _announced(scenario)
    yield 3
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, "PE")) as tx:
        ask_question(tx, scenario.services, ref, _QUESTION, "es")
    yield 2
    with scenario.services.uow.begin(scenario.accounts.actor(*_SECRETARIAT)) as tx:
        answer_question(tx, scenario.services, ref, 1, text=_ANSWER, lang="es")
    requests = []
    for country, dollars, points in _REQUESTS:
        yield 5
        open_and_close_due_calls(scenario.services)
        requests.append((_submitted(scenario, ref, country, dollars), points))
    yield 26
    open_and_close_due_calls(scenario.services)
    scenario.fire(ref, _SECRETARIAT, "begin_call_review")
    for request, points in requests:
        yield 2
        _reviewed(scenario, request, points)
    yield 2
    scenario.fire(ref, _SECRETARIAT, "freeze_ranking")


def _announced(scenario: Scenario) -> str:
    with scenario.services.uow.begin(scenario.accounts.actor(*_SECRETARIAT)) as tx:
        ref = open_case(tx, scenario.services, "call", NETWORK, illustrative=True).ref
    today = scenario.services.calendar.local_day(scenario.clock.now())

    def day(after: int) -> str:
        return (today + timedelta(days=after)).isoformat()

    terms: dict[str, Json] = {
        "number": f"1/{today.year}",
        "title": {
            "es": "Visitas entre instituciones de migración",
            "en": "Visits between migration institutions",
            "pt": "Visitas entre instituições de migração",
            "fr": "Visites entre institutions chargées de la migration",
        },
        "summary": {
            "es": "Convocatoria inventada para la demostración: visitas de trabajo e intercambio"
            " de expertos entre dos o más países.",
            "en": "An invented call for the demonstration: working visits and exchange of experts"
            " between two or more countries.",
        },
        "themes": ["labour_migration", "return_reintegration", "consular_protection"],
        "languages": ["es", "en", "pt", "fr"],
        "opens_on": day(1),
        "questions_on": day(30),
        "closes_on": day(51),
        "results_on": day(110),
        "envelope": "28000.00",
        "ceiling": "10000.00",
        "per_institution": 1,
        "criteria": [{"criterion": n, "weight": w} for n, w in _WEIGHTS.items()],
        "tie_break": "commitment",
        "balance": 2,
        "reviewers": 2,
    }
    scenario.fire(ref, _SECRETARIAT, "announce", terms)
    return ref


def _submitted(scenario: Scenario, call: str, country: str, dollars: int) -> str:
    applicant = scenario.accounts.actor(Role.FOCAL_POINT, country)
    with scenario.services.uow.begin(applicant) as tx:
        ref = open_in_call(tx, scenario.services, KIND, country, call, illustrative=True).ref
    today = scenario.services.calendar.local_day(scenario.clock.now())
    made = answers.request(scenario.rng, scenario.services, country, today, partners=1)
    spanish, english = _TITLES[country]
    values = made | {"title": {"es": spanish, "en": english}} | _asking(made, dollars)
    scenario.fire(ref, (Role.FOCAL_POINT, ""), "submit", values)
    return ref


def _asking(made: dict[str, Json], dollars: int) -> dict[str, Json]:
    """A budget of one line, and its financing: the same amount."""
    budget, financing = made["budget"], made["financing"]
    assert isinstance(budget, list)  # noqa: S101 - the form of a request
    assert isinstance(financing, list)  # noqa: S101 - the same
    line = {**budget[0], "quantity": 1, "periods": 1, "unit_cost": f"{dollars}.00"}
    line["total"] = f"{dollars}.00"
    return {"budget": [line], "financing": [{**financing[0], "amount": f"{dollars}.00"}]}


def _reviewed(scenario: Scenario, ref: str, points: tuple[int, int]) -> None:
    scenario.fire(ref, _SECRETARIAT, "start_review")
    passing = answers.admissibility(scenario.rng, scenario.context(scenario.case(ref)))
    marks: dict[str, Json] = {n: True for n in passing if not n.endswith("_reason")}
    scenario.fire(ref, _SECRETARIAT, "record_admissibility", marks)
    scenario.fire(ref, _SECRETARIAT, "begin_technical_review")
    people = [scenario.accounts.actor(Role.REVIEWER, number) for number in REVIEWERS[:2]]
    with scenario.services.uow.begin(scenario.accounts.actor(*_SECRETARIAT)) as tx:
        keys = [person.user_id for person in people if person.user_id is not None]
        assign_reviewers(tx, scenario.services, ref, keys)
    for person, each in zip(people, points, strict=True):
        with scenario.services.uow.begin(person) as tx:
            declare_conflict(tx, scenario.services, ref, conflict=False)
        given = {name: GivenScore(str(each), words) for name, words in _COMMENTS.items()}
        with scenario.services.uow.begin(person) as tx:
            give_scores(tx, scenario.services, ref, given)
