"""The catalogue in exchange formats: answers that are streamed, and the addresses of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from flask import Response, url_for

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


_FEED = "catalogue.atom"


def files() -> tuple[str, ...]:
    """The catalogue as a file, in each format."""
    named = (name for name in NAMES.values() if name in BY_NAME and name != _FEED)
    return tuple(url_for("exports.take", name=name) for name in named)


def by_standards() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands at the addresses of standards: the key of its description, and where."""
    identify = url_for("standards.oai", verb="Identify")
    records = url_for("standards.oai", verb="ListRecords", metadataPrefix="oai_dc")
    return (
        ("exports.feed_told", (url_for("exports.take", name=_FEED),)),
        ("exports.oai_told", (identify, records)),
        ("exports.calls_told", (url_for("standards.opportunity_list"),)),
        ("exports.dcat_told", (url_for("standards.dcat"), url_for("standards.dcat_turtle"))),
        ("exports.pages_told", (url_for("standards.sitemap_index"),)),
    )
