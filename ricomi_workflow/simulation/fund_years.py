"""A fund at work for some years, played by its offices: `ricomi simulate --years`.

Everything goes through the real verbs in the order of its days: donors promise and pay, the bank
says each month what moved, requests arrive over the whole time and have their careers, deadlines
are swept every week, every month is closed ten days after its end and every year in February. The
same seed plays the same years. What is under way when the time is over stays under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import bank_accounts
from ricomi_workflow.ledger.periods import close_period
from ricomi_workflow.simulation.accounts import Accounts
from ricomi_workflow.simulation.bank_statements import issue_statements
from ricomi_workflow.simulation.donors import yearly_contributions
from ricomi_workflow.simulation.lifecycles import Run, play_lifecycle
from ricomi_workflow.simulation.scenario import Scenario, Summary, Waits, play_scenarios

_YEAR = 365
_LAST = 30  # days before the end in which nobody opens a request any more
_WEEK = 7
_CLOSES = 10  # the day on which the month before is closed
_A_REQUEST = Money(17_000_00)  # about what one costs, and what is charged on gifts
Scripts = Iterator[tuple[datetime, Waits]]


def count_weeks(years: int) -> int:
    """How often `simulate_fund_years` tells that a week has passed."""
    return years * _YEAR // _WEEK


def simulate_fund_years(
    services: Services,
    accounts: Accounts,
    clock: FrozenClock,
    *,
    cases: int,
    years: int,
    seed: int,
    on_progress: Callable[[], None] = lambda: None,
) -> Summary:
    """Play `years` years of the fund with `cases` requests; `told` is called once a week."""
    begin, summary = clock.now(), Summary()
    scenario = Scenario(services, accounts, clock, Random(seed))  # noqa: S311 - a story, no secret
    run = Run(scenario, summary, scenario.rng)
    end = begin + timedelta(days=years * _YEAR)
    scripts = [
        *_giving(run, begin, years, cases),
        *_requests(run, begin, years, cases, seed),
        (begin, _swept(run, on_progress)),
        (begin, _closed(run)),
        *((begin, issue_statements(run, account)) for account in bank_accounts()),
    ]
    play_scenarios(scenario, scripts, until=end)
    clock.at = end
    with services.uow.read() as connection:
        found = select(case.c.state, func.count().label("number")).group_by(case.c.state)
        summary.states.update({row.state: row.number for row in connection.execute(found)})
    return summary


def _giving(run: Run, begin: datetime, years: int, cases: int) -> Scripts:
    """The gifts of each year; together about what the requests will cost."""
    for number in range(years):
        first = begin + timedelta(days=number * _YEAR)
        budget = Money(_A_REQUEST.minor * cases).allocate([1] * years)[number]
        for days, script in yearly_contributions(run, first.year, budget):
            yield first + timedelta(days=days), script


def _requests(run: Run, begin: datetime, years: int, cases: int, seed: int) -> Scripts:
    """Each request with a source of chance of its own: it lives alike whatever others do."""
    countries = [country for country, _ in run.scenario.accounts.delegates()]
    for number in range(cases):
        rng = Random(f"{seed} request {number}")  # noqa: S311 - a story, no secret
        own = replace(run, rng=rng, scenario=replace(run.scenario, rng=rng))
        day = rng.randrange(max(years * _YEAR - _LAST, 1))
        yield begin + timedelta(days=day), play_lifecycle(own, rng.choice(countries))


def _swept(run: Run, on_progress: Callable[[], None]) -> Waits:
    while True:
        yield _WEEK
        for name, number in sweep(run.scenario.services).items():
            run.summary.acts[f"deadline {name}"] += number
        on_progress()


def _closed(run: Run) -> Waits:
    services = run.scenario.services
    administrator = run.scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
    first = services.calendar.local_day(run.scenario.clock.now()).year

    def close(code: str) -> None:
        with services.uow.begin(administrator) as tx:
            close_period(tx, code)

    while True:
        today = services.calendar.local_day(run.scenario.clock.now())
        over = today.replace(day=1)
        following = (over + timedelta(days=31)).replace(day=_CLOSES)
        yield (following - today).days
        run.tried("close month", partial(close, f"{over:%Y-%m}"))
        if over.month == 1 and over.year > first:
            run.tried("close year", partial(close, f"{over.year - 1}"))
