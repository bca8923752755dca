"""`ricomi catalogue erase-address`: erase a visitor's address and what was saved for it."""

from __future__ import annotations

import click

from ricomi_workflow.cli.console import product
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.saved_searches.commands import erase_address


@click.command("erase-address")
@click.argument("email")
def erase_command(*, email: str) -> None:
    """Erase the address EMAIL of a visitor with every search that was saved for it."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        erased = erase_address(tx, email)
    click.echo(f"{erased} saved searches erased")


COMMANDS = (erase_command,)
