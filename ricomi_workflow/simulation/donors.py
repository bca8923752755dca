"""Who gives to a simulated fund: a promise in most years, called in parts, not always paid in full.

The donors are states that could give; what they give here is invented and marked so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ricomi_workflow.contributions.commands import issue_call, record_pledge
from ricomi_workflow.contributions.currency_exchange import CurrencySale, convert_currency
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation.agreements import record_agreement, return_unspent, write_off_unpaid
from ricomi_workflow.simulation.lifecycles import Run
from ricomi_workflow.simulation.scenario import Waits

# What each gives of a hundred parts of a year, when it gives.
DONORS: Mapping[Source, Mapping[str, int]] = {
    Source.MEMBER_STATES: {
        "CA": 30, "US": 16, "MX": 14, "BR": 6, "CL": 4, "CO": 3, "AR": 3, "PE": 2, "PY": 2,
        "UY": 2, "DO": 1, "CR": 1, "PA": 1, "EC": 1, "GT": 1, "TT": 1, "JM": 1,
    },
    Source.PERMANENT_OBSERVERS: {"ES": 18, "EU": 12, "CH": 8, "FR": 5, "KR": 3},
    Source.OTHER: {"Fundación de ejemplo": 2},
}  # fmt: skip
CURRENCIES: Mapping[str, str] = {"CA": "CAD"} | dict.fromkeys(("ES", "EU", "FR"), "EUR")
_RATES = {"CAD": Decimal("0.73"), "EUR": Decimal("1.09")}  # US$ for one, about
_RATE_SOURCE = "Ejemplo: tipo de cambio inventado"
_GIVES = 0.85  # how many of them in a year
_PAYS_WITHIN = 45  # days in which a call asks for money
_SHORT = 0.06  # how often the last part does not come


def yearly_contributions(run: Run, year: int, budget: Money) -> Iterator[tuple[int, Waits]]:
    """What donors do in `year`, when `budget` is asked of all: days after its first, and scripts.

    Somebody gives in any case: the first of each class.
    """
    for source, donors in DONORS.items():
        for place, (donor, weight) in enumerate(donors.items()):
            if place == 0 or run.chance(_GIVES):
                amount = budget.allocate([weight, 100 - weight])[0]
                yield run.days(0, 70), contribute(run, year, donor, source, amount)


def contribute(run: Run, year: int, donor: str, source: Source, amount: Money) -> Waits:
    """One promise and the parts in which it is called and arrives.

    What arrives in other money is sold soon; what does not come is written off, and what is left
    goes back where the agreement says so.
    """
    rate = _rate(run, donor)
    given = rate.worth(amount, CURRENCIES[donor]) if rate else amount
    agreement, made = record_agreement(run, donor, source, given.currency), list[str]()

    def promise() -> None:
        administrator = run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
        with run.scenario.services.uow.begin(administrator) as tx:
            ref = record_pledge(
                tx, donor, source, given, rate=rate, agreement_ref=agreement, illustrative=True
            )
            made.append(ref)

    if not run.tried("pledge", promise):
        return
    parts = given.allocate([run.days(1, 3) for _ in range(run.days(1, 3))])
    for number, part in enumerate(parts, 1):
        reference = f"{year}-{source[:3].upper()}-{donor[:12]}-{number}"
        run.tried("call in", partial(_call, run, made[0], part))
        yield run.days(3, 60)
        if number == len(parts) and number > 1 and run.chance(_SHORT):
            yield from write_off_unpaid(run, made[0])
            break
        if run.tried("receive", partial(_arrive, run, donor, made[0], part, reference)) and rate:
            yield run.days(1, 10)
            run.tried("convert", partial(_sell, run, donor, part, reference))
    yield from return_unspent(run, made[0])


def _call(run: Run, ref: str, part: Money) -> None:
    due = _today(run) + timedelta(days=_PAYS_WITHIN)
    with run.scenario.services.uow.begin(
        run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
    ) as tx:
        issue_call(tx, ref, part, due_on=due)


def _arrive(run: Run, donor: str, ref: str, part: Money, reference: str) -> None:
    today, now = _today(run), _rate(run, donor)
    with run.scenario.services.uow.begin(
        run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
    ) as tx:
        record_receipt(
            tx, ref, part, bank_reference=reference, received_on=today, icr=icr_rates(), rate=now
        )


def _sell(run: Run, donor: str, part: Money, reference: str) -> None:
    now = _rate(run, donor)
    bought = now.value(part) if now else part
    with run.scenario.services.uow.begin(
        run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
    ) as tx:
        convert_currency(tx, CurrencySale(part, bought, _today(run), f"{reference}-X"))


def _today(run: Run) -> date:
    return run.scenario.services.calendar.local_day(run.scenario.clock.now())


def _rate(run: Run, donor: str) -> Rate | None:
    """What the donor's money is worth on this day, about; None for US$."""
    usual = _RATES.get(CURRENCIES.get(donor, BOOK_CURRENCY))
    if usual is None:
        return None
    return Rate(usual + Decimal(run.days(-300, 300)) / 10_000, _RATE_SOURCE, _today(run))
