"""Cases: the list and its saved filters, bulk actions, a new case, and the page of each."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ricomi_workflow.calls.commands import open_in_call
from ricomi_workflow.calls.queries import list_open_calls
from ricomi_workflow.cases.bulk_actions import advance_each
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.collaboration.saved_filters import (
    delete_filter,
    list_filters,
    save_filter,
    set_default_filter,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import main_workflow
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.calls.calls_view import kinds_with_calls
from ricomi_workflow.web.cases.assignment_view import case_assignees
from ricomi_workflow.web.cases.bulk_view import bulk_choices, result_page, review_page
from ricomi_workflow.web.cases.case_file import read_case_file, with_names_and_shortages
from ricomi_workflow.web.cases.case_filters import read_filter, read_query
from ricomi_workflow.web.cases.case_list import (
    case_list_page,
    filter_text,
    list_offered_openings,
    list_openings,
)
from ricomi_workflow.web.cases.case_view import case_page as put_together
from ricomi_workflow.web.cases.comments_view import comments_section
from ricomi_workflow.web.catalogue.confirmation_view import lead_to
from ricomi_workflow.web.current_user import actor, address, is_demonstration, row_key, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.idempotency import new_idempotency_key, open_case_once
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed
from ricomi_workflow.web.reviews.reviews_view import related_links

blueprint = Blueprint("cases", __name__, url_prefix=PREFIX)
Answer = str | Response | tuple[str, int]


@blueprint.get("/cases")
@for_signed_in
def case_list() -> str | Response:
    """Show the cases that the reader may see; through their first filter if none is asked for."""
    with services().uow.read() as connection:
        kept = list_filters(connection, actor().user_id)
        first = next((each.query for each in kept if each.is_default), "")
        if first and not request.args:
            return redirect(address("cases.case_list", **read_query(first).query()))
        page = case_list_page(connection, read_filter(request.args), kept)
    return render_template("cases/cases.html", page=page)


@blueprint.get("/cases/new")
@for_signed_in
def new_case() -> str:
    """Ask what is opened and for which state, and say what comes then."""
    offered = list_offered_openings(actor(), request.args.get("kind", ""))
    main = main_workflow(services().library).kind
    asks = any(opening.kind == main for opening in offered)
    with services().uow.read() as connection:
        calls = list_open_calls(connection, services(), services().uow.clock.now()) if asks else ()
    chosen = request.args.get("call", "")
    return render_template(
        "cases/new_case.html",
        openings=offered,
        asks=asks,
        calls=calls,
        call=chosen,
        once=new_idempotency_key(),
    )


@blueprint.post("/cases/new")
@for_signed_in
def open_new_case() -> Response:
    """Open a case and lead to its form."""
    kind, _, country = request.form.get("opening", "").partition(":")
    if (kind, country) not in {(o.kind, o.country) for o in list_openings(actor())}:
        raise Invalid([FieldError("opening", "required")])
    asked = f"{kind} {country} {request.form.get('call', '')} {'exercise' in request.form}"
    with services().uow.begin(actor()) as tx:
        ref = open_case_once(tx, asked, lambda: _opened(tx, kind, country))
    form = services().library.latest(kind).form.partition("/")[0]
    return redirect(url_for("forms.form_page", ref=ref, name=form), 303)


def _opened(tx: Tx, kind: str, country: str) -> Case:
    """Open what was asked for: in a call when one was chosen, or outside any."""
    sample, practice = is_demonstration(), "exercise" in request.form
    ref = request.form.get("call", "")
    if not ref or kind not in kinds_with_calls():
        return open_case(tx, services(), kind, country, illustrative=sample, exercise=practice)
    return open_in_call(tx, services(), kind, country, ref, illustrative=sample, exercise=practice)


@blueprint.get("/cases/<ref>")
@for_signed_in
def case_page(ref: str) -> str:
    """Show where a case stands and what the reader can do."""
    with services().uow.look(actor()) as tx:
        file = with_names_and_shortages(tx, services(), read_case_file(tx, services(), ref))
        hands, said = case_assignees(tx, file.case), comments_section(tx, file.case)
        leads = related_links(tx.connection, file.case, actor()) + lead_to(file.case)
    page = put_together(file, request.args.get("done", type=row_key))
    return render_template("cases/case.html", page=page, hands=hands, talk=said, ways=leads)


bulk_blueprint = Blueprint("bulk_actions", __name__, url_prefix=PREFIX)
_DIGITS = 10  # fewer than these write the version of any case


@bulk_blueprint.get("/cases/several")
@for_signed_in
def choose() -> str:
    """Offer the acts that may be done on several of the cases asked for."""
    return _bulk_choice(missing=False)


@bulk_blueprint.get("/cases/several/review")
@for_signed_in
def review() -> Answer:
    """Say the act back, with what each case says to it."""
    return _bulk_review(request.args.get("act", ""), request.args.getlist("ref"))


@bulk_blueprint.post("/cases/several/review")
@for_signed_in
def act() -> Answer:
    """Do the act on each case as it was read, and tell what became of it."""
    trigger, why = request.form.get("act", ""), request.form.get("reason", "")
    pairs = [each.rpartition(":") for each in request.form.getlist("case")]
    chosen = [(ref, int(version)) for ref, _, version in pairs if _is_number(version)]
    if not chosen or (request.form.get("needs_reason") and not why.strip()):
        return _bulk_review(trigger, [ref for ref, _ in chosen], missing=True)
    outcomes = advance_each(services(), actor(), trigger, chosen, why)
    with services().uow.read() as connection:
        page = result_page(connection, trigger, outcomes)
    return render_template("cases/several_done.html", page=page)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _DIGITS


def _bulk_review(trigger: str, refs: list[str], *, missing: bool = False) -> Answer:
    with services().uow.look(actor()) as tx:
        page = review_page(tx, trigger, refs)
    if page is None:
        return _bulk_choice(missing=True), 422
    shown = render_template("cases/several_review.html", page=page, missing=missing)
    return (shown, 422) if missing else shown


def _bulk_choice(*, missing: bool) -> str:
    with services().uow.read() as connection:
        acts, cases = bulk_choices(connection, read_filter(request.args))
    return render_template("cases/several.html", acts=acts, cases=cases, missing=missing)


filter_blueprint = Blueprint("filters", __name__, url_prefix=PREFIX)


@filter_blueprint.get("/cases/filters")
@for_signed_in
def filters() -> str:
    """Show the filters that the reader keeps, and a place to keep the one in the address."""
    return _filters(request.args, PlainForm())


@filter_blueprint.post("/cases/filters")
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
        return _filters(request.form, refused(typed("name"), error)), 422
    return redirect(address("cases.case_list", **query), 303)


@filter_blueprint.post("/cases/filters/<int:key>")
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


def _filters(given: MultiDict[str, str], form: PlainForm) -> str:
    with services().uow.read() as connection:
        kept = list_filters(connection, actor().user_id)
    return render_template(
        "cases/filters.html",
        kept=kept,
        asked=read_filter(given),
        filter_of=read_query,
        filter_text=filter_text,
        form=form,
    )
