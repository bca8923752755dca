"""Reads `reference/*.yaml` into one `Reference`, strictly and with every mistake at once.

The reference files are facts of the product: `RICOMI_DEFINITIONS`, which lets a deployment bring
its own workflows and forms, does not replace them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.decision_rules_reader import read_rules
from ricomi_workflow.reference_data.model import (
    Body,
    BodyName,
    DisputedSeats,
    Forum,
    Observer,
    Participation,
    Period,
    Reference,
    State,
    Term,
)
from ricomi_workflow.reference_data.per_diem_rates import read_rates
from ricomi_workflow.reference_data.reader import by_key, code, day, open_file, period_days, rows
from ricomi_workflow.resources import root


@cache
def load() -> Reference:
    """The reference that is shipped with the product, read once.

    Raises: DefinitionError with every mistake of every file.
    """
    return read(root("reference"))


def read(folder: Path) -> Reference:
    """The reference in `folder`; raises `DefinitionError` with every mistake of every file."""
    mistakes: list[Mistake] = []

    def opened(name: str) -> YamlNode:
        return open_file(folder / f"{name}.yaml", mistakes)

    states = by_key(_states(opened("states")))
    observers = by_key(_observers(opened("observers")))
    bodies = by_key(_bodies(opened("bodies")))
    topics, populations, modalities, sdgs, objectives = (
        tuple(by_key(_terms(opened(name))).values())
        for name in ("topics", "populations", "modalities", "sdgs", "gcm_objectives")
    )
    if mistakes:
        raise DefinitionError(mistakes)
    forums = tuple(by_key(_forums(opened("forums"), states)).values())  # their members are states
    per_diem = read_rates(opened("per_diem"), states)  # whose places are states that can be read
    if mistakes:
        raise DefinitionError(mistakes)
    labels = {key: country_label(key) for key in (*states, *observers)}
    labels |= {key: observer.name for key, observer in observers.items() if observer.name}
    return Reference(
        states,
        observers,
        bodies,
        topics,
        populations,
        modalities,
        labels,
        per_diem,
        forums,
        sdgs,
        objectives,
    )


def _states(top: YamlNode) -> Iterable[tuple[YamlNode, str, State]]:
    file = top.record("source states")
    for row in rows(file["states"]):
        at = row.record("code entered", "status source")
        source = at["source"].text(file["source"].text())
        entered = at["entered"].whole(1, least=1)
        periods = _periods(at["status"], date(entered, 1, 1), source)
        state = State(code(at["code"]), entered, periods, source)
        yield at["code"], state.code, state


def _periods(node: YamlNode, start: date, source: str) -> tuple[Period, ...]:
    """The periods of a state: the first from the year of entry, each next one day later."""
    if node.absent:
        return (Period(start, None, Participation.PARTICIPATES, source),)
    periods: list[Period] = []
    found = rows(node)
    for number, row in enumerate(found, 1):
        last = number == len(found)
        ends = f"{'from' if periods else ''} {'' if last else 'to'}"
        at = row.record(f"{ends} status source", "note confirmed")
        since, until = period_days(at, start, periods[-1].until if periods else None, last=last)
        periods.append(_period(at, since, until))
    return tuple(periods)


def _period(at: Mapping[str, YamlNode], since: date, until: date | None) -> Period:
    return Period(
        since,
        until,
        at["status"].one_of(Participation, Participation.PARTICIPATES),
        at["source"].text(),
        at["note"].optional_localized(),
        at["confirmed"].flag(default=True),
    )


def _observers(top: YamlNode) -> Iterable[tuple[YamlNode, str, Observer]]:
    file = top.record("source observers")
    for row in rows(file["observers"]):
        at = row.record("code", "since suspended name source")
        observer = Observer(
            code(at["code"]),
            at["source"].text(file["source"].text()),
            day(at["since"]),
            day(at["suspended"]),
            at["name"].optional_localized(),
        )
        yield at["code"], observer.code, observer


def _terms(top: YamlNode) -> Iterable[tuple[YamlNode, str, Term]]:
    for row in rows(top.record("terms")["terms"]):
        at = row.record("value label source", "confirmed")
        term = Term(
            at["value"].name(),
            at["label"].localized(),
            at["source"].text(),
            at["confirmed"].flag(default=True),
        )
        yield at["value"], term.value, term


def _forums(top: YamlNode, states: Mapping[str, State]) -> Iterable[tuple[YamlNode, str, Forum]]:
    for row in rows(top.record("forums")["forums"]):
        at = row.record("value label members observers source", "since confirmed")
        forum = Forum(
            at["value"].name(),
            at["label"].localized(),
            at["source"].text(),
            at["confirmed"].flag(default=True),
            at["since"].text(),
            _member_states(at["members"], states),
            _member_states(at["observers"], states),
        )
        if both := set(forum.members) & set(forum.observers):
            at["observers"].wrong("states that are no members", ", ".join(sorted(both)))
        yield at["value"], forum.value, forum


def _member_states(node: YamlNode, states: Mapping[str, State]) -> tuple[str, ...]:
    found = [(each, code(each)) for each in node.each()]
    told: set[str] = set()
    for each, state in found:
        if state and state not in states:
            each.wrong("a member state")
        if state in told:
            each.wrong("each state once")
        told.add(state)
    return tuple(state for _, state in found)


def _bodies(top: YamlNode) -> Iterable[tuple[YamlNode, str, Body]]:
    for row in rows(top.record("bodies")["bodies"]):
        at = row.record("id mandate source names seats disputed rules")
        if at["seats"].text("all_states") != "all_states":
            at["seats"].wrong("all_states")
        body = Body(
            at["id"].name(),
            _body_names(at["names"]),
            at["mandate"].text(),
            read_rules(at["rules"]),
            _disputed(at["disputed"]),
            at["source"].text(),
        )
        yield at["id"], body.id, body


def _body_names(node: YamlNode) -> tuple[BodyName, ...]:
    names: list[BodyName] = []
    found = rows(node)
    for number, row in enumerate(found, 1):
        last = number == len(found)
        at = row.record(f"from {'' if last else 'to'} acronym name parent source", "confirmed")
        since, until = period_days(at, date.min, names[-1].until if names else None, last=last)
        names.append(
            BodyName(
                since,
                until,
                acronym=at["acronym"].localized(),
                name=at["name"].localized(),
                parent=at["parent"].localized(),
                source=at["source"].text(),
                confirmed=at["confirmed"].flag(default=True),
            )
        )
    return tuple(names)


def _disputed(node: YamlNode) -> DisputedSeats:
    at = node.record("counted confirmed reason")
    return DisputedSeats(at["counted"].flag(), at["reason"].localized(), at["confirmed"].flag())
