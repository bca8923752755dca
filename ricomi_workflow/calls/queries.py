"""Reading calls: the list, one call, its questions, and the call of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import exists, false, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.calls.models import call, call_answer, call_link, call_proposal, call_question
from ricomi_workflow.calls.rules import CANCELLED, Phase, Terms, not_open_refusal, phase_of
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import NotFound, Refusal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

_STANDING_OUT = (
    "draft",
    "discarded",
    "withdrawn",
    "lapsed",
)  # states in which a request takes no place


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands: its case, its terms, the words by which it is known."""

    id: int
    ref: str
    definition: str
    state: str
    final: bool
    exercise: bool
    illustrative: bool
    title: Mapping[str, str]
    terms: Terms
    digest: str
    seq: int

    def phase(self, now: datetime) -> Phase:
        """Where it stands for those who want to submit."""
        return phase_of(self.terms, self.state, final=self.final, now=now)

    def not_open(self, now: datetime) -> Refusal | None:
        """Why nothing can be submitted into it now; None while it is open."""
        return not_open_refusal(self.terms, self.state, final=self.final, now=now)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer, as everybody reads them: without who asked."""

    number: int
    lang: str
    text: str
    at: datetime
    answer: str = ""
    answer_lang: str = ""
    answered_at: datetime | None = None


def columns() -> Select[tuple[object, ...]]:
    """The statement that reads calls; what is not announced yet has no row."""
    return cast(
        "Select[tuple[object, ...]]",
        select(
            case.c.id,
            case.c.ref,
            case.c.definition,
            case.c.state,
            case.c.exercise,
            case.c.illustrative,
            case.c.title,
            call.c.terms,
            call.c.digest,
            call.c.seq,
        ).select_from(case.join(call, call.c.case_id == case.c.id)),
    )


def call_from_row(services: Services, row: Row[tuple[object, ...]]) -> Call:
    """The value of a row of `columns`."""
    found = dict(row._mapping)  # noqa: SLF001 - the documented mapping of a row
    state = services.processes[str(found["definition"])].workflow.states[str(found["state"])]
    terms = Terms.from_json(cast("Mapping[str, Json]", found.pop("terms")))
    return Call(**{**found, "title": found["title"] or {}}, final=state.final, terms=terms)


def find_call(connection: Connection, services: Services, ref: str) -> Call | None:
    """The announced call `ref`; None when there is none."""
    row = connection.execute(columns().where(case.c.ref == ref)).first()
    return call_from_row(services, row) if row else None


def find_call_of_case(connection: Connection, services: Services, case_id: int) -> Call | None:
    """The call to which the request `case_id` belongs; None for a rolling one."""
    linked = select(call_link.c.call_id).where(call_link.c.case_id == case_id).scalar_subquery()
    row = connection.execute(columns().where(case.c.id == linked)).first()
    return call_from_row(services, row) if row else None


def count_active_requests(
    connection: Connection, call_id: int, institution: str, country: str, besides: int
) -> int:
    """How many requests of an institution stand in a call, besides the case `besides`."""
    return connection.execute(
        select(func.count())
        .join(case, case.c.id == call_proposal.c.case_id)
        .where(
            call_proposal.c.call_id == call_id,
            call_proposal.c.institution == institution,
            call_proposal.c.country == country,
            call_proposal.c.case_id != besides,
            case.c.state.not_in(_STANDING_OUT),
        )
    ).scalar_one()


def list_applicants(connection: Connection, call_id: int) -> list[str]:
    """The states that have opened a request in a call, in the order of their codes."""
    rows = connection.execute(
        select(case.c.country)
        .join(call_link, call_link.c.case_id == case.c.id)
        .where(call_link.c.call_id == call_id)
        .distinct()
        .order_by(case.c.country)
    )
    return list(rows.scalars())


def list_questions(connection: Connection, call_id: int) -> list[Question]:
    """What was asked and answered, in order; of several answers the last stands."""
    newest = (
        select(call_answer.c.question, func.max(call_answer.c.seq).label("seq"))
        .where(call_answer.c.case_id == call_id)
        .group_by(call_answer.c.question)
        .subquery()
    )
    rows = connection.execute(
        select(
            call_question.c.number,
            call_question.c.lang,
            call_question.c.text,
            call_question.c.at,
            call_answer.c.text.label("answer"),
            call_answer.c.lang.label("answer_lang"),
            call_answer.c.at.label("answered_at"),
        )
        .outerjoin(newest, newest.c.question == call_question.c.number)
        .outerjoin(
            call_answer,
            (call_answer.c.case_id == call_question.c.case_id)
            & (call_answer.c.seq == newest.c.seq),
        )
        .where(call_question.c.case_id == call_id)
        .order_by(call_question.c.number)
    )
    return [
        Question(
            row.number,
            row.lang,
            row.text,
            row.at,
            row.answer or "",
            row.answer_lang or "",
            row.answered_at,
        )
        for row in rows
    ]


def calls_by_case(
    connection: Connection, services: Services, case_ids: Sequence[int]
) -> dict[int, Call]:
    """By request: its call; rolling ones are left out. Two statements for any number."""
    links = connection.execute(
        select(call_link.c.case_id, call_link.c.call_id).where(call_link.c.case_id.in_(case_ids))
    ).all()
    wanted = {link.call_id for link in links}
    if not wanted:
        return {}
    rows = connection.execute(columns().where(case.c.id.in_(sorted(wanted))))
    found = {call.id: call for call in (call_from_row(services, row) for row in rows)}
    return {link.case_id: found[link.call_id] for link in links}


PAGE = 50


def list_calls(connection: Connection, services: Services, limit: int = PAGE) -> list[Call]:
    """The announced calls, the one that closes last first; exercises are left out."""
    rows = connection.execute(
        columns()
        .where(case.c.exercise.is_(false()))
        .order_by(call.c.closes_at.desc(), call.c.case_id)
        .limit(limit)
    )
    return [call_from_row(services, row) for row in rows]


def list_open_calls(connection: Connection, services: Services, now: datetime) -> list[Call]:
    """The calls into which something can be submitted, or soon can, first to close first."""
    rows = connection.execute(
        columns()
        .where(call.c.closes_at > now, case.c.state != CANCELLED, case.c.exercise.is_(false()))
        .order_by(call.c.closes_at, call.c.case_id)
        .limit(PAGE)
    )
    return [call_from_row(services, row) for row in rows]


def get_call(connection: Connection, services: Services, ref: str) -> Call:
    """The announced call `ref`. Raises: NotFound."""
    found = find_call(connection, services, ref)
    if found is None:
        raise NotFound("call", ref)
    return found


def count_requests(connection: Connection, call_id: int) -> tuple[int, int]:
    """How many requests were opened in a call, and how many of them were submitted."""
    row = connection.execute(
        select(func.count(), func.count(call_proposal.c.case_id))
        .select_from(call_link)
        .outerjoin(call_proposal, call_proposal.c.case_id == call_link.c.case_id)
        .where(call_link.c.call_id == call_id)
    ).one()
    return int(row[0]), int(row[1])


def is_in_call(number: str) -> ColumnElement[bool]:
    """The requests made into the call with this number, as a condition on `case`."""
    return exists().where(
        call_link.c.case_id == case.c.id,
        call_link.c.call_id == call.c.case_id,
        call.c.number == number,
    )


@dataclass(frozen=True, slots=True)
class CallChange:
    """What happened to an announced call that everybody may know: extended or cancelled, why."""

    act: str
    at: datetime
    reason: str
    closed_before: datetime | None


def list_call_changes(connection: Connection, call_id: int) -> list[CallChange]:
    """The extensions of a call and its cancellation, oldest first, with their reasons."""
    rows = connection.execute(
        select(audit_entry.c.act, audit_entry.c.at, audit_entry.c.reason, audit_entry.c.detail)
        .where(
            audit_entry.c.case_id == call_id,
            audit_entry.c.act.in_(("case.extend_call", "case.cancel_call")),
        )
        .order_by(audit_entry.c.seq)
    )
    return [
        CallChange(row.act.partition(".")[2], row.at, row.reason or "", _before(row.detail))
        for row in rows
    ]


def _before(detail: Mapping[str, Json]) -> datetime | None:
    said = detail.get("closed_before")
    return parse_iso(str(said)) if said else None
