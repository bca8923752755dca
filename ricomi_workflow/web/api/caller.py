"""Who calls the API: the person whose token stands in the `Authorization` header."""

from __future__ import annotations

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from ricomi_workflow.cases.act import Services
from ricomi_workflow.identity.tokens import READ, WRITE, find_bearer, is_use_stale, record_use
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor
from ricomi_workflow.kernel.text import LANGUAGES

DEFAULT = "en"


def choose_language(actor: Actor) -> None:
    """Answer in what `Accept-Language` asks for, else in the caller's language, else in English."""
    own = actor.lang if actor.user_id is not None else DEFAULT
    g.lang = request.accept_languages.best_match(LANGUAGES, own)


def public() -> Actor:
    """The public: cookies and tokens say nothing to an operation that is open to everybody."""
    return _enter(ANONYMOUS)


def bearer(services: Services, scope: str) -> Actor:
    """The person whose token was sent, in the office of the token.

    Raises `Unauthorized` without one that works, `OutsideToken` with one that lacks `scope`.
    """
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized(www_authenticate=_challenge())
    now = services.uow.clock.now()
    with services.uow.read() as connection:
        found = find_bearer(connection, given.token, now, services.calendar.local_day(now))
    if found is None:
        raise Unauthorized(www_authenticate=_challenge(error="invalid_token"))
    actor = _enter(found.actor)
    if is_use_stale(found, now):
        with services.uow.begin(SYSTEM) as tx:
            record_use(tx, found.digest)
    found.require(scope)
    return actor


def _challenge(**why: str | None) -> WWWAuthenticate:
    return WWWAuthenticate("bearer", {"realm": "ricomi", **why})


def _enter(actor: Actor) -> Actor:
    g.actor = actor
    choose_language(actor)
    return actor


DOMAIN_OF = {
    "cases": "cases",
    "actions": "cases",
    "working together": "cases",
    "files": "cases",
    "matches": "cases",
    "ballots": "ballots",
    "calls": "calls",
    "reviews": "calls",
    "meetings": "meetings",
    "contributions": "fund",
    "bank": "fund",
    "books": "fund",
    "people": "people",
    "webhooks": "webhooks",
}


def scope_of(tag: str, *, acts: bool) -> str:
    """The scope that an operation with `tag` needs. Raises KeyError where no domain is said."""
    return f"{DOMAIN_OF[tag]}:{WRITE if acts else READ}"
