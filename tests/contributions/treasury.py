"""The fund administration at its work: short words for what these tests record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from ricomi_workflow.contributions.balances import DonorStatement, get_donor_statement
from ricomi_workflow.contributions.commands import (
    AgreementTerms,
    issue_call,
    record_agreement,
    record_pledge,
)
from ricomi_workflow.contributions.indirect_costs import NO_ICR, IcrRates
from ricomi_workflow.contributions.invariants import verify as verify_gifts
from ricomi_workflow.contributions.receipts import BankCredit, record_donor_receipt, record_receipt
from ricomi_workflow.contributions.rows import Contribution, Receipt, get_contribution, get_receipt
from ricomi_workflow.contributions.rules import Instrument, Limits, Rate
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Source
from ricomi_workflow.ledger.balances import list_balances
from ricomi_workflow.ledger.invariants import Fault
from ricomi_workflow.ledger.invariants import verify as verify_ledger
from ricomi_workflow.ledger.models import account

TODAY = date(2026, 9, 14)
ADMINISTRATOR = Actor(4, "fondo", "es", frozenset({Grant(Role.FUND_ADMINISTRATOR)}))
EURO = Rate(Decimal("1.10"), "European Central Bank, reference rate", TODAY)


def usd(units: int) -> Money:
    """Whole dollars."""
    return Money(units * 100)


def eur(units: int) -> Money:
    """Whole euros."""
    return Money(units * 100, "EUR")


@dataclass
class Treasury:
    """One database with a clock that stands."""

    engine: Engine
    icr: IcrRates = NO_ICR
    clock: FrozenClock = field(
        default_factory=lambda: FrozenClock(datetime(2026, 9, 14, 15, 0, tzinfo=UTC))
    )

    def __post_init__(self) -> None:
        self.uow = UnitOfWork(self.engine, self.clock)
        self._count = 0

    def agree(self, donor: str = "CA", source: Source = Source.MEMBER_STATES, **to: str) -> str:
        """An agreement with one limit of each name that is given: topics, countries, modalities."""
        limits = Limits(**{name: tuple(text.split()) for name, text in to.items()})
        terms = AgreementTerms(Instrument.MOU, "MoU 7", TODAY, "Migration", limits)
        with self.uow.begin(ADMINISTRATOR) as tx:
            return record_agreement(tx, donor, source, terms)

    def pledge(
        self,
        amount: Money,
        on: date = TODAY,
        *,
        donor: str = "CA",
        source: Source = Source.MEMBER_STATES,
        agreement: str = "",
        due_on: date | None = None,
    ) -> str:
        """A promise; in another currency at the rate of these tests."""
        with self.uow.begin(ADMINISTRATOR) as tx:
            return record_pledge(
                tx,
                donor,
                source,
                amount,
                pledged_on=on,
                due_on=due_on,
                rate=None if amount.currency == "USD" else EURO,
                agreement_ref=agreement or None,
            )

    def arrived(self, amount: Money, on: date = TODAY, reference: str = "") -> BankCredit:
        """Money as the bank shows it, each time with another reference unless one is given."""
        self._count += 1
        rate = None if amount.currency == "USD" else EURO
        return BankCredit(amount, on, reference or f"BANK-{self._count}", rate)

    def receive(self, ref: str, amount: Money, on: date = TODAY, reference: str = "") -> str:
        """Money for one promise."""
        came = self.arrived(amount, on, reference)
        with self.uow.begin(ADMINISTRATOR) as tx:
            return record_receipt(
                tx,
                ref,
                amount,
                bank_reference=came.bank_reference,
                received_on=on,
                icr=self.icr,
                rate=came.rate,
            )

    def receive_from(self, donor: str, amount: Money, on: date = TODAY) -> str:
        """Money from a donor, for its oldest promises."""
        with self.uow.begin(ADMINISTRATOR) as tx:
            return record_donor_receipt(tx, donor, self.arrived(amount, on), icr=self.icr)

    def call(self, ref: str, amount: Money, due_on: date) -> int:
        """A call for a part of a promise."""
        with self.uow.begin(ADMINISTRATOR) as tx:
            return issue_call(tx, ref, amount, due_on=due_on)

    def contribution(self, ref: str) -> Contribution:
        """A promise as it stands."""
        with self.uow.read() as connection:
            return get_contribution(connection, ref)

    def receipt(self, ref: str) -> Receipt:
        """A receipt."""
        with self.uow.read() as connection:
            return get_receipt(connection, ref)

    def statement(self, donor: str = "CA", as_of: date = TODAY) -> DonorStatement:
        """How a donor stands."""
        with self.uow.read() as connection:
            return get_donor_statement(connection, donor, as_of)

    def held(self, *accounts: Account) -> list[Money]:
        """What accounts hold."""
        with self.uow.read() as connection:
            there = list_balances(connection, accounts)
        return [there[each] for each in accounts]

    def books(self) -> Mapping[str, int]:
        """Every account that holds something, in minor units on its own side."""
        with self.uow.read() as connection:
            rows = connection.execute(account.select().where(account.c.balance != 0))
            return {row.code: row.balance * row.side for row in rows}

    def faults(self) -> list[Fault]:
        """What does not hold."""
        with self.uow.read() as connection:
            return [*verify_ledger(connection), *verify_gifts(connection)]
