"""Reading pairs: those of some States, one with what followed, whether it may still begin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, tuple_

from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.pairing.models import pair, pair_digest, pair_event
from ricomi_workflow.pairing.rules import Outcome, Part, Step, hindrance
from ricomi_workflow.pairing.sides import listed

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

PAGE = 50
_NEED, _OFFER = case_table.alias("need"), case_table.alias("offer")


@dataclass(frozen=True, slots=True)
class Half:
    """One case of a pair."""

    case_id: int
    ref: str
    country: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and an offer that were brought together, and how far they have come."""

    need: Half
    offer: Half
    points: int
    parts: tuple[Part, ...]
    found_at: datetime
    changed_at: datetime
    step: Step
    number: int
    started_by: str | None
    outcome: Outcome | None
    request_ref: str | None
    illustrative: bool

    def half_of(self, countries: Collection[str]) -> Half | None:
        """The case of the pair that belongs to one of `countries`, the need first."""
        return next((h for h in (self.need, self.offer) if h.country in countries), None)

    def other(self, half: Half) -> Half:
        """The other case."""
        return self.offer if half is self.need else self.need

    @property
    def waits_for(self) -> frozenset[str]:
        """The States whose turn it is."""
        both = frozenset({self.need.country, self.offer.country})
        if self.step is Step.CONTACTED:
            return both - {self.started_by or ""}
        return both if self.step in {Step.PROPOSED, Step.ANSWERED} else frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """What happened with a pair: who did it and what they wrote."""

    number: int
    step: Step
    at: datetime
    country: str | None
    office: str
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ends."""

    changed_at: datetime
    need_id: int
    offer_id: int


def pairs_of(
    connection: Connection,
    countries: Collection[str],
    *,
    steps: Collection[Step] = (),
    after: Place | None = None,
    limit: int = PAGE,
) -> list[Pair]:
    """The pairs in which one of `countries` stands, those that changed last first."""
    wanted = sorted(countries)
    query = _pairs().where(or_(pair.c.need_country.in_(wanted), pair.c.offer_country.in_(wanted)))
    if steps:
        query = query.where(pair.c.step.in_([step.value for step in steps]))
    columns = (pair.c.changed_at, pair.c.need_id, pair.c.offer_id)
    if after:
        end = tuple_(
            after.changed_at,
            after.need_id,
            after.offer_id,
            types=[column.type for column in columns],
        )
        query = query.where(tuple_(*columns) < end)
    rows = connection.execute(query.order_by(*(column.desc() for column in columns)).limit(limit))
    return [_pair(row) for row in rows]


def get_pair(connection: Connection, need: str, offer: str) -> Pair:
    """The pair of the cases `need` and `offer`; `NotFound` when they are no pair."""
    row = connection.execute(_pairs().where(_NEED.c.ref == need, _OFFER.c.ref == offer)).first()
    if row is None:
        raise NotFound("pair", f"{need}/{offer}")
    return _pair(row)


def events_of(connection: Connection, of: Pair) -> list[Event]:
    """What happened with a pair, the oldest first."""
    columns = [pair_event.c[name] for name in Event.__dataclass_fields__]
    rows = connection.execute(
        select(*columns)
        .where(pair_event.c.need_id == of.need.case_id, pair_event.c.offer_id == of.offer.case_id)
        .order_by(pair_event.c.number)
    )
    return [Event(row[0], Step(row[1]), *row[2:]) for row in rows]


def against(connection: Connection, of: Pair, now: datetime, today: date) -> str:
    """Why contact may not begin now, as a code; empty where nothing stands against it."""
    found = listed(connection, [of.need.case_id, of.offer.case_id], now)
    need, offer = (found.get(half.case_id) for half in (of.need, of.offer))
    return hindrance(need.side, offer.side, today) if need and offer else "stale"


def known(connection: Connection, need_id: int, offer_id: int) -> bool:
    """Whether the two were brought together already."""
    where = (pair.c.need_id == need_id) & (pair.c.offer_id == offer_id)
    return connection.execute(select(pair.c.step).where(where)).first() is not None


def is_muted(connection: Connection, user_id: int) -> bool:
    """Whether a person wants no weekly summary."""
    found = connection.execute(
        select(pair_digest.c.muted).where(pair_digest.c.user_id == user_id)
    ).scalar()
    return bool(found)


def _pairs() -> Select[Any]:
    halves = [
        half.c[name].label(f"{half.name}_{name}")
        for half in (_NEED, _OFFER)
        for name in ("id", "ref", "country", "title")
    ]
    own = [
        pair.c[name]
        for name in (
            "points parts found_at changed_at step number started_by outcome request_ref".split()
        )
    ]
    return (
        select(*halves, *own, _NEED.c.illustrative)
        .join(_NEED, _NEED.c.id == pair.c.need_id)
        .join(_OFFER, _OFFER.c.id == pair.c.offer_id)
    )


def _pair(row: Row[Any]) -> Pair:
    return Pair(
        Half(row.need_id, row.need_ref, row.need_country, row.need_title or {}),
        Half(row.offer_id, row.offer_ref, row.offer_country, row.offer_title or {}),
        row.points,
        tuple(_part(each) for each in row.parts),
        row.found_at,
        row.changed_at,
        Step(row.step),
        row.number,
        row.started_by,
        Outcome(row.outcome) if row.outcome else None,
        row.request_ref,
        row.illustrative,
    )


def _part(value: Mapping[str, Any]) -> Part:
    return Part(value["name"], value["points"], tuple(value["values"]), value["number"])
