"""Filters of the list of cases that a person keeps: their page, and what is done there."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ricomi_workflow.collaboration.saved_filters import (
    delete_filter,
    save_filter,
    set_default_filter,
)
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.case_filters import read_filter
from ricomi_workflow.web.cases.saved_filters_view import filters_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed
from ricomi_workflow.web.urls import address

blueprint = Blueprint("filters", __name__, url_prefix=PREFIX)
Answer = str | Response | tuple[str, int]


@blueprint.get("/cases/filters")
@for_signed_in
def filters() -> str:
    """Show the filters that the reader keeps, and a place to keep the one in the address."""
    return _shown(request.args, PlainForm())


@blueprint.post("/cases/filters")
@for_signed_in
def keep() -> Answer:
    """Keep the filter under a name."""
    query = read_filter(request.form).query()
    try:
        with services().uow.begin(actor()) as tx:
            save_filter(
                tx, request.form.get("name", ""), urlencode(query), default="first" in request.form
            )
    except Invalid as error:
        return _shown(request.form, refused(typed("name"), error)), 422
    return redirect(address("cases.case_list", **query), 303)


@blueprint.post("/cases/filters/<int:key>")
@for_signed_in
def change(key: int) -> Response:
    """Show a filter first, show none first, or forget one."""
    act = request.form.get("act", "")
    with services().uow.begin(actor()) as tx:
        if act == "drop":
            delete_filter(tx, key)
        elif act in {"first", "none_first"}:
            set_default_filter(tx, key if act == "first" else None)
    return redirect(address("filters.filters"), 303)


def _shown(given: MultiDict[str, str], form: PlainForm) -> str:
    with services().uow.read() as connection:
        page = filters_page(connection, read_filter(given))
    return render_template("cases/filters.html", page=page, form=form)
