"""Reading matches: those of some States, one with what followed, whether it may still begin."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select, tuple_

from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.matching.candidates import find_candidates
from ricomi_workflow.matching.models import match, match_digest, match_draft, match_event
from ricomi_workflow.matching.rules import OPEN_STEPS, Outcome, Reason, Step, Turn, find_obstacle

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

PAGE = 50
_NEED, _OFFER = case_table.alias("need"), case_table.alias("offer")


@dataclass(frozen=True, slots=True)
class MatchedCase:
    """One case of a match."""

    case_id: int
    ref: str
    country: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A need and an offer that were brought together, and how far they have come."""

    need: MatchedCase
    offer: MatchedCase
    points: int
    reasons: tuple[Reason, ...]
    found_at: datetime
    changed_at: datetime
    step: Step
    number: int
    started_by: str | None
    outcome: Outcome | None
    request_ref: str | None
    illustrative: bool

    def case_of(self, countries: Collection[str]) -> MatchedCase | None:
        """The case of the match that belongs to one of `countries`, the need first."""
        return next((h for h in (self.need, self.offer) if h.country in countries), None)

    def other(self, own: MatchedCase) -> MatchedCase:
        """The other case."""
        return self.offer if own is self.need else self.need

    @property
    def waits_for(self) -> frozenset[str]:
        """The States whose turn it is."""
        both = frozenset({self.need.country, self.offer.country})
        if self.step is Step.CONTACTED:
            return both - {self.started_by or ""}
        return both if self.step in {Step.PROPOSED, Step.ANSWERED} else frozenset()

    def turn(self, countries: Collection[str]) -> Turn:
        """How the match stands to the reader's States, as a list of them is sorted."""
        if self.step not in OPEN_STEPS:
            return Turn.PAST
        if self.step is Step.PROPOSED:
            return Turn.NEW
        waits = self.step is Step.CONTACTED and self.waits_for & set(countries)
        return Turn.WAITING if waits else Turn.CONTACT


@dataclass(frozen=True, slots=True)
class Event:
    """What happened with a match: who did it and what they wrote."""

    number: int
    step: Step
    at: datetime
    country: str | None
    office: str
    words: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ends: its last match as it stood then."""

    turn: Turn
    changed_at: datetime
    need: str
    offer: str

    @classmethod
    def of(cls, last: Match, countries: Collection[str]) -> Place:
        """The place of a match in the list of some States."""
        return cls(last.turn(countries), last.changed_at, last.need.ref, last.offer.ref)


def list_matches(
    connection: Connection,
    countries: Collection[str],
    *,
    steps: Collection[Step] = (),
    since: datetime | None = None,
    after: Place | None = None,
    limit: int | None = PAGE,
) -> list[Match]:
    """The matches in which one of `countries` stands: what waits for them first, then by change.

    `since`: only those that were found later.
    """
    wanted = sorted(countries)
    query = _matches().where(_of(wanted))
    if steps:
        query = query.where(match.c.step.in_([step.value for step in steps]))
    if since:
        query = query.where(match.c.found_at > since)
    columns: list[ColumnElement[Any]] = [
        _turn(wanted),
        match.c.changed_at,
        _NEED.c.ref,
        _OFFER.c.ref,
    ]
    if after:
        end = (int(after.turn), after.changed_at, after.need, after.offer)
        query = query.where(
            tuple_(*columns) < tuple_(*end, types=[column.type for column in columns])
        )
    rows = connection.execute(query.order_by(*(column.desc() for column in columns)).limit(limit))
    return [_match(row) for row in rows]


def count_matches(connection: Connection, country: str, since: datetime) -> tuple[int, int]:
    """Of a State: how many matches were found since then and are new, how many wait for it."""
    turn = _turn([country])
    new = func.count().filter((turn == int(Turn.NEW)) & (match.c.found_at > since))
    waiting = func.count().filter(turn == int(Turn.WAITING))
    row = connection.execute(select(new, waiting).where(_of([country]))).one()
    return row[0], row[1]


def get_match(connection: Connection, need: str, offer: str) -> Match:
    """The match of the cases `need` and `offer`; `NotFound` when they are no match."""
    row = connection.execute(_matches().where(_NEED.c.ref == need, _OFFER.c.ref == offer)).first()
    if row is None:
        raise NotFound("match", f"{need}/{offer}")
    return _match(row)


def list_events(connection: Connection, of: Match) -> list[Event]:
    """What happened with a match, the oldest first."""
    columns = [match_event.c[name] for name in Event.__dataclass_fields__]
    rows = connection.execute(
        select(*columns)
        .where(match_event.c.need_id == of.need.case_id, match_event.c.offer_id == of.offer.case_id)
        .order_by(match_event.c.number)
    )
    return [_event(row) for row in rows]


def find_match_of_draft(
    connection: Connection, case_id: int, country: str
) -> tuple[str, str] | None:
    """The references of the open match that a request of `country` answers; None: of none.

    It was begun from the offer; of several needs of the State, the one whose match came furthest.
    """
    came = {step.value: place for place, step in enumerate(OPEN_STEPS)}
    row = connection.execute(
        select(_NEED.c.ref, _OFFER.c.ref.label("offer"))
        .select_from(match_draft)
        .join(match, match.c.offer_id == match_draft.c.entry_id)
        .join(_NEED, _NEED.c.id == match.c.need_id)
        .join(_OFFER, _OFFER.c.id == match.c.offer_id)
        .where(
            match_draft.c.case_id == case_id,
            match.c.need_country == country,
            match.c.step.in_(came),
        )
        .order_by(case(came, value=match.c.step), match.c.points.desc(), match.c.need_id)
        .limit(1)
    ).first()
    return (row.ref, row.offer) if row else None


def list_matches_of_request(connection: Connection, request: str) -> list[Match]:
    """The matches of which a request came that is not known to have ended in an exchange."""
    came = (match.c.request_ref == request) & (match.c.outcome == Outcome.REQUEST_OPENED.value)
    rows = connection.execute(_matches().where(came).order_by(_NEED.c.ref, _OFFER.c.ref))
    return [_match(row) for row in rows]


def obstacle_to_contact(
    connection: Connection, library: Library, of: Match, now: datetime, today: date
) -> str:
    """Why contact may not begin now, as a code; empty where nothing stands against it."""
    found = find_candidates(connection, library, [of.need.case_id, of.offer.case_id], now)
    need, offer = (found.get(own.case_id) for own in (of.need, of.offer))
    return find_obstacle(need.candidate, offer.candidate, today) if need and offer else "stale"


def is_known(connection: Connection, need_id: int, offer_id: int) -> bool:
    """Whether the two were brought together already."""
    where = (match.c.need_id == need_id) & (match.c.offer_id == offer_id)
    return connection.execute(select(match.c.step).where(where)).first() is not None


def is_muted(connection: Connection, user_id: int) -> bool:
    """Whether a person wants no weekly summary."""
    found = connection.execute(
        select(match_digest.c.muted).where(match_digest.c.user_id == user_id)
    ).scalar()
    return bool(found)


def _of(countries: Sequence[str]) -> ColumnElement[bool]:
    return or_(match.c.need_country.in_(countries), match.c.offer_country.in_(countries))


def _turn(countries: Sequence[str]) -> ColumnElement[int]:
    """`Match.turn` in SQL."""
    sides = (match.c.need_country, match.c.offer_country)
    asked = or_(*[side.in_(countries) & (side != match.c.started_by) for side in sides])
    open_steps = [step.value for step in OPEN_STEPS]
    return case(
        (match.c.step.not_in(open_steps), int(Turn.PAST)),
        (match.c.step == Step.PROPOSED.value, int(Turn.NEW)),
        ((match.c.step == Step.CONTACTED.value) & asked, int(Turn.WAITING)),
        else_=int(Turn.CONTACT),
    )


def _matches() -> Select[Any]:
    halves = [
        alias.c[name].label(f"{alias.name}_{name}")
        for alias in (_NEED, _OFFER)
        for name in ("id", "ref", "country", "title")
    ]
    own = [
        match.c[name]
        for name in (
            "points reasons found_at changed_at step number started_by outcome request_ref".split()
        )
    ]
    return (
        select(*halves, *own, _NEED.c.illustrative)
        .join(_NEED, _NEED.c.id == match.c.need_id)
        .join(_OFFER, _OFFER.c.id == match.c.offer_id)
    )


def _match(row: Row[Any]) -> Match:
    return Match(
        MatchedCase(row.need_id, row.need_ref, row.need_country, row.need_title or {}),
        MatchedCase(row.offer_id, row.offer_ref, row.offer_country, row.offer_title or {}),
        row.points,
        tuple(_reason(each) for each in row.reasons),
        row.found_at,
        row.changed_at,
        Step(row.step),
        row.number,
        row.started_by,
        Outcome(row.outcome) if row.outcome else None,
        row.request_ref,
        row.illustrative,
    )


def _event(row: Row[*tuple[Any, ...]]) -> Event:
    outcome = Outcome(row.outcome) if row.outcome else None
    step = Step(row.step)
    return Event(row.number, step, row.at, row.country, row.office, row.words, outcome)


def _reason(value: Mapping[str, Any]) -> Reason:
    return Reason(value["name"], value["points"], tuple(value["values"]), value["number"])
