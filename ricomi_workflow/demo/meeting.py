"""The meeting of the demonstration: convened, held, and its minutes open to amendments.

It is invented, as the case that it decides is. One item is closed, and the chair invites an
observer to it; one delegation asks for a change of the minutes and waits for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.meeting_vote import conclude_ballot
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.kernel.actors import NETWORK, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.meetings import agenda, documents, minutes, session, tasks
from ricomi_workflow.meetings.documents import DocumentDraft
from ricomi_workflow.meetings.session import RollEntry
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import OBSERVER_STATE
from ricomi_workflow.simulation.scenario import Scenario, Waits

if TYPE_CHECKING:
    from ricomi_workflow.db.uow import Tx

DAYS = 8  # before today: after every other case, so that these keep their numbers
KIND = "committee_meeting"
_SECRETARIAT = (Role.SECRETARIAT, None)
_CHAIR, _RAPPORTEUR = (Role.CHAIR, None), (Role.RAPPORTEUR, None)
_COUNTRY = "GY"
_PRESENT = 24  # delegations in the room
_REPORT = {
    "es": "Informe de la Secretaría sobre los pedidos en curso (ejemplo)",
    "en": "Report of the Secretariat on the requests under way (example)",
    "pt": "Relatório da Secretaria sobre os pedidos em curso (exemplo)",
    "fr": "Rapport du Secrétariat sur les demandes en cours (exemple)",
}
_CLOSED = {
    "es": "Consulta sobre un ofrecimiento de contribución (ejemplo)",
    "en": "Consultation on an offer of a contribution (example)",
    "pt": "Consulta sobre uma oferta de contribuição (exemplo)",
    "fr": "Consultation sur une offre de contribution (exemple)",
}
_PAPER = {
    "es": "Resumen de los pedidos en curso (ejemplo)",
    "en": "Summary of the requests under way (example)",
}
_MINUTES = (
    "Ejemplo. La sesión se abrió con la presencia de veinticuatro delegaciones.\n"
    "La Secretaría informó sobre los pedidos en curso y la Comisión tomó nota.\n"
    "La Comisión aprobó por consenso el pedido inscrito en el punto dos."
)


def hold_meeting(scenario: Scenario) -> Waits:
    """The meeting from its preparation to the first amendment of its minutes."""
    ref, case = prepare_meeting(scenario), _ready(scenario)
    items = [_add(scenario, ref, _REPORT), _add(scenario, ref, {}, about=case)]
    items.append(_add(scenario, ref, _CLOSED, public=False))
    _issue(scenario, ref)
    yield convene_meeting(scenario, ref)
    hold_session(scenario, ref, items)
    yield 1
    write_minutes(scenario, ref)
    yield 1
    amend_minutes(scenario, ref)


def prepare_meeting(scenario: Scenario) -> str:
    """The case of a meeting; answer its reference."""
    with scenario.services.uow.begin(scenario.accounts.actor(*_SECRETARIAT)) as tx:
        return open_case(tx, scenario.services, KIND, NETWORK, illustrative=True).ref


def convene_meeting(scenario: Scenario, ref: str) -> int:
    """The notice, for the second business day from now; answer how many days that is."""
    calendar = scenario.services.calendar
    today = calendar.local_day(scenario.clock.now())
    day = calendar.add(today, 2)
    notice: dict[str, Json] = {
        "title": {
            "es": "Reunión de ejemplo de la Comisión",
            "en": "Example meeting of the Committee",
            "pt": "Reunião de exemplo da Comissão",
            "fr": "Réunion d'exemple de la Commission",
        },
        "session": "regular",
        "held_on": day.isoformat(),
        "begins": "10:00",
        "ends": "13:00",
        "mode": "hybrid",
        "place": "Sala de ejemplo, Washington",
    }
    scenario.fire(ref, _SECRETARIAT, "convene", notice)
    return (day - today).days


def hold_session(scenario: Scenario, ref: str, items: list[int]) -> None:
    """The session: a report noted, a case decided by consensus, a closed item put off."""
    services = scenario.services
    report, decision, closed = items
    _begin(scenario, ref)
    _do(scenario, _CHAIR, lambda tx: session.take_up_item(tx, services, ref, report))
    noted = "La Comisión tomó nota del informe (ejemplo)."
    _do(scenario, _CHAIR, lambda tx: session.conclude_item(tx, services, ref, report, noted))
    _do(scenario, _CHAIR, lambda tx: session.take_up_item(tx, services, ref, decision))
    decided: list[str] = []
    way = VotingMethod.CONSENSUS.value
    _do(
        scenario,
        _CHAIR,
        lambda tx: decided.append(session.open_item_ballot(tx, services, ref, decision, way=way)),
    )
    _do(scenario, _CHAIR, lambda tx: conclude_ballot(tx, services, lock(tx, services, decided[0])))
    _do(
        scenario,
        _CHAIR,
        lambda tx: session.invite_observer(tx, services, ref, closed, OBSERVER_STATE),
    )
    why = "Falta el texto del ofrecimiento (ejemplo)."
    _do(scenario, _CHAIR, lambda tx: session.postpone_item(tx, services, ref, closed, why))
    scenario.fire(ref, _CHAIR, "adjourn")


def open_session(scenario: Scenario) -> str:
    """Another meeting, in session: its first item is under discussion, the next is closed."""
    ref = prepare_meeting(scenario)
    first, _ = _add(scenario, ref, _REPORT), _add(scenario, ref, _CLOSED, public=False)
    scenario.clock.advance(timedelta(days=convene_meeting(scenario, ref)))
    _begin(scenario, ref)
    _do(scenario, _CHAIR, lambda tx: session.take_up_item(tx, scenario.services, ref, first))
    return ref


def _begin(scenario: Scenario, ref: str) -> None:
    there = [country for country, _ in scenario.accounts.delegates()][:_PRESENT]
    room = [
        *(RollEntry(country, "titular") for country in there),
        RollEntry(OBSERVER_STATE, "observer"),
    ]
    _do(scenario, _RAPPORTEUR, lambda tx: session.call_roll(tx, scenario.services, ref, room))
    scenario.fire(ref, _CHAIR, "adopt_agenda")


def write_minutes(scenario: Scenario, ref: str) -> None:
    """The minutes, open to amendments, and a task for the Secretariat."""
    services = scenario.services
    _do(scenario, _RAPPORTEUR, lambda tx: minutes.write_minutes(tx, services, ref, _MINUTES, "es"))
    scenario.fire(ref, _RAPPORTEUR, "open_minutes")
    due = services.calendar.add(services.calendar.local_day(scenario.clock.now()), 15)
    task, office = "Pedir el texto del ofrecimiento (ejemplo)", Grant(Role.SECRETARIAT)
    _do(scenario, _CHAIR, lambda tx: tasks.assign_task(tx, services, ref, task, office, due_on=due))


def amend_minutes(scenario: Scenario, ref: str) -> None:
    """One delegation asks for a change."""
    country, delegate = scenario.accounts.delegates()[0]
    with scenario.services.uow.begin(delegate) as tx:
        minutes.propose_amendment(
            tx,
            scenario.services,
            ref,
            country,
            passage="por consenso el pedido",
            proposed="por consenso, sin objeciones, el pedido",
        )


def _ready(scenario: Scenario) -> str:
    """A request that can be put to a ballot."""
    applicant = scenario.accounts.actor(Role.FOCAL_POINT, _COUNTRY)
    with scenario.services.uow.begin(applicant) as tx:
        kind = "cooperation_request"
        ref = open_case(tx, scenario.services, kind, _COUNTRY, illustrative=True).ref
    today = scenario.services.calendar.local_day(scenario.clock.now())
    given = answers.request(scenario.rng, scenario.services, _COUNTRY, today, partners=0)
    scenario.fire(ref, (Role.FOCAL_POINT, ""), "submit", given)
    scenario.fire(ref, _SECRETARIAT, "start_review")
    passing = answers.admissibility(scenario.rng, scenario.context(scenario.case(ref)))
    marks: dict[str, Json] = {n: True for n in passing if not n.endswith("_reason")}
    scenario.fire(ref, _SECRETARIAT, "record_admissibility", marks)
    scenario.fire(ref, _SECRETARIAT, "record_opinion")
    return ref


def _add(
    scenario: Scenario, ref: str, title: Mapping[str, str], *, public: bool = True, about: str = ""
) -> int:
    with scenario.services.uow.begin(scenario.accounts.actor(*_SECRETARIAT)) as tx:
        return agenda.add_item(tx, scenario.services, ref, title, public=public, about=about)


def _issue(scenario: Scenario, ref: str) -> None:
    draft = DocumentDraft("working_document", _PAPER, "es", "public")
    _do(
        scenario,
        _SECRETARIAT,
        lambda tx: documents.issue_document(tx, scenario.services, ref, draft),
    )


def _do(scenario: Scenario, who: tuple[Role, str | None], verb: Callable[[Tx], object]) -> None:
    with scenario.services.uow.begin(scenario.accounts.actor(*who)) as tx:
        verb(tx)
