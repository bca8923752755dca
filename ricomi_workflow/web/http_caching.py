"""Pages of the public, sent again only when they have changed.

The answer carries a digest of itself; a browser or cache that holds the same page is told so in
a few bytes. It must always ask, so nobody reads yesterday's figures. What a signed-in person sees
is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response

from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.headers import cache_by_digest

P = ParamSpec("P")


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
