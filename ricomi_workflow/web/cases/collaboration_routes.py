"""Comments on a case, and who has it in hand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.collaboration.assignments import assign
from ricomi_workflow.collaboration.comments import withdraw_comment, write_comment
from ricomi_workflow.collaboration.rules import Audience, Office
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.assignment_view import assignment_page
from ricomi_workflow.web.cases.comments_view import comments_page, find_comment
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed

blueprint = Blueprint("collaboration", __name__, url_prefix=PREFIX)
Answer = str | Response | tuple[str, int]
_WITHDRAW = "/cases/<ref>/comments/<audience>/<int:number>/withdraw"


@blueprint.get("/cases/<ref>/comments")
@for_signed_in
def comments(ref: str) -> str:
    """Show the comments that the reader may read, and a place to write to one audience."""
    return _comments(ref, request.args.get("audience", ""), PlainForm())


@blueprint.post("/cases/<ref>/comments")
@for_signed_in
def write(ref: str) -> Answer:
    """Write a comment, and tell those mentioned."""
    given = request.form
    try:
        number = _written(ref, given)
    except Invalid as error:
        values = typed("body") | {"mentions": " ".join(given.getlist("mentions"))}
        return _comments(ref, given.get("audience", ""), refused(values, error)), 422
    anchor = f"{given.get('audience')}-{number}"
    return redirect(url_for("collaboration.comments", ref=ref, _anchor=anchor), 303)


@blueprint.get(_WITHDRAW)
@for_signed_in
def withdrawal(ref: str, audience: str, number: int) -> str:
    """Ask why a comment is withdrawn."""
    return _withdrawal(ref, audience, number, PlainForm())


@blueprint.post(_WITHDRAW)
@for_signed_in
def withdraw(ref: str, audience: str, number: int) -> Answer:
    """Withdraw a comment: its place and the reason stay."""
    why = request.form.get("reason", "")
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            withdraw_comment(tx, services(), case, _audience(audience), number, reason=why)
    except Invalid as error:
        return _withdrawal(ref, audience, number, refused(typed("reason"), error)), 422
    return redirect(url_for("collaboration.comments", ref=ref, _anchor=f"{audience}-{number}"), 303)


@blueprint.get("/cases/<ref>/assignment")
@for_signed_in
def assignment(ref: str) -> str:
    """Show who has the case in hand, and give it to somebody of the reader's office."""
    return _assignment(ref, PlainForm())


@blueprint.post("/cases/<ref>/assignment")
@for_signed_in
def change_assignment(ref: str) -> Answer:
    """Take the case, give it to somebody of the office, or give it back."""
    try:
        _assigned(ref, request.form)
    except Invalid as error:
        return _assignment(ref, refused(typed("person", "message"), error)), 422
    return redirect(url_for("cases.case_page", ref=ref, _anchor="hands"), 303)


def _written(ref: str, given: MultiDict[str, str]) -> int:
    keys = [int(key) for key in given.getlist("mentions") if key.isdecimal()]
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        audience, body = _audience(given.get("audience", "")), given.get("body", "")
        seen = given.get("seen", type=int)
        return write_comment(tx, services(), case, audience, body, mentions=keys, seen=seen)


def _assigned(ref: str, given: MultiDict[str, str]) -> None:
    act, person = given.get("act", "give"), given.get("person", type=int)
    if act == "give" and person is None:
        raise Invalid([FieldError("person", "required")])
    to = {"take": actor().user_id, "return": None}.get(act, person)
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        office, told = _office(given.get("office", "")), given.get("message", "")
        seen = given.get("seen", type=int)
        assign(tx, services(), case, office, to, message=told, seen=seen)


def _audience(text: str) -> Audience:
    try:
        return Audience(text)
    except ValueError:
        raise NotFound("audience", text) from None


def _office(text: str) -> Office:
    try:
        return Office.parse(text)
    except ValueError:
        raise Forbidden("assign") from None


def _comments(ref: str, audience: str, form: PlainForm) -> str:
    with services().uow.look(actor()) as tx:
        page = comments_page(tx, ref, audience, form)
    return render_template("cases/comments.html", page=page, form=form)


def _withdrawal(ref: str, audience: str, number: int, form: PlainForm) -> str:
    with services().uow.look(actor()) as tx:
        case, row = find_comment(tx, ref, audience, number)
    return render_template("cases/withdraw_comment.html", ref=case.ref, row=row, form=form)


def _assignment(ref: str, form: PlainForm) -> str:
    with services().uow.look(actor()) as tx:
        page = assignment_page(tx, ref)
    return render_template("cases/assignment.html", page=page, form=form)
