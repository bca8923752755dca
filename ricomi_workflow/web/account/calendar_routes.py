"""The private calendar of a person: its address on the account page, the file that programs read.

The address is the whole key: no cookie is read or set, nothing is kept by anybody on the way, and
an address that does not work looks like a page that never was.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Redirect

from ricomi_workflow.identity.calendar_feeds import (
    HOUR,
    find_calendar_creation,
    is_calendar_secret,
    make_calendar_address,
    request_calendar,
    revoke_calendar_address,
)
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.account.calendar_view import calendar_of
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("calendar", __name__)  # of programs: no session is looked at
account_blueprint = Blueprint("own_calendar", __name__, url_prefix=PREFIX)


@blueprint.get("/calendar/<secret>.ics")
@for_everybody
def feed(secret: str) -> Response:
    """The calendar of whoever this address was made for."""
    with services().uow.read() as connection:
        known = is_calendar_secret(connection, secret)
    today = services().calendar.local_day(services().uow.clock.now())
    asked = None
    if known:
        with services().uow.begin(ANONYMOUS) as tx:
            asked = request_calendar(tx, secret, today)
    if asked is None:
        raise NotFound
    g.actor, g.lang = asked.reader, asked.reader.lang
    return _too_often() if asked.too_often else _written()


@account_blueprint.get("/profile/calendar")
@for_signed_in
def page() -> str:
    """Say whether there is a calendar address, since when, and what may be done about it."""
    return _page()


@account_blueprint.post("/profile/calendar")
@for_signed_in
def renew() -> str:
    """Make the address, or another in its place, and show it, this once."""
    with services().uow.begin(actor()) as tx:
        secret = make_calendar_address(tx)
    return _page(services().base_url + url_for("calendar.feed", secret=secret))


@account_blueprint.post("/profile/calendar/revoke")
@for_signed_in
def revoke() -> Redirect:
    """End the address at once."""
    with services().uow.begin(actor()) as tx:
        revoke_calendar_address(tx)
    return redirect(url_for("own_calendar.page"), 303)


@blueprint.after_request
@account_blueprint.after_request
def _keep_nothing(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _written() -> Response:
    with services().uow.look(g.actor) as tx:
        answer = make_response(calendar_of(tx).as_text())
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="ricomi.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _too_often() -> Response:
    answer = make_response("", 429)
    answer.headers["Retry-After"] = str(int(HOUR.total_seconds()))
    return answer


def _page(address: str = "") -> str:
    with services().uow.read() as connection:
        made_at = find_calendar_creation(connection, actor().user_id or 0)
    return render_template("account/calendar.html", address=address, made_at=made_at)
