"""The page of kept filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ricomi_workflow.collaboration.saved_filters import list_filters
from ricomi_workflow.web.cases.case_filters import CaseFilter, filter_labels, read_filter
from ricomi_workflow.web.cases.case_list import step_labels
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.urls import address

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class SavedFilterRow:
    """One filter: its name, what it asks for, where it leads."""

    id: int
    name: str
    words: str
    href: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class FiltersPage:
    """The kept filters, and the one that may be kept now."""

    rows: tuple[SavedFilterRow, ...]
    query: dict[str, str]
    words: str


def filters_page(connection: Connection, asked: CaseFilter) -> FiltersPage:
    """The page for the reader, with `asked` as the filter that may be kept."""
    return FiltersPage(
        rows=tuple(
            SavedFilterRow(
                each.id,
                each.name,
                filter_text(read_filter(dict(parse_qsl(each.query)))),
                filter_href(each.query),
                each.is_default,
            )
            for each in list_filters(connection, actor().user_id)
        ),
        query=asked.query(),
        words=filter_text(asked),
    )


def filter_text(asked: CaseFilter) -> str:
    """What a filter asks for, in words."""
    step = dict(step_labels()).get(asked.step, "")
    return " · ".join([step] * bool(step) + [label for _name, label in filter_labels(asked)])


def filter_href(query: str) -> str:
    """The list of cases through a kept filter."""
    return address("cases.case_list", **read_filter(dict(parse_qsl(query))).query())
