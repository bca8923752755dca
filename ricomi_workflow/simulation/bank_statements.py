"""What the bank says to a simulated fund: a statement a month for each account, and its matches.

The statements are made from the books, as no bank would: what moved arrives a day later, now and
then less the fee of a correspondent, and the bank takes a fee of its own. The certifying officer
imports each, confirms what is the same, and says why the rest differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ricomi_workflow.bank.commands import confirm_match, import_file, receive_file
from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.matching import CashPosting, Explanation, propose_matches
from ricomi_workflow.bank.rows import list_unmatched_lines, list_unmatched_postings
from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.simulation.camt_writer import camt053

if TYPE_CHECKING:
    from ricomi_workflow.simulation.lifecycles import Run
    from ricomi_workflow.simulation.scenario import Waits

_COMES = 6  # the day of the month on which the statement of the month before arrives
_DAY = timedelta(days=1)
_FEE = 12_50  # in hundredths of the account's currency
_TAKEN = 20_00  # by a correspondent
_SHORT = 0.04  # how often money arrives less such a fee
_WHY = "Ejemplo: comisión que muestra el banco."


@dataclass(slots=True)
class _Bank:
    """One account as its bank keeps it."""

    account: str
    holds: Money
    statements: int = 0
    told: set[tuple[int, int]] = field(default_factory=set)


def issue_statements(run: Run, account: str) -> Waits:
    """The statements of one account, month after month."""
    bank = _Bank(account, Money(0, bank_account(account).currency))
    services = run.scenario.services
    while True:
        today = services.calendar.local_day(run.scenario.clock.now())
        following = (today.replace(day=1) + timedelta(days=31)).replace(day=_COMES)
        yield (following - today).days
        last = following.replace(day=1) - _DAY
        said = _statement(run, bank, last.replace(day=1), last)
        if said.lines and run.tried("import statement", partial(_bring, run, account, said)):
            _match(run, account)


def _statement(run: Run, bank: _Bank, first: date, last: date) -> BankStatement:
    """What the bank says of the days `first` to `last`; it remembers what it has said."""
    with run.scenario.services.uow.read() as connection:
        facts = list_unmatched_postings(connection, bank.account, date.min, last - _DAY)
    new = [fact for fact in facts if fact.key not in bank.told]
    lines = [_line(run, fact, n, first) for n, fact in enumerate(new, start=1)]
    if lines:
        fee = Money(-_FEE, bank.holds.currency)
        lines.append(StatementLine(last, None, fee, (f"BK-FEE-{last:%Y%m}",), "", "Account fee"))
    bank.told |= {fact.key for fact in new}
    bank.statements += 1
    said = BankStatement(
        number=bank_formats()[bank.account].number,
        name=f"{bank.holds.currency}-{last:%Y-%m}",
        sequence=bank.statements,
        first_day=first,
        last_day=last,
        opening=bank.holds,
        closing=bank.holds + total((x.amount for x in lines), bank.holds.currency),
        lines=tuple(sorted(lines, key=lambda x: x.booked_on)),
    )
    bank.holds = said.closing
    return said


def _line(run: Run, fact: CashPosting, number: int, first: date) -> StatementLine:
    booked = max(fact.at + _DAY, first)
    short = fact.amount.minor > _TAKEN and run.chance(_SHORT)
    amount = fact.amount - Money(_TAKEN, fact.amount.currency) if short else fact.amount
    own = f"BK{booked:%y%m%d}-{number:04d}"
    return StatementLine(booked, booked, amount, (own, fact.reference or own), fact.named)


def _bring(run: Run, account: str, said: BankStatement) -> None:
    officer = run.scenario.accounts.actor(Role.CERTIFYING_OFFICER)
    with run.scenario.services.uow.begin(officer) as tx:
        import_file(tx, receive_file(tx, account, f"{said.name}.xml", camt053([said])))


def _match(run: Run, account: str) -> None:
    """Confirm what may be the same; a difference, and a line without a fact, is a fee."""
    with run.scenario.services.uow.read() as connection:
        lines = list_unmatched_lines(connection, account)
        facts = list_unmatched_postings(connection, account, date.min)
    proposals = propose_matches(lines, facts, bank_formats()[account].window_days)
    for each in proposals:
        keys = [fact.key for fact in each.facts]
        _confirm(run, account, [line.id for line in each.lines], keys)
    matched = {line.id for each in proposals for line in each.lines}
    for line in lines:
        if line.id not in matched:
            _confirm(run, account, [line.id], [])


def _confirm(
    run: Run, account: str, lines: Sequence[int], facts: Sequence[tuple[int, int]]
) -> None:
    def said() -> None:
        officer = run.scenario.accounts.actor(Role.CERTIFYING_OFFICER)
        with run.scenario.services.uow.begin(officer) as tx:
            confirm_match(tx, account, lines, facts, explanation=Explanation.BANK_FEE, note=_WHY)

    run.tried("match", said)
