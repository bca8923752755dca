"""People and their offices: the administrator changes them, the Secretariat reads them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.identity import commands
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.messaging.invitations import send_invitation
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.account import people_view
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("people", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_DONE = ("added", "given", "ended", "invited", "closed", "opened")
for_readers = for_offices(Role.ADMINISTRATOR, Role.SECRETARIAT)
for_administrators = for_offices(Role.ADMINISTRATOR)


@blueprint.get("/people")
@for_readers
def people() -> Page:
    """List people with their offices."""
    with services().uow.read() as connection:
        page = people_view.people_page(connection)
    return render_template("account/people.html", page=page)


@blueprint.route("/people/new", methods=["GET", "POST"])
@for_administrators
def new_person() -> Page:
    """Add a person with a first office, and invite them."""
    form, status = PlainForm({"lang": language()}), 200
    if request.method == "POST":
        sent = typed("name", "email", "lang", "role", "country")
        try:
            return _added(sent)
        except Invalid as error:
            form, status = refused(sent, error), 422
    return render_template("account/new_person.html", form=form, choices=people_view), status


@blueprint.get("/people/<int:key>")
@for_readers
def person(key: int) -> Page:
    """Show one person and their offices, past ones included."""
    return _person(key, done=done(*_DONE))


@blueprint.post("/people/<int:key>/roles")
@for_administrators
def give_role(key: int) -> Page:
    """Give a person an office from today."""
    sent = typed("role", "country")
    try:
        with services().uow.begin(actor()) as tx:
            commands.give_role(tx, key, sent["role"], sent["country"] or None)
    except Invalid as error:
        return _person(key, refused(sent, error)), 422
    return _back(key, "given")


@blueprint.post("/people/<int:key>/roles/<int:grant>/end")
@for_administrators
def end_role(key: int, grant: int) -> Response:
    """End an office at once; its history stays."""
    with services().uow.begin(actor()) as tx:
        commands.end_role(tx, grant)
    return _back(key, "ended")


@blueprint.post("/people/<int:key>/invite")
@for_administrators
def invite_again(key: int) -> Response:
    """Mail a new link for choosing a password; earlier links end."""
    with services().uow.begin(actor()) as tx:
        send_invitation(tx, key, services().secret_key)
    return _back(key, "invited")


@blueprint.route("/people/<int:key>/close", methods=["GET", "POST"])
@for_administrators
def close(key: int) -> Page:
    """Say back the closing of an account, then do it."""
    if request.method == "POST":
        with services().uow.begin(actor()) as tx:
            commands.deactivate(tx, key)
        return _back(key, "closed")
    with services().uow.read() as connection:
        page = people_view.person_page(connection, key)
    oath = people_view.closing(page.line)
    return render_template("account/close_account.html", page=page, oath=oath)


@blueprint.post("/people/<int:key>/open")
@for_administrators
def reopen(key: int) -> Response:
    """Open an account that was closed."""
    with services().uow.begin(actor()) as tx:
        commands.reactivate(tx, key)
    return _back(key, "opened")


def _added(sent: dict[str, str]) -> Response:
    with services().uow.begin(actor()) as tx:
        key = commands.add_user(tx, sent["email"], sent["name"], sent["lang"])
        commands.give_role(tx, key, sent["role"], sent["country"] or None)
        send_invitation(tx, key, services().secret_key)
    return _back(key, "added")


def _person(key: int, form: PlainForm | None = None, done: str = "") -> str:
    with services().uow.read() as connection:
        page = people_view.person_page(connection, key, form, done)
    return render_template("account/person.html", page=page)


def _back(key: int, what: str) -> Response:
    return redirect(url_for("people.person", key=key, done=what), 303)
