"""The draft of the annual report of a body's chair, for the days that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.reports.chair_report import Draft, chair_report, session_of
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.messages import mistake
from ricomi_workflow.web.reports.views import days_asked

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What the page shows."""

    body: str
    name: str
    draft: Draft
    markdown_href: str
    errors: Mapping[str, str]  # what is wrong with a day that was asked for, by its name


def drafted(connection: Connection, body_id: str, query: Mapping[str, str]) -> Draft:
    """What an address asks for: by default the year of sessions. Raises: NotFound, Invalid."""
    body = services().reference.body(body_id)
    days = days_asked(query, begin=session_of)
    return chair_report(connection, services(), body, days, language())


def report_page(connection: Connection, body_id: str, query: Mapping[str, str]) -> ReportPage:
    """The page, of the usual days where what was asked is none. Raises: NotFound."""
    errors: dict[str, str] = {}
    try:
        draft = drafted(connection, body_id, query)
    except Invalid as error:
        errors = {each.path: mistake(each) for each in error.fields}
        draft = drafted(connection, body_id, {})
    asked = {"from": draft.first.isoformat(), "to": draft.last.isoformat()}
    named = services().reference.body(body_id).name_on(draft.last)
    return ReportPage(
        body_id,
        named.acronym[language()],
        draft,
        url_for("bodies.report_text", body=body_id, **asked),  # type: ignore[arg-type]
        errors,
    )
