"""`ricomi matches`: needs and offers brought together, found now, listed, or explained."""

from __future__ import annotations

import click

from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.cli.console import AS_JSON, print_json, product, terminal_language
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import show
from ricomi_workflow.matching.candidates import suggest_matches
from ricomi_workflow.matching.jobs import find_matches, send_digests
from ricomi_workflow.matching.queries import Match, list_matches
from ricomi_workflow.matching.rules import Reason, Step
from ricomi_workflow.reference_data.country_names import country_name


@click.group()
def matches() -> None:
    """Needs and offers that were brought together."""


@matches.command("find")
def find_command() -> None:
    """Compare what changed since the last time and tell both sides, as the worker does."""
    with product() as services:
        found = find_matches(services)
    click.echo(f"{found} matches found")


@matches.command("list")
@click.argument("country")
@click.option(
    "--step",
    type=click.Choice([step.value for step in Step]),
    help="Only those that have come so far.",
)
@AS_JSON
def list_command(*, country: str, step: str | None, as_json: bool) -> None:
    """List the matches of a State, COUNTRY by its two letters, what waits for it first."""
    steps = [Step(step)] if step else []
    with product() as services, services.uow.read() as connection:
        found = list_matches(connection, [country.upper()], steps=steps, limit=None)
    if as_json:
        print_json([_json(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.need.ref}  {each.offer.ref}  {each.step:<10} {each.points:>4}")


@matches.command("explain")
@click.argument("ref")
def explain_command(*, ref: str) -> None:
    """Say what goes well with the published need or offer REF, and of which points."""
    lang = terminal_language()
    with product() as services, services.uow.read() as connection:
        now = services.uow.clock.now()
        entry = get_entry(connection, ref.upper())
        today = services.calendar.local_day(now)
        found = suggest_matches(connection, services.library, entry.entry_id, now, today)
    for each in found:
        side = each.listed.candidate
        title = show(each.listed.title, lang).text
        click.echo(
            f"{side.ref}  {each.score.points:>4}  {country_name(side.country, lang)}: {title}"
        )
        for part in each.score.reasons:
            click.echo(f"  +{part.points:<3} {_score_part(part)}")


@matches.command("summaries")
def summaries_command() -> None:
    """Send focal points the summary of this week, each once, as the worker does."""
    with product() as services:
        sent = send_digests(services)
    click.echo(f"{sent} summaries sent")


def _score_part(part: Reason) -> str:
    return f"{part.name}: {', '.join(part.values) or part.number}"


def _json(each: Match) -> dict[str, Json]:
    return {
        "need": each.need.ref,
        "offer": each.offer.ref,
        "step": each.step.value,
        "points": each.points,
        "outcome": each.outcome.value if each.outcome else None,
        "request": each.request_ref,
    }
