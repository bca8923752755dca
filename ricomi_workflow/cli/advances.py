"""`ricomi fund advances`: what institutions hold and have not accounted for."""

from __future__ import annotations

import json

import click

from ricomi_workflow.cases.models import case
from ricomi_workflow.cli.console import product
from ricomi_workflow.fund.advances import list_case_advances


@click.command("advances")
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option("--json", "as_json", is_flag=True, help="As facts for programs.")
def advances_command(*, overdue: bool, as_json: bool) -> None:
    """List what is owed of each tranche that was paid: by when, and how many days late."""
    with product() as services, services.uow.read() as connection:
        today = services.calendar.local_day(services.uow.clock.now())
        found = [
            {
                "case": debtor.ref,
                "country": debtor.country,
                "tranche": each.number,
                "paid_on": each.paid_on.isoformat(),
                "due_on": each.due_on.isoformat() if each.due_on else None,
                "late": each.late(today),
                "owed": str(each.owed),
            }
            for debtor in list_case_advances(connection, ~case.c.exercise)
            for each in debtor.owing
            if each.owed and (each.late(today) or not overdue)
        ]
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for row in found:
        late = f"{row['late']} days late" if row["late"] else "in time"
        due = row["due_on"] or "no term"
        click.echo(f"{row['case']}  {row['tranche']}  {row['owed']:>12}  due {due}  {late}")


COMMANDS = (advances_command,)
