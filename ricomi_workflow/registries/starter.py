"""The facts with which the network begins: read from `reference/starter/`, published once each.

A file is of one kind. A record may name another by its key where its form links to another entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import submission
from ricomi_workflow.catalogue.projection import LINKS
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.actors import NETWORK, Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Invalid, Mistake
from ricomi_workflow.reference_data.reader import by_key, day, open_file, rows
from ricomi_workflow.resources import root

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


RECORD = "record"  # the act by which the Secretariat records from a public source


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record, and the case in which it already stands; nothing if it is still to be opened."""

    record: Record
    ref: str


def plan_import(
    connection: Connection, services: Services, records: Sequence[Record]
) -> tuple[PlannedRecord, ...]:
    """List the records with their cases; raises `Invalid` for one that its form refuses.

    A record counts as there as soon as a case has ever told it, wherever that case is now.
    """
    there = _there(connection, {record.kind for record in records})
    for record in records:
        form = services.library.forms[services.library.latest(record.kind).form]
        check_answers(form, record, services.lookups)
    return tuple(
        PlannedRecord(each, there.get(str(each.values["origin_key"]), "")) for each in records
    )


def import_records(services: Services, actor: Actor, records: Sequence[Record]) -> Iterator[Case]:
    """Open and record what is not there yet, an act for each record; yields its case.

    Raises `Forbidden` when `actor` may not open the kind for a state, and `Invalid`.
    """
    with services.uow.read() as connection:
        planned = plan_import(connection, services, records)
    names = {each.record.key: _named(each.record, each.ref) for each in planned}
    for each in planned:
        if not each.ref:
            with services.uow.begin(actor) as tx:
                case = record_fact(tx, services, each.record, names)
            names[each.record.key] = _named(each.record, case.ref)
            yield case


def _named(record: Record, ref: str) -> str:
    """How a form names an entry that was chosen from the catalogue: its title and its number."""
    title = record.values["title"]
    first = next(iter(title.values())) if isinstance(title, Mapping) else title
    return f"{first} ({ref})"


def record_fact(tx: Tx, services: Services, record: Record, names: Mapping[str, str]) -> Case:
    """Open a case for one record and publish it with its source.

    `names` are those of the entries that it may name, by their keys.
    """
    case = open_case(tx, services, record.kind, record.country)
    tx.flush()
    named: dict[str, Json] = {name: names[key] for name, key in record.links.items()}
    inputs = {**record.values, **named}
    advance(tx, services, case, RECORD, inputs=inputs, judged_on=record.verified_on)
    return case


def _there(connection: Connection, kinds: set[str]) -> dict[str, str]:
    """The case of each record that somebody told, by its key."""
    told = (
        select(case_table.c.ref, submission.c["values"])
        .join(case_table, case_table.c.id == submission.c.case_id)
        .where(submission.c.form.in_(sorted(kinds)), case_table.c.kind.in_(sorted(kinds)))
        .order_by(submission.c.id)
    )
    found: dict[str, str] = {}
    for ref, values in connection.execute(told):
        found.setdefault(str(values.get("origin_key")), ref)
    return found
