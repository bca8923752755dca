"""The pages of the news and of the results report, for the days that the address asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from ricomi_workflow.definitions.number_formats import parse_day
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.reports.news import News, list_news
from ricomi_workflow.reports.news_text import list_parts
from ricomi_workflow.reports.results import Project, Results, read_results
from ricomi_workflow.reports.results_text import (
    list_lessons,
    money_figures,
    outcome_counts,
    output_figures,
    project_line,
    project_url,
)
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.messages import mistake
from ricomi_workflow.web.network.map_view import Cell

if TYPE_CHECKING:
    from sqlalchemy import Connection


_DAYS = 30  # back from the last day, where nothing is asked
LONGEST = 366
_NAMES = ("from", "to")
Query = Mapping[str, str]
Context = Mapping[str, object]  # of a template
Told = TypeVar("Told")


def days_asked(
    query: Query, longest: int = LONGEST, begin: Callable[[date], date] | None = None
) -> tuple[date, date]:
    """The first and the last day of an address; `begin` of the last, a month back, by default.

    The wrong way round, both are the last; so many days are the most. Raises: Invalid, for what
    is no day.
    """
    wrong = [
        FieldError(name, "not_date")
        for name in _NAMES
        if query.get(name) and _day(query[name]) is None
    ]
    if wrong:
        raise Invalid(wrong)
    today = services().calendar.local_day(services().uow.clock.now())
    last = _day(query.get("to", "")) or today
    usual = begin(last) if begin else last - timedelta(days=_DAYS)
    first = _day(query.get("from", "")) or usual
    return max(min(first, last), last - timedelta(days=longest)), last


def requested_news(connection: Connection, query: Query) -> News:
    """What an address asks for. Raises: Invalid."""
    return list_news(connection, services(), *days_asked(query))


def news_page(connection: Connection, query: Query) -> Context:
    """The page, of the usual days where what was asked is none; three statements."""
    told, errors = _asked_or_usual(requested_news, connection, query)
    return {"told": told, "parts": list_parts(services(), told, language()), "errors": errors}


def _asked_or_usual(
    read: Callable[[Connection, Query], Told], connection: Connection, query: Query
) -> tuple[Told, Mapping[str, str]]:
    """What was asked for or, where a day is none, the usual days and what is wrong, by name."""
    try:
        return read(connection, query), {}
    except Invalid as error:
        return read(connection, {}), {each.path: mistake(each) for each in error.fields}


def _day(text: str) -> date | None:
    found = parse_day(text)
    return found if found and date(2000, 1, 1) <= found <= date(2999, 1, 1) else None


_LONGEST = 731  # two years, the span of a plan of work


@dataclass(frozen=True, slots=True)
class ProjectShown:
    """One project of the annex; `lessons`: what it changed and taught, once it is completed."""

    project: Project
    href: str
    title: Shown
    who: str
    lessons: tuple[Shown, ...]


def requested_results(connection: Connection, query: Query) -> Results:
    """What an address asks for: by default the year of its last day. Raises: Invalid."""
    days = days_asked(query, _LONGEST, lambda last: date(last.year, 1, 1))
    return read_results(connection, services(), *days)


def results_page(connection: Connection, query: Query) -> Context:
    """The page, of the usual days where what was asked is none."""
    made, errors = _asked_or_usual(requested_results, connection, query)
    lang = language()
    projects = [_shown(each, lang) for each in made.projects]
    return {
        "made": made,
        "outputs": [
            (label, Cell(formats.number(number, lang)))
            for label, number in output_figures(services(), made, lang)
        ],
        "counts": outcome_counts(services(), made, lang),
        "money": money_figures(services(), made, lang),
        "projects": projects,
        "completed": [each for each in projects if each.lessons],
        "errors": errors,
    }


def _shown(project: Project, lang: str) -> ProjectShown:
    title = show(project.title, lang)
    return ProjectShown(
        project,
        project_url(services(), project, lang),
        title if title.text else Shown(project.ref, lang, is_original=False),
        project_line(services(), project, lang),
        list_lessons(project, lang) if project.reported else (),
    )
