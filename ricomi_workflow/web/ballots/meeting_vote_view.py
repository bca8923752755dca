"""Deciding in the room, as the one who calls and everybody else see it: consensus and roll call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.meeting_vote import (
    Attendance,
    call_order,
    find_attendance,
    may_call_roll,
    may_conclude,
)
from ricomi_workflow.ballots.queries import BallotView, VoteView
from ricomi_workflow.ballots.rules import Outcome, Position, at_closing
from ricomi_workflow.ballots.voting_methods import (
    CallOrder,
    VotingMethod,
    alphabetical,
    next_to_call,
)
from ricomi_workflow.localization import formats
from ricomi_workflow.web.ballots.voting_method_header import (
    VotingMethodHeader,
    get_ballot,
    get_header,
)
from ricomi_workflow.web.cases.ballot_text import position_choices
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.objections import (
    ObjectionForm,
    ObjectionRow,
    objection_form,
    objection_rows,
)
from ricomi_workflow.web.components import BallotChoice, Confirmation
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import countries, office_label
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PresentState:
    """One counted state in the form of the attendance."""

    code: str
    country: str
    present: bool


@dataclass(frozen=True, slots=True)
class RollLine:
    """One line of the roll: a state and what it answered."""

    code: str
    country: str
    words: str  # empty: not called yet
    text: str
    office: str
    earlier: tuple[str, ...]  # what was recorded before and corrected
    absent: bool
    now: bool


@dataclass(frozen=True, slots=True)
class AttendanceBlock:
    """Who is present, as it was last taken, and whether that is enough."""

    taken: bool
    states: tuple[PresentState, ...]
    present_words: str
    absent_words: str
    quorum_words: str
    order_words: str
    seed: str


@dataclass(frozen=True, slots=True)
class MeetingVotePage:
    """Everything that the templates of consensus and roll call draw."""

    head: VotingMethodHeader
    action: str
    may_call: bool
    may_conclude: bool
    attendance: AttendanceBlock
    called: str  # the state that is called, or corrected; empty when all have answered
    called_name: str
    correcting: bool
    seen: int  # the last answer of that state
    choices: tuple[BallotChoice, ...]
    roll: tuple[RollLine, ...]
    progress: str
    complete: bool  # every state present has answered
    desk: ObjectionForm
    objections: tuple[ObjectionRow, ...]
    form: PlainForm
    moved_on: bool

    @property
    def present_states(self) -> list[tuple[str, str]]:
        """Code and name of the states that are present."""
        return [(each.code, each.country) for each in self.attendance.states if each.present]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent from the page: the state it is about, and the form with its mistakes."""

    country: str = ""
    form: PlainForm = field(default_factory=PlainForm)
    present: frozenset[str] = frozenset()  # what was marked in an attendance that was refused
    moved_on: bool = False


def meeting_vote_page(
    connection: Connection, file: CaseFile, way: VotingMethod, given: Sent
) -> MeetingVotePage:
    """The page for the reader; raises `NotFound` when the newest ballot is held in another way."""
    view = get_ballot(file, way)
    roll = find_attendance(connection, view.ballot.id)
    order = call_order([seat.country for seat in view.counted], roll)
    held = {c: v for c, v in _held(view).items() if v.position is not Position.ABSENT}
    present = roll.present if roll else frozenset()
    correcting = given.country if given.country in present else ""
    called = correcting or next_to_call(order, present, held) or ""
    action = url_for(f"meeting_votes.{way}", ref=file.case.ref)
    is_open = view.ballot.outcome is None
    return MeetingVotePage(
        head=get_header(file, way),
        action=action,
        may_call=is_open and may_call_roll(file.reader, file.case),
        may_conclude=is_open and may_conclude(file.reader, file.case),
        attendance=_attendance(view, roll, order, given.present),
        called=called,
        called_name=_name(called) if called else "",
        correcting=bool(correcting) and correcting in held,
        seen=last_answer(view, called),
        choices=position_choices(view.ballot),
        roll=tuple(_line(view, country, roll, now=country == called) for country in order),
        progress=t("voting_methods.progress", answered=len(held), present=len(present)),
        complete=roll is not None and not present - held.keys(),
        desk=objection_form(file, given.country, action, given.form, late=False),
        objections=objection_rows(file),
        form=given.form,
        moved_on=given.moved_on,
    )


def last_answer(view: BallotView, country: str) -> int:
    """The number of the last answer of a state; 0 while it has none."""
    held = _held(view).get(country)
    return held.seq if held else 0


def is_answered(view: BallotView, country: str, position: str, words: str) -> bool:
    """Whether this very answer is the last of the state."""
    held = _held(view).get(country)
    if held is None or held.position != position:
        return False
    return words.strip() == (held.reservation or held.explanation or "")


def last_words(view: BallotView, country: str) -> str:
    """What was just recorded: the state and its answer; empty when it has none."""
    held = _held(view).get(country)
    if held is None or held.position is None:
        return ""
    said = t(f"case.choice_{held.position}")
    return t("voting_methods.answered_last", country=_name(country), position=said)


def conclusion_confirmation(file: CaseFile, way: VotingMethod) -> Confirmation:
    """What a conclusion declares, and by which figures."""
    view = get_ballot(file, way)
    tally = view.tally
    if tally is None:
        raise AssertionError("what is said in the room is not sealed")
    outcome = at_closing(tally, view.ballot.rule)
    if way is VotingMethod.CONSENSUS:
        adopted = outcome is Outcome.CARRIED
        opening = t("voting_methods.consensus_opening")
        said = t(
            "voting_methods.consensus_said" if adopted else "voting_methods.consensus_no_quorum"
        )
        button = t("voting_methods.consensus_confirm" if adopted else "voting_methods.conclude")
    else:
        opening, said = t("voting_methods.conclude_opening"), t(f"voting_methods.outcome_{outcome}")
        button = t("voting_methods.conclude")
    figures = t("voting_methods.conclude_tally", **{**tally.as_json(), "present": 0, "chair": ""})
    return Confirmation(
        opening=opening,
        said=said,
        closing="" if way is VotingMethod.CONSENSUS else figures,
        recorded=t("voting_methods.conclude_recorded"),
        change="",
        button=button,
        back=t("voting_methods.back"),
        back_href=url_for(f"meeting_votes.{way}", ref=file.case.ref),
    )


def _held(view: BallotView) -> dict[str, VoteView]:
    """By state: the answer that stands."""
    return {
        v.country: v for v in view.history if not v.replaced and not v.taken_back and v.position
    }


def _attendance(
    view: BallotView, roll: Attendance | None, order: Sequence[str], marked: frozenset[str]
) -> AttendanceBlock:
    counted = {seat.country: _name(seat.country) for seat in view.counted}
    there = roll.present if roll else frozenset()
    absent = [country for country in counted if country not in there]
    return AttendanceBlock(
        taken=roll is not None,
        states=tuple(
            PresentState(code, counted[code], code in (marked or there))
            for code in alphabetical(counted)
        ),
        present_words=t("voting_methods.present_of", n=len(there), all=len(counted)),
        absent_words=t("voting_methods.absent_list", countries=countries(absent)) if absent else "",
        quorum_words=_quorum(view, len(there)),
        order_words=_order(roll, order),
        seed=roll.seed if roll else "",
    )


def _quorum(view: BallotView, present: int) -> str:
    needed = view.ballot.rule.quorum_to_decide.needed(len(view.counted))
    if present >= needed:
        return t("voting_methods.quorum_met", n=needed)
    return t("voting_methods.quorum_missing", n=needed - present)


def _order(roll: Attendance | None, order: Sequence[str]) -> str:
    if roll is None or roll.order is None:
        return ""
    if roll.order is CallOrder.ALPHABETICAL:
        return t("voting_methods.order_was_alphabetical")
    return t("voting_methods.order_was_drawn", country=_name(order[0]))


def _line(view: BallotView, country: str, roll: Attendance | None, *, now: bool) -> RollLine:
    held = _held(view).get(country)
    absent = roll is not None and country not in roll.present
    said = [v for v in view.history if v.country == country and v is not held and v.position]
    answered = held if held and held.position is not Position.ABSENT else None
    return RollLine(
        code=country,
        country=_name(country),
        words=t(f"case.choice_{answered.position}") if answered else "",
        text=(answered.reservation or answered.explanation or "") if answered else "",
        office=t("voting_methods.recorded_by", office=office_label(answered.office))
        if answered
        else "",
        earlier=tuple(
            t(f"case.choice_{v.position}") for v in said if v.position is not Position.ABSENT
        ),
        absent=absent,
        now=now,
    )


def _name(country: str) -> str:
    return formats.country(country, language())
