"""From the bytes of a file to the statements of one account, and what is known of them already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.bank import camt, file_formats
from ricomi_workflow.bank.file_formats import BankFormat, bank_formats, normalized_number
from ricomi_workflow.bank.models import bank_statement
from ricomi_workflow.bank.reconciliation import StatementSpan, find_overlap
from ricomi_workflow.bank.rows import StoredFile, is_withdrawn, list_spans
from ricomi_workflow.bank.statement import (
    LARGEST_FILE,
    BankStatement,
    UnreadableFile,
    invalid_file,
    require_valid,
)
from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import bank_account

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE_NAME = 200
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file says: its notation, its statements, whether the balances were typed."""

    notation: str
    statements: tuple[BankStatement, ...]
    typed: bool


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """A statement of a file: known already, refused, or new."""

    statement: BankStatement
    known: int | None
    refusal: Refusal | None


def get_format(account: str) -> BankFormat:
    """How the files of an account are read. Raises `NotFound`."""
    found = bank_formats().get(account)
    if found is None:
        raise NotFound("bank_account", account)
    return found


def needs_balances(account: str) -> bool:
    """Whether a table of this account does not carry the balances, so that somebody types them."""
    how = get_format(account).table
    return how is not None and not how.columns.balance


def read_file(
    account: str, data: bytes, opening: Money | None = None, closing: Money | None = None
) -> ParsedFile:
    """The statements of a file for `account`, sound in themselves. Raises `NotFound`, `Invalid`."""
    how = get_format(account)
    try:
        notation, statements, typed = _read(how, data, opening, closing)
    except UnreadableFile as error:
        raise invalid_file(error) from None
    require_valid(statements)
    currency = bank_account(account).currency
    for each in statements:
        if each.number and normalized_number(each.number) != how.number:
            facts = {"found": each.number, "account": account, "expected": how.number}
            raise invalid_file(UnreadableFile("bank_other_account", **facts))
        if each.currency != currency:
            facts = {"found": each.currency, "expected": currency}
            raise invalid_file(UnreadableFile("bank_other_currency", **facts))
    return ParsedFile(notation, tuple(statements), typed)


def check_statements(connection: Connection, file: StoredFile) -> list[StatementCheck]:
    """The statements of a stored file with what is known of each, in the order of their days."""
    currency = bank_account(file.account).currency
    opening, closing = (
        None if minor is None else Money(minor, currency) for minor in (file.opening, file.closing)
    )
    read = read_file(file.account, file.content, opening, closing)
    names = [each.name for each in read.statements]
    rows = connection.execute(
        select(bank_statement.c.id, bank_statement.c.name, bank_statement.c.seal).where(
            bank_statement.c.account == file.account,
            bank_statement.c.name.in_(names),
            ~is_withdrawn(),
        )
    )
    known = {row.name: (row.id, row.seal) for row in rows}
    chain = list_spans(connection, file.account)
    result = []
    for each in sorted(read.statements, key=lambda x: (x.first_day, x.last_day, x.sequence or 0)):
        found = _found(each, known.get(each.name), chain)
        result.append(found)
        if found.known is None:
            chain.append(_span(each))  # statements of one file may not share days either
    return result


def _span(each: BankStatement) -> StatementSpan:
    ends = (each.first_day, each.last_day, each.opening, each.closing)
    return StatementSpan(0, each.name, each.sequence, *ends)


def _found(
    statement: BankStatement, known: tuple[int, str] | None, chain: list[StatementSpan]
) -> StatementCheck:
    if known is not None:
        same = known[1] == statement.seal
        facts = {"statement": statement.name}
        return StatementCheck(statement, known[0], None if same else Refusal("bank_differs", facts))
    other = find_overlap(chain, statement.first_day, statement.last_day)
    if other is None:
        return StatementCheck(statement, None, None)
    facts = {"statement": statement.name, "other": other.name}
    days = {"first": other.first_day, "last": other.last_day}
    return StatementCheck(statement, None, Refusal("bank_statement_overlaps", {**facts, **days}))


def _read(
    how: BankFormat, data: bytes, opening: Money | None, closing: Money | None
) -> tuple[str, list[BankStatement], bool]:
    if not data:
        raise UnreadableFile("bank_file_empty")
    if len(data) > LARGEST_FILE:
        raise UnreadableFile("bank_file_large", limit=LARGEST_FILE // _MEGABYTE)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or data[:2] in {
        b"\xff\xfe",
        b"\xfe\xff",
    }:
        statements = camt.read_camt(data)
        return camt.camt_version(data), statements, False
    if how.table is None:
        raise UnreadableFile("bank_no_table")
    currency = bank_account(how.account).currency
    read = file_formats.read_csv(data, how.table, currency, opening, closing)
    return "csv", [read], not how.table.columns.balance
