"""`ricomi simulate`: many cases through the real verbs, by chance or as their offices would."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime

import click
from sqlalchemy import exists, inspect, select

from ricomi_workflow.bank import invariants as bank_proof
from ricomi_workflow.bootstrap import Settings, compose, settings_from_env
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.db.schema_upgrade import upgrade
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.identity.queries import is_demonstration
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.resources import root
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.simulation.fund_years import count_weeks, simulate_fund_years
from ricomi_workflow.simulation.random_walks import simulate_cases as play
from ricomi_workflow.simulation.scenario import Summary

_BEGIN = datetime(2025, 1, 6, 14, tzinfo=UTC)
_NEW_YEAR = datetime(2025, 1, 1, 15, tzinfo=UTC)
_MOST = 20
_HOLD = "The books hold."


@click.command()
@click.option("--cases", type=click.IntRange(1), default=100, show_default=True)
@click.option("--years", type=click.IntRange(1, _MOST), help="Run the fund for so many years.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--database", help="Database address; by default that of this installation.")
def simulate(*, cases: int, years: int | None, seed: int, database: str | None) -> None:
    """Play CASES illustrative cases; the same seed plays the same story.

    Without --years random actors try what is possible, each case to its end. With --years the
    offices run the fund from 1 January 2025 on, in a database without cases: donors promise and
    pay, the bank sends its statements, requests come in all the time, and what is under way at the
    end stays so.

    The database becomes a demonstration: its pages say that what they show is illustrative. Exit 1
    when the books do not hold.
    """
    settings = settings_from_env()
    settings = replace(settings, database_url=database or settings.database_url)
    clock = FrozenClock(_NEW_YEAR if years else _BEGIN)
    services = _opened(settings, clock, empty=years is not None)
    summary = _played(services, clock, cases, years, seed)
    with services.uow.read() as connection:
        faults = [*verify(connection), *bank_proof.verify(connection)]
    services.uow.engine.dispose()
    for line in (*_summary_lines(summary), *map(str, faults), *(() if faults else (_HOLD,))):
        click.echo(line)
    sys.exit(1 if faults else 0)


def _opened(settings: Settings, clock: FrozenClock, *, empty: bool) -> Services:
    """The product on a prepared database that holds no real case, and none at all if `empty`."""
    services = compose(settings, clock)
    if not inspect(services.uow.engine).has_table("case"):
        upgrade(services.uow, root("migrations"))
    with services.uow.read() as connection:
        filled = connection.execute(select(exists().select_from(case))).scalar_one()
        real = filled and not is_demonstration(connection)
    if real or (filled and empty):
        shown = services.uow.engine.url.render_as_string()
        raise click.ClickException(f"{shown} holds {'real ' if real else ''}cases already.")
    return services


def _played(
    services: Services, clock: FrozenClock, cases: int, years: int | None, seed: int
) -> Summary:
    accounts = create_accounts(services)
    length, label = (count_weeks(years), "Weeks") if years else (cases, "Cases")
    with click.progressbar(length=length, label=label) as bar:

        def on_progress() -> None:
            bar.update(1)

        if years is None:
            return play(services, accounts, clock, cases=cases, seed=seed, on_progress=on_progress)
        return simulate_fund_years(
            services, accounts, clock, cases=cases, years=years, seed=seed, on_progress=on_progress
        )


def _summary_lines(summary: Summary) -> list[str]:
    groups = (
        ("acts", summary.acts),
        ("refusals", summary.refusals),
        ("end states", summary.states),
    )
    return [
        f"{name}: " + ", ".join(f"{what} {number}" for what, number in counted.most_common())
        for name, counted in groups
        if counted
    ]
