"""Who is signed in: a signed cookie that names a person, the epoch of their sessions, and one.

A new password or a closed account raises the epoch, and every older cookie is worth nothing;
signing out ends the one session, copies of its cookie included. Signing in starts an empty session,
so nothing from before it is carried over. A visitor without cookie costs no query; the API knows
tokens only and never looks here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user

from ricomi_workflow.identity.commands import WORKING_DAY, end_session
from ricomi_workflow.identity.queries import find_person, find_signed_in, is_demonstration
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.navigation import page_exists

_MACHINES = frozenset({"api_v1", "calendar", "health"})
_ENDPOINTS_AFTER = ("work.my_work", "public.home")


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A person as the session names them."""

    actor: Actor
    epoch: int
    name: str  # of this session alone, so that signing out ends it wherever its cookie was copied

    def get_id(self) -> str:
        """What the cookie holds."""
        return f"{self.actor.user_id}:{self.epoch}:{self.name}"


def install(app: Flask, *, demo: bool | None) -> None:
    """Set `g.actor` for each page; `demo` None: the database is asked once whether it is one."""
    app.config["PERMANENT_SESSION_LIFETIME"] = WORKING_DAY
    login = LoginManager()
    login.session_protection = None  # a phone changes its address; the epoch ends sessions
    login.user_loader(_find)
    login.init_app(app, add_context_processor=False)
    app.jinja_env.globals["demo"] = demo
    app.before_request(_learn_whether_demo)
    app.before_request(_recognize)


def start(person_id: int) -> None:
    """Sign a person in: a new session that carries nothing from before."""
    today = services().calendar.local_day(services().uow.clock.now())
    with services().uow.read() as connection:
        person = find_person(connection, person_id)
        epoch = person.epoch if person else 0
        actor = find_signed_in(connection, person_id, epoch, today)
    session.clear()
    if actor is not None:
        login_user(SignedIn(actor, epoch, secrets.token_urlsafe(12)))
        g.actor = actor


def end() -> None:
    """Sign out: the session is over for every copy of its cookie, and so are its open forms."""
    if current_user.is_authenticated:
        own = cast("SignedIn", current_user)
        with services().uow.begin(own.actor) as tx:
            end_session(tx, own.name)
    session.clear()


def destination(wanted: str | None) -> str:
    """Where to go after signing in: a page of this site, else the person's own work."""
    if wanted and is_local(wanted):
        return wanted
    endpoint = next(name for name in _ENDPOINTS_AFTER if page_exists(name))
    return url_for(endpoint, lang=g.actor.lang)


def is_local(address: str) -> bool:
    """Whether `address` is a path of this site, so that a link cannot lead a reader elsewhere."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and address.isprintable()


def _recognize() -> None:
    if request.blueprint not in _MACHINES and current_user.is_authenticated:
        g.actor = cast("SignedIn", current_user).actor


def _find(named: str) -> SignedIn | None:
    person, _, rest = named.partition(":")
    epoch, _, name = rest.partition(":")
    if not (person.isdecimal() and epoch.isdecimal()):
        return None
    today = services().calendar.local_day(services().uow.clock.now())
    with services().uow.read() as connection:
        actor = find_signed_in(connection, int(person), int(epoch), today, name)
    return SignedIn(actor, int(epoch), name) if actor else None


def _learn_whether_demo() -> None:
    names = current_app.jinja_env.globals
    if names["demo"] is None and request.blueprint not in _MACHINES:
        with services().uow.read() as connection:
            names["demo"] = is_demonstration(connection)
