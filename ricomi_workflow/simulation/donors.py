"""Who gives to a simulated fund: a promise in most years, called in parts, not always paid in full.

The donors are states that could give; what they give here is invented and marked so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ricomi_workflow.contributions.commands import call_in, pledge
from ricomi_workflow.contributions.currency_exchange import Sale, convert
from ricomi_workflow.contributions.indirect_costs import shipped
from ricomi_workflow.contributions.receipts import receive
from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation.agreements import agreed, given_back, written_off
from ricomi_workflow.simulation.lifecycles import Work
from ricomi_workflow.simulation.scenario import Pauses

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


def years_gifts(work: Work, year: int, budget: Money) -> Iterator[tuple[int, Pauses]]:
    """What donors do in `year`, when `budget` is asked of all: days after its first, and scripts.

    Somebody gives in any case: the first of each class.
    """
    for source, donors in DONORS.items():
        for place, (donor, weight) in enumerate(donors.items()):
            if place == 0 or work.chance(_GIVES):
                amount = budget.allocate([weight, 100 - weight])[0]
                yield work.days(0, 70), gift(work, year, donor, source, amount)


def gift(work: Work, year: int, donor: str, source: Source, amount: Money) -> Pauses:
    """One promise and the parts in which it is called and arrives.

    What arrives in other money is sold soon; what does not come is written off, and what is left
    goes back where the agreement says so.
    """
    rate = _rate(work, donor)
    given = rate.worth(amount, CURRENCIES[donor]) if rate else amount
    agreement, made = agreed(work, donor, source, given.currency), list[str]()

    def promise() -> None:
        administrator = work.stage.cast.actor(Role.FUND_ADMINISTRATOR)
        with work.stage.services.uow.begin(administrator) as tx:
            ref = pledge(
                tx, donor, source, given, rate=rate, agreement_ref=agreement, illustrative=True
            )
            made.append(ref)

    if not work.tried("pledge", promise):
        return
    parts = given.allocate([work.days(1, 3) for _ in range(work.days(1, 3))])
    for number, part in enumerate(parts, 1):
        reference = f"{year}-{source[:3].upper()}-{donor[:12]}-{number}"
        work.tried("call in", partial(_call, work, made[0], part))
        yield work.days(3, 60)
        if number == len(parts) and number > 1 and work.chance(_SHORT):
            yield from written_off(work, made[0])
            break
        if work.tried("receive", partial(_arrive, work, donor, made[0], part, reference)) and rate:
            yield work.days(1, 10)
            work.tried("convert", partial(_sell, work, donor, part, reference))
    yield from given_back(work, made[0])


def _call(work: Work, ref: str, part: Money) -> None:
    due = _today(work) + timedelta(days=_PAYS_WITHIN)
    with work.stage.services.uow.begin(work.stage.cast.actor(Role.FUND_ADMINISTRATOR)) as tx:
        call_in(tx, ref, part, due_on=due)


def _arrive(work: Work, donor: str, ref: str, part: Money, reference: str) -> None:
    today, now = _today(work), _rate(work, donor)
    with work.stage.services.uow.begin(work.stage.cast.actor(Role.FUND_ADMINISTRATOR)) as tx:
        receive(tx, ref, part, bank_reference=reference, received_on=today, icr=shipped(), rate=now)


def _sell(work: Work, donor: str, part: Money, reference: str) -> None:
    now = _rate(work, donor)
    bought = now.value(part) if now else part
    with work.stage.services.uow.begin(work.stage.cast.actor(Role.FUND_ADMINISTRATOR)) as tx:
        convert(tx, Sale(part, bought, _today(work), f"{reference}-X"))


def _today(work: Work) -> date:
    return work.stage.services.calendar.local_day(work.stage.clock.now())


def _rate(work: Work, donor: str) -> Rate | None:
    """What the donor's money is worth on this day, about; None for US$."""
    usual = _RATES.get(CURRENCIES.get(donor, BOOK_CURRENCY))
    if usual is None:
        return None
    return Rate(usual + Decimal(work.days(-300, 300)) / 10_000, _RATE_SOURCE, _today(work))
