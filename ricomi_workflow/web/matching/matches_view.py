"""The desk of pairs: those of the reader's States, and one with its reasons and its next acts."""

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
    Half,
    Pair,
    Place,
    against,
    events_of,
    get_pair,
    is_muted,
    pairs_of,
)
from ricomi_workflow.matching.rules import Outcome, Step
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import actor, own_states, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.matching.entry_matches import points_words
from ricomi_workflow.web.matching.labels import ReasonRow, reason_rows
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 20


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in a list: the State's own case, the other one, and how far they have come."""

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
class PairsPage:
    """The pairs of the reader's States by what is to be done with them, and the next page."""

    groups: tuple[tuple[str, tuple[PairRow, ...]], ...]
    next_href: str
    muted: bool
    done: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One of the two cases on the page of a pair."""

    role: str
    title: Shown
    country: str
    ref: str
    href: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened with a pair, in words."""

    sentence: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PairPage:
    """One pair: both sides, the reasons, what happened, what the reader can do."""

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


def pairs_page(connection: Connection, cursor: str, done: str) -> PairsPage:
    """A page of the pairs of the reader's States, what waits for them first; two statements.

    Raises `Invalid` for a cursor that is none.
    """
    states = own_states()
    found = pairs_of(connection, states, after=parse_match_cursor(cursor), limit=PAGE + 1)
    page = found[:PAGE]
    more = match_cursor(Place.of(page[-1], states)) if len(found) > PAGE else ""
    groups = groupby(page, key=lambda pair: pair.turn(states))
    return PairsPage(
        groups=tuple(
            (turn.name.lower(), tuple(_row(pair, states) for pair in rows)) for turn, rows in groups
        ),
        next_href=url_for("pairs.index", after=more) if more else "",
        muted=is_muted(connection, actor().user_id or 0),
        done=done,
    )


def pair_page(
    connection: Connection,
    need: str,
    offer: str,
    *,
    form: PlainForm | None = None,
    why: Reason | None = None,
    done: str = "",
) -> PairPage:
    """One pair; `why`: the reason for which an act was just refused.

    Raises `NotFound` for whoever is no focal point of either State.
    """
    pair = get_pair(connection, need, offer)
    half = _half(pair, own_states())
    if half is None:
        raise NotFound("pair", f"{need}/{offer}")
    code = _against(connection, pair)
    return PairPage(
        action=url_for("pairs.act", need=need, offer=offer),
        sides=(_side("need", pair.need), _side("offer", pair.offer)),
        other=formats.country(pair.other(half).country, language()),
        step=t(f"pairing.step_{pair.step}"),
        points=points_words(pair.points),
        reasons=reason_rows(pair.parts),
        events=tuple(_events(connection, pair)),
        acts=() if code else _acts(pair, half),
        refused=why or (reason(Refusal(f"pair_{code}")) if code else None),
        outcomes=tuple((each.value, t(f"pairing.outcome_{each}")) for each in Outcome),
        illustrative=pair.illustrative,
        form=form or PlainForm(),
        done=done,
    )


def _against(connection: Connection, pair: Pair) -> str:
    """Why contact may not begin now, where it has not begun yet."""
    if pair.step is not Step.PROPOSED:
        return ""
    return against(connection, services().library, pair, services().uow.clock.now(), today())


def _half(pair: Pair, states: frozenset[str]) -> Half | None:
    """The reader's case of the pair: that of the State whose turn it is, where both are theirs."""
    return pair.half_of(states & pair.waits_for) or pair.half_of(states)


def _acts(pair: Pair, half: Half) -> tuple[str, ...]:
    match pair.step:
        case Step.PROPOSED:
            return ("contact", "decline")
        case Step.CONTACTED:
            return ("answer", "decline") if half.country in pair.waits_for else ("decline",)
        case Step.ANSWERED:
            return ("conclude", "decline")
        case _:
            return ()


def _row(pair: Pair, states: frozenset[str]) -> PairRow:
    own = _half(pair, states) or pair.need
    other = pair.other(own)
    return PairRow(
        own=show(own.title, language()),
        own_ref=own.ref,
        other=show(other.title, language()),
        country=formats.country(other.country, language()),
        step=t(f"pairing.step_{pair.step}"),
        points=points_words(pair.points),
        href=url_for("pairs.pair", need=pair.need.ref, offer=pair.offer.ref),
        at=pair.changed_at,
        illustrative=pair.illustrative,
    )


def _side(role: str, half: Half) -> SideView:
    return SideView(
        role=t(f"pairing.{role}"),
        title=show(half.title, language()),
        country=formats.country(half.country, language()),
        ref=half.ref,
        href=url_for("cases.case_page", ref=half.ref),
    )


def _events(connection: Connection, pair: Pair) -> Sequence[EventRow]:
    return [
        EventRow(_sentence(pair, event), event.at, event.words)
        for event in events_of(connection, pair)
    ]


def _sentence(pair: Pair, event: Event) -> str:
    outcome = _outcome(pair, event) if event.outcome else ""
    if event.outcome and not event.country:
        return t("pairing.event_completed", outcome=outcome)
    country = formats.country(event.country, language()) if event.country else ""
    return t(f"pairing.event_{event.step}", country=country, outcome=outcome)


def _outcome(pair: Pair, event: Event) -> str:
    words = t(f"pairing.outcome_{event.outcome}")
    return f"{words} ({pair.request_ref})" if pair.request_ref else words
