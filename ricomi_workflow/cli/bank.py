"""`ricomi fund bank`: statements of the bank, and the bank against the books."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from ricomi_workflow.bank.commands import ImportResult, import_file, receive_file
from ricomi_workflow.bank.matching import propose_matches
from ricomi_workflow.bank.queries import first_matching_day, reconcile
from ricomi_workflow.bank.reconciliation import Reconciliation
from ricomi_workflow.bank.rows import list_unmatched_lines, list_unmatched_postings
from ricomi_workflow.bank.statement_import import get_format
from ricomi_workflow.cli.console import DAY, person, product
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.ledger.bank_accounts import bank_account

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def bank() -> None:
    """The bank beside the books; nothing here enters anything into them."""


@bank.command("import")
@click.argument("account")
@click.argument("file", type=_FILE)
@click.option("--as", "email", required=True, help="Who brings it, with their offices.")
@click.option("--opening", help="Opening balance, for a table that carries none: 1234.50.")
@click.option("--closing", help="Closing balance, for a table that carries none.")
def import_command(
    *, account: str, file: Path, email: str, opening: str | None, closing: str | None
) -> None:
    """Import FILE (ISO 20022 camt.053, or the bank's CSV) as statements of ACCOUNT (usd-main).

    A statement that is known already is left as it is: the command may run again.
    """
    given = {"opening": _amount(account, opening), "closing": _amount(account, closing)}
    with product() as services, services.uow.begin(person(services, email)) as tx:
        done = import_file(tx, receive_file(tx, account, file.name, file.read_bytes(), **given))
    click.echo(_summary(done))


@bank.command("proposals")
@click.argument("account")
def proposals_command(*, account: str) -> None:
    """List what may be matched on ACCOUNT, with the grounds; persons confirm it on its page."""
    window = get_format(account).window_days
    with product() as services, services.uow.read() as connection:
        since = first_matching_day(connection, account)
        facts = list_unmatched_postings(connection, account, since) if since else []
        found = propose_matches(list_unmatched_lines(connection, account), facts, window)
    for each in found:
        sides = [f"bank {x.booked_on} {x.amount}" for x in each.lines]
        sides += [f"books {x.at} {x.amount} {x.named}".rstrip() for x in each.facts]
        off = f"  differs by {each.difference}" if each.difference else ""
        click.echo(f"{'sure' if each.is_sure else 'maybe':<5}  {'; '.join(sides)}{off}")
        click.echo(f"       {', '.join(each.grounds)}; {each.days} days apart")


@bank.command("report")
@click.argument("account")
@click.option("--on", "day", type=DAY, help="The end of this day; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, amounts as plain text.")
def report_command(*, account: str, day: datetime | None, as_json: bool) -> None:
    """Print the bank against the books of ACCOUNT; exit 1 if the items do not explain it all."""
    with product() as services, services.uow.read() as connection:
        on = day.date() if day else services.calendar.local_day(services.uow.clock.now())
        made = reconcile(connection, account, on)
    if as_json:
        click.echo(json.dumps(_facts(made), ensure_ascii=False, indent=1))
    else:
        for line in _printed(made):
            click.echo(line)
    sys.exit(0 if made.holds else 1)


def _amount(account: str, text: str | None) -> Money | None:
    if text is None:
        return None
    try:
        return Money.parse(text, bank_account(account).currency)
    except NotMoney:
        raise click.UsageError(f"{text!r} is not an amount such as 1234.50") from None


def _summary(done: ImportResult) -> str:
    return f"{done.account}: {len(done.new)} imported, {len(done.known)} known already"


def _sums(made: Reconciliation) -> tuple[tuple[str, Money], ...]:
    return (
        ("books", made.books),
        ("start", made.start),
        ("missing_statements", made.missing),
        ("only_at_bank", made.only_in_bank),
        ("explained", made.differing),
        ("only_in_books", -made.only_in_books),
        ("expected", made.expected),
        ("bank", made.bank),
    )


def _facts(made: Reconciliation) -> dict[str, object]:
    return {
        "account": made.account,
        "currency": made.bank.currency,
        "day": made.day.isoformat(),
        "known_until": made.known_until.isoformat() if made.known_until else None,
        "holds": made.holds,
        "clear": made.is_clear,
        **{name: str(amount) for name, amount in _sums(made)},
        "gaps": [
            {"before": gap.before.name, "after": gap.after.name, "amount": str(gap.amount)}
            for gap in made.gaps
        ],
        "lines_only_at_bank": [
            {"on": x.booked_on.isoformat(), "amount": str(x.amount), "references": x.references}
            for x in made.in_bank
        ],
        "postings_only_in_books": [
            {"on": x.at.isoformat(), "amount": str(x.amount), "journal": x.journal_id}
            for x in made.in_books
        ],
        "differences": [
            {"amount": str(x.amount), "explanation": x.explanation, "note": x.note}
            for x in made.explained
        ],
    }


def _printed(made: Reconciliation) -> Iterator[str]:
    until = f", told by the bank until {made.known_until}" if made.known_until else ""
    yield f"{made.account}, {made.bank.currency}, on {made.day}{until}"
    for name, amount in _sums(made):
        if amount or name in {"books", "expected", "bank"}:
            yield f"  {name.replace('_', ' '):<24}{amount!s:>16}"
    for gap in made.gaps:
        yield f"  missing between {gap.before.name} and {gap.after.name}: {gap.amount}"
    for line in made.in_bank:
        yield f"  at the bank   {line.booked_on}  {line.amount!s:>14}  {', '.join(line.references)}"
    for fact in made.in_books:
        yield f"  in the books  {fact.at}  {fact.amount!s:>14}  {fact.reference} {fact.named}"
    for each in made.explained:
        yield f"  explained     {each.amount!s:>26}  {each.explanation or 'later'} {each.note}"
    if not made.holds:
        yield "DOES NOT AGREE: the items do not explain the whole difference"
