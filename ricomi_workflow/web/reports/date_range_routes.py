"""The news and the results report of the days between two: pages, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from flask import Blueprint, Response, jsonify, render_template, request

from ricomi_workflow.reports import news_text, results_text
from ricomi_workflow.reports.news_text import FORMATS
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.headers import revalidated
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.reports.views import (
    Context,
    Query,
    Told,
    news_page,
    requested_news,
    requested_results,
    results_page,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.kernel.canonical import Json


@dataclass(frozen=True, slots=True)
class DatedReport(Generic[Told]):
    """A report on some days: its page, and the same as Markdown and as values."""

    name: str
    page: Callable[[Connection, Query], Context]
    told: Callable[[Connection, Query], Told]
    markdown: Callable[[Services, Told, str], str]
    values: Callable[[Services, Told, str], Mapping[str, Json]]

    def blueprint(self) -> Blueprint:
        """Its addresses: `/name`, `/name.md` and `/name.json`."""
        made = Blueprint(self.name, __name__, url_prefix=PREFIX)

        @made.get(f"/{self.name}")
        @for_everybody
        @revalidated
        def index() -> str:
            with services().uow.read() as connection:
                page = self.page(connection, request.args)
            return render_template(f"reports/{self.name}.html", **page)

        @made.get(f"/{self.name}.<any(md, json):form>")
        @for_everybody
        def file(form: str) -> Response:
            with services().uow.read() as connection:
                told = self.told(connection, request.args)
            return self._answer(told, form)

        return made

    def _answer(self, told: Told, form: str) -> Response:
        if form == "json":
            answer = jsonify(self.values(services(), told, language()))
        else:
            text = self.markdown(services(), told, language())
            answer = Response(text, content_type=FORMATS[form])
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer


news = DatedReport(
    "news", news_page, requested_news, news_text.markdown, news_text.values
).blueprint()
results = DatedReport(
    "results", results_page, requested_results, results_text.markdown, results_text.values
).blueprint()
