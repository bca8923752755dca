"""Bodies: the page of each, open to all, and what the Secretariat writes down about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.committees import commands
from ricomi_workflow.committees.queries import get_rule
from ricomi_workflow.committees.rules import APPOINTED_ROLES
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.reports.chair_report import (
    REPORTING,
    Draft,
    chair_report,
    markdown,
    session_of,
)
from ricomi_workflow.reports.news_text import FORMATS
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.committees import appointments_view as view
from ricomi_workflow.web.committees.committee_view import (
    committee_page,
    confirmation_label,
    seat_reason,
    setting_label,
    term_label,
    today,
    year_days,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.messages import mistake
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.reports.views import days_asked

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("bodies", __name__, url_prefix=PREFIX)
for each in (confirmation_label, seat_reason, setting_label, term_label, view.may_end, year_days):
    blueprint.add_app_template_filter(each)
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
    bodies = services().reference.bodies.values()
    return render_template("committees/bodies.html", bodies=bodies, today=today())


@blueprint.get("/bodies/<body>")
@for_everybody
def body(body: str) -> str:
    """Show a body on a day: names, seats, rules, officers and its year."""
    with services().uow.read() as connection:
        page = committee_page(connection, body)
    return render_template("committees/body.html", page=page, done=done(*_RULE_DONE), today=today())


@blueprint.get("/bodies/<body>/report")
@for_committee
def report(body: str) -> Page:
    """Show the draft of the annual report of the chair."""
    errors: dict[str, str] = {}
    with services().uow.read() as connection:
        try:
            draft = _drafted(connection, body, request.args)
        except Invalid as error:
            errors = {each.path: mistake(each) for each in error.fields}
            draft = _drafted(connection, body, {})
    named = services().reference.body(body)
    return render_template("committees/chair_report.html", body=named, draft=draft, errors=errors)


@blueprint.get("/bodies/<body>/report.md")
@for_committee
def report_text(body: str) -> Response:
    """Give the same as Markdown, to be edited."""
    with services().uow.read() as connection:
        draft = _drafted(connection, body, request.args)
    text = markdown(services(), draft, language())
    return FlaskResponse(text, content_type=FORMATS["md"])


@blueprint.get("/bodies/<body>/people")
@for_recorders
def people(body: str) -> Page:
    """Show who is appointed and accredited, and on what document."""
    return _people(body, PlainForm({"since": today().isoformat()}), done(*_DONE))


@blueprint.post("/bodies/<body>/people")
@for_recorders
def appoint(body: str) -> Page:
    """Record a term or a credential; the role is given for its days."""
    sent = typed(*view.FIELDS)
    try:
        with services().uow.begin(actor()) as tx:
            commands.appoint(tx, body, view.proposed_appointment(tx.connection, sent))
    except Invalid as error:
        return _people(body, refused(sent, _at_controls(error))), 422
    return redirect(url_for("bodies.people", body=body, done="appointed"), 303)


@blueprint.route("/bodies/<body>/people/<int:key>/end", methods=["GET", "POST"])
@for_recorders
def end(body: str, key: int) -> Page:
    """Record on what document and after which day an appointment ends."""
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
    """Show the rule that the Secretariat confirms, and request the document."""
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
    """Withdraw a confirmation, with the reason."""
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


def _people(body: str, form: PlainForm, done: str = "") -> str:
    with services().uow.read() as connection:
        page = view.people_page(connection, body)
    return render_template(
        "committees/body_people.html",
        page=page,
        body=services().reference.body(body),
        form=form,
        done=done,
        today=today(),
        roles=APPOINTED_ROLES,
        states=services().reference.states,
    )


def _end(body: str, key: int, form: PlainForm) -> str:
    with services().uow.read() as connection:
        found = view.get_appointment(connection, body, key)
    named = services().reference.body(body)
    return render_template(
        "committees/end_appointment.html", body=named, found=found, form=form, today=today()
    )


def _rule(body: str, name: str, form: PlainForm) -> str:
    named = services().reference.body(body)
    with services().uow.read() as connection:
        found = get_rule(connection, named, name)
    return render_template(
        "committees/body_rule.html",
        body=named,
        found=found,
        form=form,
        today=today(),
        confirmation=view.rule_confirmation(found),
    )


def _drafted(connection: Connection, body: str, query: Mapping[str, str]) -> Draft:
    """What an address asks for: by default the year of sessions. Raises: NotFound, Invalid."""
    named = services().reference.body(body)
    days = days_asked(query, begin=session_of)
    return chair_report(connection, services(), named, days, language())
