"""The matches of the reader's States by turn, and one match with the steps that may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.matching.queries import (
    Event,
    Match,
    MatchedCase,
    Place,
    get_match,
    list_events,
    list_matches,
    obstacle_to_contact,
)
from ricomi_workflow.matching.rules import Step
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import own_states, services
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 20
Group = tuple[str, list[tuple[MatchedCase, Match]]]  # the turn, and own case with its match


@dataclass(frozen=True, slots=True)
class MatchPage:
    """One match as the reader sees it; `own`: the case of the reader's State."""

    match: Match
    own: MatchedCase
    events: list[Event]
    acts: tuple[str, ...]
    obstacle: Reason | None


def matches_page(connection: Connection, cursor: str) -> tuple[list[Group], str]:
    """The matches of the reader's States, what waits for them first, and the next cursor.

    One statement. Raises `Invalid` for a cursor that is none.
    """
    states = own_states()
    found = list_matches(connection, states, after=parse_match_cursor(cursor), limit=PAGE + 1)
    page = found[:PAGE]
    more = match_cursor(Place.of(page[-1], states)) if len(found) > PAGE else ""
    groups = groupby(page, key=lambda match: match.turn(states))
    return [
        (turn.name.lower(), [(_own_case(each, states) or each.need, each) for each in rows])
        for turn, rows in groups
    ], more


def match_page(connection: Connection, need: str, offer: str) -> MatchPage:
    """One match. Raises `NotFound` for whoever is no focal point of either State."""
    found = get_match(connection, need, offer)
    own = _own_case(found, own_states())
    if own is None:
        raise NotFound("match", f"{need}/{offer}")
    code = ""
    if found.step is Step.PROPOSED:  # contact has not begun yet
        now = services().uow.clock.now()
        code = obstacle_to_contact(connection, services().library, found, now, today())
    return MatchPage(
        found,
        own,
        list_events(connection, found),
        () if code else _acts(found, own),
        reason(Refusal(f"match_{code}")) if code else None,
    )


def _own_case(match: Match, states: frozenset[str]) -> MatchedCase | None:
    """The reader's case: that of the State whose turn it is, where both are theirs."""
    return match.case_of(states & match.waits_for) or match.case_of(states)


def _acts(found: Match, own: MatchedCase) -> tuple[str, ...]:
    match found.step:
        case Step.PROPOSED:
            return ("contact", "decline")
        case Step.CONTACTED:
            return ("answer", "decline") if own.country in found.waits_for else ("decline",)
        case Step.ANSWERED:
            return ("conclude", "decline")
        case _:
            return ()
