"""`ricomi mail`: mails that were given up, for the one who keeps the machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from ricomi_workflow.cli.console import AS_JSON, print_json, product
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.messaging.commands import send_again
from ricomi_workflow.messaging.queries import PAGE, list_failed_mails


@click.group("mail")
def mails() -> None:
    """Mails that were given up."""


@mails.command("list")
@click.option("--limit", type=click.IntRange(1), default=PAGE, show_default=True, help="How many.")
@AS_JSON
def list_command(*, limit: int, as_json: bool) -> None:
    """List the mails that were given up, the newest first, with what the server said."""
    with product() as services, services.uow.read() as connection:
        found = list_failed_mails(connection, limit)
    if as_json:
        told = [{**asdict(each), "created_at": iso(each.created_at)} for each in found]
        print_json(told)
        return
    for one in found:
        click.echo(
            f"{one.message_id}  {iso(one.created_at)}  {one.name}  {one.email}  {one.answer}"
        )


@mails.command("again")
@click.argument("numbers", type=int, nargs=-1, required=True)
def again_command(*, numbers: tuple[int, ...]) -> None:
    """Let the worker try the mails with these NUMBERS anew: all of them, or none."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        for number in numbers:
            send_again(tx, number)
    click.echo("\n".join(map(str, numbers)))
