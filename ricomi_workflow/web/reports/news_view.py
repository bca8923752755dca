"""What happened in the network between two days: the page that asks, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.definitions.number_formats import parse_day
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.reports.news import News, list_news
from ricomi_workflow.reports.news_text import Part, list_parts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.messages import mistake

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DAYS = 30  # back from the last day, where nothing is asked
LONGEST = 366
_NAMES = ("from", "to")


@dataclass(frozen=True, slots=True)
class NewsPage:
    """What the page shows."""

    told: News
    parts: tuple[Part, ...]
    markdown_href: str
    json_href: str
    errors: Mapping[str, str]  # what is wrong with a day that was asked for, by its name


def days_asked(
    query: Mapping[str, str], longest: int = LONGEST, begin: Callable[[date], date] | None = None
) -> tuple[date, date]:
    """The first and the last day of an address; `begin` of the last, a month back, by default.

    The wrong way round, both are the last; so many days are the most. Raises: Invalid, for what
    is no day.
    """
    wrong = [FieldError(name, "not_date") for name in _NAMES if _is_wrong(query.get(name, ""))]
    if wrong:
        raise Invalid(wrong)
    today = services().calendar.local_day(services().uow.clock.now())
    last = _day(query.get("to", "")) or today
    usual = begin(last) if begin else last - timedelta(days=_DAYS)
    first = _day(query.get("from", "")) or usual
    return max(min(first, last), last - timedelta(days=longest)), last


def told_news(connection: Connection, query: Mapping[str, str]) -> News:
    """What an address asks for. Raises: Invalid."""
    return list_news(connection, services(), *days_asked(query))


def news_page(connection: Connection, query: Mapping[str, str]) -> NewsPage:
    """The page, of the usual days where what was asked is none; three statements."""
    errors: dict[str, str] = {}
    try:
        told = told_news(connection, query)
    except Invalid as error:
        errors = {each.path: mistake(each) for each in error.fields}
        told = told_news(connection, {})
    asked = {"from": told.first.isoformat(), "to": told.last.isoformat()}
    return NewsPage(
        told,
        list_parts(services(), told, language()),
        url_for("news.file", form="md", **asked),  # type: ignore[arg-type]
        url_for("news.file", form="json", **asked),  # type: ignore[arg-type]
        errors,
    )


def _is_wrong(text: str) -> bool:
    return bool(text) and _day(text) is None


def _day(text: str) -> date | None:
    found = parse_day(text)
    return found if found and date(2000, 1, 1) <= found <= date(2999, 1, 1) else None
