"""Reading what a meeting has done: attendance, progress of items, additions, deferred cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.meetings.models import (
    meeting,
    meeting_attendance,
    meeting_invitation,
    meeting_item_act,
    meeting_proposal,
)
from ricomi_workflow.meetings.rules import PRESENT, AttendanceStatus, Item, Status, after_ballot

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.kernel.canonical import Json

KIND = "committee_meeting"
DRAFTING = ("meeting_draft", "convened", "meeting_postponed")  # an item may still be put on
DEFERRAL = "ballot_deferral"  # the form that says to which meeting, in its field `meeting`
DEFERRED = "deferred"  # the state in which a case waits for it


def list_deferred_cases(connection: Connection, ref: str) -> list[tuple[str, Mapping[str, str]]]:
    """Reference and title of the cases that wait for the meeting `ref`, oldest first.

    A case that was put off without naming a meeting waits for the next one.
    """
    newest = (
        select(submission.c.case_id, func.max(submission.c.number).label("number"))
        .where(submission.c.form == DEFERRAL)
        .group_by(submission.c.case_id)
        .subquery()
    )
    rows = connection.execute(
        select(case.c.ref, case.c.title, case.c.exercise, submission.c["values"])
        .join(newest, newest.c.case_id == case.c.id)
        .join(
            submission,
            (submission.c.case_id == case.c.id)
            & (submission.c.form == DEFERRAL)
            & (submission.c.number == newest.c.number),
        )
        .where(case.c.state == DEFERRED)
        .order_by(submission.c.at, case.c.id)
    ).all()
    if not rows:
        return []
    following = {
        exercise: _next_meeting(connection, exercise=exercise) for exercise in (False, True)
    }
    named = [(r.ref, r.title, r[3].get("meeting") or following[bool(r.exercise)]) for r in rows]
    return [(of, title or {}) for of, title, to in named if to == ref]


def is_upcoming_meeting(connection: Connection, ref: str, *, exercise: bool) -> bool:
    """Whether `ref` names a meeting that is prepared or convened, in practice or in earnest."""
    found = connection.execute(
        select(case.c.id).where(
            case.c.ref == ref,
            case.c.kind == KIND,
            case.c.state.in_(DRAFTING),
            case.c.exercise.is_(exercise),
        )
    )
    return found.first() is not None


def _next_meeting(connection: Connection, *, exercise: bool) -> str | None:
    """The meeting that is held next, or is being prepared."""
    return connection.execute(
        select(case.c.ref)
        .outerjoin(meeting, meeting.c.case_id == case.c.id)
        .where(case.c.kind == KIND, case.c.state.in_(DRAFTING), case.c.exercise.is_(exercise))
        .order_by(meeting.c.begins_at.is_(None), meeting.c.begins_at, case.c.id)
        .limit(1)
    ).scalar()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the meeting is with an item, and the ballot on it."""

    status: Status = Status.PENDING
    words: str = ""
    at: datetime | None = None
    ballot_ref: str = ""
    ballot_round: int = 0
    outcome: str = ""


def list_progress(connection: Connection, meeting_id: int) -> dict[int, Progress]:
    """By item: how far the meeting is with it, by the last act on it and by its ballot."""
    act = meeting_item_act.c
    rows = connection.execute(
        select(act.item, act.status, act.words, act.at, act.ballot_case, act.ballot_round)
        .add_columns(case.c.ref)
        .select_from(meeting_item_act.outerjoin(case, case.c.id == act.ballot_case))
        .where(act.case_id == meeting_id)
        .order_by(act.seq)
    ).all()
    ended = list_item_ballots(
        connection, {(r.ballot_case, r.ballot_round) for r in rows if r.ballot_case}
    )
    found = {}
    for row in rows:
        held = ended.get((row.ballot_case, row.ballot_round))
        status = after_ballot(held.outcome if held else "", Status(row.status))
        number, outcome = (held.round, held.outcome) if held else (0, "")
        found[int(row.item)] = Progress(status, row.words, row.at, row.ref or "", number, outcome)
    return found


@dataclass(frozen=True, slots=True)
class ItemBallot:
    """The last ballot on one text: its number in the case, and how it ended if it did."""

    round: int
    outcome: str


def list_item_ballots(
    connection: Connection, begun: Collection[tuple[int, int]]
) -> dict[tuple[int, int], ItemBallot]:
    """By (case, round) of a ballot: the last one on the same text in the same meeting.

    Where no consensus was found the same question goes on to a roll call, as a ballot of its own.
    What another meeting made of a text that was deferred to it is told there.
    """
    named = ("case_id", "round", "content_digest", "meeting")
    columns = (*(ballot.c[name] for name in named), ballot_outcome.c.outcome)
    rows = connection.execute(
        select(*columns)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(ballot.c.case_id.in_(sorted({case_id for case_id, _ in begun})))
        .order_by(ballot.c.case_id, ballot.c.round)
    ).all()
    texts = {(row.case_id, row.round): (row.content_digest, row.meeting) for row in rows}
    found = {}
    for case_id, number in begun:
        same = [
            row
            for row in rows
            if row.case_id == case_id
            and row.round >= number
            and (row.content_digest, row.meeting) == texts.get((case_id, number))
        ]
        if same:
            found[case_id, number] = ItemBallot(same[-1].round, same[-1].outcome or "")
    return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that somebody wants to add, its ballot, and how that ended if it did."""

    item: Item
    round: int
    at: datetime
    outcome: str


def list_proposals(connection: Connection, meeting_id: int) -> list[Proposal]:
    """Every proposed addition, oldest first."""
    kept = meeting_proposal.c
    rows = connection.execute(
        select(kept.content, kept.round, kept.at)
        .where(kept.case_id == meeting_id)
        .order_by(kept.item)
    ).all()
    ended = list_item_ballots(connection, {(meeting_id, row.round) for row in rows})
    found = []
    for row in rows:
        item = Item.from_json(cast("Mapping[str, Json]", row.content))
        held = ended.get((meeting_id, row.round), ItemBallot(row.round, ""))
        found.append(Proposal(item, held.round, row.at, held.outcome))
    return found


def find_open_proposal(connection: Connection, meeting_id: int) -> Proposal | None:
    """The proposal whose ballot has no outcome; None when there is none."""
    every = list_proposals(connection, meeting_id)
    return next((each for each in every if not each.outcome), None)


@dataclass(frozen=True, slots=True)
class Attendee:
    """A state or an observer in the room."""

    country: str
    standing: AttendanceStatus
    person: str
    at: datetime


def list_attendance(connection: Connection, meeting_id: int) -> dict[str, Attendee]:
    """By country: as what it is in the room, by the last roll call that named it."""
    kept = meeting_attendance.c
    rows = connection.execute(
        select(kept.country, kept.standing, kept.person, kept.at)
        .where(kept.case_id == meeting_id)
        .order_by(kept.seq)
    )
    return {
        row.country: Attendee(row.country, AttendanceStatus(row.standing), row.person, row.at)
        for row in rows
    }


def list_present_states(connection: Connection, meeting_id: int) -> frozenset[str]:
    """The states that are in the room."""
    found = list_attendance(connection, meeting_id).values()
    return frozenset(each.country for each in found if each.standing in PRESENT)


def list_attending_states(connection: Connection, meeting_id: int) -> frozenset[str]:
    """The states that attended, for however short a time."""
    rows = connection.execute(
        select(meeting_attendance.c.country).where(
            meeting_attendance.c.case_id == meeting_id,
            meeting_attendance.c.standing.in_(sorted(PRESENT)),
        )
    )
    return frozenset(rows.scalars())


def list_invitations(connection: Connection, meeting_id: int) -> dict[int, tuple[str, ...]]:
    """By closed item: the observers whom the chair invited to it."""
    rows = connection.execute(
        select(meeting_invitation.c.item, meeting_invitation.c.country)
        .where(meeting_invitation.c.case_id == meeting_id)
        .order_by(meeting_invitation.c.item, meeting_invitation.c.country)
    )
    found: dict[int, tuple[str, ...]] = {}
    for item, country in rows:
        found[item] = (*found.get(item, ()), country)
    return found
