"""What screens and commands ask of the bank's side: statements, lines, matches, the report."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, tuple_

from ricomi_workflow.bank.matching import REFERENCE_DAYS, BankLine, Explanation, MatchGround
from ricomi_workflow.bank.models import (
    bank_file,
    bank_line,
    bank_match,
    bank_match_line,
    bank_match_posting,
    bank_match_undone,
    bank_statement,
)
from ricomi_workflow.bank.reconciliation import MatchDifference, Reconciliation, find_gaps
from ricomi_workflow.bank.rows import (
    Match,
    StoredFile,
    StoredLine,
    StoredStatement,
    as_line,
    as_statement,
    is_cash_of,
    is_in_force,
    is_withdrawn,
    list_lines_by_key,
    list_postings_by_key,
    list_spans,
    list_unmatched_lines,
    list_unmatched_postings,
    match_of_line,
    select_lines,
    select_statements,
)
from ricomi_workflow.bank.statement import LinePart
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.ledger.models import account as ledger_account
from ricomi_workflow.ledger.models import journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50


def get_file(connection: Connection, key: int) -> StoredFile:
    """A file with its content. Raises `NotFound`."""
    row = connection.execute(select(bank_file).where(bank_file.c.id == key)).first()
    if row is None:
        raise NotFound("bank_file", str(key))
    return from_row(
        StoredFile,
        row,
        opening=row.opening_minor,
        closing=row.closing_minor,
        content=zlib.decompress(base64.b64decode(row.content)),
    )


def list_statements(
    connection: Connection, account: str, *, before: tuple[date, int] | None = None
) -> list[StoredStatement]:
    """The statements of an account, newest first, those set aside among them; a page of them."""
    where = [bank_statement.c.account == account]
    if before is not None:
        where.append(tuple_(bank_statement.c.first_day, bank_statement.c.id) < before)
    rows = connection.execute(
        select_statements()
        .where(*where)
        .order_by(bank_statement.c.first_day.desc(), bank_statement.c.id.desc())
        .limit(PAGE)
    )
    return [as_statement(row) for row in rows]


def get_statement(connection: Connection, key: int) -> StoredStatement:
    """One statement. Raises `NotFound`."""
    row = connection.execute(select_statements().where(bank_statement.c.id == key)).first()
    if row is None:
        raise NotFound("bank_statement", str(key))
    return as_statement(row)


def list_statement_lines(
    connection: Connection, statement: int, *, after: int = 0, limit: int = PAGE
) -> list[tuple[int, BankLine, Money, int | None]]:
    """Position, line, balance and match of a statement's lines, after the position `after`."""
    rows = connection.execute(
        select_lines()
        .add_columns(match_of_line().label("match_id"))
        .where(bank_line.c.statement_id == statement, bank_line.c.position > after)
        .order_by(bank_line.c.position)
        .limit(limit)
    )
    return [
        (row.position, as_line(row), Money(row.balance, row.currency), row.match_id) for row in rows
    ]


def get_line(connection: Connection, key: int) -> StoredLine:
    """One line with everything that the bank states of it. Raises `NotFound`."""
    row = connection.execute(
        select_lines().add_columns(match_of_line().label("match_id")).where(bank_line.c.id == key)
    ).first()
    if row is None:
        raise NotFound("bank_line", str(key))
    return StoredLine(
        line=as_line(row),
        statement=get_statement(connection, row.statement_id),
        position=row.position,
        valued_on=row.valued_on,
        balance=Money(row.balance, row.currency),
        code=str(row.said.get("code", "")),
        parts=tuple(_part(part, row.currency) for part in row.said.get("parts", ())),
        match=get_match(connection, row.match_id) if row.match_id else None,
    )


def count_unmatched_lines(connection: Connection, account: str) -> int:
    """How many lines of an account stand in no match."""
    found = (
        select(func.count())
        .select_from(bank_line)
        .join(bank_statement, bank_statement.c.id == bank_line.c.statement_id)
        .where(bank_statement.c.account == account, ~is_withdrawn(), match_of_line().is_(None))
    )
    return connection.execute(found).scalar_one()


def first_matching_day(connection: Connection, account: str) -> date | None:
    """The first day of which facts may still meet lines; None before the first statement."""
    first = connection.execute(
        select(func.min(bank_statement.c.first_day)).where(
            bank_statement.c.account == account, ~is_withdrawn()
        )
    ).scalar()
    return first - timedelta(days=REFERENCE_DAYS) if first else None


def get_match(connection: Connection, key: int) -> Match:
    """One match, standing or undone. Raises `NotFound`."""
    row = connection.execute(select(bank_match).where(bank_match.c.id == key)).first()
    if row is None:
        raise NotFound("bank_match", str(key))
    facts = [(int(journal_id), int(line)) for journal_id, line in row.postings]
    return from_row(
        Match,
        row,
        lines=tuple(list_lines_by_key(connection, row.account, row.lines)) if row.lines else (),
        facts=tuple(list_postings_by_key(connection, row.account, facts)) if facts else (),
        grounds=tuple(MatchGround(ground) for ground in row.grounds),
        difference=Money(row.difference, bank_account(row.account).currency),
        explanation=Explanation(row.explanation) if row.explanation else None,
        note=row.note or "",
    )


def is_undone(connection: Connection, match: int) -> bool:
    """Whether a match was undone."""
    found = select(bank_match_undone.c.match_id).where(bank_match_undone.c.match_id == match)
    return connection.execute(found).first() is not None


def reconcile(connection: Connection, account: str, day: date) -> Reconciliation:
    """The bank against the books of one account at the end of `day`, as it is known now."""
    currency = bank_account(account).currency
    chain = list_spans(connection, account, day)
    known = chain[-1] if chain else None
    opening = chain[0].opening if chain else Money(0, currency)
    in_books = list_unmatched_postings(connection, account, date.min, day)
    first = chain[0].first_day if chain else None
    earlier = [f for f in in_books if first is not None and f.at < first]
    before = Money(sum(fact.amount.minor for fact in earlier), currency)
    gaps = find_gaps(chain)
    moved = Money(_moved_by(connection, account, day), currency)
    missing = Money(sum(gap.amount.minor for gap in gaps), currency)
    return Reconciliation(
        account=account,
        day=day,
        known_until=min(known.last_day, day) if known else None,
        bank=opening + moved + missing,
        books=Money(_held(connection, account, day), currency),
        start=opening - before,
        gaps=gaps,
        in_bank=tuple(list_unmatched_lines(connection, account, day)),
        in_books=tuple(f for f in in_books if first is None or f.at >= first),
        explained=tuple(_explained(connection, account, day, currency)),
    )


def _part(stored: Mapping[str, Any], currency: str) -> LinePart:
    amount = Money.parse(stored["amount"], currency)
    return LinePart(amount, tuple(stored["references"]), stored["counterparty"], stored["text"])


def _explained(
    connection: Connection, account: str, day: date, currency: str
) -> list[MatchDifference]:
    """The standing matches whose sides differ on `day`."""
    banked = (
        select(bank_match_line.c.match_id, func.sum(bank_line.c.amount).label("amount"))
        .join(bank_line, bank_line.c.id == bank_match_line.c.line_id)
        .where(bank_line.c.booked_on <= day)
        .group_by(bank_match_line.c.match_id)
        .subquery()
    )
    booked = (
        select(bank_match_posting.c.match_id, func.sum(posting.c.amount).label("amount"))
        .join(
            posting,
            (posting.c.journal_id == bank_match_posting.c.journal_id)
            & (posting.c.line == bank_match_posting.c.line),
        )
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(journal.c.at <= day)
        .group_by(bank_match_posting.c.match_id)
        .subquery()
    )
    difference = func.coalesce(banked.c.amount, 0) - func.coalesce(booked.c.amount, 0)
    rows = connection.execute(
        select(bank_match, difference.label("now"))
        .outerjoin(banked, banked.c.match_id == bank_match.c.id)
        .outerjoin(booked, booked.c.match_id == bank_match.c.id)
        .where(bank_match.c.account == account, is_in_force(bank_match.c.id), difference != 0)
        .order_by(bank_match.c.id)
    )
    return [
        MatchDifference(
            row.id,
            Money(int(row.now), currency),
            Explanation(row.explanation) if row.explanation and row.now == row.difference else None,
            row.note or "",
        )
        for row in rows
    ]


def _moved_by(connection: Connection, account: str, day: date) -> int:
    found = (
        select(func.sum(bank_line.c.amount))
        .join(bank_statement, bank_statement.c.id == bank_line.c.statement_id)
        .where(bank_statement.c.account == account, ~is_withdrawn(), bank_line.c.booked_on <= day)
    )
    return int(connection.execute(found).scalar() or 0)


def _held(connection: Connection, account: str, day: date) -> int:
    found = (
        select(func.sum(posting.c.amount))
        .join(journal, journal.c.id == posting.c.journal_id)
        .join(ledger_account, ledger_account.c.id == posting.c.account_id)
        .where(is_cash_of(account), journal.c.at <= day)
    )
    return int(connection.execute(found).scalar() or 0)
