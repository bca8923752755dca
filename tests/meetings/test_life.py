"""One meeting from its preparation to its approved minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ricomi_workflow.committees.commands import withdraw_confirmation
from ricomi_workflow.committees.queries import require_rule
from ricomi_workflow.kernel.actors import Grant, Role
from ricomi_workflow.kernel.errors import DomainError, Invalid
from ricomi_workflow.meetings import agenda, minutes, session, tasks
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.meetings.minutes import (
    find_latest_minutes,
    list_amendments,
    list_minutes_versions,
)
from ricomi_workflow.meetings.rules import Item, Status
from ricomi_workflow.meetings.session_queries import list_proposals
from ricomi_workflow.meetings.tasks import BEFORE, send_task_reminders
from tests.meetings.telling import told_in_each_language
from tests.support.meeting import OBSERVER, RAPPORTEUR, VICE, Room
from tests.support.story import CHAIR, SECRETARIAT, answer_of, codes


def propose(room: Room, title: str, positions: dict[str, str]) -> tuple[int, str]:
    """Put an addition to a roll call; answer its number and how that ended."""
    with room.story.act(CHAIR) as tx:
        services = room.story.services
        item = session.propose_addition(tx, services, room.ref, NewItem({"es": title}))
    return item, room.decide(room.ref, **positions)


def test_a_meeting_from_its_notice_to_its_approved_minutes(room: Room) -> None:
    """Two cases are decided, by consensus and by roll call, and the minutes say what happened."""
    story = room.story
    story.fill_the_fund()
    first, second = story.after("record_opinion"), story.after("record_opinion")
    by_consensus = room.add(about=first)
    by_roll = room.add(about=second)
    closed = room.add("Consulta reservada", public=False)
    room.open_session()
    assert room.now.state == "in_session"
    room.call_roll((), "ES")

    few = dict.fromkeys(story.voters[:15], "against")
    refused, outcome = propose(room, "Informe oral", few)
    assert outcome == "lost"
    carried, outcome = propose(room, "Informe escrito", dict.fromkeys(story.voters[:5], "against"))
    assert outcome == "carried"
    numbers = [item.number for item in _items(room)]
    assert numbers == [by_consensus, by_roll, closed, carried]
    assert refused not in numbers

    _decide(room, {by_consensus: first, by_roll: second})

    assert answer_codes(lambda: room.do(CHAIR, "adjourn")) == ["items_left"]
    room.take_up(carried)
    with story.act(VICE) as tx:
        session.conclude_item(tx, story.services, room.ref, carried, "La Comisión tomó nota.")
    with story.act(VICE) as tx:
        session.postpone_item(tx, story.services, room.ref, closed, "Falta un texto.")
    room.do(VICE, "adjourn")

    _approve(room)
    assert room.now.state == "minutes_approved"
    told_in_each_language(room, [first, second])
    assert story.faults() == []


def _decide(room: Room, cases: dict[int, str]) -> None:
    """Decide the first case by consensus and the second by roll call."""
    (by_consensus, first), (by_roll, second) = cases.items()
    room.take_up(by_consensus)
    assert room.put_to_vote(by_consensus, "consensus") == first
    assert room.conclude(first) == "carried"
    room.take_up(by_roll)
    assert room.put_to_vote(by_roll) == second
    assert room.decide(second) == "carried"
    assert {room.story.case(ref).state for ref in cases.values()} == {"approved_awaiting_funds"}
    progress = room.seen_by(CHAIR).progress
    assert [progress[n].status for n in cases] == [Status.DECIDED] * 2


def _items(room: Room) -> tuple[Item, ...]:
    shown = room.seen_by(CHAIR).agenda
    assert shown is not None
    return shown.items


def _write(room: Room, text: str) -> None:
    with room.story.act(RAPPORTEUR) as tx:
        minutes.write_minutes(tx, room.story.services, room.ref, text, "es")


def _approve(room: Room) -> None:
    """Write, amend, certify and approve the minutes."""
    story, services = room.story, room.story.services
    _write(room, "La Comisión se reunió. Aprobó dos pedidos.")
    room.do(RAPPORTEUR, "open_minutes")
    with story.act("ceam_delegate:MX") as tx:
        number = minutes.propose_amendment(
            tx, services, room.ref, "MX", passage="dos pedidos", proposed="dos pedidos sin objeción"
        )
    with story.act("ceam_delegate:BR") as tx:
        other = minutes.propose_amendment(
            tx, services, room.ref, "BR", passage="", proposed="Añadir la hora de cierre."
        )
    assert answer_codes(lambda: room.do(CHAIR, "approve_minutes")) == [
        "amendments_open",
        "amendments_left",
        "minutes_not_certified",
    ]
    with story.act(RAPPORTEUR) as tx:
        made = minutes.answer_amendment(tx, services, room.ref, number, accepted=True, reason="")
    assert made == 2
    with story.act(RAPPORTEUR) as tx:
        minutes.answer_amendment(
            tx, services, room.ref, other, accepted=False, reason="La hora ya consta."
        )
    with story.act(RAPPORTEUR) as tx:
        minutes.certify_minutes(tx, services, room.ref)
    story.clock.advance(timedelta(days=20))
    room.do(CHAIR, "approve_minutes")
    with services.uow.read() as connection:
        last = find_latest_minutes(connection, room.now.id)
        answers = [(a.number, a.accepted) for a in list_amendments(connection, room.now.id)]
    assert last is not None
    assert last.text == "La Comisión se reunió. Aprobó dos pedidos sin objeción."
    assert answers == [(number, True), (other, False)]


def answer_codes(act: object) -> list[str]:
    """The codes of what the domain answers instead of acting."""
    assert callable(act)
    return codes(answer_of(act))


def test_a_new_version_voids_the_certificate_and_frozen_minutes_take_none(room: Room) -> None:
    """The rapporteur certifies words, not a document that may still change."""
    story, services = room.story, room.story.services
    item = room.add("Uno")
    room.open_session()
    room.take_up(item)
    with story.act(CHAIR) as tx:
        session.postpone_item(tx, services, room.ref, item, "Falta el documento.")
    room.do(CHAIR, "adjourn")
    _write(room, "Primera versión.")
    room.do(SECRETARIAT, "open_minutes")
    with story.act(RAPPORTEUR) as tx:
        minutes.certify_minutes(tx, services, room.ref)
    _write(room, "Segunda versión.")
    story.clock.advance(timedelta(days=20))
    assert answer_codes(lambda: room.do(CHAIR, "approve_minutes")) == ["minutes_not_certified"]
    with story.act(RAPPORTEUR) as tx:
        minutes.certify_minutes(tx, services, room.ref)
    room.do(VICE, "approve_minutes")
    assert answer_codes(lambda: _write(room, "Tercera versión.")) == ["minutes_not_writable"]
    with services.uow.read() as connection:
        assert len(list_minutes_versions(connection, room.now.id)) == 2


def test_only_those_who_attended_amend_the_minutes_and_only_in_the_term(room: Room) -> None:
    """Bolivia was not in the room; Mexico comes a day too late."""
    story, services = room.story, room.story.services
    item = room.add("Uno")
    room.convene()
    room.at_the_hour()
    room.call_roll(tuple(c for c in story.voters if c != "BO"))
    room.do(CHAIR, "adopt_agenda")
    with story.act(CHAIR) as tx:
        session.postpone_item(tx, services, room.ref, item, "Falta el documento.")
    room.do(CHAIR, "adjourn")
    _write(room, "Texto.")
    room.do(RAPPORTEUR, "open_minutes")

    def amend(country: str, by: str) -> None:
        with story.act(f"ceam_delegate:{by}") as tx:
            minutes.propose_amendment(
                tx, services, room.ref, country, passage="Texto", proposed="Otro"
            )

    assert answer_codes(lambda: amend("BO", "BO")) == ["did_not_attend"]
    assert answer_codes(lambda: amend("MX", "BR")) == ["forbidden"]
    case = story.case(room.ref)
    story.clock.at = minutes.amendment_deadline(services, case.definition, case.entered_at)
    assert answer_codes(lambda: amend("MX", "MX")) == ["amendments_over"]


def test_the_session_opens_at_its_hour_with_the_quorum(room: Room) -> None:
    """One third of the eligible states, by the roll; observers and absent states do not count."""
    room.add("Uno")
    room.convene()
    assert answer_codes(lambda: room.do(CHAIR, "adopt_agenda")) == [
        "meeting_not_yet",
        "quorum_missing",
    ]
    room.at_the_hour()
    room.call_roll(room.story.voters[:5], "ES")
    assert answer_codes(lambda: room.do(VICE, "adopt_agenda")) == ["quorum_missing"]
    room.call_roll(room.story.voters[:20])
    room.do(VICE, "adopt_agenda")
    assert room.now.state == "in_session"


@pytest.mark.parametrize("against", [11, 12])
def test_an_addition_to_the_adopted_order_of_business_takes_two_thirds(
    room: Room, against: int
) -> None:
    """With 32 or 33 states present, eleven against leave two thirds in favour or not."""
    room.add("Uno")
    room.open_session()
    voters = room.story.voters
    number, outcome = propose(room, "Otro", dict.fromkeys(voters[:against], "against"))
    favour = len(voters) - against
    assert outcome == ("carried" if 3 * favour >= 2 * len(voters) else "lost")
    assert (number in {item.number for item in _items(room)}) == (outcome == "carried")
    with room.story.services.uow.read() as connection:
        assert [p.outcome for p in list_proposals(connection, room.now.id)] == [outcome]


def test_an_adopted_order_of_business_is_frozen(room: Room) -> None:
    """Nobody adds, moves or takes off an item by hand."""
    item = room.add("Uno")
    room.open_session()
    services = room.story.services
    tries = (
        lambda tx: agenda.add_item(tx, services, room.ref, {"es": "Dos"}),
        lambda tx: agenda.move_item(tx, services, room.ref, item, 1),
        lambda tx: agenda.remove_item(tx, services, room.ref, item),
        lambda tx: agenda.set_item_public(tx, services, room.ref, item, public=False),
    )
    for attempt in tries:
        with pytest.raises(DomainError) as caught, room.story.act(SECRETARIAT) as tx:
            attempt(tx)
        assert codes(caught.value) == ["agenda_adopted"]


def test_items_are_ordered_taken_off_and_never_share_a_number(room: Room) -> None:
    """A number that was taken off is not given again."""
    one, two, three = (room.add(word) for word in ("Uno", "Dos", "Tres"))
    services = room.story.services
    with room.story.act(SECRETARIAT) as tx:
        agenda.move_item(tx, services, room.ref, three, -1)
    with room.story.act(SECRETARIAT) as tx:
        agenda.remove_item(tx, services, room.ref, three)
    four = room.add("Cuatro")
    assert [item.number for item in _items(room)] == [one, two, four]
    assert four > three


def test_a_case_deferred_to_the_meeting_stands_on_its_draft_by_itself(room: Room) -> None:
    """The chair defers the open ballot to the meeting that is being prepared."""
    story = room.story
    story.fill_the_fund()
    ref = story.after("open_ballot")
    room.add("Uno")
    story.do(
        CHAIR,
        "defer_to_meeting",
        {"meeting": room.ref},
        reason="Se tratará en la reunión.",
        ref=ref,
    )
    assert [item.case for item in _items(room)] == [None, ref]
    number = _items(room)[1].number
    with pytest.raises(DomainError) as caught, story.act(SECRETARIAT) as tx:
        agenda.remove_item(tx, story.services, room.ref, number)
    assert codes(caught.value) == ["item_deferred_here"]
    room.open_session()
    room.take_up(number)
    assert room.put_to_vote(number, "consensus") == ref
    assert room.conclude(ref) == "carried"


def test_a_ballot_is_deferred_only_to_a_meeting_that_is_ahead(room: Room) -> None:
    """Neither a case, nor a meeting of an exercise, nor one that was held already."""
    story, held = room.story, room.ref
    room.add("Uno")
    room.open_session()
    exercise = room.prepare(exercise=True)
    story.fill_the_fund()
    ref = story.after("open_ballot")
    for wrong in ("RI-2026-9999", ref, exercise, held):
        with pytest.raises(Invalid) as caught:
            story.do(CHAIR, "defer_to_meeting", {"meeting": wrong}, reason="Falta.", ref=ref)
        (mistake,) = caught.value.fields
        assert (mistake.path, mistake.code) == ("meeting", "meeting_not_ahead")
        assert mistake.params["value"] == wrong
    story.do(CHAIR, "defer_to_meeting", {}, reason="Se tratará en la próxima.", ref=ref)
    room.prepare()
    assert [item.case for item in _items(room)] == [ref]


def test_what_the_next_meeting_decides_is_not_told_of_the_one_that_deferred_it(room: Room) -> None:
    """Postponed stays postponed where it was postponed, whatever becomes of it later."""
    story, first = room.story, room.ref
    story.fill_the_fund()
    ref = story.after("record_opinion")
    item = room.add(about=ref)
    room.open_session()
    room.take_up(item)
    room.put_to_vote(item)
    story.do(CHAIR, "defer_to_meeting", {}, reason="Falta un dato.", ref=ref)
    room.do(CHAIR, "adjourn")
    room.prepare()
    room.add("Uno")
    room.open_session()
    room.take_up(1)
    assert room.put_to_vote(1, "consensus") == ref
    assert room.conclude(ref) == "carried"
    assert room.seen_by(CHAIR).progress[1].outcome == "carried"
    room.ref = first
    held = room.seen_by(CHAIR).progress[item]
    assert (held.status, held.outcome) == (Status.POSTPONED, "deferred")


def test_a_task_goes_to_its_office_with_a_term_and_is_done_by_it(room: Room) -> None:
    """The fund reads its task although the file of the meeting is not its own."""
    story, services = room.story, room.story.services
    room.add("Uno")
    room.open_session()
    office = Grant(Role.FUND_ADMINISTRATOR)
    with story.act(SECRETARIAT) as tx:
        due = story.today + timedelta(days=7)
        number = tasks.assign_task(tx, services, room.ref, "Enviar el saldo", office, due_on=due)
    story.ref = room.ref
    assert story.told() == {"meeting_task": ["fund_administrator"]}
    with services.uow.read() as connection:
        found = tasks.list_open_tasks(connection, story.people["fund_administrator"])
        assert [(t.number, services.calendar.local_day(t.due_at)) for t in found] == [(1, due)]
        assert tasks.list_open_tasks(connection, story.people[OBSERVER]) == []
    with story.act("auditor") as tx, pytest.raises(DomainError):
        tasks.complete_task(tx, room.ref, number)
    with story.act("fund_administrator") as tx:
        tasks.complete_task(tx, room.ref, number, "Enviado.")
    with services.uow.read() as connection:
        assert tasks.list_open_tasks(connection, story.people["fund_administrator"]) == []
    assert story.faults() == []


def test_a_session_opens_only_by_a_rule_in_force(room: Room) -> None:
    """As a ballot does: nobody opens by a quorum that nobody confirmed, an exercise apart."""
    story = room.story
    room.add("Uno")
    room.convene()
    room.at_the_hour()
    room.call_roll()
    with story.act(SECRETARIAT) as tx:
        body = story.services.reference.body("ceam")
        kept = require_rule(tx.driver, body, exercise=False)
        assert kept is not None
        withdraw_confirmation(tx, kept.id, "Se leyó otro artículo.")
    assert answer_codes(lambda: room.do(CHAIR, "adopt_agenda")) == ["rule_unconfirmed"]
    room.prepare(exercise=True)
    room.add("Uno")
    room.convene()
    room.at_the_hour()
    room.call_roll()
    room.do(CHAIR, "adopt_agenda")
    assert room.now.state == "in_session"


def test_an_open_task_is_recalled_once_before_its_day(room: Room) -> None:
    """Two business days before, to who has it; not one that is done, or that was given later."""
    story, services = room.story, room.story.services
    room.add("Uno")
    room.open_session()
    fund, calendar = Grant(Role.FUND_ADMINISTRATOR), services.calendar
    due = calendar.add(story.today, 6)
    for words in ("Enviar el saldo", "Enviar el informe"):
        with story.act(SECRETARIAT) as tx:
            tasks.assign_task(tx, services, room.ref, words, fund, due_on=due)
    with story.act("fund_administrator") as tx:
        tasks.complete_task(tx, room.ref, 2)
    at = calendar.closing(calendar.add(due, -BEFORE))
    story.clock.at = at - timedelta(seconds=1)
    assert send_task_reminders(services) == 0
    story.clock.at, story.ref = at, room.ref
    assert [send_task_reminders(services), send_task_reminders(services)] == [1, 0]
    assert story.told() == {"meeting_task_near": ["fund_administrator"]}
    last = story.entries()[-1]
    assert (last.act, last.office, last.detail["task"]) == ("meeting.task_reminded", "system", 1)
    story.clock.advance(timedelta(minutes=1))
    with story.act(SECRETARIAT) as tx:
        tasks.assign_task(tx, services, room.ref, "Enviar la lista", fund, due_on=due)
    assert send_task_reminders(services) == 0
    assert story.faults() == []
