"""Bodies: the page of each, open to all, and what the Secretariat writes down about it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.committees import commands
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.reports.chair_report import REPORTING, markdown
from ricomi_workflow.reports.news_text import FORMATS
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.committees import appointments_view as view
from ricomi_workflow.web.committees.chair_report_view import drafted, report_page
from ricomi_workflow.web.committees.committee_view import bodies_page, body_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("bodies", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_DONE = ("appointed", "ended")
_RULE_DONE = ("confirmed", "withdrawn")
for_recorders = for_offices(Role.SECRETARIAT, Role.ADMINISTRATOR)
for_secretariat = for_offices(Role.SECRETARIAT)
for_committee = for_offices(*REPORTING)


@blueprint.get("/bodies")
@for_everybody
def body_list() -> str:
    """List the bodies that decide."""
    return render_template("committees/bodies.html", rows=bodies_page())


@blueprint.get("/bodies/<body>")
@for_everybody
def body(body: str) -> str:
    """Show a body on a day: names, seats, rules, officers and its year."""
    with services().uow.read() as connection:
        page = body_page(connection, body)
    return render_template("committees/body.html", page=page, done=done(*_RULE_DONE))


@blueprint.get("/bodies/<body>/report")
@for_committee
def report(body: str) -> Page:
    """Show the draft of the annual report of the chair."""
    with services().uow.read() as connection:
        page = report_page(connection, body, request.args)
    return render_template("committees/chair_report.html", page=page)


@blueprint.get("/bodies/<body>/report.md")
@for_committee
def report_text(body: str) -> Response:
    """Give the same as Markdown, to be edited."""
    with services().uow.read() as connection:
        draft = drafted(connection, body, request.args)
    text = markdown(services(), draft, language())
    return FlaskResponse(text, content_type=FORMATS["md"])


@blueprint.get("/bodies/<body>/people")
@for_recorders
def people(body: str) -> Page:
    """Show who is appointed and accredited, and on what paper."""
    return _people(body, done=done(*_DONE))


@blueprint.post("/bodies/<body>/people")
@for_recorders
def appoint(body: str) -> Page:
    """Record a term or a credential; the role is given for its days."""
    sent = typed(*view.FIELDS)
    try:
        with services().uow.begin(actor()) as tx:
            commands.appoint(tx, body, view.proposed(tx.connection, sent))
    except Invalid as error:
        return _people(body, refused(sent, _at_controls(error))), 422
    return redirect(url_for("bodies.people", body=body, done="appointed"), 303)


@blueprint.route("/bodies/<body>/people/<int:key>/end", methods=["GET", "POST"])
@for_recorders
def end(body: str, key: int) -> Page:
    """Ask on what paper and after which day an appointment ends, then end it."""
    sent = typed("last_day", "document")
    if request.method == "GET":
        return _end(body, key, PlainForm())
    try:
        with services().uow.begin(actor()) as tx:
            found = view.get_appointment(tx.connection, body, key)
            commands.end_appointment(tx, found.id, sent["document"], view.last_day(sent))
    except Invalid as error:
        return _end(body, key, refused(sent, error)), 422
    return redirect(url_for("bodies.people", body=body, done="ended"), 303)


@blueprint.route("/bodies/<body>/rules/<name>", methods=["GET", "POST"])
@for_secretariat
def rule(body: str, name: str) -> Page:
    """Say back the rule that the Secretariat confirms, and ask for the document."""
    sent = typed("document", "seen")
    if request.method == "GET":
        return _rule(body, name, PlainForm())
    try:
        with services().uow.begin(actor()) as tx:
            commands.confirm_rule(tx, body, name, sent["seen"], sent["document"])
    except Invalid as error:
        return _rule(body, name, refused(sent, error)), 422
    return redirect(url_for("bodies.body", body=body, done="confirmed", _anchor="rules"), 303)


@blueprint.post("/bodies/<body>/rules/<name>/withdraw/<int:key>")
@for_secretariat
def withdraw(body: str, name: str, key: int) -> Page:
    """Take a confirmation back, saying why."""
    sent = typed("reason")
    try:
        with services().uow.begin(actor()) as tx:
            commands.withdraw_confirmation(tx, key, sent["reason"])
    except Invalid as error:
        return _rule(body, name, refused(sent, error)), 422
    return redirect(url_for("bodies.body", body=body, done="withdrawn", _anchor="rules"), 303)


def _at_controls(error: Invalid) -> Invalid:
    """The mistakes by the names of the controls: a person is asked for by their address."""
    named = {"user_id": "email"}
    return Invalid([FieldError(named.get(e.path, e.path), e.code, e.params) for e in error.fields])


def _people(body: str, form: PlainForm | None = None, done: str = "") -> str:
    with services().uow.read() as connection:
        page = view.people_page(connection, body, form, done)
    return render_template("committees/body_people.html", page=page)


def _end(body: str, key: int, form: PlainForm) -> str:
    with services().uow.read() as connection:
        page = view.end_page(connection, body, key, form)
    return render_template("committees/end_appointment.html", page=page)


def _rule(body: str, name: str, form: PlainForm) -> str:
    with services().uow.read() as connection:
        page = view.rule_page(connection, body, name, form)
    return render_template("committees/body_rule.html", page=page)
