"""`ricomi fund donor`, `ageing` and `icr`: how gifts stand on a day, and what was charged."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product
from ricomi_workflow.contributions.balances import get_donor_statement, list_outstanding_by_age
from ricomi_workflow.contributions.indirect_costs import (
    get_icr_report,
    icr_rates,
    icr_report_rows,
    rate_text,
)
from ricomi_workflow.contributions.input_checks import amount_text
from ricomi_workflow.contributions.rules import half_year
from ricomi_workflow.statements.statement_types import EXPIRING, make_breakdown

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_AS_OF = click.option("--as-of", type=_DAY, help="The last day that counts; today when left out.")


@click.command("donor")
@click.argument("donor")
@_AS_OF
def donor_command(*, donor: str, as_of: datetime | None) -> None:
    """Print what DONOR (a country code, or a name) promised and gave by a day."""
    with product() as services, services.uow.read() as connection:
        made = get_donor_statement(connection, donor, _day(as_of, services))
    click.echo(f"{made.donor}, as of {made.as_of}")
    for each in made.contributions:
        given = f"{amount_text(each.received)} of {amount_text(each.contribution.pledged)}"
        less = f"  reduced {amount_text(each.reduced)}" if each.reductions else ""
        back = f"  returned {each.returned}" if each.returns else ""
        click.echo(
            f"  {each.contribution.ref}  {given}  overdue {amount_text(each.overdue)}{less}{back}"
        )
        for case, amount in each.taken.items():
            click.echo(f"    {case}  {amount}")
    click.echo(f"  received {made.value}  indirect costs {made.icr}  for projects {made.net}")
    for gift in made.in_kind:
        click.echo(f"  {gift.ref}  {gift.kind}  {gift.value}")


@click.command("ageing")
@_AS_OF
def ageing_command(*, as_of: datetime | None) -> None:
    """List what was promised and has not arrived, by how late it is."""
    with product() as services, services.uow.read() as connection:
        found = list_outstanding_by_age(connection, _day(as_of, services))
    for each in found:
        late = "  ".join(f"{age} {amount_text(amount)}" for age, amount in each.ages.items())
        click.echo(f"{each.contribution.ref}  {each.contribution.donor}  {late}")


@click.command("icr")
@click.option("--as-of", type=_DAY, help="A day of the half year; today when left out.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
def icr_command(*, as_of: datetime | None, as_csv: bool) -> None:
    """Print the report on indirect costs of half a year; exit 1 if the accounts differ."""
    with product() as services, services.uow.read() as connection:
        first, last = half_year(_day(as_of, services))
        made = get_icr_report(connection, icr_rates(), first, last)
    if as_csv:
        csv.writer(sys.stdout).writerows(icr_report_rows(made))
    else:
        click.echo(f"Indirect cost recovery, US dollars, {first} to {last}")
        for each in made.classes:
            sums = f"{each.value!s:>14}{each.icr!s:>14}{each.waived!s:>14}"
            click.echo(f"{each.donor_class.value:<22}{sums}")
        for line in made.waivers:
            told = f"{line.receipt}  {line.contribution}  {rate_text(line.rate)} %  {line.document}"
            click.echo(f"waived  {told}")
        if not made.holds:
            click.echo(f"DOES NOT AGREE: receipts {made.icr} and accounts {made.booked}")
    sys.exit(0 if made.holds else 1)


@click.command("expiring")
@_AS_OF
@click.option("--until", type=_DAY, help="Only what expires by a day.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
def expiring_command(*, as_of: datetime | None, until: datetime | None, as_csv: bool) -> None:
    """List what was committed and is not paid, by the last day for it."""
    with product() as services, services.uow.read() as connection:
        made = make_breakdown(connection, services, EXPIRING, _day(as_of, services))
    last = until.date() if until else date.max
    rows = [each for each in made.rows if (each.day and each.day <= last) or not until]
    lines = [
        (
            row.key,
            row.note,
            row.day.isoformat() if row.day else "",
            *(str(f.amount) for f in row.figures),
        )
        for row in rows
    ]
    if as_csv:
        csv.writer(sys.stdout).writerows([("case", "country", "last_day", *made.columns), *lines])
        return
    for ref, country, day, _, _, left in lines:
        click.echo(f"{ref}  {country}  {day or 'no last day'}  {left:>14}")


def _day(given: datetime | None, services: Services) -> date:
    return given.date() if given else services.calendar.local_day(services.uow.clock.now())


COMMANDS = (donor_command, ageing_command, icr_command, expiring_command)
