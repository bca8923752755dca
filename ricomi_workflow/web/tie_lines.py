"""Who gives to whom, as lines of the map and as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ricomi_workflow.bodies import formats
from ricomi_workflow.bodies.names import sort_key
from ricomi_workflow.catalogue.queries import CatalogueEntry, Filters
from ricomi_workflow.network.figures import Tie
from ricomi_workflow.web.catalogue_view import partners
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.map_arcs import Arc, arc
from ricomi_workflow.web.network_question import tie_href
from ricomi_workflow.web.outlines import outlines

DRAWN = 40
_WIDTHS = 3


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """A line of the map; `width` is 1, 2 or 3 by how many entries it stands for."""

    arc: Arc
    width: int


@dataclass(frozen=True, slots=True)
class TieRow:
    """A pair of states in a table, and the search that finds its entries."""

    provider: str
    recipient: str
    count: str
    href: str


def drawn_ties(found: Sequence[Tie]) -> tuple[DrawnTie, ...]:
    """The lines of the pairs with the most entries, the thinnest first."""
    points = outlines().points
    shown = [tie for tie in found[:DRAWN] if tie.provider in points and tie.recipient in points]
    most = max((tie.count for tie in shown), default=1)
    return tuple(
        DrawnTie(arc(points[tie.provider], points[tie.recipient]), _width(tie.count, most))
        for tie in reversed(shown)
    )


def _width(count: int, most: int) -> int:
    return 1 if most == 1 else -(-count * _WIDTHS // most)


def entry_lines(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Who shares with whom in one entry, by what it says of those that share."""
    providers = _codes(entry, "providers")
    recipients = [code for code in (entry.country, *partners(entry)) if code not in providers]
    return [(provider, recipient) for provider in providers for recipient in recipients]


def _codes(entry: CatalogueEntry, field: str) -> list[str]:
    value = entry.public.get(field)
    return [str(code) for code in value] if isinstance(value, list | tuple) else []


def pair_words(provider: str, recipient: str) -> str:
    """A pair as a sentence says it."""
    names = [formats.country(code, language()) for code in (provider, recipient)]
    return t("network.pair", provider=names[0], recipient=names[1])


def tie_rows(found: Sequence[Tie], filters: Filters, most: int = DRAWN) -> tuple[TieRow, ...]:
    """The same pairs in words, those of as many entries by their names."""
    lang = language()

    def place(tie: Tie) -> tuple[int, tuple[str, str], tuple[str, str]]:
        names = [sort_key(formats.country(code, lang)) for code in (tie.provider, tie.recipient)]
        return -tie.count, names[0], names[1]

    return tuple(
        TieRow(
            formats.country(tie.provider, lang),
            formats.country(tie.recipient, lang),
            formats.number(tie.count, lang),
            tie_href(filters, tie.value),
        )
        for tie in sorted(found, key=place)[:most]
    )
