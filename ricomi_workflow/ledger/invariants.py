"""Recomputes from the rows everything that must hold in the ledger.

The money of a case is checked against its trail (`trail_check.py`). Every other journal is made by
one row of a slice: a pledge, a receipt, an operating expense. `compare_journals` reports a journal
without a row, a row without its journal, and a journal that differs from its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.ledger.accounts import Kind, Line, Memo, account_from_code
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.periods import digest_journals, list_closing_digests, period_named

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Written = tuple[int, int, str, str | None]  # account, amount, currency, note


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the books that does not hold: which rule, of what, with which figures."""

    rule: str
    subject: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.rule} {self.detail}".rstrip()


def verify(connection: Connection) -> list[Fault]:
    """Every fault of the ledger; none when it holds.

    Checked: balances are the sums of their postings and stand on their side; journals add up to
    zero and their lines are their postings; reversals negate; money of a case has its entry; each
    section of the chart adds up to zero in each currency and in either set of books; accounts
    stand where the chart puts them; closed periods hold what they held when they were closed.
    """
    checks = (_accounts, _journals, _reversals, _entries, _sections, _periods)
    return [fault for check in checks for fault in check(connection)]


def _accounts(connection: Connection) -> Iterator[Fault]:
    sums = (
        select(
            posting.c.account_id,
            func.sum(posting.c.amount).label("amount"),
            func.count().label("number"),
            func.max(posting.c.nth).label("last"),
        )
        .group_by(posting.c.account_id)
        .subquery()
    )
    rows = connection.execute(
        select(account, sums.c.amount, sums.c.number, sums.c.last)
        .outerjoin(sums, sums.c.account_id == account.c.id)
        .order_by(account.c.code)
    )
    for row in rows:
        amount, number = int(row.amount or 0), row.number or 0
        if row.balance != amount:
            yield Fault("balance_differs", row.code, f"{row.balance} postings {amount}")
        if {row.postings, row.last or 0} != {number}:
            yield Fault("postings_differ", row.code, f"{row.postings} postings {number}")
        if row.balance * row.side < 0:
            yield Fault("wrong_side", row.code, f"{row.balance}")
        if (row.kind, row.section, row.side, row.currency) != _described(row.code, row.currency):
            yield Fault("not_in_chart", row.code, f"{row.kind} {row.section} {row.currency}")


def _described(code: str, currency: str) -> tuple[str, str, int, str] | None:
    """Kind, section, side and currency of the account that this code names; None for no account."""
    try:
        named = account_from_code(code)
    except (DomainError, ValueError):
        return None
    own = currency if named.kind is Kind.PLEDGED else named.currency
    return named.kind.value, named.section.value, named.side, own


def _journals(connection: Connection) -> Iterator[Fault]:
    unfolded: dict[int, list[Written]] = defaultdict(list)
    for row in connection.execute(select(posting).order_by(posting.c.journal_id, posting.c.line)):
        unfolded[row.journal_id].append((row.account_id, row.amount, row.currency, row.note))
    for row in connection.execute(select(journal.c.id, journal.c.key, journal.c.lines)):
        lines = [(x["account"], x["amount"], x["currency"], x["note"]) for x in row.lines]
        if lines != unfolded.pop(row.id, []):
            yield Fault("lines_differ", row.key)
        if len(lines) < 2 or any(_sums(lines).values()):
            yield Fault("unbalanced", row.key)
    for journal_id in unfolded:
        yield Fault("no_journal", str(journal_id))


def _sums(lines: list[Written]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for _, amount, currency, _ in lines:
        sums[currency] += amount
    return sums


def _reversals(connection: Connection) -> Iterator[Fault]:
    undone = journal.alias()
    rows = connection.execute(
        select(journal.c.key, journal.c.lines, undone.c.lines.label("undone")).join(
            undone, undone.c.id == journal.c.reverses
        )
    )
    for row in rows:
        negated = [{**line, "amount": -line["amount"]} for line in row.undone]
        if row.lines != negated:
            yield Fault("not_a_reversal", row.key)


def _entries(connection: Connection) -> Iterator[Fault]:
    rows = connection.execute(
        select(journal.c.key)
        .outerjoin(
            audit_entry,
            (audit_entry.c.case_id == journal.c.case_id)
            & (audit_entry.c.seq == journal.c.case_seq),
        )
        .where(journal.c.case_id.is_not(None), audit_entry.c.seq.is_(None))
    )
    for row in rows:
        yield Fault("no_entry", row.key)


def _sections(connection: Connection) -> Iterator[Fault]:
    rows = connection.execute(
        select(
            account.c.exercise,
            account.c.section,
            account.c.currency,
            func.sum(account.c.balance).label("rest"),
        )
        .group_by(account.c.exercise, account.c.section, account.c.currency)
        .having(func.sum(account.c.balance) != 0)
        .order_by(account.c.exercise, account.c.section, account.c.currency)
    )
    for row in rows:
        books = f"exercise {row.section}" if row.exercise else row.section
        yield Fault("section_differs", books, f"{row.rest} {row.currency}")


def _periods(connection: Connection) -> Iterator[Fault]:
    for code, (number, digest) in list_closing_digests(connection).items():
        found, sum_ = digest_journals(connection, period_named(code))
        if (found, sum_) != (number, digest):
            yield Fault("closed_period_differs", code, f"{number} journals, now {found}")


Place = tuple[str, int, str, str]  # account, minor units, currency, note


@dataclass(frozen=True, slots=True)
class ExpectedJournal:
    """What a row says of its journal, which it names by id or by key.

    `facts` are columns of the journal. No `lines`: it is a reversal, which negates another. An
    account of `pooled` counts as the one that it stands for: where money was pooled when it came.
    """

    subject: str
    journal: int | str
    facts: Mapping[str, object]
    lines: Iterable[Line] | None
    pooled: Mapping[str, str]


def compare_journals(
    connection: Connection, memos: Collection[Memo], expected: Iterable[ExpectedJournal]
) -> Iterator[Fault]:
    """Where the journals of `memos` that belong to no case differ from those `expected`."""
    accounts = connection.execute(select(account.c.id, account.c.code))
    codes = {row.id: row.code for row in accounts}
    names = [memo.value for memo in memos]
    rows = connection.execute(
        select(journal)
        .where(journal.c.case_id.is_(None), journal.c.memo.in_(names))
        .order_by(journal.c.id)
    ).all()
    known = {row.id: row for row in rows}
    ids = {row.key: row.id for row in rows}
    for each in expected:
        key = ids.get(each.journal) if isinstance(each.journal, str) else each.journal
        found = known.pop(key, None) if key is not None else None
        if found is None:
            yield Fault("journal_missing", each.subject, str(each.journal))
        elif differing := [*_differing(each, found, codes)]:
            yield Fault("journal_differs", each.subject, ", ".join(differing))
    for row in known.values():
        yield Fault("journal_unknown", row.key, row.memo)


def find_journals_without_case(connection: Connection, memos: Collection[Memo]) -> Iterator[Fault]:
    """Journals that belong to no case, though their fact is none of `memos`."""
    names = [memo.value for memo in memos]
    rows = connection.execute(
        select(journal.c.key, journal.c.memo)
        .where(journal.c.case_id.is_(None), journal.c.memo.not_in(names))
        .order_by(journal.c.id)
    )
    for row in rows:
        yield Fault("no_case", row.key, row.memo)


def _differing(
    expected: ExpectedJournal, found: Row[Any], codes: Mapping[int, str]
) -> Iterator[str]:
    yield from (name for name, value in expected.facts.items() if getattr(found, name) != value)
    if expected.lines is None:
        return
    moved = [
        _place(codes.get(x["account"], ""), x["amount"], x["currency"], x["note"], expected.pooled)
        for x in found.lines
    ]
    named = [
        _place(x.account.code, x.amount.minor, x.amount.currency, x.note, expected.pooled)
        for x in expected.lines
    ]
    if sorted(moved) != sorted(named):
        yield "lines"


def _place(
    code: str, minor: int, currency: str, note: str | None, pooled: Mapping[str, str]
) -> Place:
    """A line without the bank account: which one pays may change, and the bank states it."""
    kind = code.partition(":")[0]
    return kind if kind == Kind.CASH else pooled.get(code, code), minor, currency, note or ""
