"""A gift of the demonstration that is for one purpose and comes in euros, a part of it sold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

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
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source

if TYPE_CHECKING:
    from ricomi_workflow.simulation.scenario import Scenario

DONOR: Final = "ES"
_PROMISED, _ARRIVED, _SOLD = (Money(euros * 100, "EUR") for euros in (30_000, 20_000, 12_000))
_BOUGHT = Money(13_020_00)  # a little more than the books have it for
_WORTH = Decimal("1.08")
_CALLED_FOR = timedelta(days=45)


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
