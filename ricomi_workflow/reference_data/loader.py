"""Reads `reference/*.yaml` into one `Reference`, strictly, and reports every mistake together.

The reference files are facts of the product: `RICOMI_DEFINITIONS`, which lets a deployment bring
its own workflows and forms, does not replace them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeVar

from ricomi_workflow.definitions.computed_fields import RatePeriod, RateTable
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.decision_rules import (
    ORDINARY,
    Abstention,
    Basis,
    Blocking,
    Position,
    Recusal,
    Rule,
    Setting,
    Share,
    Silence,
    Tie,
)
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
from ricomi_workflow.reference_data.reader import (
    by_key,
    code,
    day,
    fraction,
    open_file,
    period_days,
    rows,
)
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
    lists = topics, populations, modalities
    return Reference(states, observers, bodies, *lists, labels, per_diem, forums, sdgs, objectives)


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


_SETTINGS = "abstention recusal blocking silence tie"
_MAY_BLOCK = (Position.AGAINST, Position.ABSTAIN, Position.NOT_PARTICIPATING)
E = TypeVar("E", bound=StrEnum)


def read_rules(node: YamlNode) -> Mapping[str, Rule]:
    """The rules of a body by name; `ordinary` is one of them."""
    found = {name: read_rule(at) for name, at in node.mapping().items()}
    if found and ORDINARY not in found:
        node.at(ORDINARY, None).wrong("this key is required", found="nothing")
    return found


def read_rule(node: YamlNode) -> Rule:
    """One rule of decision."""
    at = node.record(f"quorum_to_open quorum_to_decide threshold {_SETTINGS} note")
    threshold = at["threshold"].record("citation confirmed of", "at_least more_than")
    cited: list[Setting] = []
    rule = Rule(
        quorum_to_open=_quorum(at["quorum_to_open"]),
        quorum_to_decide=_quorum(at["quorum_to_decide"]),
        threshold=_share(at["threshold"], threshold),
        basis=threshold["of"].one_of(Basis, Basis.MEMBERS),
        abstention=_choice(at, "abstention", Abstention.NOT_VOTING, cited),
        recusal=_choice(at, "recusal", Recusal.STAYS, cited),
        blocking=_blocking(at["blocking"], cited),
        silence=_choice(at, "silence", Silence.NOTHING, cited),
        tie=_choice(at, "tie", Tie.LOST, cited),
        note=at["note"].localized(),
        cited=tuple(cited),
    )
    if rule.consents and rule.tie is not Tie.LOST:
        at["tie"].wrong("is: lost, where silence agrees", found=rule.tie)
    if rule.tie is Tie.CHAIR and rule.basis is not Basis.PRESENT_AND_VOTING:
        at["tie"].wrong("is: chair, where the threshold is of present_and_voting", found=rule.tie)
    return rule


def _choice(rule: Mapping[str, YamlNode], name: str, default: E, cited: list[Setting]) -> E:
    at = rule[name].record("is citation confirmed")
    cited.append(_read_setting(name, at))
    return at["is"].one_of(type(default), default)


def _read_setting(name: str, at: Mapping[str, YamlNode]) -> Setting:
    return Setting(name, at["citation"].text(), at["confirmed"].flag())


def _blocking(node: YamlNode, cited: list[Setting]) -> Blocking:
    """The positions that block: never one in favour, nor one that is not cast."""
    at = node.record("positions citation confirmed", "at_least")
    cited.append(_read_setting("blocking", at))
    allowed = ", ".join(_MAY_BLOCK)
    names = at["positions"].names()
    for each in at["positions"].each():
        if each.value not in list(_MAY_BLOCK):
            each.wrong(allowed)
    found = tuple(p for p in _MAY_BLOCK if p in names)
    return Blocking(found, at["at_least"].whole(1, least=1))


def _quorum(node: YamlNode) -> Share:
    return _share(node, node.record("citation confirmed", "at_least more_than"))


def _share(node: YamlNode, at: Mapping[str, YamlNode]) -> Share:
    """A fraction, or a whole number: `at_least: 3`; all of them are 1/1."""
    more_than = not at["more_than"].absent
    if more_than != at["at_least"].absent:
        node.wrong("either at_least or more_than")
    size = at["more_than" if more_than else "at_least"]
    citation, confirmed = at["citation"].text(), at["confirmed"].flag()
    if isinstance(size.value, int) and not isinstance(size.value, bool):
        return Share(Fraction(0), more_than, citation, confirmed, size.whole())
    share = Fraction(1) if size.absent else fraction(size)
    return Share(share, more_than, citation, confirmed)


_CITY = re.compile(r"([A-Z]{2})-[a-z][a-z0-9_]*")


def read_rates(top: YamlNode, states: Mapping[str, State]) -> RateTable:
    """The table at `top`, whose places are `states` and the cities that it names."""
    file = top.record("tables", "cities")
    cities = by_key(_cities(file["cities"], states))
    places = {code: country_label(code) for code in states} | dict(cities)
    return RateTable(_rate_periods(file["tables"], places), dict(sorted(places.items())))


def _cities(
    node: YamlNode, states: Mapping[str, State]
) -> Iterable[tuple[YamlNode, str, LocalizedText]]:
    for row in node.each():
        at = row.record("place name")
        key = at["place"].text()
        found = _CITY.fullmatch(key)
        if found is None or found[1] not in states:
            at["place"].wrong("a state and a city, as PY-asuncion")
        name = at["name"].localized()
        state = country_label(key.partition("-")[0])
        label = {lang: f"{state[lang]} ({name[lang]})" for lang in LANGUAGES}
        yield at["place"], key, LocalizedText(**label)


def _rate_periods(node: YamlNode, places: Mapping[str, LocalizedText]) -> tuple[RatePeriod, ...]:
    periods: list[RatePeriod] = []
    for row in rows(node):
        at = row.record("from to source rates", "confirmed")
        since, until = period_days(at, date.max, None, last=False)
        if periods and since <= periods[-1].until:
            at["from"].wrong(f"a day from {periods[-1].until + timedelta(days=1)}")
        rates = by_key(_rates(at["rates"], places))
        source, confirmed = at["source"].localized(), at["confirmed"].flag(default=True)
        periods.append(RatePeriod(since, until or since, rates, source, confirmed))
    return tuple(periods)


def _rates(
    node: YamlNode, places: Mapping[str, LocalizedText]
) -> Iterable[tuple[YamlNode, str, Money]]:
    for row in rows(node):
        at = row.record("place rate")
        key = at["place"].text()
        if key and key not in places:
            at["place"].wrong("a member state, or a city of `cities`")
        yield at["place"], key, _amount(at["rate"])


def _amount(node: YamlNode) -> Money:
    try:
        found = Money.parse(node.text("0"))
    except NotMoney:
        found = Money(0)
    if found.minor <= 0:
        node.wrong('an amount above zero, as "145.00"')
    return found


@dataclass(frozen=True, slots=True)
class Subregions:
    """What each subregion is called, in the order of the file, and in which one a state lies."""

    labels: Mapping[str, LocalizedText]
    by_state: Mapping[str, str]


@cache
def subregions() -> Subregions:
    """What is shipped, read once. Raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    found = read_subregions(open_file(root("reference") / "subregions.yaml", mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def read_subregions(top: YamlNode) -> Subregions:
    """What the file says; mistakes go to the list of `top`."""
    at = top.record("source subregions")
    at["source"].text()
    labels, states = [], []
    for row in rows(at["subregions"]):
        each = row.record("name label states")
        name = each["name"].name()
        labels.append((each["name"], name, each["label"].localized()))
        states += [(node, code(node), name) for node in rows(each["states"])]
    return Subregions(by_key(labels), by_key(states))
