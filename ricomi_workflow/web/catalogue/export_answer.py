"""The answer that gives the catalogue in a format of others, part by part as it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from flask import Response

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports.formats import DESCRIPTIONS, MEDIA_TYPES, NAMES, READ_AT_ONCE, export
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language

if TYPE_CHECKING:
    from sqlalchemy import Connection

BY_NAME = {name: form for form, name in NAMES.items() if form not in DESCRIPTIONS}


def exported(form: str, filters: SearchQuery) -> Response:
    """The entries that fit, in one of the formats. Raises `NotFound`, `Refused`."""
    answer = streamed(
        MEDIA_TYPES[form],
        lambda connection: export(connection, services(), form, filters, language()),
    )
    if form not in READ_AT_ONCE:
        answer.headers.set("Content-Disposition", "attachment", filename=NAMES[form])
    return answer


def opened(media_type: str, tell: Callable[[Connection], Iterator[str]]) -> Response:
    """The same for what is told as text."""
    return streamed(media_type, lambda c: (part.encode() for part in tell(c)))


def streamed(media_type: str, tell: Callable[[Connection], Iterator[bytes]]) -> Response:
    """What `tell` reads; any site may read it, and caches keep it for a minute.

    The reading stays open until the answer is sent or given up.
    """
    with ExitStack() as held:
        connection = held.enter_context(services().uow.read())
        parts = tell(connection)
        until = held.pop_all()
    answer = Response(_sent(parts, until), content_type=media_type)
    answer.call_on_close(until.close)
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _sent(parts: Iterator[bytes], until: ExitStack) -> Iterator[bytes]:
    """The parts; the reading ends with the last of them."""
    with until:
        yield from parts
