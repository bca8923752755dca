"""Rows of calls as values: the few reads that acts and screens share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from ricomi_workflow.calls.models import call, call_answer, call_link, call_proposal, call_question
from ricomi_workflow.calls.rules import Phase, Terms, not_open_refusal, phase_of
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

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
