"""What happened in the public network between two days, drawn from the trails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from sqlalchemy import false, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.calls.models import call
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.catalogue.entry_types import status_labels
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.decisions.commands import DECISION_KIND as DECISION
from ricomi_workflow.decisions.models import decision
from ricomi_workflow.definitions.library import Library, kinds_catalogued_as
from ricomi_workflow.definitions.model import RecordType, StateDef
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.text import LocalizedText

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

MOST = 1_000  # acts on entries, acts on calls, decisions that are read; the newest of each
_SORTS = (RecordType.PROJECT, RecordType.NEED, RecordType.OFFER)  # their sections come first
_AFTER = (
    "good_practice",
    "law",
    "labour_programme",
    "statistic",
    "publication",
    "committee_meeting",
    "decision",
    "call",
)
_CALL = "call"
_MIGRATED = "case.migrated"


class Change(StrEnum):
    """What happened to something: the strongest of a period is told."""

    ENTERED = "entered"
    ENDED = "ended"
    CHANGED = "changed"


_RANK = {what: number for number, what in enumerate(Change)}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened: what it is, where it is read, how it stood after it.

    `path` is the address below that of a language. `seq` is the entry of the trail.
    """

    section: str
    what: Change
    ref: str
    path: str
    country: str
    title: Mapping[str, str]
    status: LocalizedText
    on: date
    illustrative: bool
    seq: int


@dataclass(frozen=True, slots=True)
class News:
    """The items of some days, by section and newest first; `cut`: there may have been more."""

    first: date
    last: date
    items: tuple[Item, ...]
    cut: bool

    def section(self, name: str) -> tuple[Item, ...]:
        """The items of one section."""
        return tuple(item for item in self.items if item.section == name)


def sections(library: Library) -> tuple[str, ...]:
    """The sections in their order: projects, needs, offers, then what is named here."""
    return (*kinds_catalogued_as(library, *_SORTS), *_AFTER)


def list_news(connection: Connection, services: Services, first: date, last: date) -> News:
    """What everybody may know of what happened from `first` to `last`, three statements.

    Both days are included, by the Secretariat's clock. Of what happened to one case the strongest
    is told once: it entered, it ended, it changed. What has left the catalogue is not told.
    """
    span = _instants(services, first, last)
    entries = connection.execute(_of_entries(span)).all()
    calls = connection.execute(_of_calls(span)).all()
    decided = list(_decided(connection, services, first, last))
    order = {name: number for number, name in enumerate(sections(services.library))}
    items = sorted(
        [*_strongest(_items(services, [*entries, *calls])), *decided],
        key=lambda item: (order.get(item.section, len(order)), -item.on.toordinal(), item.ref),
    )
    cut = any(len(read) == MOST for read in (entries, calls, decided))
    return News(first, last, tuple(items), cut)


def _instants(services: Services, first: date, last: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(services.calendar.zone)
    ends = last + timedelta(days=1)
    return datetime.combine(first, time(), zone), datetime.combine(ends, time(), zone)


def _acts(span: tuple[datetime, datetime]) -> ColumnElement[bool]:
    act = audit_entry.c.act
    within = (audit_entry.c.at >= span[0]) & (audit_entry.c.at < span[1])
    return within & act.like("case.%") & (act != _MIGRATED)


_OF_THE_TRAIL = [audit_entry.c[name] for name in ("at", "act", "seq", "from_state", "to_state")]
_NEWEST = (audit_entry.c.at.desc(), audit_entry.c.case_id.desc(), audit_entry.c.seq.desc())


def _of_entries(span: tuple[datetime, datetime]) -> Select[tuple[object, ...]]:
    names = ("kind", "ref", "country", "title", "illustrative")
    own = [catalogue_entry.c[name] for name in names]
    joined = audit_entry.join(catalogue_entry, catalogue_entry.c.entry_id == audit_entry.c.case_id)
    found = select(*_OF_THE_TRAIL, *own).select_from(joined).where(_acts(span))
    return cast("Select[tuple[object, ...]]", found.order_by(*_NEWEST).limit(MOST))


def _of_calls(span: tuple[datetime, datetime]) -> Select[tuple[object, ...]]:
    """The same of calls: from the day on which one is announced everybody may know of it."""
    names = ("kind", "ref", "country", "title", "illustrative")
    own = [case_table.c[name] for name in names]
    joined = audit_entry.join(call, call.c.case_id == audit_entry.c.case_id).join(
        case_table, case_table.c.id == audit_entry.c.case_id
    )
    known = _acts(span) & call.c.exercise.is_(false())
    found = select(*_OF_THE_TRAIL, *own).select_from(joined).where(known)
    return cast("Select[tuple[object, ...]]", found.order_by(*_NEWEST).limit(MOST))


def _public_states(services: Services) -> dict[tuple[str, str], StateDef]:
    """The states, of every version of every kind, in which everybody may know of a case."""
    return {
        (flow.kind, state.name): state
        for flow in sorted(services.library.workflows.values(), key=lambda each: each.version)
        for state in flow.states.values()
        if state.is_public or (flow.kind == _CALL and state.name != flow.initial)
    }


def _retold(services: Services) -> frozenset[tuple[str, str]]:
    """The acts that tell public facts anew without moving a case elsewhere."""
    library = services.library
    return frozenset(
        (flow.kind, f"case.{taken.trigger}")
        for flow in library.workflows.values()
        for taken in flow.transitions
        if taken.form and any(field.public for field in library.forms[taken.form].fields())
    )


def _items(services: Services, rows: Sequence[Row[tuple[object, ...]]]) -> Iterator[Item]:
    states, retold = _public_states(services), _retold(services)
    for row in rows:
        after = states.get((row.kind, row.to_state))
        if after is None:
            continue
        before = states.get((row.kind, row.from_state))
        what = _what(before, after, anew=(row.kind, row.act) in retold)
        if what:
            yield Item(
                section=row.kind,
                what=what,
                ref=row.ref,
                path=f"{'calls' if row.kind == _CALL else 'catalogue'}/{row.ref}",
                country=row.country,
                title=row.title or {},
                status=after.public,
                on=services.calendar.local_day(row.at),
                illustrative=row.illustrative,
                seq=row.seq,
            )


def _what(before: StateDef | None, after: StateDef, *, anew: bool) -> Change | None:
    """What an act was for the public; nothing where it reads the same as before."""
    if before is None:
        return Change.ENTERED
    if (after.final or after.outcome) and not (before.final or before.outcome):
        return Change.ENDED
    return Change.CHANGED if anew or before.public != after.public else None


def _strongest(items: Iterable[Item]) -> Iterator[Item]:
    """Of each case the item that says most; of equal ones the last."""
    kept: dict[str, Item] = {}
    for item in items:  # newest first
        known = kept.get(item.ref)
        if known is None or _RANK[item.what] < _RANK[known.what]:
            kept[item.ref] = item
    yield from kept.values()


def _decided(connection: Connection, services: Services, first: date, last: date) -> Iterator[Item]:
    """The adopted decisions as the catalogue has them, by the day on which they were taken."""
    names = ("ref", "definition", "title", "status", "verified_on", "illustrative")
    taken = catalogue_entry.c.verified_on
    rows = connection.execute(
        select(*(catalogue_entry.c[name] for name in names), decision.c.seq)
        .join(decision, decision.c.ballot_id == catalogue_entry.c.entry_id)
        .where(catalogue_entry.c.kind == DECISION, taken.between(first, last))
        .order_by(taken.desc(), catalogue_entry.c.entry_id.desc())
        .limit(MOST)
    )
    for row in rows:
        yield Item(
            section=DECISION,
            what=Change.ENTERED,
            ref=row.ref,
            path=f"decisions/{row.ref.replace('.', '/')}",
            country=NETWORK,
            title=row.title or {},
            status=status_labels(services.library, row.definition)[row.status],
            on=row.verified_on,
            illustrative=row.illustrative,
            seq=row.seq,
        )
