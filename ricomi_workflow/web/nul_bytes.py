"""The byte that no text holds: PostgreSQL keeps none, and who sends one meant nothing by it.

In an address it leads nowhere; in what was typed or asked on a page it is left out, and the rest
is kept. Programs are told of it as of any mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items

NUL = "\0"


class Words(ImmutableMultiDict[str, Any]):
    """What a request says by names; files pass as they are."""

    def __init__(self, given: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        items = iter_multi_items(given) if given is not None else ()
        super().__init__([(name, strip_nul(value)) for name, value in items])


def strip_nul(value: Any) -> Any:
    """The same without the byte, if it is a text."""
    return value.replace(NUL, "") if isinstance(value, str) else value


def install(app: Flask) -> None:
    """Answer such addresses before anything is looked up; before any other module's own."""
    app.before_request(_refuse)


def _refuse() -> None:
    if NUL in request.path:
        abort(404)
