"""The order of a call: read by the Secretariat and the Committee, and taken along as a file."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BareResponse

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.reviews.commands import assign_to_call
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.calls.ranking_view import (
    READERS,
    CallRanking,
    as_csv,
    as_xlsx,
    find_call_ranking,
    ranking_page,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.fund.queue_view import READERS as QUEUE_READERS
from ricomi_workflow.web.fund.queue_view import queue_page
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, refused
from ricomi_workflow.web.urls import row_key

blueprint = Blueprint("rankings", __name__, url_prefix=PREFIX)
Page = str | BareResponse | tuple[str, int]
for_readers = for_offices(*READERS, stand_ins=True)


@blueprint.get("/calls/<ref>/order")
@for_readers
def order(ref: str) -> str:
    """Show the order of the requests of a call, with the line where its amount ends."""
    return _page(ref, PlainForm(), request.args.get("asked", type=row_key))


@blueprint.post("/calls/<ref>/order/reviewers")
@for_offices(Role.SECRETARIAT, stand_ins=True)
def ask_reviewers(ref: str) -> Page:
    """Ask the same people about every request of the call that is under review."""
    people = [int(key) for key in request.form.getlist("people") if key.isdigit()]
    try:
        done = assign_to_call(services(), actor(), ref, people)
    except Invalid as error:
        return _page(ref, refused({}, error)), 422
    return redirect(url_for("rankings.order", ref=ref, asked=len(done)), 303)


@blueprint.get("/calls/<ref>/order.csv")
@for_readers
def order_csv(ref: str) -> Response:
    """The order as comma-separated values."""
    return _file(as_csv(_order(ref)), "text/csv; charset=utf-8", f"{ref}-{language()}.csv")


@blueprint.get("/calls/<ref>/order.xlsx")
@for_readers
def order_xlsx(ref: str) -> Response:
    """The order as a workbook."""
    return _file(as_xlsx(_order(ref)), MEDIA_TYPE, f"{ref}-{language()}.xlsx")


@blueprint.get("/awaiting-funds")
@for_offices(*QUEUE_READERS)
def awaiting_funds() -> str:
    """Show the approved requests that wait for funds, in their order."""
    with services().uow.read() as connection:
        page = queue_page(connection)
    return render_template("calls/awaiting_funds.html", page=page)


def _page(ref: str, form: PlainForm, asked: int | None = None) -> str:
    with services().uow.read() as connection:
        found = find_call_ranking(connection, ref, actor())
        if found is None:
            raise NotFound("order", ref)
        page = ranking_page(connection, found, actor())
    return render_template("calls/order.html", page=page, form=form, asked=asked)


def _order(ref: str) -> CallRanking:
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
