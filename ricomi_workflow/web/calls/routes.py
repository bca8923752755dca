"""Calls: the list and the page of each, open to all; questions and their answers."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.calls import commands
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.calls.calls_view import call_page, calls_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("calls", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_DONE = ("asked", "answered")


@blueprint.get("/calls")
@for_everybody
def call_list() -> str:
    """List the calls, open and past."""
    with services().uow.read() as connection:
        rows = calls_page(connection)
    return render_template("calls/calls.html", rows=rows)


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
