"""`ricomi fund periods`, `close` and `reopen`: months and years of the books."""

from __future__ import annotations

import click

from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.documents import person
from ricomi_workflow.ledger import periods

_AS = click.option("--as", "email", required=True, help="Who does it, with their offices.")
_STATES = {False: "open", True: "closed"}


@click.command("periods")
@click.option("--all", "every", is_flag=True, help="Also months that are open.")
def periods_command(*, every: bool) -> None:
    """List years and months of the books: how many journals, open or closed, what is asked."""
    with product() as services, services.uow.read() as connection:
        today = services.calendar.local_day(services.uow.clock.now())
        found = periods.list_periods(connection, today)
    for each in found:
        if every or each.period.is_year or each.events:
            state = "reopening asked" if each.asked else _STATES[each.is_closed]
            click.echo(f"{each.period.code:<8}  {each.journals:>7}  {state}")


@click.command("close")
@click.argument("period")
@_AS
def close_command(*, period: str, email: str) -> None:
    """Close PERIOD, a month (2026-03) or a year (2026) that is over: it takes no journal."""
    with product() as services, services.uow.begin(person(services, email)) as tx:
        periods.close_period(tx, period)
    click.echo(f"{period}  closed")


@click.command("reopen")
@click.argument("period")
@_AS
@click.option("--reason", help="Ask for it, and why. Left out: agree to what another asked for.")
@click.option("--keep", is_flag=True, help="Say no to what was asked, for this reason.")
def reopen_command(*, period: str, email: str, reason: str | None, keep: bool) -> None:
    """Reopen PERIOD by two persons of different offices: one asks with a reason, one agrees."""
    if keep and reason is None:
        raise click.UsageError("--keep needs --reason")
    with product() as services, services.uow.begin(person(services, email)) as tx:
        if reason is None:
            periods.reopen_period(tx, period)
        elif keep:
            periods.decline_reopening(tx, period, reason)
        else:
            periods.request_reopening(tx, period, reason)
    click.echo(f"{period}  {'reopened' if reason is None else 'kept closed' if keep else 'asked'}")


COMMANDS = (periods_command, close_command, reopen_command)
