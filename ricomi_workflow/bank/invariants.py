"""What of the bank's side does not hold, computed again from the rows; `ricomi fund verify`."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ricomi_workflow.bank.models import (
    bank_file,
    bank_line,
    bank_match,
    bank_match_line,
    bank_match_posting,
    bank_statement,
)
from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.invariants import Fault
from ricomi_workflow.ledger.models import posting

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select


def verify(connection: Connection) -> list[Fault]:
    """Every fault of the bank's side; none when it holds.

    Checked: a file is what its digest says; a statement has all its lines, closes and is what was
    imported; the sides of a match differ by what it says, and its rows are those that it names.
    """
    return [f for check in (_files, _statements, _matches) for f in check(connection)]


def _files(connection: Connection) -> Iterator[Fault]:
    columns = (bank_file.c.id, bank_file.c.name, bank_file.c.sha256, bank_file.c.content)
    for row in connection.execute(select(*columns).order_by(bank_file.c.id)).yield_per(1):
        try:
            content = zlib.decompress(base64.b64decode(row.content))
        except (ValueError, zlib.error):
            content = b""
        if hashlib.sha256(content).hexdigest() != row.sha256:
            yield Fault("bank_file_altered", row.name, str(row.id))


def _statements(connection: Connection) -> Iterator[Fault]:
    lines, moved = func.count(bank_line.c.id), func.coalesce(func.sum(bank_line.c.amount), 0)
    rows = connection.execute(
        select(bank_statement, lines.label("found"), moved.label("moved"))
        .outerjoin(bank_line, bank_line.c.statement_id == bank_statement.c.id)
        .group_by(bank_statement.c.id)
        .order_by(bank_statement.c.id)
    )
    for row in rows:
        subject = f"{row.account} {row.name}"
        if row.found != row.lines:
            yield Fault("bank_lines_missing", subject, f"{row.found} of {row.lines}")
        elif row.opening_minor + row.moved != row.closing_minor:
            yield Fault("bank_not_closed", subject, str(row.moved))
        elif _read_again(connection, row).seal != row.seal:
            yield Fault("bank_statement_altered", subject, str(row.id))


def _read_again(connection: Connection, row: Row[Any]) -> BankStatement:
    """The statement as its rows say it, to be sealed again."""
    lines = connection.execute(
        select(bank_line).where(bank_line.c.statement_id == row.id).order_by(bank_line.c.position)
    )
    return BankStatement(
        number="",
        name=row.name,
        sequence=row.sequence,
        first_day=row.first_day,
        last_day=row.last_day,
        opening=Money(row.opening_minor, row.currency),
        closing=Money(row.closing_minor, row.currency),
        lines=tuple(
            StatementLine(
                each.booked_on,
                each.valued_on,
                Money(each.amount, row.currency),
                tuple(each.said["references"]),
                text=each.said["text"],
            )
            for each in lines
        ),
    )


def _matches(connection: Connection) -> Iterator[Fault]:
    banked = _by_match(
        connection,
        select(bank_match_line.c.match_id, func.sum(bank_line.c.amount), func.count())
        .join(bank_line, bank_line.c.id == bank_match_line.c.line_id)
        .group_by(bank_match_line.c.match_id),
    )
    booked = _by_match(
        connection,
        select(bank_match_posting.c.match_id, func.sum(posting.c.amount), func.count())
        .join(
            posting,
            (posting.c.journal_id == bank_match_posting.c.journal_id)
            & (posting.c.line == bank_match_posting.c.line),
        )
        .group_by(bank_match_posting.c.match_id),
    )
    for row in connection.execute(select(bank_match).order_by(bank_match.c.id)):
        (bank, lines), (books, postings) = banked.get(row.id, (0, 0)), booked.get(row.id, (0, 0))
        named = (len(row.lines), len(row.postings))
        if bank - books != row.difference or (lines, postings) != named:
            yield Fault("bank_match_differs", f"{row.account} {row.id}", f"{bank - books}")


def _by_match(connection: Connection, found: Select[int, int, int]) -> dict[int, tuple[int, int]]:
    return {key: (int(amount), number) for key, amount, number in connection.execute(found)}
