"""Public entries as sides that can be compared, and the few of the other kind worth comparing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from ricomi_workflow.catalogue.entry_types import ended_statuses, has_status, open_statuses
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.definitions.library import Library, kinds_catalogued_as, record_type_of
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.matching.models import match
from ricomi_workflow.matching.rules import (
    NEED,
    OFFER,
    OTHER,
    RECORD_TYPES,
    Candidate,
    Outcome,
    Score,
    Step,
    rank_candidates,
    weights,
)
from ricomi_workflow.reference_data.loader import subregions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

_YEAR = timedelta(days=365)  # the capacity of an offer is that of a year
_FACETS = (("topic", "topics"), ("population", "populations"), ("modality", "modality"))
_COLUMNS = [
    catalogue_entry.c[name]
    for name in "entry_id ref kind country status illustrative title review_by public".split()
]


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """A side with what a list shows of it."""

    candidate: Candidate
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that goes well with another one, and why."""

    listed: ListedCandidate
    score: Score


def find_candidates(
    connection: Connection, library: Library, case_ids: Collection[int], now: datetime
) -> dict[int, ListedCandidate]:
    """The needs and offers among public entries, by case; three statements."""
    kinds = kinds_catalogued_as(library, *RECORD_TYPES)
    where = catalogue_entry.c.entry_id.in_(list(case_ids)) & catalogue_entry.c.kind.in_(kinds)
    rows = connection.execute(select(*_COLUMNS).where(where)).all()
    return {each.candidate.case_id: each for each in _listed(connection, library, rows, now)}


def is_open(library: Library, kind: str, status: str) -> bool:
    """Whether an entry of `kind` is a need or an offer that stands open."""
    return status in open_statuses(library, *RECORD_TYPES).get(kind, ())


def suggest_matches(
    connection: Connection, library: Library, case_id: int, now: datetime, today: date
) -> list[Suggestion]:
    """The entries of the other sort that go well with the entry of a case, the best first.

    At most `list_candidates` of the weights are scored. Statements: seven at most.
    """
    own = find_candidates(connection, library, [case_id], now).get(case_id)
    if own is None or not own.candidate.is_fresh(today):
        return []
    near = list_candidates(connection, library, own.candidate, now)
    others = {each.candidate.case_id: each for each in near}
    found = rank_candidates(
        own.candidate, (each.candidate for each in others.values()), weights(), today
    )
    return [Suggestion(others[side.case_id], score) for side, score in found]


def list_candidates(
    connection: Connection, library: Library, side: Candidate, now: datetime
) -> list[ListedCandidate]:
    """The fresh entries of the other sort that share most with `side`, and a topic at least."""
    facet = catalogue_facet.c
    shares = or_(
        *(
            and_(facet.facet == name, facet.value.in_(sorted(getattr(side, field))))
            for name, field in _FACETS
        )
    )
    entry = catalogue_entry.c
    fits = (
        has_status(open_statuses(library, OTHER[side.sort]))
        & (entry.illustrative == side.illustrative)
        & (entry.country != side.country)
        & (entry.review_by >= _day(now))
    )
    ranked = (
        select(facet.entry_id, func.count().label("shared"))
        .join(catalogue_entry, entry.entry_id == facet.entry_id)
        .where(shares, fits, facet.entry_id.in_(_on_topic(side)))
        .group_by(facet.entry_id)
        .order_by(func.count().desc(), facet.entry_id)
        .limit(weights().candidates)
        .subquery()
    )
    rows = connection.execute(
        select(*_COLUMNS).join(ranked, ranked.c.entry_id == entry.entry_id).order_by(entry.entry_id)
    ).all()
    return _listed(connection, library, rows, now)


def _on_topic(side: Candidate) -> Any:
    facet = catalogue_facet.c
    on_topic: ColumnElement[bool] = (facet.facet == "topic") & facet.value.in_(sorted(side.topics))
    return select(facet.entry_id).where(on_topic)


def _day(now: datetime) -> date:
    """A day that is surely no later than the Secretariat's; what is exact is judged by the rule."""
    return now.date() - timedelta(days=1)


def _listed(
    connection: Connection, library: Library, rows: Sequence[Row[Any]], now: datetime
) -> list[ListedCandidate]:
    sorts = {row.kind: record_type_of(library, row.kind) or NEED for row in rows}
    offers = [row for row in rows if sorts[row.kind] is OFFER]
    taken = _taken(connection, [row.entry_id for row in offers], now - _YEAR) if offers else {}
    past = _past(connection, library, offers)
    open_in = open_statuses(library, *RECORD_TYPES)
    return [
        ListedCandidate(
            _side(
                row,
                sorts[row.kind],
                taken,
                past.get((row.country, row.illustrative), {}),
                is_open=row.status in open_in[row.kind],
            ),
            row.title,
        )
        for row in rows
    ]


def _side(
    row: Row[Any],
    sort: RecordType,
    taken: Mapping[int, int],
    past: Mapping[str, int],
    *,
    is_open: bool,
) -> Candidate:
    public: Mapping[str, Json] = row.public
    capacity = public.get("capacity")
    is_offer = sort is OFFER
    room = capacity if isinstance(capacity, int) else 1
    return Candidate(
        case_id=row.entry_id,
        ref=row.ref,
        sort=sort,
        country=row.country,
        subregion=subregions().by_state.get(row.country, ""),
        illustrative=row.illustrative,
        is_open=is_open,
        topics=_codes(public, "topics"),
        populations=_codes(public, "populations"),
        modality=_codes(public, "modality"),
        languages=_codes(public, "languages"),
        review_by=row.review_by,
        needed_by=None if is_offer else _date(public.get("needed_by")),
        served=_codes(public, "countries_served"),
        left=room - taken.get(row.entry_id, 0) if is_offer else None,
        past=past if is_offer else {},
    )


def _codes(public: Mapping[str, Json], name: str) -> frozenset[str]:
    value = public.get(name)
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _date(value: Json) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _taken(connection: Connection, offers: Iterable[int], since: datetime) -> dict[int, int]:
    """By offer: how many cooperations were agreed by its matches since then."""
    agreed = (match.c.step == Step.ANSWERED.value) | (
        match.c.outcome.in_([Outcome.REQUEST_OPENED.value, Outcome.EXCHANGE_DONE.value])
    )
    rows = connection.execute(
        select(match.c.offer_id, func.count())
        .where(match.c.offer_id.in_(list(offers)), agreed, match.c.changed_at >= since)
        .group_by(match.c.offer_id)
    )
    return {offer: number for offer, number in rows}  # noqa: C416 - rows are no matches to mypy


def _past(
    connection: Connection, library: Library, offers: Sequence[Row[Any]]
) -> dict[tuple[str, bool], dict[str, int]]:
    """By State, and apart for samples: on each topic, the projects that it shared and closed."""
    if not offers:
        return {}
    gave, topic = catalogue_facet.alias("gave"), catalogue_facet.alias("topic")
    entry = catalogue_entry.c
    topics = {code for row in offers for code in _codes(row.public, "topics")}
    rows = connection.execute(
        select(gave.c.value, entry.illustrative, topic.c.value.label("topic"), func.count())
        .join(catalogue_entry, entry.entry_id == gave.c.entry_id)
        .join(topic, topic.c.entry_id == gave.c.entry_id)
        .where(
            gave.c.facet == "provides",
            gave.c.value.in_(sorted({row.country for row in offers})),
            topic.c.facet == "topic",
            topic.c.value.in_(sorted(topics)),
            has_status(ended_statuses(library, RecordType.PROJECT)),
        )
        .group_by(gave.c.value, entry.illustrative, topic.c.value)
    )
    found: dict[tuple[str, bool], dict[str, int]] = {}
    for country, illustrative, on, number in rows:
        found.setdefault((country, illustrative), {})[on] = number
    return found
