"""The minutes: written in versions, amended by those who attended, certified by the rapporteur."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.locked_case import capacities
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings.acts import clean_text, lock_meeting, write_rows
from ricomi_workflow.meetings.meeting_record import MeetingRecord, get_record
from ricomi_workflow.meetings.models import (
    meeting_amendment,
    meeting_amendment_answer,
    meeting_certificate,
    meeting_minutes,
)
from ricomi_workflow.meetings.queries import get_meeting
from ricomi_workflow.meetings.session_queries import list_attending_states

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.uow import Tx

WRITING = (Role.RAPPORTEUR, Role.SECRETARIAT)
OPEN = ("minutes_open",)
WRITABLE = ("in_session", "adjourned", "minutes_open")
DELEGATES = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Minutes:
    """A version of the minutes, in the language in which it was written."""

    version: int
    lang: str
    text: str
    at: datetime

    def bound_to(self, record: MeetingRecord) -> str:
        """What a certificate certifies: the text, and what the system knows of the meeting."""
        text: dict[str, Json] = {"version": self.version, "lang": self.lang, "text": self.text}
        return digest({**text, "record": record.digest})


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a delegation wants changed; `accepted` None until it is answered."""

    number: int
    version: int
    country: str
    passage: str
    proposed: str
    at: datetime
    accepted: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The rapporteur's word that a version is what happened."""

    version: int
    digest: str
    name: str
    at: datetime


def write_minutes(
    tx: Tx, services: Services, ref: str, text: str, lang: str, *, seen: int | None = None
) -> int:
    """Keep a new version of the minutes; answer its number. Raises `Refused`, `Invalid`.

    `seen` is the version with which the writer began, 0 before the first: when another was kept
    meanwhile, by somebody else or by an amendment that was accepted, nothing is written.
    """
    case = lock_meeting(tx, services, ref, WRITABLE, "minutes_not_writable")
    if lang not in LANGUAGES:
        raise Invalid([FieldError("lang", "required")])
    words = _lines(clean_text("text", text, limit=_LONGEST))
    last = find_latest_minutes(tx.connection, case.id)
    if last and (last.text, last.lang) == (words, lang):
        return last.version
    if last and seen not in {None, last.version}:
        raise Invalid([FieldError("text", "minutes_moved_on", {"version": last.version})])
    version = last.version + 1 if last else 1
    row = {"case_id": case.id, "version": version, "lang": lang, "text": words}
    rows = [(meeting_minutes, row)]
    write_rows(tx, case, "meeting.minutes_written", rows, *WRITING, version=version)
    return version


def propose_amendment(
    tx: Tx, services: Services, ref: str, country: str, *, passage: str, proposed: str
) -> int:
    """Ask for a change of the minutes in the name of a state that attended; answer its number.

    Raises `Forbidden` for whoever does not speak for `country`, `Refused` (`did_not_attend`,
    `amendments_over`), `Invalid`.
    """
    case = lock_meeting(tx, services, ref, OPEN, "minutes_not_open")
    if not speaks_for(tx, case, country):
        raise Forbidden("amendment")
    ends = amendment_deadline(services, case.definition, case.entered_at)
    if tx.now >= ends:
        raise Refused([Refusal("amendments_over", {"ended_at": iso(ends)})])
    if country not in list_attending_states(tx.connection, case.id):
        raise Refused([Refusal("did_not_attend", {"country": country})])
    last = find_latest_minutes(tx.connection, case.id)
    number = 1 + len(list_amendments(tx.connection, case.id))
    row = {
        "case_id": case.id,
        "number": number,
        "version": last.version if last else 0,
        "country": country,
        "passage": _lines(clean_text("passage", passage, required=False)),
        "proposed": _lines(clean_text("proposed", proposed)),
    }
    rows = [(meeting_amendment, row)]
    write_rows(tx, case, "meeting.amendment_proposed", rows, *DELEGATES, amendment=number)
    return number


def answer_amendment(
    tx: Tx, services: Services, ref: str, number: int, *, accepted: bool, reason: str
) -> int | None:
    """Accept or refuse an amendment, a refusal with its reason; answer the version it makes.

    An accepted amendment whose passage stands once in the newest version is carried out in a new
    one; any other is written by hand, and the answer is None. Raises `NotFound`, `Refused`.
    """
    case = lock_meeting(tx, services, ref, OPEN, "minutes_not_open")
    asked = next((a for a in list_amendments(tx.connection, case.id) if a.number == number), None)
    if asked is None:
        raise NotFound("amendment", str(number))
    if asked.accepted is not None:
        raise Refused([Refusal("amendment_answered", {"number": number})])
    words = clean_text("reason", reason, required=not accepted)
    last = find_latest_minutes(tx.connection, case.id)
    row = {"case_id": case.id, "number": number, "accepted": accepted, "reason": words}
    carried = _carried_out(last, asked) if accepted and last else None
    rows = [(meeting_amendment_answer, row)]
    facts: dict[str, Json] = {"amendment": number, "accepted": accepted}
    if carried is None or last is None:
        write_rows(tx, case, "meeting.amendment_answered", rows, *WRITING, **facts)
        return None
    version = last.version + 1
    text = {"case_id": case.id, "version": version, "lang": last.lang, "text": carried}
    every = [*rows, (meeting_minutes, text)]
    write_rows(tx, case, "meeting.amendment_answered", every, *WRITING, **facts, version=version)
    return version


def certify_minutes(tx: Tx, services: Services, ref: str, *, seen: int | None = None) -> int:
    """Certify the newest version as the rapporteur; answer which. A later version voids it.

    Raises `Refused` (`minutes_missing`, `already_certified`, `amendments_left`), `Forbidden`, and
    `Conflict` when `seen`, the version that was read, is not the newest.
    """
    case = lock_meeting(tx, services, ref, OPEN, "minutes_not_open")
    last = find_latest_minutes(tx.connection, case.id)
    if last is None:
        raise Refused([Refusal("minutes_missing")])
    if seen not in {None, last.version}:
        raise Conflict(f"the minutes have version {last.version}")
    left = sum(each.accepted is None for each in list_amendments(tx.connection, case.id))
    if left:
        raise Refused([Refusal("amendments_left", {"n": left})])
    found = find_certificate(tx.connection, case.id)
    if found and found.version == last.version:
        raise Refused([Refusal("already_certified", {"version": last.version})])
    meeting = get_meeting(tx.connection, tx.actor, ref)
    row = {
        "case_id": case.id,
        "version": last.version,
        "digest": last.bound_to(get_record(tx.connection, meeting)),
        "name": tx.actor.name,
    }
    rows = [(meeting_certificate, row)]
    named = (Role.RAPPORTEUR,)
    write_rows(tx, case, "meeting.minutes_certified", rows, *named, version=last.version)
    return last.version


def speaks_for(tx: Tx, case: Case, country: str) -> bool:
    """Whether the actor is a delegate or alternate of `country`, or stands in for one."""
    every = capacities(tx.actor, case)
    return any(country in each.countries(*DELEGATES) for each in every)


def amendment_deadline(services: Services, definition: str, entered_at: datetime) -> datetime:
    """The end of the term for amendments, by the state of the process that was entered then."""
    term = services.processes[definition].workflow.states[OPEN[0]].deadline
    return services.calendar.due(entered_at, term.business_days if term else 0)


def list_minutes_versions(connection: Connection, meeting_id: int) -> list[Minutes]:
    """Every version of the minutes, oldest first."""
    columns = (meeting_minutes.c[name] for name in ("version", "lang", "text", "at"))
    rows = connection.execute(
        select(*columns)
        .where(meeting_minutes.c.case_id == meeting_id)
        .order_by(meeting_minutes.c.version)
    )
    return [Minutes(*row) for row in rows]


def find_latest_minutes(connection: Connection, meeting_id: int) -> Minutes | None:
    """The newest version of the minutes; None when nothing is written."""
    newest = select(func.max(meeting_minutes.c.version)).where(
        meeting_minutes.c.case_id == meeting_id
    )
    columns = (meeting_minutes.c[name] for name in ("version", "lang", "text", "at"))
    row = connection.execute(
        select(*columns).where(
            meeting_minutes.c.case_id == meeting_id,
            meeting_minutes.c.version == newest.scalar_subquery(),
        )
    ).first()
    return Minutes(*row) if row else None


def list_amendments(connection: Connection, meeting_id: int) -> list[Amendment]:
    """Every proposed amendment with its answer, oldest first."""
    names = ("number", "version", "country", "passage", "proposed", "at")
    answer = meeting_amendment_answer.c
    rows = connection.execute(
        select(*(meeting_amendment.c[name] for name in names), answer.accepted, answer.reason)
        .outerjoin(
            meeting_amendment_answer,
            (answer.case_id == meeting_amendment.c.case_id)
            & (answer.number == meeting_amendment.c.number),
        )
        .where(meeting_amendment.c.case_id == meeting_id)
        .order_by(meeting_amendment.c.number)
    )
    return [
        Amendment(**{**row._mapping, "reason": row.reason or ""})  # noqa: SLF001 - documented
        for row in rows
    ]


def find_certificate(connection: Connection, meeting_id: int) -> Certificate | None:
    """The newest certificate; None when there is none."""
    columns = (meeting_certificate.c[name] for name in ("version", "digest", "name", "at"))
    row = connection.execute(
        select(*columns)
        .where(meeting_certificate.c.case_id == meeting_id)
        .order_by(meeting_certificate.c.version.desc())
        .limit(1)
    ).first()
    return Certificate(*row) if row else None


def _carried_out(last: Minutes, asked: Amendment) -> str | None:
    """The text with the passage replaced; None when it does not stand in it exactly once."""
    if not asked.passage or last.text.count(asked.passage) != 1:
        return None
    return last.text.replace(asked.passage, asked.proposed)


def _lines(text: str) -> str:
    """Lines as the database compares them: browsers send their own ends of lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
