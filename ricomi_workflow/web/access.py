"""Whom a page is for: every view says it, and nobody else gets in.

The outermost decorator of a view is its route, the next one its audience. Who is not signed in is
led to the sign-in and back; an office that a person does not hold is refused. Whether a *case*
may be seen is decided by the queries, which answer `NotFound`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.web import preserved_input
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.navigation import page_exists

P = ParamSpec("P")
R = TypeVar("R")
EVERYBODY = "everybody"
SIGNED_IN = "signed_in"
PROGRAMS = "programs"
FUND_READERS = (  # who reads the books of the fund
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.AUDITOR,
    Role.SECRETARIAT,
)
QUEUE_READERS = (  # who reads which approved requests wait for funds
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    Role.AUDITOR,
)
_SIGN_IN = "account.sign_in"


def for_everybody(view: Callable[P, R]) -> Callable[P, R]:
    """A page of the public."""
    return _declared(view, EVERYBODY)


def for_signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A page of everybody who has an account."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return _ask_to_sign_in() if actor().user_id is None else view(*args, **kwargs)

    return _declared(shown, SIGNED_IN)


def for_programs(view: Callable[P, R]) -> Callable[P, R]:
    """An operation of the API that checks the token itself; no cookie opens it."""
    return _declared(view, PROGRAMS)


def for_offices(
    *roles: Role, stand_ins: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """A page of those who hold one of `roles` for any state or the network.

    `stand_ins`: also of those who hold it under a certificate; the query or the command then
    decides whether that covers the case.
    """

    def restrict(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def shown(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if actor().user_id is None:
                return _ask_to_sign_in()
            holding = actor().every_capacity() if stand_ins else (actor(),)
            if not any(each.has(*roles) for each in holding):
                raise Forbidden(request.endpoint or "")
            return view(*args, **kwargs)

        return _declared(shown, " ".join(sorted(roles)))

    return restrict


def audience_of(view: Callable[..., object]) -> str | None:
    """What a view declares: `everybody`, `signed_in`, `programs`, names of roles; None: nothing."""
    return getattr(view, "audience", None)


def _declared(view: Callable[P, R], audience: str) -> Callable[P, R]:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def _ask_to_sign_in() -> Response:
    if not page_exists(_SIGN_IN):
        raise Forbidden(_SIGN_IN)
    typed = preserved_input.sent_from_here()
    if typed:
        return preserved_input.ask_again(typed)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(_SIGN_IN, next=wanted), 303)
