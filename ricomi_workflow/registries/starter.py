"""The facts with which the network begins, read from `reference/starter/`.

A file is of one kind. A record may name another by its key where its form links to another entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from ricomi_workflow.bodies.reading import day, once, open_file, rows
from ricomi_workflow.catalogue.projection import LINKS
from ricomi_workflow.definitions.place import Place
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.resources import root

FOLDER = "starter"


@dataclass(frozen=True, slots=True)
class Record:
    """One fact: of which kind and state it is, and the answers to the form of its kind.

    `links` names other records by key, for fields of `LINKS`; those stand in no `values`.
    `verified_on`: the day by which its dates are judged.
    """

    key: str
    kind: str
    country: str
    values: Mapping[str, Json]
    links: Mapping[str, str]
    verified_on: date


def starter(folder: Path | None = None) -> tuple[Record, ...]:
    """Every record of the files in `folder` (default: those that are shipped).

    A record that another one names comes first. Raises `DefinitionError` with every mistake.
    """
    folder = folder or root("reference") / FOLDER
    mistakes: list[Mistake] = []
    found: list[tuple[Place, str, Record]] = []
    for path in sorted(folder.glob("*.yaml")):
        found += _records(open_file(path, mistakes))
    known = once(found)
    for place, _, record in found:
        for name, key in record.links.items():
            if key not in known or known[key].links or known[key].kind != record.kind:
                place.wrong(f"a record of this kind without links of its own, for {name}", key)
    if mistakes:
        raise DefinitionError(mistakes)
    return tuple(sorted(known.values(), key=lambda each: bool(each.links)))


def _records(top: Place) -> list[tuple[Place, str, Record]]:
    at = top.record("kind verified_on verified_by summaries records", "common")
    kind, verified = at["kind"].name(), day(at["verified_on"]) or date.min
    same: dict[str, Json] = {
        **_answers(at["common"]),
        "verified_on": verified.isoformat(),
        "verified_by": dict(at["verified_by"].localized().as_dict()),
    }
    summaries = {name: _summary(place) for name, place in at["summaries"].mapping().items()}
    made = []
    for place in rows(at["records"]):
        row = place.record("key country source summary values")
        key, values = row["key"].name(), _answers(row["values"])
        links = {name: str(values.pop(name)) for name in LINKS if name in values}
        if row["summary"].name() not in summaries:
            row["summary"].wrong(", ".join(summaries))
        told = summaries.get(row["summary"].name(), {})
        kept = {"source": row["source"].text(), "origin_key": f"{FOLDER}/{key}"}
        whole = {**same, **told, **values, **kept}
        made.append((place, key, Record(key, kind, row["country"].text(), whole, links, verified)))
    return made


def _summary(place: Place) -> Mapping[str, Json]:
    at = place.record("topics text")
    text: dict[str, Json] = dict(at["text"].localized().as_dict())
    return {"topics": list(at["topics"].names()), "summary": text}


def _answers(place: Place) -> dict[str, Json]:
    """Answers to a form as they stand in the file; the form judges them."""
    return {name: cast("Json", each.value) for name, each in place.mapping().items()}
