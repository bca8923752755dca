"""The regional forums with their States, and how much of the catalogue belongs to each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.localization import formats
from ricomi_workflow.network.counts import count_facets
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.network.map_view import Cell
from ricomi_workflow.web.network.network_query import search_href

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.reference_data.model import Forum

_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class ForumShown:
    """One forum: its States as links to their pages, and where that is known from."""

    name: str
    label: str
    since: str
    members: tuple[tuple[str, str], ...]
    observers: tuple[tuple[str, str], ...]
    entries: Cell
    sources: tuple[str, ...]
    confirmed: bool


def forums_page(connection: Connection) -> tuple[ForumShown, ...]:
    """Every forum in the order of its list; one statement."""
    counts = dict(count_facets(connection, SearchQuery(), ("forum",))["forum"])
    return tuple(_shown(each, counts.get(each.value, 0)) for each in services().reference.forums)


def _shown(forum: Forum, number: int) -> ForumShown:
    href = search_href(SearchQuery(chosen={"forum": (forum.value,)})) if number else ""
    return ForumShown(
        name=forum.value,
        label=forum.label[language()],
        since=_since(forum.since),
        members=_states(forum.members),
        observers=_states(forum.observers),
        entries=Cell(formats.number(number, language()), href),
        sources=tuple(_ADDRESS.findall(forum.source)),
        confirmed=forum.confirmed,
    )


def _states(codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Names by the alphabet of the reader's language, each with the address of its page."""
    return tuple(
        (formats.country(code, language()), url_for("network.country", code=code))
        for code in alphabetical(codes, language())
    )


def _since(text: str) -> str:
    """A year, a month or a day as a reader writes it."""
    if "-" not in text:
        return text
    year, month, *rest = (int(part) for part in text.split("-"))
    if rest:
        return formats.day(date(year, month, rest[0]), language())
    return formats.month(date(year, month, 1), language())
