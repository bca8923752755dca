"""`ricomi workflow`: move running cases into another version of their process, and back."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click

from ricomi_workflow.bootstrap import MOVERS
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.history import StateFigures, kind_figures
from ricomi_workflow.cases.migration import Obstacle
from ricomi_workflow.cli.console import AS_JSON, product, terminal_language
from ricomi_workflow.definitions.migration_plan import MigrationPlan, read_plan
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.workflow_migration.commands import migrate, revert
from ricomi_workflow.workflow_migration.queries import BATCH, Judged, Verdict, survey, survey_back

_NAMED = 10  # cases named under one reason
_JUDGES = tuple(mover.judge for mover in MOVERS)


@click.group("workflow")
def workflow() -> None:
    """Versions of a process and the cases that run in them."""


@workflow.command("figures")
@click.argument("kind")
@AS_JSON
def figures_command(*, kind: str, as_json: bool) -> None:
    """Count the cases of KIND in each state and say how long cases stay there.

    The same figures stand on the page of the process. Lengths are in hours; exercises are left out.
    """
    with product() as services, services.uow.read() as connection:
        try:
            found = kind_figures(connection, services.library, kind)
        except KeyError:
            known = ", ".join(sorted({w.kind for w in services.library.workflows.values()}))
            raise click.ClickException(f"There is no kind {kind}; there are: {known}.") from None
    if as_json:
        click.echo(json.dumps({"kind": kind, "states": [_figures_json(f) for f in found.states]}))
        return
    click.echo(f"{'state':<28} {'cases':>7} {'stays':>7} {'median':>9} {'90th':>9}")
    for each in found.states:
        median, ninetieth = _hours(each.median), _hours(each.ninetieth)
        row = f"{each.state:<28} {each.cases:>7} {each.stays:>7} {median:>9} {ninetieth:>9}"
        click.echo(row.rstrip())


def _hours(length: timedelta | None) -> str:
    return "" if length is None else f"{length / timedelta(hours=1):.1f}"


def _figures_json(found: StateFigures) -> dict[str, object]:
    return {
        "state": found.state,
        "cases": found.cases,
        "stays": found.stays,
        "median_seconds": None if found.median is None else int(found.median.total_seconds()),
        "ninetieth_seconds": None
        if found.ninetieth is None
        else int(found.ninetieth.total_seconds()),
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks."""

    kind: str
    versions: tuple[str, str]
    plan: Path | None
    dry_run: bool
    back: bool
    reason: str
    email: str | None
    batch: int


@workflow.command("migrate")
@click.argument("kind")
@click.option("--from", "before", required=True, help="Version in which the cases run, as v1.")
@click.option("--to", "after", required=True, help="Version into which they go, as v2.")
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would become of each case; write nothing.")
@click.option("--batch", type=click.IntRange(1, 10_000), default=BATCH, show_default=True)
@click.option("--revert", "back", is_flag=True, help="Take the moves back, without a plan.")
@click.option("--reason", default="", help="Why moves are taken back; goes into each trail.")
@click.option("--as", "email", help="Administrator who acts; the system when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a case.")
def migrate_command(*, as_json: bool, before: str, after: str, **rest: object) -> None:
    """Move the cases of KIND from one version of its process into another, as a plan says.

    Exit 1 when a case stays or the plan must say more.
    """
    asked = _Asked(versions=(before, after), **rest)  # type: ignore[arg-type]  # click's options
    with product() as services:
        counts = _Counts(services.texts)
        for found in _judgements(services, asked):
            counts.take(found)
            if as_json:
                click.echo(json.dumps(_as_json(found), ensure_ascii=False))
        for line in () if as_json else counts.lines(dry_run=asked.dry_run):
            click.echo(line)
    sys.exit(1 if counts.verdicts.keys() - {Verdict.SAFE} else 0)


def _judgements(services: Services, asked: _Asked) -> Iterator[Judged]:
    old, new = _versions(services, asked)
    if asked.back:
        if asked.dry_run:
            return survey_back(services, old, new, _JUDGES, asked.batch)
        if not asked.reason.strip():
            raise click.UsageError("--revert needs --reason: each case's trail says why.")
        return revert(
            services,
            (old, new),
            MOVERS,
            reason=asked.reason.strip(),
            actor=_actor(services, asked.email),
            batch=asked.batch,
        )
    plan = _plan(services, asked, old, new)
    if asked.dry_run:
        return survey(services, plan, _JUDGES, asked.batch)
    actor = _actor(services, asked.email)
    return _with_progress(migrate(services, plan, MOVERS, actor=actor, batch=asked.batch))


def _with_progress(moves: Iterable[Judged]) -> Iterator[Judged]:
    """The moves as they come, with a dot for each hundred on a terminal."""
    for number, move in enumerate(moves, 1):
        if number % 100 == 0 and sys.stderr.isatty():
            click.echo(".", nl=False, err=True)
        yield move


def _plan(services: Services, asked: _Asked, old: WorkflowDef, new: WorkflowDef) -> MigrationPlan:
    if asked.plan is None:
        raise click.UsageError("--plan FILE is needed: what becomes of each state.")
    plan = read_plan(asked.plan.read_bytes(), asked.plan.name, services.library)
    if (plan.before.key, plan.after.key) != (old.key, new.key):
        raise click.ClickException(
            f"{asked.plan.name} leads from {plan.before.key} to {plan.after.key},"
            f" not from {old.key} to {new.key}."
        )
    return plan


def _versions(services: Services, asked: _Asked) -> tuple[WorkflowDef, WorkflowDef]:
    found = []
    for version in asked.versions:
        key = f"{asked.kind}/{version if version.startswith('v') else f'v{version}'}"
        if key not in services.library.workflows:
            known = ", ".join(sorted(services.library.workflows))
            raise click.ClickException(f"There is no process {key}; there are: {known}.")
        found.append(services.library.workflows[key])
    return found[0], found[1]


def _actor(services: Services, email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        person = find_user_by_email(connection, email)
        actor = find_actor(connection, person.id, today) if person else None
    if actor is None or not actor.has(Role.ADMINISTRATOR):
        raise click.ClickException(f"{email} is not an administrator here.")
    return actor


@dataclass(slots=True)
class _Counts:
    """How many cases go from where to where, and why not; its size does not grow with them."""

    texts: Texts
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    ways: Counter[tuple[str, str, Verdict]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)

    def take(self, found: Judged) -> None:
        """Count one case."""
        self.verdicts[found.verdict] += 1
        self.ways[found.state, found.target, found.verdict] += 1
        for reason in found.reasons:
            words = reason_words(self.texts, reason, terminal_language())
            self.reasons[words] += 1
            refs = self.named.setdefault(words, [])
            if len(refs) < _NAMED:
                refs.append(found.ref)

    def lines(self, *, dry_run: bool) -> Iterator[str]:
        """The report."""
        lang = terminal_language()
        for (old, new, verdict), number in sorted(self.ways.items()):
            way = old if new in {old, ""} else f"{old} -> {new}"
            yield f"{number:>7}  {way:<44}  {self.texts.text(f'process.verdict_{verdict}', lang)}"
        for words, number in self.reasons.items():
            refs = ", ".join(self.named[words])
            more = f" (+{number - _NAMED})" if number > _NAMED else ""
            yield f"{words}\n    {refs}{more}"
        total = sum(self.verdicts.values())
        done = "would move; nothing was written" if dry_run else "moved"
        yield f"{self.verdicts[Verdict.SAFE]} of {total} cases {done}"


def reason_words(texts: Texts, reason: Obstacle, lang: str) -> str:
    """Why a case does not move, as a sentence."""
    params = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in reason.params.items()
    }
    return texts.text(f"process.move_{reason.code}", lang, **params)


def _as_json(found: Judged) -> dict[str, object]:
    return {
        "ref": found.ref,
        "state": found.state,
        "target": found.target,
        "verdict": found.verdict.value,
        "reasons": [{"code": r.code, **r.params} for r in found.reasons],
    }
