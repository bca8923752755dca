"""The answer that gives the catalogue in a format of others, part by part as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from flask import Response

from ricomi_workflow.catalogue.queries import Filters
from ricomi_workflow.exports.formats import MEDIA_TYPES, NAMES, READ_AT_ONCE, export
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.viewer import services

BY_NAME = {name: form for form, name in NAMES.items()}


def exported(form: str, filters: Filters) -> Response:
    """The entries that fit; any site may read them, and caches keep them for a minute.

    The reading stays open until the answer is sent or given up. Raises `NotFound`, `Refused`.
    """
    with ExitStack() as opened:
        connection = opened.enter_context(services().uow.read())
        parts = export(connection, services(), form, filters, language())
        until = opened.pop_all()
    answer = Response(_sent(parts, until), content_type=MEDIA_TYPES[form])
    answer.call_on_close(until.close)
    if form not in READ_AT_ONCE:
        answer.headers.set("Content-Disposition", "attachment", filename=NAMES[form])
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _sent(parts: Iterator[bytes], until: ExitStack) -> Iterator[bytes]:
    """The parts; the reading ends with the last of them."""
    with until:
        yield from parts
