"""`ricomi catalogue`: rebuild it, write and take it in, tell its news and results, record facts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.commands import list_differences, rebuild_catalogue
from ricomi_workflow.catalogue.index_storage import list_wrong_sets
from ricomi_workflow.catalogue.projection import FACETS
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.cli.console import product, refused, terminal_language
from ricomi_workflow.exports.formats import FORMATS, export
from ricomi_workflow.exports.json_lines import import_lines
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import SYSTEM, Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.registries.starter import import_records, plan_import, read_starter
from ricomi_workflow.reports import results_text
from ricomi_workflow.reports.news import list_news
from ricomi_workflow.reports.news_text import FORMATS as NEWS
from ricomi_workflow.reports.news_text import markdown, values
from ricomi_workflow.reports.results import read_results
from ricomi_workflow.saved_searches.commands import erase_address


@click.group()
def catalogue() -> None:
    """The public catalogue."""


@catalogue.command("rebuild")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if a rebuild would change something."
)
def rebuild_command(*, check: bool) -> None:
    """Write every entry anew from the cases and decisions."""
    with product() as services:
        if check:
            _compare(services)
        with services.uow.begin(SYSTEM) as tx:
            done = sum(1 for _ in rebuild_catalogue(tx, services))
    click.echo(f"{done} cases and decisions projected")


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

    A table with its dictionary, a line of JSON for each entry, activities of IATI 2.03 with their
    transactions, the newest entries as a feed, entries in schema.org, or the description of all
    that is published by DCAT-AP.
    """
    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx writes a workbook: name a file with --output")
    filters = SearchQuery(words, _chosen(choices))
    with product() as services, services.uow.read() as connection:
        try:
            parts = export(connection, services, form, filters, terminal_language())
        except DomainError as error:
            raise refused(error) from None
        with click.open_file(str(output or "-"), "wb", lazy=False) as target:
            target.writelines(parts)


def _of_days(command: Callable[..., None]) -> Callable[..., None]:
    """The options of what is told of some days."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), help="Language; else the terminal's."),
        click.option("--format", "form", type=click.Choice(list(NEWS)), default="md"),
        click.option("--to", "last", type=day, required=True, help="A day."),
        click.option("--from", "first", type=day, required=True, help="A day."),
    ):
        command = option(command)
    return command


@catalogue.command("news")
@_of_days
def news_command(*, first: datetime, last: datetime, form: str, lang: str | None) -> None:
    """Write what entered, changed and ended in the network: the raw material of a bulletin.

    Both days are included. Everything is read from the trails of what is public.
    """
    said = lang or terminal_language()
    with product() as services, services.uow.read() as connection:
        told = list_news(connection, services, first.date(), last.date())
    _write(values(services, told, said) if form == "json" else markdown(services, told, said))


@catalogue.command("results")
@_of_days
def results_command(*, first: datetime, last: datetime, form: str, lang: str | None) -> None:
    """Write the report of results: projects, what they changed and taught, the money, an annex.

    Both days are included. Everything is read from the catalogue, its trails and the postings.
    """
    said = lang or terminal_language()
    with product() as services, services.uow.read() as connection:
        made = read_results(connection, services, first.date(), last.date())
    told = results_text.values if form == "json" else results_text.markdown
    _write(told(services, made, said))


def _write(made: str | dict[str, Json]) -> None:
    is_text = isinstance(made, str)
    click.echo(made if is_text else json.dumps(made, ensure_ascii=False, indent=2), nl=not is_text)


@catalogue.command("seed")
@click.option("--as", "email", help="Who of the Secretariat records them.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be recorded.")
def seed_command(*, email: str | None, dry_run: bool) -> None:
    """Record the laws, programmes and publications that are shipped, each with its source.

    What was recorded once is left alone, so the command may be run again. It may be run with
    --dry-run first; nothing is written unless every record fits its form.
    """
    records = read_starter()
    with product() as services:
        with services.uow.read() as connection:
            planned = plan_import(connection, services, records)
        new = [each for each in planned if not each.ref]
        if dry_run:
            for each in new:
                click.echo(f"{each.record.country}  {each.record.kind}  {each.record.key}")
        else:
            actor = acting(services, email)
            for case in import_records(services, actor, records):
                click.echo(f"{case.ref}  {case.country}  {case.kind}")
    words = "would be recorded" if dry_run else "recorded"
    click.echo(f"{len(records)} facts: {len(new)} {words}, {len(records) - len(new)} there already")


def acting(services: Services, email: str | None) -> Actor:
    """The person who acts, with the roles of today; there must be one."""
    if email is None:
        raise click.UsageError("--as: name somebody of the Secretariat, who records them")
    with services.uow.read() as connection:
        person = find_user_by_email(connection, email)
        today = services.calendar.local_day(services.uow.clock.now())
        actor = find_actor(connection, person.id, today) if person else None
    if actor is None:
        raise click.ClickException(f"There is no active account {email}.")
    return actor


@catalogue.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_command(*, file: Path) -> None:
    """Fill an empty database with entries exported as `jsonl`: a mirror of the catalogue."""
    with (
        product() as services,
        file.open(encoding="utf-8", newline="\n") as told,
        services.uow.begin(SYSTEM) as tx,
    ):
        done = import_lines(tx, services, told)
    click.echo(f"{done} entries taken in")


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
        results = list(list_differences(connection, services))
        sets = list(list_wrong_sets(connection))
    wrong = [ref for ref, differs in results if differs]
    for ref in wrong:
        click.echo(f"{ref}: the entry differs from what it tells of")
    click.echo(f"{len(results)} cases and decisions, {len(wrong)} differ")
    for name in sets:
        click.echo(f"Stored set {name}: it differs from the entries of which it is made")
    sys.exit(1 if wrong or sets else 0)


@catalogue.command("erase-address")
@click.argument("email")
def erase_command(*, email: str) -> None:
    """Erase the address EMAIL of a visitor with every search that was saved for it."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        erased = erase_address(tx, email)
    click.echo(f"{erased} saved searches erased")
