"""Figures on migration as one table: a row for each figure, with where it is known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ricomi_workflow.exports.tables import Cell, csv_line
from ricomi_workflow.registries.statistics import Series

COLUMNS = (
    *("indicator", "country", "unit", "year", "until", "sex", "origin", "category", "value"),
    *("note", "source", "vintage", "correspondent", "verified_on", "ref", "illustrative"),
)


def write_observations(found: Iterable[Series]) -> Iterator[str]:
    """The table line by line, its names first; codes and figures as they are kept."""
    yield csv_line(COLUMNS)
    for series in found:
        for each in series.observations:
            about: tuple[Cell, ...] = (each.sex, each.origin, each.category, each.value, each.note)
            known = (series.source, series.vintage, series.correspondent, series.verified_on)
            named = (series.indicator, series.country, series.unit, each.year, each.until)
            yield csv_line((*named, *about, *known, series.ref, series.illustrative))
