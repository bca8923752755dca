"""The meeting of the demonstration: convened, held, and its minutes open to amendments.

It is invented, as the case that it decides is. One item is closed, and the chair invites an
observer to it; one delegation asks for a change of the minutes and waits for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.meeting_vote import conclude as conclude_ballot
from ricomi_workflow.ballots.voting_methods import Way
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.kernel.actors import NETWORK, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.meetings import agenda, documents, minutes, session, tasks
from ricomi_workflow.meetings.documents import Draft
from ricomi_workflow.meetings.session import Answer
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import OBSERVES
from ricomi_workflow.simulation.scenario import Pauses, Stage

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


def met(stage: Stage) -> Pauses:
    """The meeting from its preparation to the first amendment of its minutes."""
    ref, case = prepared(stage), _ready(stage)
    items = [_add(stage, ref, _REPORT), _add(stage, ref, {}, about=case)]
    items.append(_add(stage, ref, _CLOSED, public=False))
    _issue(stage, ref)
    yield convened(stage, ref)
    held(stage, ref, items)
    yield 1
    written(stage, ref)
    yield 1
    amended(stage, ref)


def prepared(stage: Stage) -> str:
    """The case of a meeting; answer its reference."""
    with stage.services.uow.begin(stage.cast.actor(*_SECRETARIAT)) as tx:
        return open_case(tx, stage.services, KIND, NETWORK, illustrative=True).ref


def convened(stage: Stage, ref: str) -> int:
    """The notice, for the second business day from now; answer how many days that is."""
    calendar = stage.services.calendar
    today = calendar.local_day(stage.clock.now())
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
    stage.fire(ref, _SECRETARIAT, "convene", notice)
    return (day - today).days


def held(stage: Stage, ref: str, items: list[int]) -> None:
    """The session: a report noted, a case decided by consensus, a closed item put off."""
    services = stage.services
    report, decision, closed = items
    _begin(stage, ref)
    _do(stage, _CHAIR, lambda tx: session.take_up(tx, services, ref, report))
    noted = "La Comisión tomó nota del informe (ejemplo)."
    _do(stage, _CHAIR, lambda tx: session.conclude(tx, services, ref, report, noted))
    _do(stage, _CHAIR, lambda tx: session.take_up(tx, services, ref, decision))
    decided: list[str] = []
    way = Way.CONSENSUS.value
    _do(
        stage,
        _CHAIR,
        lambda tx: decided.append(session.open_item_ballot(tx, services, ref, decision, way=way)),
    )
    _do(stage, _CHAIR, lambda tx: conclude_ballot(tx, services, lock(tx, services, decided[0])))
    _do(stage, _CHAIR, lambda tx: session.invite(tx, services, ref, closed, OBSERVES))
    why = "Falta el texto del ofrecimiento (ejemplo)."
    _do(stage, _CHAIR, lambda tx: session.postpone(tx, services, ref, closed, why))
    stage.fire(ref, _CHAIR, "adjourn")


def opened(stage: Stage) -> str:
    """Another meeting, in session: its first item is under discussion, the next is closed."""
    ref = prepared(stage)
    first, _ = _add(stage, ref, _REPORT), _add(stage, ref, _CLOSED, public=False)
    stage.clock.advance(timedelta(days=convened(stage, ref)))
    _begin(stage, ref)
    _do(stage, _CHAIR, lambda tx: session.take_up(tx, stage.services, ref, first))
    return ref


def _begin(stage: Stage, ref: str) -> None:
    there = [country for country, _ in stage.cast.delegates()][:_PRESENT]
    room = [*(Answer(country, "titular") for country in there), Answer(OBSERVES, "observer")]
    _do(stage, _RAPPORTEUR, lambda tx: session.call_roll(tx, stage.services, ref, room))
    stage.fire(ref, _CHAIR, "adopt_agenda")


def written(stage: Stage, ref: str) -> None:
    """The minutes, open to amendments, and a task for the Secretariat."""
    services = stage.services
    _do(stage, _RAPPORTEUR, lambda tx: minutes.write_minutes(tx, services, ref, _MINUTES, "es"))
    stage.fire(ref, _RAPPORTEUR, "open_minutes")
    due = services.calendar.add(services.calendar.local_day(stage.clock.now()), 15)
    task, office = "Pedir el texto del ofrecimiento (ejemplo)", Grant(Role.SECRETARIAT)
    _do(stage, _CHAIR, lambda tx: tasks.give_task(tx, services, ref, task, office, due_on=due))


def amended(stage: Stage, ref: str) -> None:
    """One delegation asks for a change."""
    country, delegate = stage.cast.delegates()[0]
    with stage.services.uow.begin(delegate) as tx:
        minutes.propose_amendment(
            tx,
            stage.services,
            ref,
            country,
            passage="por consenso el pedido",
            proposed="por consenso, sin objeciones, el pedido",
        )


def _ready(stage: Stage) -> str:
    """A request that can be put to a ballot."""
    applicant = stage.cast.actor(Role.FOCAL_POINT, _COUNTRY)
    with stage.services.uow.begin(applicant) as tx:
        kind = "cooperation_request"
        ref = open_case(tx, stage.services, kind, _COUNTRY, illustrative=True).ref
    today = stage.services.calendar.local_day(stage.clock.now())
    given = answers.request(stage.rng, stage.services, _COUNTRY, today, partners=0)
    stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", given)
    stage.fire(ref, _SECRETARIAT, "start_review")
    passing = answers.admissibility(stage.rng, stage.situation(stage.case(ref)))
    marks: dict[str, Json] = {n: True for n in passing if not n.endswith("_reason")}
    stage.fire(ref, _SECRETARIAT, "record_admissibility", marks)
    stage.fire(ref, _SECRETARIAT, "record_opinion")
    return ref


def _add(
    stage: Stage, ref: str, title: Mapping[str, str], *, public: bool = True, about: str = ""
) -> int:
    with stage.services.uow.begin(stage.cast.actor(*_SECRETARIAT)) as tx:
        return agenda.add_item(tx, stage.services, ref, title, public=public, about=about)


def _issue(stage: Stage, ref: str) -> None:
    draft = Draft("working_document", _PAPER, "es", "public")
    _do(stage, _SECRETARIAT, lambda tx: documents.issue_document(tx, stage.services, ref, draft))


def _do(stage: Stage, who: tuple[Role, str | None], verb: Callable[[Tx], object]) -> None:
    with stage.services.uow.begin(stage.cast.actor(*who)) as tx:
        verb(tx)
