"""The facts with which the network begins, read from `reference/starter/`.

A file is of one kind. A record may name another by its key where its form links to another entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from ricomi_workflow.catalogue.projection import LINKS
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.model import FormDef, Library
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Invalid, Mistake
from ricomi_workflow.reference_data.reader import by_key, day, open_file, rows
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


def read_starter(folder: Path | None = None) -> tuple[Record, ...]:
    """Every record of the files in `folder` (default: those that are shipped).

    A record that another one names comes first. Raises `DefinitionError` with every mistake.
    """
    mistakes: list[Mistake] = []
    found = _read(folder or root("reference") / FOLDER, mistakes)
    if mistakes:
        raise DefinitionError(mistakes)
    return tuple(sorted((each for _, _, each in found), key=lambda each: bool(each.links)))


def check_starter(folder: Path, library: Library, lookups: Lookups) -> list[Mistake]:
    """Every mistake of the files in `folder`, also what is no kind, no State or no answer."""
    mistakes: list[Mistake] = []
    found = _read(folder, mistakes)
    if not mistakes:
        for place, _, record in found:
            _judge(place, record, library, lookups)
    return mistakes


def _judge(place: YamlNode, record: Record, library: Library, lookups: Lookups) -> None:
    known = {option.value for option in lookups.states} | {NETWORK}
    if record.country not in known:
        place.at("country", record.country).wrong(", ".join(sorted(known)))
    kinds = {w.kind: library.latest(w.kind) for w in library.workflows.values() if w.registry}
    if record.kind not in kinds:
        place.at("kind", record.kind).wrong(", ".join(sorted(kinds)))
        return
    try:
        check_answers(library.forms[kinds[record.kind].form], record, lookups)
    except Invalid as error:
        for each in error.fields:
            told = ", ".join(f"{name} {value}" for name, value in each.params.items())
            place.at("values", None).at(each.path, None).wrong(
                f"an answer that the form of {record.kind} takes", f"{each.code} {told}".strip()
            )


def check_answers(form: FormDef, record: Record, lookups: Lookups) -> None:
    """Judge the answers of a record by the form of its kind; raises `Invalid`."""
    named: dict[str, Json] = dict.fromkeys(record.links, "…")
    validate_submission(form, {**record.values, **named}, lookups, record.verified_on)


def _read(folder: Path, mistakes: list[Mistake]) -> list[tuple[YamlNode, str, Record]]:
    """The records of all files; what is wrong with them goes to `mistakes`."""
    found: list[tuple[YamlNode, str, Record]] = []
    for path in sorted(folder.glob("*.yaml")):
        found += _records(open_file(path, mistakes, "reference/"))
    known = by_key(found)
    for place, _, record in found:
        for name, key in record.links.items():
            if key not in known or known[key].links or known[key].kind != record.kind:
                place.wrong(f"a record of this kind without links of its own, for {name}", key)
    return found


def _records(top: YamlNode) -> list[tuple[YamlNode, str, Record]]:
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


def _summary(place: YamlNode) -> Mapping[str, Json]:
    at = place.record("topics text")
    text: dict[str, Json] = dict(at["text"].localized().as_dict())
    return {"topics": list(at["topics"].names()), "summary": text}


def _answers(place: YamlNode) -> dict[str, Json]:
    """Answers to a form as they stand in the file; the form judges them."""
    return {name: cast("Json", each.value) for name, each in place.mapping().items()}
