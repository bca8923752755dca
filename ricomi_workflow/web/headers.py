"""What every answer tells the browser: where content may come from, and who may keep it.

Styles, scripts and images come from here alone (`data:` images are Bootstrap's check marks), and
data for search engines by its digest; no page may be framed, save those that are made for it;
forms may only be sent back here. Pages of a signed-in person are not kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, g, make_response, request

from ricomi_workflow.web import json_ld
from ricomi_workflow.web.current_user import actor

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FRAMED = {
    **SECURITY,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors *"
    ),
}
del _FRAMED["X-Frame-Options"]
_SOME_MINUTES = "public, max-age=300"
_EFFORT = 6  # of 9: two thousandths of a second for the longest page
_YEAR_S = 365 * 24 * 3600
P = ParamSpec("P")


def install(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer; `secure` says that the site is reached by https only."""

    @app.after_request
    def _protect(response: Response) -> Response:
        for name, value in (_FRAMED if g.get("framed") else SECURITY).items():
            response.headers.setdefault(name, value)
        if data := json_ld.script_policy():
            policy = response.headers["Content-Security-Policy"]
            own = policy.replace("script-src 'self'", f"script-src 'self'{data}")
            response.headers["Content-Security-Policy"] = own
        if secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_S}")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if _signed_in() else "no-cache"
        return response


def allow_framing(content: str) -> Response:
    """A page that any site may show in a frame: the same for everybody, and kept for minutes.

    It holds no form and no script, and says nothing of who looks.
    """
    g.framed = True
    answer = make_response(content)
    answer.headers["Cache-Control"] = _SOME_MINUTES
    return cache_by_digest(answer)


def cache_by_digest(answer: Response) -> Response:
    """What is the same for every visitor: packed for the way, and sent again only when it differs.

    Nothing else is packed, since the length of a packed page could give a secret in it away.
    """
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        answer.set_data(gzip.compress(answer.get_data(), _EFFORT, mtime=0))
        answer.content_encoding = "gzip"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _signed_in() -> bool:
    actor = g.get("actor")
    return actor is not None and actor.user_id is not None


def revalidated(view: Callable[P, str]) -> Callable[P, Response]:
    """Answer 304 to the public when the page is what the reader already holds."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> Response:
        answer = make_response(view(*args, **kwargs))
        if actor().user_id is None:
            answer.headers["Cache-Control"] = "public, no-cache"
            answer.vary.add("Cookie")
            return cache_by_digest(answer)
        return answer

    return shown
