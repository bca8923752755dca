"""Calls, links, proposals, questions and answers held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.calls.commands import question_digest
from ricomi_workflow.calls.models import call, call_answer, call_link, call_proposal, call_question
from ricomi_workflow.calls.rules import Terms
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_own = case.alias("own")


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a call, a link, a proposal, a question or an answer is not true."""
    yield from _terms(connection, case_id, entries)
    yield from _link(connection, case_id, entries)
    yield from _proposal(connection, case_id, entries)
    yield from _written(connection, case_id, entries, (call_question, "question"))
    yield from _written(connection, case_id, entries, (call_answer, "answer"))


def _terms(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    said = [entry for entry in entries if "terms" in entry.detail]
    row = connection.execute(
        select(call, case.c.exercise.label("practice"))
        .join(case, case.c.id == call.c.case_id)
        .where(call.c.case_id == case_id)
    ).first()
    if row is None:
        yield from (Mismatch(entry.seq, "call") for entry in said)
        return
    last = said[-1] if said else None
    kept = {"terms": digest(row.terms), "closes_at": iso(row.closes_at)}
    as_said = last and last.seq == row.seq and kept.items() <= last.detail.items()
    if not as_said or not _follows_its_terms(row):
        yield Mismatch(row.seq, "call")


def _follows_its_terms(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether the columns by which calls are found repeat what the terms and the case say."""
    terms = Terms.from_json(row.terms)
    said = (terms.number, terms.opens_at, digest(row.terms), row.practice)
    return said == (row.number, row.opens_at, row.digest, row.exercise)


def _link(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    said = {e.seq: e.detail["call"] for e in entries if e.act == "call.joined"}
    rows = connection.execute(
        select(call_link.c.seq, case.c.ref)
        .join(case, case.c.id == call_link.c.call_id)
        .where(call_link.c.case_id == case_id)
    )
    stored = {row.seq: row.ref for row in rows}
    yield from list_mismatches(said, stored, "call link")


def _proposal(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    given = [entry for entry in entries if isinstance(entry.detail.get("proposal"), Mapping)]
    said = {e.seq: e.detail["proposal"] for e in given[-1:]}
    rows = connection.execute(
        select(
            call_proposal.c.seq,
            call_proposal.c.institution,
            call_proposal.c.asked_minor,
            case.c.ref,
            (call_proposal.c.country == _own.c.country).label("of_its_state"),
        )
        .join(case, case.c.id == call_proposal.c.call_id)
        .join(_own, _own.c.id == call_proposal.c.case_id)
        .where(call_proposal.c.case_id == case_id)
    )
    stored = {
        row.seq: {
            "call": row.ref,
            "institution": row.institution,
            "asked": str(Money(row.asked_minor)),
        }
        if row.of_its_state
        else None
        for row in rows
    }
    yield from list_mismatches(said, stored, "proposal")


def _written(
    connection: Connection, case_id: int, entries: Sequence[Entry], kept: tuple[Table, str]
) -> Iterator[Mismatch]:
    table, name = kept
    said = {
        e.seq: (e.detail[name], e.detail[name], e.at)
        for e in entries
        if e.act.startswith("call.") and name in e.detail
    }
    rows = connection.execute(select(table).where(table.c.case_id == case_id))
    stored = {
        row.seq: (question_digest(dict(row._mapping)), row.digest, row.at)  # noqa: SLF001 - the row as a mapping
        for row in rows
    }
    yield from list_mismatches(said, stored, name)
