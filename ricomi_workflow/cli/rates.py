"""`ricomi fund rates`: what a day of travel pays, by place and day."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TypedDict

import click

from ricomi_workflow.definitions.computed_fields import RatePeriod
from ricomi_workflow.reference_data import loader


class _Facts(TypedDict):
    """A period as facts: both days included, amounts by place."""

    since: str
    until: str
    source: str
    confirmed: bool
    rates: dict[str, str]


_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("rates")
@click.option("--on", "day", type=_DAY, help="Only the rates of this day.")
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


COMMANDS = (rates_command,)
