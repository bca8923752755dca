"""Figures on migration: what there is by indicator, and one indicator for all States."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.projection import INDICATOR
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.definitions.display import label_of
from ricomi_workflow.definitions.number_formats import format_percent
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.network.queries import count_facets
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.registries.statistics import (
    Observation,
    Series,
    find_statistics_registry,
    list_series,
)
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.network_query import CountChart, bars

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.definitions.model import FieldDef, Option

_PERCENT = "percent"  # the unit of figures that are percentages
Period = tuple[int, int]  # its first and last year
Part = tuple[Series, str, str, str]  # when, which part, how many
Latest = tuple[Series, str, str, str]  # its indicator, the figure, when


@dataclass(frozen=True, slots=True)
class Unit:
    """The figures in one unit: a chart of a period, a table of all, a table of parts."""

    name: str
    label: str
    periods: tuple[str, ...]
    chart: CountChart | None
    rows: tuple[tuple[Series, tuple[str, ...]], ...]  # with a cell for each period
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """What the page of an indicator shows; `years`: those to choose from, the last one first."""

    name: str
    label: str
    units: tuple[Unit, ...]
    years: tuple[str, ...]
    year: str
    states: int
    illustrative: bool
    csv_href: str


def list_indicators(connection: Connection) -> list[tuple[Option, int]]:
    """Every indicator in the order of its form, and its number of series; one statement."""
    counts = dict(count_facets(connection, SearchQuery(), (INDICATOR,))[INDICATOR])
    field = _fields().get(INDICATOR)
    return [(each, counts.get(each.value, 0)) for each in (field.options if field else ())]


def indicator_page(connection: Connection, name: str, asked: str) -> IndicatorPage:
    """One indicator for all States; one statement. Raises: NotFound.

    `asked`: the year of the chart; another than those that there are is the last one.
    """
    label = label_text(INDICATOR, name)
    if not label:
        raise NotFound(INDICATOR, name)
    found = list_series(connection, [name])
    years = _years(found)
    year = asked if asked in years else (years[0] if years else "")
    units = tuple(dict.fromkeys(series.unit for series in found))
    return IndicatorPage(
        name=name,
        label=label,
        units=tuple(_unit([s for s in found if s.unit == unit], unit, year) for unit in units),
        years=years,
        year=year,
        states=len({series.country for series in found} - {NETWORK}),
        illustrative=any(series.illustrative for series in found),
        csv_href=url_for("statistics.table", indicator=name),
    )


def state_figures(connection: Connection, country: str) -> tuple[str, list[Latest]] | None:
    """The kind of registry, and the last total of each series of a State; one statement.

    In the order of indicators. None, and no statement, where no registry keeps figures.
    """
    registry = find_statistics_registry(services().library)
    if registry is None:
        return None
    every = known_indicators(())
    found = list_series(connection, every, country=country)
    return registry[0], [
        (
            series,
            label_text(INDICATOR, series.indicator),
            f"{value_text(last, series.unit)} {_unit_text(series.unit)}".strip(),
            period_text((last.year, last.until)),
        )
        for series in sorted(found, key=lambda series: every.index(series.indicator))
        if (last := series.latest)
    ]


def _unit_text(unit: str) -> str:
    """The unit behind a figure; that of a percentage stands in its sign."""
    label = label_text("unit", unit)
    return "" if unit == _PERCENT else label[:1].lower() + label[1:]


def known_indicators(asked: Sequence[str]) -> tuple[str, ...]:
    """Of the indicators that are asked for those that there are; all where none is."""
    field = _fields().get(INDICATOR)
    every = tuple(option.value for option in field.options) if field else ()
    return tuple(value for value in every if value in asked) if asked else every


def label_text(field: str, value: str) -> str:
    """What the form of figures calls a value of one of its choices; empty for an unknown one."""
    found = _fields().get(field)
    if found is None or value not in {option.value for option in found.options}:
        return ""
    return label_of(found, value, language(), services().lookups)


def value_text(observation: Observation, unit: str) -> str:
    """A figure as it is read."""
    if unit == _PERCENT:
        return format_percent(observation.value, language())
    return formats.number(int(observation.value), language())


def period_text(period: Period) -> str:
    """A year, or the first and last year of a period."""
    first, last = period
    return str(first) if first == last else f"{first}–{last}"


def _fields() -> Mapping[str, FieldDef]:
    found = find_statistics_registry(services().library)
    fields = {field.name: field for field in found[1].fields()} if found else {}
    columns = {column.name: column for field in fields.values() for column in field.columns}
    return {**columns, **fields}


def _years(found: Iterable[Series]) -> tuple[str, ...]:
    """The years in which there are totals, the last one first."""
    years = {each.until for series in found for each in series.observations if each.is_total}
    return tuple(str(year) for year in sorted(years, reverse=True))


def _unit(found: Sequence[Series], unit: str, year: str) -> Unit:
    """The figures in one unit; States in the alphabet of the reader, the region last."""
    ordered = sorted(found, key=lambda s: (s.country == NETWORK, sort_key(_place(s)), s.ref))
    totals = {s.ref: {(o.year, o.until): o for o in s.observations if o.is_total} for s in ordered}
    periods = sorted({period for each in totals.values() for period in each})
    return Unit(
        name=unit,
        label=label_text("unit", unit),
        periods=tuple(period_text(period) for period in periods),
        chart=_chart(ordered, unit, year),
        rows=tuple(
            (s, tuple(value_text(o, unit) if (o := totals[s.ref].get(p)) else "" for p in periods))
            for s in ordered
            if totals[s.ref]
        ),
        parts=tuple(part for series in ordered for part in _parts(series)),
    )


def _chart(found: Sequence[Series], unit: str, year: str) -> CountChart | None:
    """The totals of the States in a year, the most first; of two sources, a bar for each."""
    states = [(s, o) for s in found if s.country != NETWORK for o in s.observations if o.is_total]
    shown = [(s, o) for s, o in states if str(o.until) == year]
    if not shown:
        return None
    shown.sort(key=lambda pair: (-pair[1].value, sort_key(_place(pair[0]))))
    sources = Counter(country for country, _ in {(s.country, s.ref) for s, _ in shown})
    rows = [
        (
            _bar(s, o, several=sources[s.country] > 1),
            value_text(o, unit),
            url_for("public.entry", ref=s.ref),
            float(o.value),
        )
        for s, o in shown
    ]
    label = label_text("unit", unit)
    finding = t("statistics.finding", year=year, first=rows[0][0], figure=rows[0][1], unit=label)
    return bars(year, (t("network.state"), label), rows, finding)


def _bar(series: Series, seen: Observation, *, several: bool) -> str:
    """The State, and what tells one bar of it from another: which source, which period."""
    marks = [series.by] if several else []
    marks += [period_text((seen.year, seen.until))] if seen.year < seen.until else []
    marks += [t("ui.illustrative")] if series.illustrative else []
    return f"{_place(series)} ({', '.join(marks)})" if marks else _place(series)


def _parts(series: Series) -> Iterator[Part]:
    for each in series.observations:
        if each.is_total:
            continue
        origin = formats.country(each.origin, language()) if each.origin else ""
        said = (label_text("sex", each.sex), origin, each.category)
        part = " · ".join(part for part in said if part)
        yield series, period_text((each.year, each.until)), part, value_text(each, series.unit)


def _place(series: Series) -> str:
    if series.country == NETWORK:
        return t("statistics.region")
    return formats.country(series.country, language())
