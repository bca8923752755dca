"""Opens the facts with which the network begins as published entries, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import submission
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.registries.starter_records import Record, check_answers

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
