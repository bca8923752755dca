"""The private calendar of a person: its address on the account page, the file that programs read.

The address is the whole key: no cookie is read or set, nothing is kept by anybody on the way, and
an address that does not work looks like a page that never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Redirect

from ricomi_workflow.ballots.ballot_lists import ListedBallot, list_ended_ballots, list_open_ballots
from ricomi_workflow.ballots.voting_methods import VOTERS, VotingMethod
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.queries import list_ending
from ricomi_workflow.identity.calendar_feeds import (
    HOUR,
    find_calendar_creation,
    is_calendar_secret,
    make_calendar_address,
    request_calendar,
    revoke_calendar_address,
)
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.ical import Calendar, Event
from ricomi_workflow.meetings.queries import list_convened_meetings
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.ballots.ballot_page import body_acronym
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language, t, zone
from ricomi_workflow.web.messages import case_title
from ricomi_workflow.web.work.work_view import is_waiting_now

blueprint = Blueprint("calendar", __name__)  # of programs: no session is looked at
account_blueprint = Blueprint("own_calendar", __name__, url_prefix=PREFIX)
AHEAD = timedelta(days=120)
BEHIND = timedelta(days=60)  # so long an ended ballot stays, so that programs learn of its end
_MOST = 100
_WITH_WINDOW = frozenset(
    {VotingMethod.ELECTRONIC, VotingMethod.SILENCE}
)  # others end when the chair says so
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # from which the changes of a meeting are numbered


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


def calendar_of(tx: Tx) -> Calendar:
    """The calendar of the actor of `tx`, in their language and zone."""
    found = tuple(_events(tx))
    ordered = tuple(sorted(found, key=lambda event: (event.starts, event.uid)))
    return Calendar(t("worklist.calendar_name"), language(), zone(), ordered)


def _events(tx: Tx) -> Iterator[Event]:
    own = tx.actor.countries(*VOTERS)
    live = list_open_ballots(tx.connection, own, tx.actor.delegations)
    ended = [
        each
        for each in list_ended_ballots(tx.connection, own, limit=_MOST)
        if each.ballot.ended_at and each.ballot.ended_at > tx.now - BEHIND
    ]
    for line in chain(live, ended):
        if line.own and line.ballot.closes_at and line.ballot.way in _WITH_WINDOW:
            yield _closing(line, line.ballot.closes_at)
    yield from _terms(tx, live, {each.ref for each in live})
    yield from _meetings(tx)


def _closing(line: ListedBallot, closes_at: datetime) -> Event:
    """The closing of a ballot; cancelled when it ended before."""
    ballot = line.ballot
    early = ballot.ended_at is not None and ballot.ended_at < closes_at
    name = t(
        "worklist.calendar_closing", body=body_acronym(ballot.body, ballot.opened_at), ref=line.ref
    )
    told = [_mark(line.exercise), t("worklist.calendar_until")]
    return Event(
        uid=_uid("ballot", line.ref, ballot.round),
        sequence=int(ballot.outcome is not None),
        changed=ballot.ended_at or ballot.starts_at or ballot.opened_at,
        starts=closes_at,
        summary=name,
        description=_joined([*told, t("worklist.calendar_ended") if early else ""]),
        url=_address("ballots.ballot", line.ref),
        cancelled=early,
    )


def _meetings(tx: Tx) -> Iterator[Event]:
    """The meetings to which the reader is convened, also those that were called off."""
    for each in list_convened_meetings(tx.connection, tx.actor, tx.now - BEHIND):
        yield Event(
            uid=_uid("meeting", each.ref, 1),
            sequence=(each.updated_at - _FIRST) // timedelta(minutes=1),
            changed=each.updated_at,
            starts=each.begins_at,
            ends=each.ends_at,
            summary=t("worklist.calendar_meeting", title=case_title(each.title).text),
            location=each.place,
            url=f"{services().base_url}{url_for('meetings.meeting', ref=each.ref)}",
            cancelled=each.cancelled,
        )


def _terms(tx: Tx, live: Iterable[ListedBallot], voting: set[str]) -> Iterator[Event]:
    """The ends of terms in cases that wait for the reader; ballots have events of their own."""
    waiting = is_waiting_now(services(), tx.actor, tuple(live))
    found = list_ending(
        tx.connection, [waiting], _MOST, until=tx.now + AHEAD, after=tx.now - BEHIND
    )
    for case, due in found:
        if due and case.ref not in voting:
            state = services().state(case).label[language()]
            yield Event(
                uid=_uid("term", case.ref, case.entered),
                sequence=0,
                changed=case.entered_at,
                starts=due,
                summary=t("worklist.calendar_term", state=state, ref=case.ref),
                description=_joined([_mark(case.exercise), _title(case)]),
                url=_address("cases.case_page", case.ref),
            )


def _title(case: Case) -> str:
    return case_title(case.title).text if case.title else ""


def _mark(exercise: object) -> str:
    return t("exercise.mark") if exercise else ""


def _joined(sentences: Iterable[str]) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)


def _uid(kind: str, ref: str, number: int) -> str:
    """The same for ever, and of no other installation."""
    return f"{kind}-{ref}-{number}@{urlsplit(services().base_url).hostname}"


def _address(endpoint: str, ref: str) -> str:
    return f"{services().base_url}{url_for(endpoint, ref=ref)}"
