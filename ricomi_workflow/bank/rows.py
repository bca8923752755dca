"""Rows of the bank's side as values: the reads that acts, screens and the report share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select, tuple_

from ricomi_workflow.bank.matching import BankLine, CashPosting, Explanation, MatchGround
from ricomi_workflow.bank.models import (
    bank_line,
    bank_match_line,
    bank_match_posting,
    bank_match_undone,
    bank_statement,
    bank_statement_withdrawn,
)
from ricomi_workflow.bank.reconciliation import StatementSpan
from ricomi_workflow.bank.statement import LinePart, one_line
from ricomi_workflow.cases.models import case
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.models import account as ledger_account
from ricomi_workflow.ledger.models import journal, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the bank as it came."""

    id: int
    sha256: str
    name: str
    notation: str
    account: str
    opening: int | None
    closing: int | None
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement that was imported, with how many of its lines are matched."""

    span: StatementSpan
    account: str
    file_id: int
    lines: int
    matched: int
    by: int | None
    at: datetime
    withdrawn: str  # why it was set aside; empty when it stands


@dataclass(frozen=True, slots=True)
class Match:
    """Lines and postings of which a person confirmed that they are the same fact."""

    id: int
    account: str
    lines: tuple[BankLine, ...]
    facts: tuple[CashPosting, ...]
    grounds: tuple[MatchGround, ...]
    difference: Money
    explanation: Explanation | None
    note: str
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line with its place and its standing match."""

    line: BankLine
    statement: StoredStatement
    position: int
    valued_on: date | None
    balance: Money
    code: str
    parts: tuple[LinePart, ...]
    match: Match | None


def list_spans(
    connection: Connection, account: str, until: date | None = None
) -> list[StatementSpan]:
    """The statements that stand, in the order of their days; with `until`, those begun by it."""
    where = [bank_statement.c.account == account, ~is_withdrawn()]
    if until is not None:
        where.append(bank_statement.c.first_day <= until)
    rows = connection.execute(select(bank_statement).where(*where).order_by(*IN_ORDER))
    return [as_span(row) for row in rows]


def list_unmatched_lines(
    connection: Connection, account: str, until: date | None = None, limit: int | None = None
) -> list[BankLine]:
    """The lines of an account in no match, oldest first."""
    where = [bank_statement.c.account == account, ~is_withdrawn(), match_of_line().is_(None)]
    if until is not None:
        where.append(bank_line.c.booked_on <= until)
    rows = connection.execute(
        select_lines().where(*where).order_by(bank_line.c.booked_on, bank_line.c.id).limit(limit)
    )
    return [as_line(row) for row in rows]


def list_unmatched_postings(
    connection: Connection, account: str, since: date, until: date | None = None
) -> list[CashPosting]:
    """The cash postings of an account from `since` on in no match, oldest first."""
    where = [journal.c.at >= since, match_of_posting().is_(None)]
    if until is not None:
        where.append(journal.c.at <= until)
    rows = connection.execute(
        select_postings(account).where(*where).order_by(journal.c.at, journal.c.id, posting.c.line)
    )
    return [as_posting(row) for row in rows]


def list_postings_by_key(
    connection: Connection, account: str, keys: Sequence[tuple[int, int]]
) -> list[CashPosting]:
    """The cash postings of an account with these keys, matched or not."""
    rows = connection.execute(
        select_postings(account)
        .where(tuple_(posting.c.journal_id, posting.c.line).in_(keys))
        .order_by(journal.c.at, journal.c.id, posting.c.line)
    )
    return [as_posting(row) for row in rows]


def list_lines_by_key(connection: Connection, account: str, keys: Sequence[int]) -> list[BankLine]:
    """The lines of an account with these keys, matched or not."""
    rows = connection.execute(
        select_lines()
        .where(bank_statement.c.account == account, bank_line.c.id.in_(keys))
        .order_by(bank_line.c.booked_on, bank_line.c.id)
    )
    return [as_line(row) for row in rows]


IN_ORDER = (
    bank_statement.c.first_day,
    bank_statement.c.last_day,
    func.coalesce(bank_statement.c.sequence, 0),
    bank_statement.c.id,
)


def is_cash_of(account: str) -> ColumnElement[bool]:
    """The condition that a ledger account is the cash of a bank account."""
    return ledger_account.c.code == f"cash:{account}"


def is_withdrawn() -> ColumnElement[bool]:
    """The condition that a statement was set aside."""
    return exists().where(bank_statement_withdrawn.c.statement_id == bank_statement.c.id)


def is_in_force(match: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a match was not undone."""
    return ~exists().where(bank_match_undone.c.match_id == match)


def match_of_line() -> ColumnElement[int]:
    """The standing match of a line, or NULL."""
    return (
        select(bank_match_line.c.match_id)
        .where(
            bank_match_line.c.line_id == bank_line.c.id,
            is_in_force(bank_match_line.c.match_id),
        )
        .correlate(bank_line)
        .scalar_subquery()
    )


def match_of_posting() -> ColumnElement[int]:
    """The standing match of a posting, or NULL."""
    return (
        select(bank_match_posting.c.match_id)
        .where(
            bank_match_posting.c.journal_id == posting.c.journal_id,
            bank_match_posting.c.line == posting.c.line,
            is_in_force(bank_match_posting.c.match_id),
        )
        .correlate(posting)
        .scalar_subquery()
    )


def select_statements() -> Select[tuple[object, ...]]:
    """Statements, with how many of their lines are matched."""
    matched = (
        select(func.count())
        .select_from(bank_line)
        .join(bank_match_line, bank_match_line.c.line_id == bank_line.c.id)
        .where(
            bank_line.c.statement_id == bank_statement.c.id,
            is_in_force(bank_match_line.c.match_id),
        )
        .correlate(bank_statement)
        .scalar_subquery()
    )
    return select(
        bank_statement,
        matched.label("matched"),
        bank_statement_withdrawn.c.reason.label("withdrawn"),
    ).outerjoin(
        bank_statement_withdrawn,
        bank_statement_withdrawn.c.statement_id == bank_statement.c.id,
    )


def select_lines() -> Select[tuple[object, ...]]:
    """Lines, with their currency."""
    return select(bank_line, bank_statement.c.currency).join(
        bank_statement, bank_statement.c.id == bank_line.c.statement_id
    )


_OWN_NAME = re.compile(r".*[:/]")  # `available:member_states/FUND-2026-0001` is named by its end


def select_postings(account: str) -> Select[tuple[object, ...]]:
    """The cash postings of an account, with what the other lines of their journals name."""
    other, named = posting.alias(), ledger_account.alias()
    owner = (
        select(func.min(named.c.code))
        .select_from(other)
        .join(named, named.c.id == other.c.account_id)
        .where(other.c.journal_id == posting.c.journal_id, named.c.owner.is_not(None))
        .correlate(posting)
        .scalar_subquery()
    )
    return (
        select(
            posting.c.journal_id,
            posting.c.line,
            posting.c.amount,
            posting.c.currency,
            journal.c.at,
            journal.c.memo,
            journal.c.reference,
            journal.c.actor_id,
            journal.c.reverses,
            func.coalesce(case.c.ref, owner).label("named"),
        )
        .join(journal, journal.c.id == posting.c.journal_id)
        .join(ledger_account, ledger_account.c.id == posting.c.account_id)
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(is_cash_of(account))
    )


def as_span(row: Row[tuple[object, ...]]) -> StatementSpan:
    """A row of a statement as a link of the chain."""
    return from_row(
        StatementSpan,
        row,
        opening=Money(row.opening_minor, row.currency),
        closing=Money(row.closing_minor, row.currency),
    )


def as_statement(row: Row[tuple[object, ...]]) -> StoredStatement:
    """A row of `select_statements`."""
    return from_row(StoredStatement, row, span=as_span(row), withdrawn=row.withdrawn or "")


def as_line(row: Row[tuple[object, ...]]) -> BankLine:
    """A row of `select_lines`; a sum of several payments carries what each of them says."""
    parts = row.said.get("parts", ())
    references = [*row.said.get("references", ()), *(x for p in parts for x in p["references"])]
    return BankLine(
        row.id,
        row.booked_on,
        Money(row.amount, row.currency),
        tuple(dict.fromkeys(references)),
        one_line([row.said.get("counterparty", ""), *(p["counterparty"] for p in parts)]),
        one_line([row.said.get("text", ""), *(p["text"] for p in parts)]),
    )


def as_posting(row: Row[tuple[object, ...]]) -> CashPosting:
    """A row of `select_postings`."""
    return CashPosting(
        row.journal_id,
        row.line,
        row.at,
        Money(row.amount, row.currency),
        row.memo,
        row.reference or "",
        _OWN_NAME.sub("", str(row.named or "")),
        row.actor_id,
        row.reverses,
    )
