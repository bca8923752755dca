"""The home page: the newest entries and their map, what the fund holds, what is being decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import count_open_ballots
from ricomi_workflow.calls.queries import Call, list_open_calls
from ricomi_workflow.catalogue.projection import FLOW
from ricomi_workflow.catalogue.queries import SearchQuery, list_latest
from ricomi_workflow.definitions.library import main_workflow
from ricomi_workflow.fund.queries import available_by_source, total_received
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.network.queries import count_facets
from ricomi_workflow.web.cases.case_list import list_openings
from ricomi_workflow.web.catalogue.catalogue_view import result
from ricomi_workflow.web.components import Result, StateLinePoint
from ricomi_workflow.web.current_user import actor, is_demonstration, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import local_day
from ricomi_workflow.web.navigation import page_exists
from ricomi_workflow.web.network.map_drawing import Arc, arcs
from ricomi_workflow.web.network.network_query import pair_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LISTED = 4
_DRAWN = 20
EXAMPLES = ("labour_migration", "return_reintegration", "consular_protection", "children_education")


@dataclass(frozen=True, slots=True)
class MapView:
    """Who shares, who receives, the lines between them, and the same in words."""

    name: str
    sharing: frozenset[str]
    taking: frozenset[str]
    arcs: tuple[Arc, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page shows."""

    map: MapView
    examples: tuple[tuple[str, str], ...]
    request_href: str
    latest: tuple[Result, ...]
    entries: int
    available: Money
    received: Money
    ballots: int
    next_closing: date | None
    path: tuple[StateLinePoint, ...]
    calls: Sequence[Call]  # into which a request may be opened


def home_page(connection: Connection) -> HomePage:
    """Put the home page together; six statements."""
    newest = list_latest(connection, _LISTED)
    counts = count_facets(connection, SearchQuery(), (FLOW, "kind"))
    pairs = [(pair[:2], pair[3:]) for pair, _ in counts[FLOW][:_DRAWN]]
    open_now, closing = count_open_ballots(connection, services().uow.clock.now())
    return HomePage(
        map=_map(pairs),
        examples=_examples(),
        request_href=_request_href(),
        latest=tuple(result(entry) for entry in newest),
        entries=sum(number for _, number in counts["kind"]),  # each is of one kind
        available=total(available_by_source(connection).values()),
        received=total_received(connection),
        ballots=open_now,
        next_closing=local_day(closing) if closing else None,
        path=_path(),
        calls=list_open_calls(connection, services(), services().uow.clock.now()),
    )


def _map(pairs: list[tuple[str, str]]) -> MapView:
    """Who shares with whom."""
    lines = join_clauses((pair_words(*pair) for pair in pairs), language())
    return MapView(
        name=t("public.map_name", lines=lines) if lines else t("public.map_empty"),
        sharing=frozenset(provider for provider, _ in pairs),
        taking=frozenset(recipient for _, recipient in pairs),
        arcs=arcs(pairs),
        illustrative=bool(pairs) and is_demonstration(),
    )


def _examples() -> tuple[tuple[str, str], ...]:
    labels = {term.value: term.label[language()] for term in services().reference.topics}
    return tuple(
        (labels[topic][:1].lower() + labels[topic][1:], url_for("public.catalogue", topic=topic))
        for topic in EXAMPLES
        if topic in labels
    )


def _request_href() -> str:
    """Where a request begins: its page for those who may open one, else the sign-in."""
    if not page_exists("cases.new_case"):
        return url_for("account.sign_in")
    if actor().user_id is None:
        return url_for("account.sign_in", next=url_for("cases.new_case"))
    return url_for("cases.new_case") if list_openings(actor()) else url_for("process.process")


def _path() -> tuple[StateLinePoint, ...]:
    workflow = main_workflow(services().library)
    lang = language()
    return tuple(
        StateLinePoint(step.label[lang], "next", note=step.who[lang]) for step in workflow.steps
    )
