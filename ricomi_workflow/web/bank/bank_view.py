"""The pages of the bank that only show: accounts, statements, a file, the reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.bank.commands import RECONCILERS
from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.queries import (
    PAGE,
    count_unmatched_lines,
    get_file,
    get_statement,
    list_statement_lines,
    list_statements,
    reconcile,
)
from ricomi_workflow.bank.reconciliation import Reconciliation, StatementGap, find_gaps
from ricomi_workflow.bank.rows import StoredFile, StoredStatement, list_spans
from ricomi_workflow.bank.statement import BankStatement
from ricomi_workflow.bank.statement_import import StatementCheck, check_statements, needs_balances
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import BankAccount, bank_account, bank_accounts
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import account_name, gap_words, line_words, unit
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import reason

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account: what the bank and the books say, and how much is still open."""

    code: str
    name: str
    unit: str
    illustrative: bool
    report: Reconciliation
    open_lines: int


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement in the list, and, if it does not meet the one before, what is missing."""

    stored: StoredStatement
    gap: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with its statements, newest first."""

    row: AccountRow
    statements: tuple[StatementRow, ...]
    older_href: str
    acts: bool  # whether the reader may bring files in and match
    typed: bool  # whether tables of this account need the balances typed
    tables: bool  # whether tables of this account are read at all


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One statement of a file: new, known, or refused."""

    statement: BankStatement
    known: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file that arrived, before its statements are imported."""

    key: int
    account: str
    name: str
    unit: str
    file: StoredFile
    rows: tuple[FoundRow, ...]
    new: int

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that stands against the import."""
        return tuple(each for row in self.rows for each in row.reasons)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a statement, and where it leads."""

    position: int
    booked_on: date
    words: str
    references: str
    amount: Money
    balance: Money
    matched: bool
    href: str


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One statement with a page of its lines."""

    stored: StoredStatement
    name: str
    unit: str
    who: str
    file: StoredFile
    lines: tuple[LineRow, ...]
    more_href: str
    acts: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The reconciliation of one account on one day."""

    name: str
    unit: str
    report: Reconciliation
    gaps: tuple[tuple[StatementGap, str], ...]
    today: date
    acts: bool


def may_act(reader: Actor) -> bool:
    """Whether somebody may bring files in and match."""
    return reader.has(*RECONCILERS)


def today() -> date:
    """The day of the Secretariat."""
    return services().calendar.local_day(services().uow.clock.now())


def accounts_page(connection: Connection) -> tuple[AccountRow, ...]:
    """Every account whose statements are read."""
    known = bank_formats()
    return tuple(_row(connection, each) for each in bank_accounts().values() if each.code in known)


def account_page(
    connection: Connection, code: str, reader: Actor, before: tuple[date, int] | None
) -> AccountPage:
    """One account. Raises `NotFound`."""
    typed = needs_balances(code)
    found = list_statements(connection, code, before=before)
    gaps = {gap.after.id: gap_words(gap) for gap in find_gaps(list_spans(connection, code))}
    last = found[-1].span if len(found) == PAGE else None
    return AccountPage(
        row=_row(connection, bank_account(code)),
        statements=tuple(StatementRow(each, gaps.get(each.span.id, "")) for each in found),
        older_href=url_for(
            "bank.account", code=code, before=f"{last.first_day.isoformat()}.{last.id}"
        )
        if last
        else "",
        acts=may_act(reader),
        typed=typed,
        tables=bank_formats()[code].table is not None,
    )


def file_page(connection: Connection, key: int) -> FilePage:
    """What a file holds and what is known of it. Raises `NotFound`."""
    file = get_file(connection, key)
    rows = tuple(_found(each) for each in check_statements(connection, file))
    return FilePage(
        key=key,
        account=file.account,
        name=account_name(file.account),
        unit=unit(bank_account(file.account).currency),
        file=file,
        rows=rows,
        new=sum(row.known is None for row in rows),
    )


def statement_page(connection: Connection, key: int, reader: Actor, after: int) -> StatementPage:
    """One statement with the lines after a position. Raises `NotFound`."""
    stored = get_statement(connection, key)
    found = list_statement_lines(connection, key, after=after)
    more = found[-1][0] if found and found[-1][0] < stored.lines else 0
    return StatementPage(
        stored=stored,
        name=account_name(stored.account),
        unit=unit(stored.span.opening.currency),
        who=who(connection, stored.by),
        file=get_file(connection, stored.file_id),
        lines=tuple(
            LineRow(
                position,
                line.booked_on,
                line_words(line),
                ", ".join(line.references),
                line.amount,
                balance,
                match is not None,
                url_for("bank.line", key=line.id),
            )
            for position, line, balance, match in found
        ),
        more_href=url_for("bank.statement", key=key, after=more) if more else "",
        acts=may_act(reader) and not stored.withdrawn,
    )


def report_page(connection: Connection, code: str, day: date, reader: Actor) -> ReportPage:
    """The reconciliation of one account on one day. Raises `NotFound`."""
    report = reconcile(connection, code, day)
    return ReportPage(
        name=account_name(code),
        unit=unit(report.bank.currency),
        report=report,
        gaps=tuple((gap, gap_words(gap)) for gap in report.gaps),
        today=today(),
        acts=may_act(reader),
    )


def who(connection: Connection, user_id: int | None) -> str:
    """The name of somebody who acted."""
    names = get_names(connection, [user_id]) if user_id else {}
    return names.get(user_id or 0, t("bank.by_system"))


def _row(connection: Connection, each: BankAccount) -> AccountRow:
    return AccountRow(
        code=each.code,
        name=account_name(each.code),
        unit=unit(each.currency),
        illustrative=each.illustrative,
        report=reconcile(connection, each.code, today()),
        open_lines=count_unmatched_lines(connection, each.code),
    )


def _found(each: StatementCheck) -> FoundRow:
    ahead = each.statement.last_day > today()
    reasons = (each.refusal,) if each.refusal else ()
    told = tuple(reason(refusal) for refusal in reasons)
    if ahead:
        told = (*told, Reason(t("bank.ahead", statement=each.statement.name)))
    return FoundRow(each.statement, each.known, told)
