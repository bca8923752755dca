"""`ricomi fund`: statements, exports, donors, ageing, indirect costs, per diem rates."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import DAY, local_day, product, terminal_language
from ricomi_workflow.contributions.balances import get_donor_statement, list_outstanding_by_age
from ricomi_workflow.contributions.indirect_costs import (
    get_icr_report,
    icr_rates,
    icr_report_rows,
    rate_text,
)
from ricomi_workflow.contributions.input_checks import amount_text
from ricomi_workflow.contributions.rules import half_year
from ricomi_workflow.definitions.computed_fields import RatePeriod
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.reference_data import loader
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
from ricomi_workflow.statements.statement_types import (
    EXPIRING,
    NAMES,
    make_breakdown,
    opening_forms,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BOOKS: dict[str, Callable[[Connection], Iterator[str]]] = {
    "beancount": beancount,
    "hledger": hledger,
}


@click.command("statement")
@click.option("--as-of", type=DAY, help="The last day that counts; today when left out.")
@click.option("--by", type=click.Choice(NAMES), help="A statement by this cut, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, amounts as plain text.")
def statement_command(*, as_of: datetime | None, by: str | None, as_json: bool) -> None:
    """Print the account of the fund; exit 1 if its sums do not agree."""
    with product() as services, services.uow.read() as connection:
        day = local_day(as_of, services)
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
    with product() as services, services.uow.read() as connection:
        if form == "csv" and output is not None:
            output.write_bytes(_tables(connection, services))
            return
        lines = _BOOKS[form](connection)
        if output is None:
            for line in lines:
                click.echo(line)
        else:
            output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


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


_AS_OF = click.option("--as-of", type=DAY, help="The last day that counts; today when left out.")


@click.command("donor")
@click.argument("donor")
@_AS_OF
def donor_command(*, donor: str, as_of: datetime | None) -> None:
    """Print what DONOR (a country code, or a name) promised and gave by a day."""
    with product() as services, services.uow.read() as connection:
        made = get_donor_statement(connection, donor, local_day(as_of, services))
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
        found = list_outstanding_by_age(connection, local_day(as_of, services))
    for each in found:
        late = "  ".join(f"{age} {amount_text(amount)}" for age, amount in each.ages.items())
        click.echo(f"{each.contribution.ref}  {each.contribution.donor}  {late}")


@click.command("icr")
@click.option("--as-of", type=DAY, help="A day of the half year; today when left out.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
def icr_command(*, as_of: datetime | None, as_csv: bool) -> None:
    """Print the report on indirect costs of half a year; exit 1 if the accounts differ."""
    with product() as services, services.uow.read() as connection:
        first, last = half_year(local_day(as_of, services))
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
@click.option("--until", type=DAY, help="Only what expires by a day.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
def expiring_command(*, as_of: datetime | None, until: datetime | None, as_csv: bool) -> None:
    """List what was committed and is not paid, by the last day for it."""
    with product() as services, services.uow.read() as connection:
        made = make_breakdown(connection, services, EXPIRING, local_day(as_of, services))
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


class _Facts(TypedDict):
    """A period as facts: both days included, amounts by place."""

    since: str
    until: str
    source: str
    confirmed: bool
    rates: dict[str, str]


@click.command("rates")
@click.option("--on", "day", type=DAY, help="Only the rates of this day.")
@click.option("--place", help="Only a place: PY, PY-asuncion; a state includes its cities.")
@click.option("--json", "as_json", is_flag=True, help="As facts for programs.")
def rates_command(*, day: datetime | None, place: str | None, as_json: bool) -> None:
    """Print the per diem rates by period and place, in US$; exit 1 when there are none."""
    table = loader.load().per_diem
    found = [p for p in table.periods if day is None or p.since <= day.date() <= p.until]
    facts = [_facts(period, place) for period in found]
    if as_json:
        click.echo(json.dumps(facts, indent=1))
    for period, told in zip(found, facts, strict=True) if not as_json else ():
        mark = "" if period.confirmed else "  (unconfirmed)"
        click.echo(f"{_text(period.since)} to {_text(period.until)}{mark}  {told['source']}")
        for name, rate in told["rates"].items():
            click.echo(f"  {name:<20} {rate:>10}")
    if not any(each["rates"] for each in facts):
        raise SystemExit(1)


def _facts(period: RatePeriod, place: str | None) -> _Facts:
    wanted = {
        name: str(rate)
        for name, rate in sorted(period.rates.items())
        if place is None or name == place or name.startswith(f"{place}-")
    }
    return {
        "since": _text(period.since),
        "until": _text(period.until),
        "source": period.source["en"],
        "confirmed": period.confirmed,
        "rates": wanted,
    }


def _text(day: date) -> str:
    return day.isoformat()


COMMANDS = (
    statement_command,
    export_command,
    donor_command,
    ageing_command,
    icr_command,
    expiring_command,
    rates_command,
)
