"""The agreements of a simulated fund: under which terms a gift comes, and what becomes of its rest.

What a donor does not pay in the end is written off; what is left of a gift that goes back goes back
by two persons.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.commands import Terms, agree
from ricomi_workflow.contributions.pledge_reductions import Reduced, Reduction, reduce_pledge
from ricomi_workflow.contributions.refunds import Payment, pay_return, prepare_return, unspent
from ricomi_workflow.contributions.rows import Contribution, get_contribution
from ricomi_workflow.contributions.rules import Instrument, Limits, Unspent
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Refused

if TYPE_CHECKING:
    from ricomi_workflow.ledger.accounts import Source
    from ricomi_workflow.simulation.lifecycles import Work
    from ricomi_workflow.simulation.scenario import Pauses

_AGREED = 0.6  # how often a gift comes under an agreement that is recorded
_EARMARKED = 0.4  # how often such an agreement names states or topics
_MONTHS = 12  # between two reports to the donor
_WAITS = (150, 220)  # days in which a part that does not come is waited for
_ENDS = (240, 300)  # days after which it is looked at what is left
_PAPER = "EJ-{} (ejemplo)"


def agreed(work: Work, donor: str, source: Source, currency: str) -> str | None:
    """Record the agreement by which a gift comes; None when it comes without."""
    if not work.chance(_AGREED):
        return None
    made = list[str]()
    stage, day = work.stage, _today(work)
    terms = Terms(
        work.rng.choice(list(Instrument)),
        reference=_PAPER.format(f"{day:%Y}-{work.days(100, 999)}"),
        signed_on=day,
        purpose="Ejemplo: cooperación en migración.",
        limits=_limits(work),
        reporting_months=_MONTHS,
        unspent=work.rng.choice(list(Unspent)),
        currency=currency,
    )

    def sign() -> None:
        with stage.services.uow.begin(stage.cast.actor(Role.FUND_ADMINISTRATOR)) as tx:
            made.append(agree(tx, donor, source, terms, illustrative=True))

    work.tried("agree", sign)
    return made[0] if made else None


def written_off(work: Work, ref: str) -> Pauses:
    """What never came is waited for, and then not any longer."""
    yield work.days(*_WAITS)
    left = _contribution(work, ref).outstanding
    document = _PAPER.format(ref)
    off = Reduction(Reduced.WRITTEN_OFF, left, _today(work), "Ejemplo de razón.", document)

    def reduce_() -> None:
        administrator = work.stage.cast.actor(Role.FUND_ADMINISTRATOR)
        with work.stage.services.uow.begin(administrator) as tx:
            reduce_pledge(tx, ref, off)

    work.tried("reduce pledge", reduce_)


def given_back(work: Work, ref: str) -> Pauses:
    """What is left of a gift at its end goes back to its donor, where the agreement says so."""
    yield work.days(*_ENDS)
    services, cast = work.stage.services, work.stage.cast
    with services.uow.read() as connection:
        try:
            left = unspent(connection, get_contribution(connection, ref))
        except Refused:
            return
    if not left:
        return
    made = list[str]()

    def prepare() -> None:
        with services.uow.begin(cast.actor(Role.FUND_ADMINISTRATOR)) as tx:
            made.append(prepare_return(tx, ref, left, document=_PAPER.format(ref)))

    def pay(day: date) -> None:
        payment = Payment(day, f"DEV-{ref}", "Ejemplo de constancia.")
        with services.uow.begin(cast.actor(Role.CERTIFYING_OFFICER)) as tx:
            pay_return(tx, made[0], payment)

    if work.tried("prepare return", prepare):
        yield work.days(2, 9)
        work.tried("pay return", partial(pay, _today(work)))


def _limits(work: Work) -> Limits:
    if not work.chance(_EARMARKED):
        return Limits()
    countries = [country for country, _ in work.stage.cast.delegates()]
    some = work.rng.sample(countries, len(countries) // 3)
    return Limits(countries=tuple(sorted(some)))


def _contribution(work: Work, ref: str) -> Contribution:
    with work.stage.services.uow.read() as connection:
        return get_contribution(connection, ref)


def _today(work: Work) -> date:
    return work.stage.services.calendar.local_day(work.stage.clock.now())
