"""`ricomi catalogue`: rebuild the public catalogue or prove it, and write it in other formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.commands import differences, rebuild
from ricomi_workflow.catalogue.projection import FACETS
from ricomi_workflow.catalogue.queries import Filters
from ricomi_workflow.cli.console import product, refused
from ricomi_workflow.cli.sentences import terminal_language
from ricomi_workflow.exports.formats import FORMATS, export
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import DomainError


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


@catalogue.command("export")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--words", default="", help="Only entries with all of these words.")
@click.option(
    "--filter",
    "choices",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Only entries with one of the values of {', '.join(FACETS)}; given several times.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
def export_command(*, form: str, words: str, choices: tuple[str, ...], output: Path | None) -> None:
    """Write the public catalogue for programs of others.

    A table with its dictionary, a line of JSON for each entry, or activities of IATI 2.03 with
    their transactions.
    """
    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx writes a workbook: name a file with --output")
    filters = Filters(words, _chosen(choices))
    with product() as services, services.uow.read() as connection:
        try:
            parts = export(connection, services, form, filters, terminal_language())
        except DomainError as error:
            raise refused(error) from None
        with click.open_file(str(output or "-"), "wb", lazy=False) as target:
            target.writelines(parts)


def _chosen(choices: tuple[str, ...]) -> dict[str, list[str]]:
    """The values of each facet that the options name."""
    chosen: dict[str, list[str]] = {}
    for choice in choices:
        name, equals, value = choice.partition("=")
        if name not in FACETS or not equals or not value:
            raise click.UsageError(f"--filter {choice}: NAME=VALUE with one of {', '.join(FACETS)}")
        chosen.setdefault(name, []).append(value)
    return chosen


def _compare(services: Services) -> NoReturn:
    with services.uow.read() as connection:
        results = list(differences(connection, services))
    wrong = [ref for ref, differs in results if differs]
    for ref in wrong:
        click.echo(f"{ref}: the entry differs from the case")
    click.echo(f"{len(results)} cases, {len(wrong)} differ")
    sys.exit(1 if wrong else 0)
