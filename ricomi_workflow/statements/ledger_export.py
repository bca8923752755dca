"""The whole books of the fund as plain values, for those who write them in formats of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class ExportedAccount:
    """An account: its code, kind and currency, and what it holds, debit positive."""

    id: int
    code: str
    kind: Kind
    balance: Money

    @property
    def of(self) -> str:
        """What it is of: a source, a reference; empty when there is one of its kind."""
        return self.code.partition(":")[2]


@dataclass(frozen=True, slots=True)
class ExportedLine:
    """One line of a journal, debit positive."""

    account: int
    amount: Money
    note: str | None


@dataclass(frozen=True, slots=True)
class ExportedJournal:
    """One journal with its lines."""

    id: int
    at: date
    recorded_at: datetime
    memo: str
    key: str
    case_ref: str | None
    case_seq: int | None
    reference: str | None
    reverses: int | None
    lines: tuple[ExportedLine, ...]


def list_exported_accounts(connection: Connection) -> Mapping[int, ExportedAccount]:
    """The accounts of the fund's own books by id, in the order of their codes."""
    rows = connection.execute(
        select(account.c.id, account.c.code, account.c.kind, account.c.balance, account.c.currency)
        .where(~account.c.exercise)
        .order_by(account.c.code)
    )
    return {
        row.id: ExportedAccount(row.id, row.code, Kind(row.kind), Money(row.balance, row.currency))
        for row in rows
    }


def read_exported_journals(connection: Connection) -> Iterator[ExportedJournal]:
    """The journals of the fund's own books by day, each once, as they are read."""
    rows = connection.execute(
        select(journal, case.c.ref.label("case_ref"))
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(_of_the_fund())
        .order_by(journal.c.at, journal.c.id)
    )
    for row in rows:
        lines = tuple(
            ExportedLine(line["account"], Money(line["amount"], line["currency"]), line["note"])
            for line in row.lines
        )
        yield ExportedJournal(
            row.id,
            row.at,
            row.recorded_at,
            row.memo,
            row.key,
            row.case_ref,
            row.case_seq,
            row.reference,
            row.reverses,
            lines,
        )


def first_and_last_day(connection: Connection) -> tuple[date, date] | None:
    """The days of the first and the last fact; None while there is none."""
    asked = select(func.min(journal.c.at), func.max(journal.c.at)).where(_of_the_fund())
    first, last = connection.execute(asked).one()
    return None if first is None else (first, last)


def _of_the_fund() -> ColumnElement[bool]:
    """Journals of the fund's money: those of exercises move play money."""
    practice = case.alias()
    return ~exists().where(practice.c.id == journal.c.case_id, practice.c.exercise)
