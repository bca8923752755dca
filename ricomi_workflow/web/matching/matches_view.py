"""The matches of the reader's States, suggestions for an entry, and the reasons of a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import Suggestion, is_open, suggest_matches
from ricomi_workflow.matching.prefill import kinds_opened_from
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
from ricomi_workflow.matching.rules import Reason, Step, weights
from ricomi_workflow.reference_data.country_names import language_name
from ricomi_workflow.web.cases.case_list import list_openings
from ricomi_workflow.web.catalogue.catalogue_view import Labels
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.components import Reason as RefusalReason
from ricomi_workflow.web.current_user import actor, own_states, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection


_SHOWN = 6
_FACETS = {
    "topics": "topic",
    "populations": "population",
    "modality": "modality",
    "subregion": "subregion",
    "served": "country",
}


def entry_suggestions(connection: Connection, entry: CatalogueEntry) -> list[Suggestion] | None:
    """What goes well with an open need or offer; None for any other entry. Seven statements."""
    library, now = services().library, services().uow.clock.now()
    if not is_open(library, entry.kind, entry.status):
        return None
    return suggest_matches(connection, library, entry.entry_id, now, today())[:_SHOWN]


def points_text(points: int) -> str:
    """`82 of 142 points`."""
    return t("matching.points", n=points, highest=weights().highest)


def reason_texts(reasons: Iterable[Reason]) -> list[tuple[str, str, int]]:
    """The reasons of a score for the reader: what it is, what is in common, its points."""
    labels = Labels()
    return [
        (t(f"matching.part_{each.name}"), _detail(each, labels), each.points) for each in reasons
    ]


def _detail(reason: Reason, labels: Labels) -> str:
    if reason.number:
        return t(f"matching.number_{reason.name}", n=reason.number)
    if reason.name == "languages":
        names = [language_name(code, language()) for code in reason.values]
    else:
        names = [labels.of(_FACETS[reason.name], code) or code for code in reason.values]
    return formats.list_text(names, language())


def prefill_choices(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """What the reader may open from an entry: `kind:country`, and the State.

    With the name of the kind where there is more than one. Raises `NotFound` for an entry from
    which nothing is opened.
    """
    library = services().library
    kinds = kinds_opened_from(library, entry.kind)
    if not kinds or not is_open(library, entry.kind, entry.status):
        raise NotFound("entry", entry.ref)
    own = [o for o in list_openings(actor()) if o.kind in kinds and o.country != entry.country]
    return [
        (
            f"{each.kind}:{each.country}",
            each.label if len(kinds) > 1 else formats.country(each.country, language()),
        )
        for each in own
    ]


PAGE = 20
Group = tuple[str, list[tuple[MatchedCase, Match]]]  # the turn, and own case with its match


@dataclass(frozen=True, slots=True)
class MatchPage:
    """One match as the reader sees it; `own`: the case of the reader's State."""

    match: Match
    own: MatchedCase
    events: list[Event]
    acts: tuple[str, ...]
    obstacle: RefusalReason | None


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
