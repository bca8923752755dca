"""The one table from what the domain answers to status and page.

The page says what did not happen, why, what is kept and what to do; the stable code stands in its
source. A program that asks the JSON API gets the same with the same status as a problem
(`problems.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask, Response, current_app, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from ricomi_workflow.kernel import errors
from ricomi_workflow.web import preserved_input, problems
from ricomi_workflow.web.access import EVERYBODY, audience_of
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.ended_ballots import record_instead
from ricomi_workflow.web.messages import mistake, reason

STATUS: Mapping[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Invalid: 422,
    errors.NotOffered: 409,
    errors.Refused: 409,
    errors.KeyReused: 422,
    errors.OutsideToken: 403,
    errors.Conflict: 409,
    errors.Unbalanced: 500,
    errors.DefinitionError: 500,
}
PAGES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    429: "too_many",
}
Answer = tuple[str, int]
_PLACES = ("after", "before", "seen")  # where a list goes on, in an address
_OURS = 500  # from here on the failure is ours, and what was typed is given back


def install(app: Flask) -> None:
    """Answer every error of the domain and of HTTP with a page in the reader's language."""
    app.register_error_handler(errors.DomainError, domain_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, stale_form)


def status_of(error: errors.DomainError) -> int:
    """The HTTP status that answers `error`."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def domain_error(error: errors.DomainError) -> Answer | BaseResponse:
    """Show what the domain answered instead of acting."""
    status = status_of(error)
    if problems.wanted():
        return problems.of_domain(error, status)
    if isinstance(error, errors.NotFound) and (elsewhere := record_instead(error)):
        return redirect(elsewhere, 303)
    if _asks_for_no_place(error):
        return error_page("no_place", status, first=_first_page())
    page = error.code if status < 500 else "failure"
    refusals = [reason(r) for r in error.refusals] if isinstance(error, errors.Refused) else []
    mistakes = [mistake(e) for e in error.fields] if isinstance(error, errors.Invalid) else []
    return error_page(page, status, reasons=refusals, mistakes=mistakes)


def _asks_for_no_place(error: errors.DomainError) -> bool:
    """Whether a page was asked to go on from a place that its list does not have."""
    if request.method != "GET" or not isinstance(error, errors.Invalid):
        return False
    return all(each.code == "cursor" for each in error.fields)


def _first_page() -> str:
    """The page that was asked for, from the beginning of its list."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in _PLACES]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def http_error(error: HTTPException) -> Answer | Response:
    """Show what HTTP itself refused: no such page, too large, a failure of ours."""
    if problems.wanted():
        return problems.of_http(error)
    status = error.code or 500
    typed = (
        preserved_input.sent_from_here()
        if status >= _OURS and actor().user_id is not None
        else None
    )
    if typed and typed.fields:
        return preserved_input.send_again(typed, failed=True), status
    return error_page(PAGES.get(status, "failure"), status)


def stale_form(_error: CSRFError) -> Answer | Response:
    """Ask to send a form again whose proof of origin is missing or too old."""
    view = current_app.view_functions[request.endpoint or ""]
    typed = None if audience_of(view) == EVERYBODY else preserved_input.sent_from_here()
    return preserved_input.ask_again(typed) if typed else error_page("stale_form", 400)


def error_page(page: str, status: int, **details: object) -> Answer:
    """Render the page called `page` (`ui.error_<page>_title`, `_text`) with its details."""
    details = {"reasons": [], "mistakes": [], "first": "", **details}
    return render_template("error.html", page=page, **details), status
