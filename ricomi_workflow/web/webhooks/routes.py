"""Programs that are told of what happens: the office's own list, one of them, its log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.account.account_view import office_in, office_value
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.idempotency import new_idempotency_key, run_once, sent
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm, done, refused
from ricomi_workflow.webhooks import commands, queries
from ricomi_workflow.webhooks.commands import Secret, Subscription, find_secret
from ricomi_workflow.webhooks.queries import Attempt, Delivery, Webhook
from ricomi_workflow.webhooks.rules import EVENTS, SUBSCRIBERS

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("webhooks", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_ACTS: dict[str, tuple[Callable[[Tx, int], object], str]] = {
    "test": (commands.send_test, "tested"),
    "stop": (commands.stop, "stopped"),
    "resume": (commands.resume, "resumed"),
}
_DONE = ("tested", "stopped", "resumed", "again")
LOG = 20
_NAMES = ("name", "url", "office")


@blueprint.get("/webhooks")
@for_offices(*SUBSCRIBERS)
def every() -> Page:
    """List the programs of the reader's office that are told of what happens."""
    return _list(None, done("ended"))


@blueprint.post("/webhooks")
@for_offices(*SUBSCRIBERS)
def make() -> Page:
    """Let another program be told, and show its secret, this once."""
    sent = sent_form()
    try:
        with services().uow.begin(actor()) as tx:
            subscribe = partial(commands.subscribe, tx, services(), wanted(sent))
            made = made_once(tx, subscribe)
    except Invalid as error:
        errors = refused(sent.values, error).errors
        return _list(WebhookForm(sent.values, errors, sent.events)), 422
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
        made = made_once(tx, rotate)
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


def _list(form: WebhookForm | None, done: str = "") -> str:
    with services().uow.read() as connection:
        page = list_page(connection, form, done)
    return render_template("webhooks/webhooks.html", page=page)


def _one(key: int, *, secret: str = "", done: str = "") -> str:
    with services().uow.read() as connection:
        page = one_page(connection, key, secret=secret, done=done)
    return render_template("webhooks/webhook.html", page=page)


@dataclass(frozen=True, slots=True)
class WebhookForm(PlainForm):
    """A program to be told, as it was sent."""

    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A program that is told: its address, whose it is, how it stands in words."""

    row: Webhook
    office: str
    standing: str
    href: str
    events: tuple[str, ...]  # in words


@dataclass(frozen=True, slots=True)
class WebhookList:
    """The programs of the reader's offices, and a form for one more."""

    lines: tuple[WebhookLine, ...]
    form: WebhookForm
    offices: tuple[tuple[str, str], ...]
    done: str
    once: str = field(default_factory=new_idempotency_key)

    @property
    def events(self) -> list[tuple[str, str]]:
        """What a program may be told of: name and words."""
        return [(name, event_words(name)) for name in EVENTS]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message in the log, with its attempts in words."""

    row: Delivery
    event: str
    standing: str
    attempts: tuple[tuple[datetime, str], ...]

    @property
    def waits(self) -> bool:
        """Whether it is on its way."""
        return self.row.status == "waiting"


@dataclass(frozen=True, slots=True)
class WebhookPage:
    """One program that is told: how it stands, its secrets, its log."""

    line: WebhookLine
    former_until: datetime | None
    log: tuple[LogLine, ...]
    older: str
    secret: str
    done: str
    is_own: bool  # of an office of the reader; else it can only be ended
    once: str = field(default_factory=new_idempotency_key)


def list_page(connection: Connection, form: WebhookForm | None, done: str = "") -> WebhookList:
    """The list; a form given is shown as it was sent."""
    offices = queries.list_subscribing_offices(actor())
    return WebhookList(
        tuple(_line(each) for each in queries.list_webhooks(connection, actor())),
        form or WebhookForm(events=frozenset(EVENTS)),
        tuple((office_value(each), role_label(each.role, each.country)) for each in offices),
        done,
    )


def one_page(connection: Connection, key: int, *, secret: str = "", done: str = "") -> WebhookPage:
    """One program with a part of its log. Raises `NotFound`."""
    found = queries.get_webhook(connection, actor(), key)
    after = request.args.get("after", type=row_key)
    log = queries.list_deliveries(connection, key, after, LOG + 1)
    older = url_for("webhooks.one", key=key, after=log[LOG - 1].id) if len(log) > LOG else ""
    until = queries.find_former_secret_end(connection, key, services().uow.clock.now())
    lines = tuple(_log_line(each) for each in log[:LOG])
    own = queries.is_own(actor(), found)
    return WebhookPage(_line(found), until, lines, older, secret, done, own)


def sent_form() -> WebhookForm:
    """The form as this request sends it."""
    values = {name: request.form.get(name, "") for name in _NAMES}
    return WebhookForm(values, events=frozenset(request.form.getlist("events")))


def wanted(form: WebhookForm) -> Subscription:
    """What the form subscribes to."""
    return Subscription(office_in(form), form.value("name"), form.value("url"), form.events)


def made_once(tx: Tx, make: Callable[[], Secret]) -> Secret:
    """The secret that `make` makes, or made before for this very page."""

    def key() -> str:
        made = make()
        tx.flush()
        return f"{made.webhook} {made.number}"

    webhook, number = run_once(tx, sent(), key).split()
    return find_secret(tx, services(), int(webhook), int(number))


def event_words(name: str) -> str:
    """What happened, in words."""
    return t(f"webhooks.event_{name.replace('.', '_')}")


def _line(row: Webhook) -> WebhookLine:
    return WebhookLine(
        row,
        role_label(row.office.role, row.office.country),
        _standing(row),
        url_for("webhooks.one", key=row.id),
        tuple(event_words(name) for name in row.events),
    )


def _standing(row: Webhook) -> str:
    if not row.is_active:
        return t(f"webhooks.stopped_{row.why}", at=row.standing_at)
    if row.failing_since is not None:
        return t("webhooks.failing", at=row.failing_since)
    return t("webhooks.active")


def _log_line(row: Delivery) -> LogLine:
    standing = t(f"webhooks.status_{row.status}")
    attempts = tuple((each.at, _attempt(each)) for each in row.attempts)
    return LogLine(row, event_words(row.name), standing, attempts)


def _attempt(each: Attempt) -> str:
    words = t(f"webhooks.outcome_{each.outcome}")
    return f"{words} ({each.code})" if each.code else words
