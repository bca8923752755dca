"""What the system itself knows of a meeting: hours, quorum, roll, items, ballots, documents.

Nothing of it is typed for the minutes. It is read from rows that are only added to, as they stood
when the meeting was adjourned, so that it is the same whenever it is read: the certificate of the
minutes binds it together with their text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.meetings.models import meeting_attendance
from ricomi_workflow.meetings.queries import (
    Document,
    Meeting,
    MeetingView,
    current_agenda,
    list_documents,
)
from ricomi_workflow.meetings.rules import AccessLevel, AttendanceStatus, Item, Kind, Status
from ricomi_workflow.meetings.session_queries import Progress, list_progress, list_proposals

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OPENED, _ADJOURNED = "case.adopt_agenda", "case.adjourn"
_ITS_OWN = (Kind.NOTICE, Kind.MINUTES)


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """A state or an observer that was there; `until` is when a later roll found it gone."""

    country: str
    standing: AttendanceStatus
    person: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class BallotRecord:
    """A ballot that ended: of which case, the how manieth, and its figures."""

    ref: str
    round: int
    way: str
    outcome: str
    tally: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item and what became of it; `place` is 0 for an addition that was proposed."""

    item: Item
    place: int
    status: Status
    words: str
    ballot: BallotRecord | None


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """A meeting as the system knows it; `quorum` holds `present`, `needed` and `of` at opening."""

    meeting: Meeting
    opened_at: datetime | None
    adjourned_at: datetime | None
    quorum: Mapping[str, Json]
    room: tuple[AttendanceRecord, ...]
    items: tuple[ItemRecord, ...]
    additions: tuple[ItemRecord, ...]
    documents: tuple[Document, ...]
    closed: int = 0  # how many items are there that the reader does not see

    @property
    def digest(self) -> str:
        """Of all that is known, whatever a reader sees of it."""
        terms = self.meeting.terms
        return digest(
            {
                "ref": self.meeting.ref,
                "title": dict(self.meeting.title),
                "terms": terms.as_json() if terms else None,
                "opened": iso(self.opened_at) if self.opened_at else None,
                "adjourned": iso(self.adjourned_at) if self.adjourned_at else None,
                "quorum": dict(self.quorum),
                "room": [_bound(each) for each in self.room],
                "items": [_bound(each) for each in self.items],
                "additions": [_bound(each) for each in self.additions],
                "documents": [_document(each) for each in self.documents],
            }
        )

    @property
    def ballots(self) -> frozenset[tuple[str, int]]:
        """Case and number of the ballots on its items and additions."""
        every = (*self.items, *self.additions)
        return frozenset((each.ballot.ref, each.ballot.round) for each in every if each.ballot)

    def seen(self, shown: MeetingView) -> MeetingRecord:
        """What of it the reader sees to whom the meeting is `shown`; no digest is taken of it."""
        viewer = shown.viewer
        items = tuple(each for each in self.items if viewer.sees_item(each.item))
        keys = {each.id for each in shown.documents}
        named = viewer.circle is AccessLevel.COMMITTEE  # who spoke for a state is not published
        return replace(
            self,
            room=self.room if named else tuple(replace(each, person="") for each in self.room),
            items=items,
            additions=tuple(each for each in self.additions if viewer.sees_item(each.item)),
            documents=tuple(each for each in self.documents if each.id in keys),
            closed=len(self.items) - len(items),
        )


def get_record(connection: Connection, found: Meeting) -> MeetingRecord:
    """All that is known of a meeting, as it stood when it was adjourned or stands until then."""
    acts = _acts(connection, found.id)
    opened, adjourned = acts.get(_OPENED), acts.get(_ADJOURNED)
    agenda = current_agenda(connection, found)
    progress, ballots = list_progress(connection, found.id), _ballots(connection, found.ref)
    items = agenda.items if agenda else ()
    until = adjourned.seq if adjourned else None
    said = opened.detail.get("quorum") if opened else None
    return MeetingRecord(
        meeting=found,
        opened_at=opened.at if opened else None,
        adjourned_at=adjourned.at if adjourned else None,
        quorum=said if isinstance(said, Mapping) else {},
        room=tuple(_room(connection, found.id)),
        items=tuple(
            _treated(item, place, progress.get(item.number, Progress()), ballots)
            for place, item in enumerate(items, start=1)
        ),
        additions=tuple(_additions(connection, found, ballots)),
        documents=tuple(
            each
            for each in list_documents(connection, found.id)
            if each.kind not in _ITS_OWN and (until is None or each.seq <= until)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Act:
    seq: int
    at: datetime
    detail: Mapping[str, Json]


Ballots = Mapping[tuple[str, int], BallotRecord]


def _acts(connection: Connection, meeting_id: int) -> dict[str, _Act]:
    """The entries that opened and adjourned the session."""
    entry = audit_entry.c
    rows = connection.execute(
        select(entry.act, entry.seq, entry.at, entry.detail).where(
            entry.case_id == meeting_id, entry.act.in_((_OPENED, _ADJOURNED))
        )
    )
    return {row.act: _Act(row.seq, row.at, row.detail) for row in rows}


def _ballots(connection: Connection, ref: str) -> Ballots:
    """Every ballot of the meeting that ended, by case and number."""
    rows = connection.execute(
        select(
            case.c.ref,
            ballot.c.round,
            ballot.c.way,
            ballot_outcome.c.outcome,
            ballot_outcome.c.tally,
        )
        .select_from(ballot)
        .join(case, case.c.id == ballot.c.case_id)
        .join(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(ballot.c.meeting == ref)
    )
    return {(row.ref, row.round): BallotRecord(*row) for row in rows}


def _room(connection: Connection, meeting_id: int) -> Iterator[AttendanceRecord]:
    """Whoever was there for however short a time, by country."""
    kept = meeting_attendance.c
    rows = connection.execute(
        select(kept.country, kept.standing, kept.person, kept.at)
        .where(kept.case_id == meeting_id)
        .order_by(kept.country, kept.seq)
    )
    found: dict[str, AttendanceRecord] = {}
    for country, standing, person, at in rows:
        before = found.get(country)
        if standing != AttendanceStatus.ABSENT:
            since = before.since if before else at
            found[country] = AttendanceRecord(
                country, AttendanceStatus(standing), person, since, None
            )
        elif before:
            found[country] = replace(before, until=before.until or at)
    yield from found.values()


def _treated(item: Item, place: int, made: Progress, ballots: Ballots) -> ItemRecord:
    counted = ballots.get((made.ballot_ref, made.ballot_round)) if made.outcome else None
    return ItemRecord(item, place, made.status, made.words, counted)


def _additions(connection: Connection, found: Meeting, ballots: Ballots) -> Iterator[ItemRecord]:
    """Every proposed addition, with the ballot that carried or lost it."""
    for each in list_proposals(connection, found.id):
        status = Status.DECIDED if each.outcome else Status.VOTING
        counted = ballots.get((found.ref, each.round)) if each.outcome else None
        yield ItemRecord(each.item, 0, status, "", counted)


def _bound(value: object) -> Json:
    """What is bound of a value: its fields, instants as text."""
    if isinstance(value, Item):
        return value.as_json()
    if isinstance(value, AttendanceRecord | BallotRecord | ItemRecord):
        return {field.name: _bound(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return iso(value)
    return dict(value) if isinstance(value, Mapping) else cast("Json", value)


def _document(found: Document) -> dict[str, Json]:
    return {
        "symbol": str(found.symbol),
        "kind": str(found.kind),
        "title": dict(found.title),
        "original": found.original,
        "access": str(found.access),
        "item": found.item,
        "sha256": found.sha256,
    }
