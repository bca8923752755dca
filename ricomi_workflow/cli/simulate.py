"""`ricomi simulate`: random actors play many cases through the real verbs."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ricomi_workflow.bootstrap import compose, settings_from_env
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.rehearsal.cast import make_cast
from ricomi_workflow.rehearsal.simulation import Story
from ricomi_workflow.rehearsal.simulation import simulate as play

_BEGIN = datetime(2025, 1, 6, 14, tzinfo=UTC)


@click.command()
@click.option("--cases", type=click.IntRange(1), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(cases: int, seed: int) -> None:
    """Play CASES illustrative cases from draft to their end; the same seed plays the same story.

    The database becomes a demonstration: its pages say that what they show is illustrative.
    """
    clock = FrozenClock(_BEGIN)
    services = compose(settings_from_env(), clock)
    cast = make_cast(services)
    with click.progressbar(length=cases, label="Cases") as bar:
        story = play(services, cast, clock, cases=cases, seed=seed, told=lambda: bar.update(1))
    for line in _told(story):
        click.echo(line)


def _told(story: Story) -> list[str]:
    groups = (("acts", story.acts), ("refusals", story.refusals), ("end states", story.states))
    return [
        f"{name}: " + ", ".join(f"{what} {number}" for what, number in counted.most_common())
        for name, counted in groups
        if counted
    ]
