"""`ricomi fund statement` and `export`: what the books say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product, refused
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements.csv_tables import csv_archive
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.ledger_export import beancount, hledger
from ricomi_workflow.statements.ledger_facts import (
    late_entries_json,
    list_case_facts,
    sum_late_entries,
)
from ricomi_workflow.statements.rules import PostingQuery
from ricomi_workflow.statements.statement import FundStatement, get_fund_statement, statement_json
from ricomi_workflow.statements.statement_types import NAMES, make_breakdown, opening_forms

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_BOOKS: dict[str, Callable[[Connection], Iterator[str]]] = {
    "beancount": beancount,
    "hledger": hledger,
}


@click.command("statement")
@click.option("--as-of", type=_DAY, help="The last day that counts; today when left out.")
@click.option("--by", type=click.Choice(NAMES), help="A statement by this cut, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, amounts as plain text.")
def statement_command(*, as_of: datetime | None, by: str | None, as_json: bool) -> None:
    """Print the account of the fund; exit 1 if its sums do not agree."""
    with _opened() as services, services.uow.read() as connection:
        day = _day(as_of, services)
        if by:
            click.echo(_as_json(_cut(connection, services, by, day)))
            return
        made = get_fund_statement(connection, day)
        later = sum_late_entries(connection, day, services.calendar.zone)
    told = {**statement_json(made), "recorded_later": late_entries_json(later)}
    for line in [_as_json(told)] if as_json else [*_printed(made), *_later(later)]:
        click.echo(line)
    sys.exit(0 if made.holds else 1)


@click.command("export")
@click.option("--format", "form", type=click.Choice([*_BOOKS, "csv"]), required=True)
@click.option("--output", type=click.Path(path_type=Path), help="A file; needed for csv.")
def export_command(*, form: str, output: Path | None) -> None:
    """Write the books for tools of others: a journal, or tables with their dictionary (ZIP)."""
    if form == "csv" and output is None:
        raise click.UsageError("--format csv writes an archive: name a file with --output")
    with _opened() as services, services.uow.read() as connection:
        if form == "csv" and output is not None:
            output.write_bytes(_tables(connection, services))
            return
        lines = _BOOKS[form](connection)
        if output is None:
            for line in lines:
                click.echo(line)
        else:
            output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


COMMANDS = (statement_command, export_command)


def _cut(connection: Connection, services: Services, name: str, day: date) -> dict[str, object]:
    entries = JournalIndex(connection, list_case_facts(connection, opening_forms(services)), day)
    return {**breakdown_json(make_breakdown(connection, services, name, day), entries, _question)}


def _question(ask: PostingQuery) -> str:
    """How a question is said where there are no addresses."""
    return " ".join(f"{name}={text!r}" for name, text in ask.words().items())


def _tables(connection: Connection, services: Services) -> bytes:
    lang, texts = terminal_language(), services.texts
    return csv_archive(connection, lambda key: texts.text(key, lang), services.uow.clock.now())


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _day(given: datetime | None, services: Services) -> date:
    return given.date() if given else services.calendar.local_day(services.uow.clock.now())


@contextmanager
def _opened() -> Iterator[Services]:
    """The product for one command: what the domain refuses is said in words, with exit code 1."""
    with product() as services:
        try:
            yield services
        except DomainError as error:
            raise refused(error) from None


def _printed(made: FundStatement) -> Iterator[str]:
    yield f"Migration cooperation fund, US dollars, as of {made.as_of}"
    if made.illustrative:
        yield "Parts of it are illustrative samples: they tell of no real event."
    rows = (
        ("Contributions received", made.received),
        ("less indirect cost recovery", -made.icr),
        ("less disbursed", -made.disbursed),
        ("less committed, to be paid", -made.committed),
        ("less reserved for open votes", -made.reserved),
        ("Available", made.available),
    )
    yield from _table(rows)
    yield "Available by source"
    yield from _table((f"  {s.value}", m) for s, m in made.available_by_source.items())
    yield "Beside the books"
    yield from _table(
        (
            ("  Promised and not received", made.outstanding),
            ("  Advances to be accounted for", made.advances),
            ("  Spent, as accounted for", made.spent),
        )
    )
    yield "Contributions: received of pledged"
    for gift in made.gifts:
        given = f"{gift.received} of {gift.pledged}"
        yield f"  {gift.ref}  {gift.donor}  {gift.donor_class.value}  {given}"
    yield "Projects: granted, disbursed, to be paid"
    for each in made.projects:
        yield f"  {each.ref}  {each.granted}  {each.disbursed}  {each.committed}"
    for proof in made.proofs:
        if not proof.holds:
            yield f"DOES NOT AGREE: {proof.name}: {proof.left} and {proof.right}"


def _table(rows: Iterator[tuple[str, Money]] | tuple[tuple[str, Money], ...]) -> Iterator[str]:
    for label, amount in rows:
        yield f"{label:<34}{amount!s:>16}"


def _later(parts: Mapping[Kind, Money]) -> Iterator[str]:
    if parts:
        yield "Recorded after that day, so missing from a statement made on it"
        yield from _table((f"  {kind.value}", amount) for kind, amount in parts.items())
