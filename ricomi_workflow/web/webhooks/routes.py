"""Programs that are told of what happens: the office's own list, one of them, its log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import done, refused
from ricomi_workflow.web.webhooks import webhooks_view
from ricomi_workflow.webhooks import commands
from ricomi_workflow.webhooks.rules import SUBSCRIBERS

blueprint = Blueprint("webhooks", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_ACTS: dict[str, tuple[Callable[[Tx, int], object], str]] = {
    "test": (commands.send_test, "tested"),
    "stop": (commands.stop, "stopped"),
    "resume": (commands.resume, "resumed"),
}
_DONE = ("tested", "stopped", "resumed", "again")


@blueprint.get("/webhooks")
@for_offices(*SUBSCRIBERS)
def every() -> Page:
    """List the programs of the reader's office that are told of what happens."""
    return _list(None, done("ended"))


@blueprint.post("/webhooks")
@for_offices(*SUBSCRIBERS)
def make() -> Page:
    """Let another program be told, and show its secret, this once."""
    sent = webhooks_view.sent_form()
    try:
        with services().uow.begin(actor()) as tx:
            subscribe = partial(commands.subscribe, tx, services(), webhooks_view.wanted(sent))
            made = webhooks_view.made_once(tx, subscribe)
    except Invalid as error:
        errors = refused(sent.values, error).errors
        return _list(webhooks_view.WebhookForm(sent.values, errors, sent.events)), 422
    return _one(made.webhook, secret=made.secret)


@blueprint.get("/webhooks/<int:key>")
@for_offices(*SUBSCRIBERS)
def one(key: int) -> Page:
    """Show how a program is told, and its log."""
    return _one(key, done=done(*_DONE))


@blueprint.post("/webhooks/<int:key>/secret")
@for_offices(*SUBSCRIBERS)
def renew_secret(key: int) -> Page:
    """Make a new secret and show it, this once."""
    with services().uow.begin(actor()) as tx:
        rotate = partial(commands.rotate_secret, tx, services(), key)
        made = webhooks_view.made_once(tx, rotate)
    return _one(key, secret=made.secret)


@blueprint.post("/webhooks/<int:key>/end")
@for_offices(*SUBSCRIBERS)
def end(key: int) -> Page:
    """Stop telling a program for good."""
    with services().uow.begin(actor()) as tx:
        commands.end(tx, key)
    return redirect(url_for("webhooks.every", done="ended"), 303)


@blueprint.post("/webhooks/<int:key>/<act>")
@for_offices(*SUBSCRIBERS)
def act(key: int, act: str) -> Page:
    """Send a test, stop or resume."""
    if act not in _ACTS:
        raise NotFound("page", act)
    verb, what = _ACTS[act]
    with services().uow.begin(actor()) as tx:
        verb(tx, key)
    return redirect(url_for("webhooks.one", key=key, done=what), 303)


@blueprint.post("/webhooks/<int:key>/deliveries/<int:delivery>/again")
@for_offices(*SUBSCRIBERS)
def again(key: int, delivery: int) -> Page:
    """Let something be sent again that was taken or given up."""
    with services().uow.begin(actor()) as tx:
        commands.send_again(tx, key, delivery)
    return redirect(url_for("webhooks.one", key=key, done="again"), 303)


@blueprint.after_request
def _keep_nothing(answer: FlaskResponse) -> FlaskResponse:
    """Leave no page with a secret in any cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _list(form: webhooks_view.WebhookForm | None, done: str = "") -> str:
    with services().uow.read() as connection:
        page = webhooks_view.list_page(connection, form, done)
    return render_template("webhooks/webhooks.html", page=page)


def _one(key: int, *, secret: str = "", done: str = "") -> str:
    with services().uow.read() as connection:
        page = webhooks_view.one_page(connection, key, secret=secret, done=done)
    return render_template("webhooks/webhook.html", page=page)
