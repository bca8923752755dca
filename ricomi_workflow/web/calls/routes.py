"""Calls: the list, the page of each with questions and answers, and its ranking with its files."""

from __future__ import annotations

from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as WerkzeugResponse

from ricomi_workflow.calls import commands
from ricomi_workflow.calls.queries import list_calls
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.reviews.commands import assign_to_call
from ricomi_workflow.reviews.funding_queue import get_funding_queue
from ricomi_workflow.web.access import QUEUE_READERS, for_everybody, for_offices
from ricomi_workflow.web.calls.calls_view import call_page
from ricomi_workflow.web.calls.ranking_view import (
    READERS,
    REFUSE,
    CallRanking,
    as_csv,
    as_xlsx,
    find_call_ranking,
    ranking_page,
    subregion_name,
)
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.reviews.reviews_view import localized_score

blueprint = Blueprint("calls", __name__, url_prefix=PREFIX)
Page = str | WerkzeugResponse | tuple[str, int]
_DONE = ("asked", "answered")


@blueprint.get("/calls")
@for_everybody
def call_list() -> str:
    """List the calls, open and past."""
    with services().uow.read() as connection:
        rows = list_calls(connection, services())
    return render_template("calls/calls.html", rows=rows, now=services().uow.clock.now())


@blueprint.get("/calls/<ref>")
@for_everybody
def call(ref: str) -> Page:
    """Show what a call asks for, until when, and what was asked and answered."""
    return _page(ref, PlainForm(), done(*_DONE))


@blueprint.post("/calls/<ref>/questions")
@for_offices(Role.FOCAL_POINT, Role.INSTITUTION_USER, stand_ins=True)
def ask(ref: str) -> Page:
    """Ask something; the question becomes public, the asker does not."""
    sent = typed("text")
    try:
        with services().uow.begin(actor()) as tx:
            commands.ask_question(tx, services(), ref, sent["text"], language())
    except Invalid as error:
        return _page(ref, refused(sent, error)), 422
    return redirect(url_for("calls.call", ref=ref, done="asked", _anchor="questions"), 303)


@blueprint.post("/calls/<ref>/questions/<int:number>/answer")
@for_offices(Role.SECRETARIAT, stand_ins=True)
def answer(ref: str, number: int) -> Page:
    """Answer a question for everybody to read."""
    name = f"answer_{number}"
    sent = typed(name)
    try:
        with services().uow.begin(actor()) as tx:
            words, lang = sent[name], language()
            commands.answer_question(tx, services(), ref, number, text=words, lang=lang)
    except Invalid as error:
        wrong = Invalid([replace(each, path=name) for each in error.fields])
        return _page(ref, refused(sent, wrong)), 422
    return redirect(url_for("calls.call", ref=ref, done="answered", _anchor="questions"), 303)


def _page(ref: str, form: PlainForm, said: str = "") -> str:
    with services().uow.read() as connection:
        page = call_page(connection, ref, actor())
    return render_template("calls/call.html", page=page, form=form, done=said)


ranking_blueprint = Blueprint("rankings", __name__, url_prefix=PREFIX)

for_ranking_readers = for_offices(*READERS, stand_ins=True)


@ranking_blueprint.get("/calls/<ref>/order")
@for_ranking_readers
def order(ref: str) -> str:
    """Show the order of the requests of a call, with the line where its amount ends."""
    return _ranking_page(ref, PlainForm(), request.args.get("asked", type=row_key))


@ranking_blueprint.post("/calls/<ref>/order/reviewers")
@for_offices(Role.SECRETARIAT, stand_ins=True)
def ask_reviewers(ref: str) -> Page:
    """Ask the same people about every request of the call that is under review."""
    people = [int(key) for key in request.form.getlist("people") if key.isdigit()]
    try:
        done = assign_to_call(services(), actor(), ref, people)
    except Invalid as error:
        return _ranking_page(ref, refused({}, error)), 422
    return redirect(url_for("rankings.order", ref=ref, asked=len(done)), 303)


@ranking_blueprint.get("/calls/<ref>/order.csv")
@for_ranking_readers
def order_csv(ref: str) -> Response:
    """The order as comma-separated values."""
    return _file(as_csv(_ranking(ref)), "text/csv; charset=utf-8", f"{ref}-{language()}.csv")


@ranking_blueprint.get("/calls/<ref>/order.xlsx")
@for_ranking_readers
def order_xlsx(ref: str) -> Response:
    """The order as a workbook."""
    return _file(as_xlsx(_ranking(ref)), MEDIA_TYPE, f"{ref}-{language()}.xlsx")


@ranking_blueprint.get("/awaiting-funds")
@for_offices(*QUEUE_READERS)
def awaiting_funds() -> str:
    """Show the approved requests that wait for funds, in their order."""
    with services().uow.read() as connection:
        queue = get_funding_queue(connection, services())
    return render_template(
        "calls/awaiting_funds.html",
        queue=queue,
        localized_score=localized_score,
        subregion_name=subregion_name,
    )


def _ranking_page(ref: str, form: PlainForm, asked: int | None = None) -> str:
    with services().uow.read() as connection:
        found = find_call_ranking(connection, ref, actor())
        if found is None:
            raise NotFound("order", ref)
        page = ranking_page(connection, found, actor())
    return render_template("calls/order.html", page=page, form=form, asked=asked, act=REFUSE)


def _ranking(ref: str) -> CallRanking:
    with services().uow.read() as connection:
        found = find_call_ranking(connection, ref, actor())
    if found is None:
        raise NotFound("order", ref)
    return found


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
