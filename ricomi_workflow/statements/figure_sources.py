"""A statement as data: every figure with the ids of the journals that it is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.statements.forecast import find_shortfall_month
from ricomi_workflow.statements.ledger_facts import CaseFacts
from ricomi_workflow.statements.rules import Breakdown, PostingQuery, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

Address = Callable[[PostingQuery], str]


@dataclass(frozen=True, slots=True)
class _Line:
    """A posting as far as a query may ask of it."""

    journal: int
    kind: str
    of: str
    memo: str
    at: date
    case: str
    note: str

    def answers(self, query: PostingQuery) -> bool:
        """Whether it is one of those that `query` means, whatever the case."""
        under = query.of.endswith("/") and self.of.startswith(query.of)
        return (
            (under or self.of == (query.of or self.of))
            and self.kind in query.kinds
            and (not query.memos or self.memo in query.memos)
            and (not query.line or self.note == query.line)
            and (query.since is None or self.at >= query.since)
            and (query.until is None or self.at <= query.until)
        )


class JournalIndex:
    """The postings up to a day, by case, so that each figure finds its journals quickly."""

    def __init__(self, connection: Connection, known: Mapping[str, CaseFacts], as_of: date) -> None:
        self._known = known
        self._lines: dict[str, list[_Line]] = defaultdict(list)
        for line in _lines(connection, as_of):
            self._lines[line.case].append(line)

    def of(self, query: PostingQuery) -> list[int]:
        """The ids of the journals that answer `query`, oldest first."""
        lines = (line for ref in self._cases(query) for line in self._lines.get(ref, ()))
        journals = self._journals_of_contribution(query.gift) if query.gift else None
        found = (x for x in lines if x.answers(query))
        if journals is not None:
            found = (
                x for x in found if (x.note or query.gift) == query.gift and x.journal in journals
            )
        return sorted({x.journal for x in found})

    def _cases(self, query: PostingQuery) -> Iterable[str]:
        if query.case:
            return [query.case]
        if not (query.country or query.topic):
            return list(self._lines)
        return [
            each.ref
            for each in self._known.values()
            if (not query.country or each.country == query.country)
            and (not query.topic or query.topic in each.topics)
        ]

    def _journals_of_contribution(self, ref: str) -> set[int]:
        return {x.journal for x in self._lines[""] if x.kind == "pledged" and x.of == ref}


def breakdown_json(
    breakdown: Breakdown, entries: JournalIndex, address: Address
) -> dict[str, Json]:
    """The statement for machines: amounts as plain text, each with its entries and its address."""
    rows = [_row(breakdown, row, entries, address) for row in breakdown.rows]
    short = find_shortfall_month(breakdown) if breakdown.name == "forecast" else None
    return {
        "statement": breakdown.name,
        "as_of": breakdown.as_of.isoformat(),
        "currency": BOOK_CURRENCY,
        "illustrative": breakdown.illustrative,
        "columns": list(breakdown.columns),
        "rows": rows,
        "sum": _row(breakdown, breakdown.sums, entries, address) if breakdown.sums else None,
        "rows_overlap": breakdown.overlaps,
        **(
            {"falls_short_in": short.key if short else None} if breakdown.name == "forecast" else {}
        ),
    }


def _row(
    breakdown: Breakdown, row: Row, entries: JournalIndex, address: Address
) -> dict[str, Json]:
    figures: dict[str, Json] = {}
    for column, figure in zip(breakdown.columns, row.figures, strict=True):
        figures[column] = {"amount": str(figure.amount)} | (
            {
                "postings": address(figure.query),
                "entries": [str(journal_id) for journal_id in entries.of(figure.query)],
            }
            if figure.query
            else {}
        )
    return {
        "key": row.key,
        "of": row.note or None,
        "title": dict(row.title) if row.title else None,
        "illustrative": row.illustrative,
        "figures": figures,
        **({"due_on": row.day.isoformat()} if row.day else {}),
        **({"parts": _parts(breakdown, row, entries, address)} if breakdown.inner else {}),
    }


def _parts(breakdown: Breakdown, row: Row, entries: JournalIndex, address: Address) -> list[Json]:
    inner = replace(breakdown, columns=breakdown.inner, inner=())
    return [_row(inner, part, entries, address) for part in row.parts]


def _lines(connection: Connection, as_of: date) -> Iterable[_Line]:
    rows = connection.execute(
        select(
            posting.c.journal_id,
            account.c.kind,
            account.c.code,
            journal.c.memo,
            journal.c.at,
            case.c.ref,
            posting.c.note,
        )
        .join(account, account.c.id == posting.c.account_id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(~account.c.exercise, account.c.currency == BOOK_CURRENCY, journal.c.at <= as_of)
    )
    for journal_id, kind, code, memo, at, ref, note in rows:
        yield _Line(journal_id, kind, code.partition(":")[2], memo, at, ref or "", note or "")
