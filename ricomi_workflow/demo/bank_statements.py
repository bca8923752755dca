"""What the bank says in the demonstration: two statements, most of the first one matched.

They are made from the books, as no bank would: everything arrives a day later, one gift less the
fee of a correspondent, and the bank takes a fee of its own. What was paid last is still on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from ricomi_workflow.bank.commands import confirm_proposal, import_file, receive_file
from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.matching import CashPosting, propose_matches
from ricomi_workflow.bank.rows import list_unmatched_lines, list_unmatched_postings
from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.contributions.commands import (
    AgreementTerms,
    issue_call,
    record_agreement,
    record_pledge,
)
from ricomi_workflow.contributions.currency_exchange import CurrencySale, convert_currency
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import Instrument, Limits, Rate, Unspent
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation.camt_writer import camt053
from ricomi_workflow.simulation.scenario import Scenario

_ACCOUNT = "usd-main"
_LATER = timedelta(days=1)
_ON_ITS_WAY = timedelta(days=3)  # what is younger has not reached the bank
_MATCHED = timedelta(days=45)  # what is younger than that is left to whoever looks at it
_TAKEN = Money(20_00)  # by a correspondent, from one gift
_FEE = Money(-12_50)
_SHORT = 3  # which of the gifts arrives short
DONOR: Final = "ES"
_PROMISED, _ARRIVED, _SOLD = (Money(euros * 100, "EUR") for euros in (30_000, 20_000, 12_000))
_BOUGHT = Money(13_020_00)  # a little more than the books have it for
_WORTH = Decimal("1.08")
_CALLED_FOR = timedelta(days=45)


def bring_statements(scenario: Scenario, now: datetime) -> None:
    """Import what the bank says until yesterday, and match what is sure of the first statement."""
    scenario.clock.at = now
    today = scenario.services.calendar.local_day(now)
    with scenario.services.uow.read() as connection:
        facts = list_unmatched_postings(connection, _ACCOUNT, date.min, today - _ON_ITS_WAY)
    month = today.replace(day=1)
    if not facts or facts[0].at >= month:
        return
    lines = _lines(facts, month - _LATER)
    first = _statement(1, (facts[0].at, month - _LATER), Money(0), lines)
    _bring(scenario, first)
    _match_what_is_sure(scenario, month - _MATCHED)
    if today > month + _LATER:
        _bring(scenario, _statement(2, (month, today - _LATER), first.closing, lines))


def _lines(facts: Sequence[CashPosting], last_day: date) -> list[StatementLine]:
    gifts = [fact.key for fact in facts if fact.amount.minor > 0]
    short = gifts[min(_SHORT, len(gifts)) - 1] if gifts else None
    made = [
        StatementLine(
            booked_on=fact.at + _LATER,
            valued_on=fact.at + _LATER,
            amount=fact.amount - _TAKEN if fact.key == short else fact.amount,
            references=(f"BK{fact.at:%m%d}-{n:02d}", fact.reference or f"NR-{n}"),
            text=fact.named,
            code="PMNT-RCDT-XBCT" if fact.amount.minor > 0 else "PMNT-ICDT-XBCT",
        )
        for n, fact in enumerate(facts, start=1)
    ]
    fee = StatementLine(last_day, None, _FEE, ("BK-FEE",), "", "Account fee", "ACMT-MDOP-CHRG")
    return sorted([*made, fee], key=lambda line: line.booked_on)


def _statement(
    number: int, days: tuple[date, date], opening: Money, lines: Sequence[StatementLine]
) -> BankStatement:
    own = tuple(line for line in lines if days[0] <= line.booked_on <= days[1])
    return BankStatement(
        number=bank_formats()[_ACCOUNT].number,
        name=f"USD-{days[1]:%Y-%m}",
        sequence=number,
        first_day=days[0],
        last_day=days[1],
        opening=opening,
        closing=opening + total(line.amount for line in own),
        lines=own,
    )


def _bring(scenario: Scenario, statement: BankStatement) -> None:
    officer = scenario.accounts.actor(Role.CERTIFYING_OFFICER)
    with scenario.services.uow.begin(officer) as tx:
        name = f"{statement.name}.xml"
        import_file(tx, receive_file(tx, _ACCOUNT, name, camt053([statement])))


def _match_what_is_sure(scenario: Scenario, until: date) -> None:
    with scenario.services.uow.begin(scenario.accounts.actor(Role.CERTIFYING_OFFICER)) as tx:
        lines = list_unmatched_lines(tx.connection, _ACCOUNT, until)
        facts = list_unmatched_postings(tx.connection, _ACCOUNT, date.min)
        for proposal in propose_matches(lines, facts, bank_formats()[_ACCOUNT].window_days):
            if proposal.is_sure:
                confirm_proposal(tx, _ACCOUNT, proposal)


def record_euro_contribution(scenario: Scenario) -> None:
    """Agree, promise, call, receive and sell on one day."""
    day = scenario.services.calendar.local_day(scenario.clock.now())
    rate = Rate(_WORTH, "Ejemplo: tipo de cambio inventado", day)
    terms = AgreementTerms(
        Instrument.MOU,
        reference=f"EJ-{day:%Y}-17 (ejemplo)",
        signed_on=day,
        purpose="Ejemplo: intercambios sobre el trabajo temporal de personas migrantes.",
        limits=Limits(topics=("labour_migration",)),
        reporting_months=12,
        unspent=Unspent.RETURN,
        currency="EUR",
    )
    source = Source.PERMANENT_OBSERVERS
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FUND_ADMINISTRATOR)) as tx:
        agreement = record_agreement(tx, DONOR, source, terms, illustrative=True)
        ref = record_pledge(
            tx, DONOR, source, _PROMISED, rate=rate, agreement_ref=agreement, illustrative=True
        )
        record_receipt(
            tx,
            ref,
            _ARRIVED,
            bank_reference="EJEMPLO-EUR-1",
            received_on=day,
            icr=icr_rates(),
            rate=rate,
        )
        issue_call(tx, ref, _PROMISED - _ARRIVED, due_on=day + _CALLED_FOR)
        convert_currency(tx, CurrencySale(_SOLD, _BOUGHT, day, "EJEMPLO-EUR-2"))
