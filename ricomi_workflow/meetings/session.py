"""In session: the roll, the items one after the other, their ballots, invitations of observers.

A decision of a meeting is the decision of a ballot, the same as any other: of the case that the
item names, or of the meeting's own case for a question of order or an item without a case.
Source: domain requirements 27, 30 and 31.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.meeting_vote import take_attendance
from ricomi_workflow.ballots.opening import (
    Opening,
    count_rounds,
    open_case_ballot,
    question_content,
)
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.ballots.voting_methods import CallOrder, VotingMethod
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.locked_case import capacity_on, office_of
from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.meetings.acts import clean_text, get_item, lock_meeting, write_rows
from ricomi_workflow.meetings.agenda import NewItem, new_item
from ricomi_workflow.meetings.models import (
    meeting_attendance,
    meeting_invitation,
    meeting_item_act,
    meeting_proposal,
)
from ricomi_workflow.meetings.queries import (
    IN_SESSION,
    Agenda,
    current_agenda,
    find_meeting,
    list_agenda_versions,
    used_numbers,
)
from ricomi_workflow.meetings.rules import SETTLED, AttendanceStatus, Item, Status
from ricomi_workflow.meetings.session_queries import (
    Progress,
    list_attendance,
    list_invitations,
    list_present_states,
    list_progress,
    list_proposals,
)

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.uow import Tx

CALLING = (*PRESIDING_ROLES, Role.RAPPORTEUR, Role.SECRETARIAT)
ADDITION = "agenda_addition"  # the rule of the body by which an adopted order of business grows
OPEN_BALLOT = "open_ballot"
_LONGEST_NAME = 120
_TITLES = {
    "es": "¿Se añade al orden del día el punto siguiente? {title}",
    "en": "Is the following item added to the order of business? {title}",
    "pt": "Acrescenta-se à ordem do dia o ponto seguinte? {title}",
    "fr": "Le point suivant est-il ajouté à l'ordre du jour ? {title}",
}

# Decisions are public: the words of a closed item do not stand in their question.
_CLOSED = {
    "es": "Punto {number} de la reunión {ref}, tratado a puerta cerrada",
    "en": "Item {number} of the meeting {ref}, treated behind closed doors",
    "pt": "Ponto {number} da reunião {ref}, tratado a portas fechadas",
    "fr": "Point {number} de la réunion {ref}, traité à huis clos",
}


@dataclass(frozen=True, slots=True)
class RollEntry:
    """What a roll call found of one state or observer."""

    country: str
    standing: str
    person: str = ""


def call_roll(tx: Tx, services: Services, ref: str, answers: Sequence[RollEntry]) -> int:
    """Keep what a roll call found, where it differs from the last; answer how many states differ.

    Raises `Refused`, `Forbidden`, `Invalid` for what is neither a state nor an observer.
    """
    case = lock_meeting(tx, services, ref, ("convened", IN_SESSION), "meeting_not_convened")
    before = list_attendance(tx.connection, case.id)
    rows = []
    for answer in answers:
        row = _attendance(services, case, answer)
        known = before.get(answer.country)
        same = known and (known.standing, known.person) == (row["standing"], row["person"])
        absent_as_ever = known is None and row["standing"] == AttendanceStatus.ABSENT
        if not same and not absent_as_ever:
            rows.append((meeting_attendance, row))
    if rows:
        write_rows(tx, case, "meeting.roll_called", rows, *CALLING, changed=len(rows))
    return len(rows)


def take_up_item(tx: Tx, services: Services, ref: str, number: int) -> None:
    """Take up an item, again if it was postponed. Raises `Refused`, `Forbidden`, `NotFound`."""
    case, _, made = _at(tx, services, ref, number)
    if made.status in {Status.VOTING, Status.DECIDED}:
        raise Refused([Refusal("item_settled", {"status": str(made.status)})])
    _write_status(tx, case, number, Status.TAKEN_UP, "meeting.item_taken_up")


def conclude_item(tx: Tx, services: Services, ref: str, number: int, words: str) -> None:
    """Close an item without a ballot, with what was concluded. Raises as `take_up_item`."""
    case, _, made = _at(tx, services, ref, number)
    _require_taken_up(made)
    told = clean_text("words", words)
    _write_status(tx, case, number, Status.CONCLUDED, "meeting.item_concluded", words=told)


def postpone_item(tx: Tx, services: Services, ref: str, number: int, words: str) -> None:
    """Put an item off, with the reason. Raises as `take_up_item`."""
    case, _, made = _at(tx, services, ref, number)
    if made.status in SETTLED or made.status is Status.VOTING:
        raise Refused([Refusal("item_settled", {"status": str(made.status)})])
    told = clean_text("words", words)
    _write_status(tx, case, number, Status.POSTPONED, "meeting.item_postponed", words=told)


def open_item_ballot(
    tx: Tx,
    services: Services,
    ref: str,
    number: int,
    *,
    way: str = VotingMethod.ROLL_CALL,
    order: str = CallOrder.ALPHABETICAL,
) -> str:
    """Open the ballot on an item that is taken up; answer the reference of the case voted on.

    An item with a case opens that case's own ballot, with all its guards; one without opens a
    ballot of the meeting on the words of the item. Who is in the room by the roll of the meeting
    is present in the ballot; a roll call goes by `order`. Raises `Refused` with every reason.
    """
    case, item, made = _at(tx, services, ref, number)
    _require_taken_up(made)
    chosen = _voting_method(way)
    voted_on = lock(tx, services, item.case) if item.case else case
    if item.case:
        given = {"way": chosen.value, "meeting": ref}
        advance(tx, services, voted_on, OPEN_BALLOT, inputs=given)
    else:
        _open(tx, services, case, _asked(item, ref), way=chosen)
    tx.flush()  # the ballot is counted, and the row of the item names it
    round_number = count_rounds(tx, voted_on.id)
    _seat_the_room(tx, services, case, voted_on, order)
    row = {
        **_status(case, number, Status.VOTING, ""),
        "ballot_case": voted_on.id,
        "ballot_round": round_number,
    }
    rows = [(meeting_item_act, row)]
    facts: dict[str, Json] = {"item": number, "voted_on": voted_on.ref, "ballot": round_number}
    write_rows(tx, case, "meeting.item_put_to_vote", rows, *PRESIDING_ROLES, **facts)
    return voted_on.ref


def propose_addition(
    tx: Tx,
    services: Services,
    ref: str,
    wish: NewItem,
    *,
    way: str = VotingMethod.ROLL_CALL,
    order: str = CallOrder.ALPHABETICAL,
) -> int:
    """Open the ballot on an addition to the adopted order of business; answer the item's number.

    It takes two thirds, by the rule `agenda_addition` of the body. Raises `Refused`, `Invalid`.
    """
    case = lock_meeting(tx, services, ref, (IN_SESSION,), "meeting_not_in_session")
    agenda = _agenda(tx, ref)
    proposed = list_proposals(tx.connection, case.id)
    used = used_numbers(list_agenda_versions(tx.connection, case.id)) | {
        p.item.number for p in proposed
    }
    item = new_item(tx, agenda.items, used, wish)
    named = _asked(item, ref)
    first = next(iter(named.values()))
    asked = {k: words.format(title=named.get(k) or first) for k, words in _TITLES.items()}
    _open(tx, services, case, asked, way=_voting_method(way), rule=ADDITION)
    tx.flush()  # the proposal names the ballot
    round_number = count_rounds(tx, case.id)
    _seat_the_room(tx, services, case, case, order)
    row = {
        "case_id": case.id,
        "item": item.number,
        "content": item.as_json(),
        "round": round_number,
    }
    rows = [(meeting_proposal, row)]
    facts: dict[str, Json] = {"item": item.number, "ballot": round_number}
    write_rows(tx, case, "meeting.addition_proposed", rows, *PRESIDING_ROLES, **facts)
    return item.number


def invite_observer(tx: Tx, services: Services, ref: str, number: int, country: str) -> None:
    """Invite the permanent observer `country` to a closed item, as the chair.

    Raises `Refused` (`item_is_public`, `already_invited`), `Invalid`, `Forbidden`, `NotFound`.
    """
    case = lock_meeting(tx, services, ref, ("convened", IN_SESSION), "meeting_not_convened")
    item = get_item(_agenda(tx, ref).items, number)
    if item.public:
        raise Refused([Refusal("item_is_public")])
    if country not in services.reference.observers:
        raise Invalid([FieldError("country", "choice")])
    if country in list_invitations(tx.connection, case.id).get(number, ()):
        raise Refused([Refusal("already_invited", {"country": country})])
    row = {"case_id": case.id, "item": number, "country": country}
    rows = [(meeting_invitation, row)]
    write_rows(
        tx, case, "meeting.observer_invited", rows, *PRESIDING_ROLES, item=number, observer=country
    )


def _open(
    tx: Tx,
    services: Services,
    case: Case,
    question: Mapping[str, str],
    *,
    way: VotingMethod,
    rule: str = "",
) -> None:
    """A ballot of the meeting's own case on a question."""
    who = capacity_on(tx.actor, case, frozenset(PRESIDING_ROLES))
    if not who.has(*PRESIDING_ROLES):
        raise Forbidden("ballot")
    opening = Opening(
        content=question_content(question),
        way=way,
        rule_name=rule,
        question=question,
        language=next(iter(question)),
        meeting=case.ref,
    )
    name = office_of(tx.actor, case, frozenset(PRESIDING_ROLES))
    open_case_ballot(tx, services, case, opening, actor=who, office=name)


def _seat_the_room(tx: Tx, services: Services, case: Case, voted_on: Case, order: str) -> None:
    """Let the ballot begin with those who are in the room by the roll of the meeting."""
    held = find_ballot_state(tx.driver, voted_on.id)
    seats = held.seats if held else {}
    there = [c for c in list_present_states(tx.connection, case.id) if seats.get(c, False)]
    if there:
        take_attendance(tx, services, voted_on, there, order=order)


def _voting_method(way: str) -> VotingMethod:
    if way not in {VotingMethod.ROLL_CALL.value, VotingMethod.CONSENSUS.value}:
        raise Invalid([FieldError("way", "choice")])
    return VotingMethod(way)


def _asked(item: Item, ref: str) -> Mapping[str, str]:
    """The words of an item as a decision may quote them."""
    if item.public:
        return item.title
    return {k: words.format(number=item.number, ref=ref) for k, words in _CLOSED.items()}


def _attendance(services: Services, case: Case, answer: RollEntry) -> dict[str, object]:
    known = services.reference
    if answer.standing not in set(AttendanceStatus):
        raise Invalid([FieldError(answer.country, "choice")])
    observing = answer.standing == AttendanceStatus.OBSERVER
    if answer.country not in (known.observers if observing else known.states):
        both = answer.standing == AttendanceStatus.ABSENT and answer.country in known.observers
        if not both:
            raise Invalid([FieldError(answer.country, "choice")])
    person = clean_text(answer.country, answer.person, limit=_LONGEST_NAME, required=False)
    return {
        "case_id": case.id,
        "country": answer.country,
        "standing": answer.standing,
        "person": person,
    }


def _agenda(tx: Tx, ref: str) -> Agenda:
    found = find_meeting(tx.connection, ref)
    agenda = current_agenda(tx.connection, found) if found else None
    if agenda is None:
        raise NotFound("agenda", ref)
    return agenda


def _at(tx: Tx, services: Services, ref: str, number: int) -> tuple[Case, Item, Progress]:
    """The meeting in session, the item, and how far it is with it, for whoever presides."""
    case = lock_meeting(tx, services, ref, (IN_SESSION,), "meeting_not_in_session")
    if not capacity_on(tx.actor, case, frozenset(PRESIDING_ROLES)).has(*PRESIDING_ROLES):
        raise Forbidden("item")
    item = get_item(_agenda(tx, ref).items, number)
    return case, item, list_progress(tx.connection, case.id).get(number, Progress())


def _require_taken_up(made: Progress) -> None:
    if made.status is not Status.TAKEN_UP:
        raise Refused([Refusal("item_not_taken_up", {"status": str(made.status)})])


def _status(case: Case, number: int, status: Status, words: str) -> dict[str, object]:
    return {"case_id": case.id, "item": number, "status": str(status), "words": words}


def _write_status(
    tx: Tx, case: Case, number: int, status: Status, act: str, *, words: str = ""
) -> None:
    rows = [(meeting_item_act, _status(case, number, status, words))]
    write_rows(tx, case, act, rows, *PRESIDING_ROLES, item=number)
