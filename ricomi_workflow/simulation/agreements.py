"""The agreements of a simulated fund: under which terms a gift comes, and what becomes of its rest.

What a donor does not pay in the end is written off; what is left of a gift that goes back goes back
by two persons.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from ricomi_workflow.contributions import commands
from ricomi_workflow.contributions.amendments import Reduction, ReductionKind, reduce_pledge
from ricomi_workflow.contributions.commands import AgreementTerms
from ricomi_workflow.contributions.refunds import (
    ReturnPayment,
    pay_return,
    prepare_return,
    unspent_balance,
)
from ricomi_workflow.contributions.rows import Contribution, get_contribution
from ricomi_workflow.contributions.rules import Instrument, Limits, Unspent
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Refused

if TYPE_CHECKING:
    from ricomi_workflow.ledger.accounts import Source
    from ricomi_workflow.simulation.lifecycles import Run
    from ricomi_workflow.simulation.scenario import Waits

_AGREED = 0.6  # how often a gift comes under an agreement that is recorded
_EARMARKED = 0.4  # how often such an agreement names states or topics
_MONTHS = 12  # between two reports to the donor
_WAITS = (150, 220)  # days in which a part that does not come is waited for
_ENDS = (240, 300)  # days after which it is looked at what is left
_PAPER = "EJ-{} (ejemplo)"


def record_agreement(run: Run, donor: str, source: Source, currency: str) -> str | None:
    """Record the agreement by which a gift comes; None when it comes without."""
    if not run.chance(_AGREED):
        return None
    made = list[str]()
    scenario, day = run.scenario, _today(run)
    terms = AgreementTerms(
        run.rng.choice(list(Instrument)),
        reference=_PAPER.format(f"{day:%Y}-{run.days(100, 999)}"),
        signed_on=day,
        purpose="Ejemplo: cooperación en migración.",
        limits=_limits(run),
        reporting_months=_MONTHS,
        unspent=run.rng.choice(list(Unspent)),
        currency=currency,
    )

    def sign() -> None:
        with scenario.services.uow.begin(scenario.accounts.actor(Role.FUND_ADMINISTRATOR)) as tx:
            made.append(commands.record_agreement(tx, donor, source, terms, illustrative=True))

    run.tried("agree", sign)
    return made[0] if made else None


def write_off_unpaid(run: Run, ref: str) -> Waits:
    """What never came is waited for, and then not any longer."""
    yield run.days(*_WAITS)
    left = _contribution(run, ref).outstanding
    document = _PAPER.format(ref)
    off = Reduction(ReductionKind.WRITTEN_OFF, left, _today(run), "Ejemplo de razón.", document)

    def reduce_() -> None:
        administrator = run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
        with run.scenario.services.uow.begin(administrator) as tx:
            reduce_pledge(tx, ref, off)

    run.tried("reduce pledge", reduce_)


def return_unspent(run: Run, ref: str) -> Waits:
    """What is left of a gift at its end goes back to its donor, where the agreement says so."""
    yield run.days(*_ENDS)
    services, accounts = run.scenario.services, run.scenario.accounts
    with services.uow.read() as connection:
        try:
            left = unspent_balance(connection, get_contribution(connection, ref))
        except Refused:
            return
    if not left:
        return
    made = list[str]()

    def prepare() -> None:
        with services.uow.begin(accounts.actor(Role.FUND_ADMINISTRATOR)) as tx:
            made.append(prepare_return(tx, ref, left, document=_PAPER.format(ref)))

    def pay(day: date) -> None:
        payment = ReturnPayment(day, f"DEV-{ref}", "Ejemplo de constancia.")
        with services.uow.begin(accounts.actor(Role.CERTIFYING_OFFICER)) as tx:
            pay_return(tx, made[0], payment)

    if run.tried("prepare return", prepare):
        yield run.days(2, 9)
        run.tried("pay return", partial(pay, _today(run)))


def _limits(run: Run) -> Limits:
    if not run.chance(_EARMARKED):
        return Limits()
    countries = [country for country, _ in run.scenario.accounts.delegates()]
    some = run.rng.sample(countries, len(countries) // 3)
    return Limits(countries=tuple(sorted(some)))


def _contribution(run: Run, ref: str) -> Contribution:
    with run.scenario.services.uow.read() as connection:
        return get_contribution(connection, ref)


def _today(run: Run) -> date:
    return run.scenario.services.calendar.local_day(run.scenario.clock.now())
