"""Reads `reference/*.yaml` into one `Reference`, strictly and with every mistake at once.

The reference files are facts of the product: `RICOMI_DEFINITIONS`, which lets a deployment bring
its own workflows and forms, does not replace them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from ricomi_workflow.bodies.cursor import Cursor
from ricomi_workflow.bodies.model import (
    Body,
    BodyName,
    DisputedSeats,
    MajorityBasis,
    MajorityRule,
    Observer,
    Participation,
    Period,
    Reference,
    Share,
    State,
    Term,
)
from ricomi_workflow.bodies.names import country_label, country_name
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.resources import root

_CODE = re.compile(r"[A-Z]{2}")
_VALUE = re.compile(r"[a-z][a-z0-9_]*")
_Row = TypeVar("_Row")


@cache
def load() -> Reference:
    """The reference that is shipped with the product, read once.

    Raises: DefinitionError with every mistake of every file.
    """
    return read(root("reference"))


def read(folder: Path) -> Reference:
    """The reference in `folder`; raises `DefinitionError` with every mistake of every file."""
    mistakes: list[Mistake] = []

    def opened(name: str) -> Cursor:
        return open_file(folder / f"{name}.yaml", mistakes)

    states = _states(opened("states"))
    observers = _observers(opened("observers"))
    bodies = _bodies(opened("bodies"))
    topics, populations, modalities = (
        tuple(_terms(opened(name))) for name in ("topics", "populations", "modalities")
    )
    if mistakes:
        raise DefinitionError(mistakes)
    labels = {code: country_label(code) for code in (*states, *observers)}
    labels |= {code: o.name for code, o in observers.items() if o.name}
    return Reference(states, observers, bodies, topics, populations, modalities, labels)


def open_file(path: Path, mistakes: list[Mistake]) -> Cursor:
    """A cursor at the top of a file; mistakes of notation and of reading go to `mistakes`."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes()
    except OSError as error:
        mistakes.append(Mistake(name, "file", str(error.strerror), "a readable file"))
        return Cursor(name, None, [])
    value, found = read_yaml(content, name)
    mistakes.extend(found)
    return Cursor(name, value, [] if found and value is None else mistakes)


def _code(at: Cursor) -> str:
    code = at.text()
    if not _CODE.fullmatch(code) or country_name(code, "en") == code:
        at.wrong("an ISO 3166-1 alpha-2 code")
    return code


def _by_key(rows: Iterable[tuple[Cursor, str, _Row]]) -> Mapping[str, _Row]:
    """Rows by their key; a second row of the same key is a mistake."""
    result: dict[str, _Row] = {}
    for at, key, row in rows:
        if key in result:
            at.wrong("each key once")
        result[key] = row
    return result


def _states(top: Cursor) -> Mapping[str, State]:
    top.keys(("source", "states"))
    source = top["source"].text()

    def rows() -> Iterable[tuple[Cursor, str, State]]:
        for row in top["states"].items():
            row.keys(("code", "entered"), ("status", "source"))
            code, entered = _code(row["code"]), row["entered"].number()
            own = row["source"].text() if row["source"].given else source
            yield row["code"], code, State(code, entered, _periods(row, entered, own), own)

    return _by_key(rows())


def _periods(row: Cursor, entered: int, source: str) -> tuple[Period, ...]:
    """The periods of a state: the first from the year of entry, each next one day later."""
    start = date(max(entered, 1), 1, 1)
    if not row["status"].given:
        return (Period(start, None, Participation.PARTICIPATES, source),)
    periods: list[Period] = []
    rows = list(row["status"].items())
    for number, at in enumerate(rows):
        first, last = number == 0, number == len(rows) - 1
        at.keys(_ends(first=first, last=last), ("note", "confirmed"))
        since = start if first else at["from"].day() or start
        until = None if last else at["to"].day()
        if not first:
            _follows(at["from"], since, periods[-1].until)
        if until is not None and until < since:
            at["to"].wrong(f"a day from {since}")
        periods.append(_period(at, since, until))
    return tuple(periods)


def _ends(*, first: bool, last: bool) -> tuple[str, ...]:
    return (*(() if first else ("from",)), *(() if last else ("to",)), "status", "source")


def _follows(at: Cursor, since: date, before: date | None) -> None:
    if before is not None and since != before + timedelta(days=1):
        at.wrong(f"the day after {before}")


def _period(at: Cursor, since: date, until: date | None) -> Period:
    return Period(
        since,
        until,
        at["status"].word(Participation),
        at["source"].text(),
        at["note"].localized() if at["note"].given else None,
        at["confirmed"].flag(),
    )


def _observers(top: Cursor) -> Mapping[str, Observer]:
    top.keys(("source", "observers"))
    source = top["source"].text()

    def rows() -> Iterable[tuple[Cursor, str, Observer]]:
        for row in top["observers"].items():
            row.keys(("code",), ("since", "suspended", "name", "source"))
            code = _code(row["code"])
            yield (
                row["code"],
                code,
                Observer(
                    code,
                    row["source"].text() if row["source"].given else source,
                    row["since"].day(),
                    row["suspended"].day(),
                    row["name"].localized() if row["name"].given else None,
                ),
            )

    return _by_key(rows())


def _terms(top: Cursor) -> Iterable[Term]:
    top.keys(("terms",))

    def rows() -> Iterable[tuple[Cursor, str, Term]]:
        for row in top["terms"].items():
            row.keys(("value", "label", "source"), ("confirmed",))
            value = row["value"].text()
            if not _VALUE.fullmatch(value):
                row["value"].wrong("lower-case letters, digits and _")
            label, source = row["label"].localized(), row["source"].text()
            yield row["value"], value, Term(value, label, source, row["confirmed"].flag())

    return _by_key(rows()).values()


def _bodies(top: Cursor) -> Mapping[str, Body]:
    top.keys(("bodies",))

    def rows() -> Iterable[tuple[Cursor, str, Body]]:
        for row in top["bodies"].items():
            row.keys(("id", "mandate", "source", "names", "seats", "disputed", "rule"))
            if row["seats"].text() != "all_states":
                row["seats"].wrong("all_states")
            body = Body(
                row["id"].text(),
                _body_names(row["names"]),
                row["mandate"].text(),
                _rule(row["rule"]),
                _disputed(row["disputed"]),
                row["source"].text(),
            )
            yield row["id"], body.id, body

    return _by_key(rows())


def _body_names(at: Cursor) -> tuple[BodyName, ...]:
    names: list[BodyName] = []
    rows = list(at.items())
    for number, row in enumerate(rows):
        last = number == len(rows) - 1
        required = ("from", "acronym", "name", "parent", "source", *(() if last else ("to",)))
        row.keys(required, ("confirmed",))
        since = row["from"].day() or date.min
        until = None if last else row["to"].day()
        if names:
            _follows(row["from"], since, names[-1].until)
        names.append(
            BodyName(
                since,
                until,
                acronym=row["acronym"].localized(),
                name=row["name"].localized(),
                parent=row["parent"].localized(),
                source=row["source"].text(),
                confirmed=row["confirmed"].flag(),
            )
        )
    return tuple(names)


def _disputed(at: Cursor) -> DisputedSeats:
    at.keys(("counted", "confirmed", "reason"))
    reason: LocalizedText = at["reason"].localized()
    return DisputedSeats(at["counted"].flag(), reason, at["confirmed"].flag())


def _rule(at: Cursor) -> MajorityRule:
    at.keys(("quorum_to_open", "quorum_to_decide", "threshold", "note"))
    threshold = _share(at["threshold"], "of")
    return MajorityRule(
        quorum_to_open=_share(at["quorum_to_open"]),
        quorum_to_decide=_share(at["quorum_to_decide"]),
        threshold=threshold,
        basis=at["threshold"]["of"].word(MajorityBasis),
        note=at["note"].localized(),
    )


def _share(at: Cursor, *more: str) -> Share:
    at.keys(("citation", "confirmed", *more), ("at_least", "more_than"))
    if at["at_least"].given == at["more_than"].given:
        at.wrong("either at_least or more_than")
    more_than = at["more_than"].given
    fraction = at["more_than" if more_than else "at_least"].fraction()
    citation, confirmed = at["citation"].text(), at["confirmed"].flag(default=False)
    return Share(fraction, more_than, citation, confirmed)
