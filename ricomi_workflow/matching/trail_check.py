"""Matches held against the trail: each, with each of its events, stands in both cases' trails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import case as case_when
from sqlalchemy import or_, select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.matching.commands import reasons_digest, text_digest
from ricomi_workflow.matching.models import match, match_event
from ricomi_workflow.matching.rules import Step

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ACT = "match."


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries that speak of an event that is not there, or is another one, and the reverse."""
    said = {entry.seq: entry for entry in entries if entry.act.startswith(_ACT)}
    rows = connection.execute(
        select(match_event).where(
            or_(match_event.c.need_id == case_id, match_event.c.offer_id == case_id)
        )
    )
    for row in rows:
        seq = row.need_seq if row.need_id == case_id else row.offer_seq
        entry = said.pop(seq, None)
        words = text_digest(row.words) if row.words else None
        office = f"{Role.FOCAL_POINT}:{row.country}" if row.country else "system"
        kept = (f"{_ACT}{row.step}", office, row.actor_id, row.at, words, row.outcome)
        if entry is None or row.office != office or _entry_key(entry) != kept:
            yield Mismatch(seq, "match")
    yield from (Mismatch(seq, "match") for seq in said)
    yield from _matches(connection, case_id, entries)


def _entry_key(entry: Entry) -> tuple[object, ...]:
    words, outcome = (entry.detail.get(name) for name in ("words", "outcome"))
    return entry.act, entry.office, entry.actor_id, entry.at, words, outcome


def _matches(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    """The last entries of matches that stand otherwise than the trail has led them."""
    is_need = match.c.need_id == case_id
    other = case_when((is_need, match.c.offer_id), else_=match.c.need_id)
    country = case_when((is_need, match.c.offer_country), else_=match.c.need_country)
    rows = connection.execute(
        select(match, case_table.c.ref, country.label("country"))
        .join(case_table, case_table.c.id == other)
        .where(or_(is_need, match.c.offer_id == case_id))
    )
    said: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.act.startswith(_ACT):
            said.setdefault(str(entry.detail.get("other")), []).append(entry)
    for row in rows:
        its = said.get(row.ref, [])
        found = (row.found_at, row.points, reasons_digest(row.reasons))
        kept = (*found, row.country, row.number, f"{_ACT}{row.step}")
        came = (row.changed_at, row.started_by, row.outcome, row.request_ref)
        if not its or _led_to(its) != (*kept, *came):
            yield Mismatch((its or entries)[-1].seq, "match")


def _led_to(its: Sequence[Entry]) -> tuple[object, ...]:
    """How a match stands by its entries in one trail."""
    first, last = its[0], its[-1]
    begun = (each.office.partition(":")[2] for each in its if each.act == f"{_ACT}{Step.CONTACTED}")
    outcome, request = (
        next((each.detail[name] for each in reversed(its) if name in each.detail), None)
        for name in ("outcome", "request")
    )
    told = (first.detail.get(name) for name in ("points", "reasons", "country"))
    return (first.at, *told, len(its), last.act, last.at, next(begun, None), outcome, request)
