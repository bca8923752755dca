"""`ricomi ballot`: decisions at a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ricomi_workflow.ballots.closing import outcome_reason
from ricomi_workflow.ballots.replay import (
    RecordedDecision,
    ReplayedDecision,
    read_recorded_decision,
    replay,
)
from ricomi_workflow.cli.ballot_papers import paper_command, paper_import_command
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.cli.notices import notice_command, serve_command
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data import loader

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("ballot")
def ballots() -> None:
    """Ballots: what was decided, and by which votes."""


ballots.add_command(paper_command)
ballots.add_command(paper_import_command)
ballots.add_command(notice_command)
ballots.add_command(serve_command)


@ballots.command("replay")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay_command(*, file: Path, as_json: bool) -> None:
    """Decide the vote in FILE again; exit 1 where the result is not what its sources say.

    Nothing is read but FILE and the dated membership of states, so it needs no database.
    """
    recorded = read_recorded_decision(file)
    found = replay(recorded, loader.load())
    if as_json:
        click.echo(json.dumps(_json(recorded, found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(recorded, found, terminal_language())))
    if not found.agrees:
        sys.exit(1)


def _json(recorded: RecordedDecision, found: ReplayedDecision) -> dict[str, object]:
    return {
        "day": recorded.day.isoformat(),
        "question": recorded.question.as_dict(),
        "sources": list(recorded.sources),
        "found": dict(found.found),
        "ground": found.verdict.ground.value,
        "rule_confirmed": recorded.rule.confirmed,
        "differs": list(found.parts),
    }


def _lines(recorded: RecordedDecision, found: ReplayedDecision, lang: str) -> Iterator[str]:
    yield f"{formats.day(recorded.day, lang)}  {recorded.body[lang]}"
    yield recorded.question[lang]
    yield outcome_reason(found.verdict, load_texts(), lang)
    unconfirmed = "" if recorded.rule.confirmed else "  [unconfirmed]"
    yield f"{recorded.rule.note[lang]}{unconfirmed}"
    for seat in found.electorate.seats:
        if not seat.counted:
            yield f"not counted: {formats.country(seat.country, lang)} ({seat.reason_code})"
    yield recorded.remark[lang]
    yield from (f"source: {source}" for source in recorded.sources)
    for name in found.parts:
        said = recorded.result.get(name, "a position")
        yield f"DIFFERS {name}: the file says {said}, computed {found.found.get(name, 'no seat')}"
    if found.agrees:
        yield "computed as the file says"
