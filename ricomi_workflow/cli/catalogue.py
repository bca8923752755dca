"""`ricomi catalogue`: rebuild the public catalogue, or show that a rebuild would change nothing."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.commands import differences, rebuild
from ricomi_workflow.cli.console import product
from ricomi_workflow.kernel.actors import SYSTEM


@click.group()
def catalogue() -> None:
    """The public catalogue."""


@catalogue.command("rebuild")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if a rebuild would change an entry."
)
def rebuild_command(*, check: bool) -> None:
    """Write every entry anew from the cases."""
    with product() as services:
        if check:
            _compare(services)
        with services.uow.begin(SYSTEM) as tx:
            done = sum(1 for _ in rebuild(tx, services))
    click.echo(f"{done} cases projected")


def _compare(services: Services) -> NoReturn:
    with services.uow.read() as connection:
        results = list(differences(connection, services))
    wrong = [ref for ref, differs in results if differs]
    for ref in wrong:
        click.echo(f"{ref}: the entry differs from the case")
    click.echo(f"{len(results)} cases, {len(wrong)} differ")
    sys.exit(1 if wrong else 0)
