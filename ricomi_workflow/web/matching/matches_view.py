"""The desk of matches: those of the reader's States, and one with its reasons and its next acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.queries import (
    Event,
    Match,
    MatchedCase,
    Place,
    get_match,
    is_muted,
    list_events,
    list_matches,
    obstacle_to_contact,
)
from ricomi_workflow.matching.rules import Outcome, Step
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import actor, own_states, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.matching.entry_matches import ReasonRow, points_words, reason_rows
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 20


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One match in a list: the State's own case, the other one, and how far they have come."""

    own: Shown
    own_ref: str
    other: Shown
    country: str
    step: str
    points: str
    href: str
    at: datetime
    illustrative: bool


@dataclass(frozen=True, slots=True)
class MatchesPage:
    """The matches of the reader's States by what is to be done with them, and the next page."""

    groups: tuple[tuple[str, tuple[MatchRow, ...]], ...]
    next_href: str
    muted: bool
    done: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One of the two cases on the page of a match."""

    role: str
    title: Shown
    country: str
    ref: str
    href: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened with a match, in words."""

    sentence: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class MatchPage:
    """One match: both sides, the reasons, what happened, what the reader can do."""

    action: str
    sides: tuple[SideView, SideView]
    other: str
    step: str
    points: str
    reasons: tuple[ReasonRow, ...]
    events: tuple[EventRow, ...]
    acts: tuple[str, ...]
    refused: Reason | None
    outcomes: tuple[tuple[str, str], ...]
    illustrative: bool
    form: PlainForm
    done: str


def matches_page(connection: Connection, cursor: str, done: str) -> MatchesPage:
    """A page of the matches of the reader's States, what waits for them first; two statements.

    Raises `Invalid` for a cursor that is none.
    """
    states = own_states()
    found = list_matches(connection, states, after=parse_match_cursor(cursor), limit=PAGE + 1)
    page = found[:PAGE]
    more = match_cursor(Place.of(page[-1], states)) if len(found) > PAGE else ""
    groups = groupby(page, key=lambda match: match.turn(states))
    return MatchesPage(
        groups=tuple(
            (turn.name.lower(), tuple(_row(match, states) for match in rows))
            for turn, rows in groups
        ),
        next_href=url_for("matches.index", after=more) if more else "",
        muted=is_muted(connection, actor().user_id or 0),
        done=done,
    )


def match_page(
    connection: Connection,
    need: str,
    offer: str,
    *,
    form: PlainForm | None = None,
    why: Reason | None = None,
    done: str = "",
) -> MatchPage:
    """One match; `why`: the reason for which an act was just refused.

    Raises `NotFound` for whoever is no focal point of either State.
    """
    match = get_match(connection, need, offer)
    own = _own_case(match, own_states())
    if own is None:
        raise NotFound("match", f"{need}/{offer}")
    code = _against(connection, match)
    return MatchPage(
        action=url_for("matches.act", need=need, offer=offer),
        sides=(_side("need", match.need), _side("offer", match.offer)),
        other=formats.country(match.other(own).country, language()),
        step=t(f"matching.step_{match.step}"),
        points=points_words(match.points),
        reasons=reason_rows(match.reasons),
        events=tuple(_events(connection, match)),
        acts=() if code else _acts(match, own),
        refused=why or (reason(Refusal(f"match_{code}")) if code else None),
        outcomes=tuple((each.value, t(f"matching.outcome_{each}")) for each in Outcome),
        illustrative=match.illustrative,
        form=form or PlainForm(),
        done=done,
    )


def _against(connection: Connection, match: Match) -> str:
    """Why contact may not begin now, where it has not begun yet."""
    if match.step is not Step.PROPOSED:
        return ""
    return obstacle_to_contact(
        connection, services().library, match, services().uow.clock.now(), today()
    )


def _own_case(match: Match, states: frozenset[str]) -> MatchedCase | None:
    """The reader's case of the match: that of the State whose turn it is, where both are theirs."""
    return match.case_of(states & match.waits_for) or match.case_of(states)


def _acts(match: Match, own: MatchedCase) -> tuple[str, ...]:
    match match.step:
        case Step.PROPOSED:
            return ("contact", "decline")
        case Step.CONTACTED:
            return ("answer", "decline") if own.country in match.waits_for else ("decline",)
        case Step.ANSWERED:
            return ("conclude", "decline")
        case _:
            return ()


def _row(match: Match, states: frozenset[str]) -> MatchRow:
    own = _own_case(match, states) or match.need
    other = match.other(own)
    return MatchRow(
        own=show(own.title, language()),
        own_ref=own.ref,
        other=show(other.title, language()),
        country=formats.country(other.country, language()),
        step=t(f"matching.step_{match.step}"),
        points=points_words(match.points),
        href=url_for("matches.match", need=match.need.ref, offer=match.offer.ref),
        at=match.changed_at,
        illustrative=match.illustrative,
    )


def _side(role: str, own: MatchedCase) -> SideView:
    return SideView(
        role=t(f"matching.{role}"),
        title=show(own.title, language()),
        country=formats.country(own.country, language()),
        ref=own.ref,
        href=url_for("cases.case_page", ref=own.ref),
    )


def _events(connection: Connection, match: Match) -> Sequence[EventRow]:
    return [
        EventRow(_sentence(match, event), event.at, event.words)
        for event in list_events(connection, match)
    ]


def _sentence(match: Match, event: Event) -> str:
    outcome = _outcome(match, event) if event.outcome else ""
    if event.outcome and not event.country:
        return t("matching.event_completed", outcome=outcome)
    country = formats.country(event.country, language()) if event.country else ""
    return t(f"matching.event_{event.step}", country=country, outcome=outcome)


def _outcome(match: Match, event: Event) -> str:
    words = t(f"matching.outcome_{event.outcome}")
    return f"{words} ({match.request_ref})" if match.request_ref else words
