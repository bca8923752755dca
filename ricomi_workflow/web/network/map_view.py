"""The map of the Americas: a figure for each state, a line for each flow, tables and GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request, url_for

from ricomi_workflow.catalogue.queries import SearchQuery, count_entries
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.localization import formats
from ricomi_workflow.network.queries import (
    COUNTS,
    DISBURSED,
    count_by_state,
    count_flows,
    measure_query,
    sum_disbursed,
)
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.components import ChosenFilter
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_drawing import (
    Class,
    Inset,
    Outlines,
    Point,
    classes,
    outlines,
    shade_of,
)
from ricomi_workflow.web.network.network_query import (
    DrawnFlow,
    FlowRow,
    NetworkQuestion,
    Select,
    chosen_filters,
    drawn_flows,
    flow_rows,
    hidden_filters,
    measures,
    page_href,
    search_href,
    selects,
    with_query,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


# States whose outline is too small for a finger: their mark stands in the sea beside them.
_ASIDE: Mapping[str, Point] = {
    "CL": (300, 672),
    "EC": (256, 490),
    "GY": (448, 408),
    "SR": (484, 446),
    "UY": (470, 686),
}
_THOUSAND = 100_000  # cents


@dataclass(frozen=True, slots=True)
class StateMark:
    """One state on the map: where its figure stands, how dark it is, what is said of it."""

    code: str
    href: str
    said: str
    figure: str
    shade: int
    outline: str
    at: Point
    aside: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table; the address is empty where there is nothing to find."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state in the table: its figures in the order of the columns."""

    code: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DrawnInset:
    """A part at a larger scale and its marks."""

    inset: Inset
    name: str
    marks: tuple[StateMark, ...]


@dataclass(frozen=True, slots=True)
class MapPage:
    """What the page of the map shows."""

    question: NetworkQuestion
    outlines: Outlines
    measure: str
    large: tuple[StateMark, ...]  # reached on the whole map
    small: tuple[StateMark, ...]  # reached in an inset, and drawn on the whole map as well
    insets: tuple[DrawnInset, ...]
    lines: tuple[DrawnFlow, ...]
    legend: tuple[tuple[int, str], ...]  # a shade and what it stands for
    said: str
    measures: Select
    selects: tuple[Select, ...]
    keep: tuple[tuple[str, str], ...]
    chosen: tuple[ChosenFilter, ...]
    rows: tuple[StateRow, ...]
    pairs: tuple[FlowRow, ...]
    every_pair: int
    canonical: str
    network_href: str
    catalogue_href: str
    geojson_href: str


def map_page(connection: Connection, question: NetworkQuestion) -> MapPage:
    """Put the map together; five statements."""
    filters = question.filters
    counts, paid = (
        count_by_state(connection, services().library, filters),
        sum_disbursed(connection, filters),
    )
    shown = _values(question.measure, counts, paid)
    known = classes(shown.values())
    marks = {code: _mark(code, question.measure, shown.get(code, 0), known) for code in _states()}
    found = count_flows(connection, filters)
    insets = tuple(_inset(inset, marks) for inset in outlines().insets)
    in_insets = {mark.code for each in insets for mark in each.marks}
    return MapPage(
        question=question,
        outlines=outlines(),
        measure=t(f"network.{question.measure}"),
        large=tuple(mark for code, mark in marks.items() if code not in in_insets),
        small=tuple(m for code, m in marks.items() if code in in_insets and m.outline),
        insets=insets,
        lines=drawn_flows(found),
        legend=tuple(_legend(question.measure, known)),
        said=_finding(count_entries(connection, filters), len(counts), len(found)),
        measures=measures(question),
        selects=selects(connection, question),
        keep=tuple(hidden_filters(question)),
        chosen=tuple(chosen_filters(question, "network.americas")),
        rows=tuple(state_row(code, filters, counts, paid) for code in _states()),
        pairs=flow_rows(found, filters),
        every_pair=len(found),
        canonical=page_href("network.americas", question),
        network_href=page_href("network.network", question),
        catalogue_href=search_href(filters),
        geojson_href=with_query(url_for("network.geojson"), question.asked.query()),
    )


def _states() -> list[str]:
    return alphabetical(services().reference.states, language())


def _values(
    measure: str, counts: Mapping[str, Mapping[str, int]], paid: Mapping[str, Money]
) -> dict[str, int]:
    if measure == DISBURSED:
        return {code: amount.minor for code, amount in paid.items()}
    return {code: found[measure] for code, found in counts.items()}


def _mark(code: str, measure: str, value: int, known: tuple[Class, ...]) -> StateMark:
    name = formats.country(code, language())
    return StateMark(
        code=code,
        href=url_for("network.country", code=code),
        said=t("network.said", country=name, figure=figure_words(measure, value)),
        figure=_short(measure, value),
        shade=shade_of(value, known),
        outline=outlines().states.get(code, ""),
        at=_ASIDE.get(code, outlines().points[code]),
        aside=code in _ASIDE,
    )


def figure_words(measure: str, value: int) -> str:
    """A figure as a sentence says it: `4 entries`."""
    if measure == DISBURSED:
        return t("network.said_disbursed", amount=Money(value))
    return t(f"network.said_{measure}", n=value)


def _short(measure: str, value: int) -> str:
    """The figure on the map: a count, or thousands of US$."""
    if measure != DISBURSED:
        return formats.number(value, language())
    thousands = formats.number(value // _THOUSAND, language())
    return f"<{formats.number(1, language())}" if 0 < value < _THOUSAND else thousands


def _inset(inset: Inset, marks: Mapping[str, StateMark]) -> DrawnInset:
    own = tuple(mark for code, mark in marks.items() if code in inset.marks)
    return DrawnInset(inset, t(f"network.inset_{inset.name}"), own)


def _legend(measure: str, known: tuple[Class, ...]) -> list[tuple[int, str]]:
    none = (0, t("network.shade_none"))
    return [none, *((each.shade, _between(measure, each)) for each in known)]


def _between(measure: str, each: Class) -> str:
    ends = [
        formats.money(Money(end), language())
        if measure == DISBURSED
        else formats.number(end, language())
        for end in (each.least, each.most)
    ]
    return (
        ends[0] if ends[0] == ends[1] else t("network.shade_between", least=ends[0], most=ends[1])
    )


def _finding(entries: int, states: int, pairs: int) -> str:
    if not entries:
        return t("public.no_entry")
    parts = (t("public.entries", n=entries), t("network.states", n=states))
    return t(
        "network.finding", entries=parts[0], states=parts[1], pairs=t("network.pairs", n=pairs)
    )


def _counted_href(measure: str, code: str, filters: SearchQuery) -> str:
    """The search that finds what was counted for a state."""
    return search_href(measure_query(services().library, measure, code, filters))


def state_row(
    code: str,
    filters: SearchQuery,
    counts: Mapping[str, Mapping[str, int]],
    paid: Mapping[str, Money],
) -> StateRow:
    """A state with its figures, each leading to the search that finds them."""
    own = counts.get(code, {})
    cells = [
        Cell(
            formats.number(own.get(measure, 0), language()),
            _counted_href(measure, code, filters) if own.get(measure) else "",
        )
        for measure in COUNTS
    ]
    money = Cell(formats.amount(paid.get(code, Money(0)), language()))
    return StateRow(code, url_for("network.country", code=code), (*cells, money))


MEDIA_TYPE = "application/geo+json"


def features(connection: Connection, filters: SearchQuery) -> Mapping[str, object]:
    """A `Point` for each state with its figures, a `LineString` for each pair; three statements."""
    counts, paid = (
        count_by_state(connection, services().library, filters),
        sum_disbursed(connection, filters),
    )
    places = {code: list(at) for code, at in outlines().places.items()}
    states = [
        _feature(code, "Point", places[code], _figures(code, counts, paid))
        for code in sorted(services().reference.states)
        if code in places
    ]
    lines = [
        _feature(
            flow.value,
            "LineString",
            [places[flow.provider], places[flow.recipient]],
            {"provider": flow.provider, "recipient": flow.recipient, "entries": flow.count},
        )
        for flow in count_flows(connection, filters)
        if flow.provider in places and flow.recipient in places
    ]
    return {"type": "FeatureCollection", "features": [*states, *lines]}


def geojson_answer(found: Mapping[str, object]) -> Response:
    """The collection; any site may read it, and a reader that holds it is told so."""
    answer = Response(json.dumps(found, separators=(",", ":")), content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _feature(
    name: str, shape: str, coordinates: Sequence[object], properties: Mapping[str, object]
) -> Mapping[str, object]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}


def _figures(
    code: str, counts: Mapping[str, Mapping[str, int]], paid: Mapping[str, Money]
) -> Mapping[str, object]:
    own = {measure: counts.get(code, {}).get(measure, 0) for measure in COUNTS}
    amount = str(paid.get(code, Money(0)))
    return {"country": code, **own, DISBURSED: amount, "currency": BOOK_CURRENCY}
