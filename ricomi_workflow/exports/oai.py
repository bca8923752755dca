"""The catalogue for harvesters: OAI-PMH 2.0 with records in Dublin Core.

`answer_request` takes the arguments of a request and gives the whole document, errors included: the
protocol answers them with status 200. What a field is called stands in `reference/exports.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, tostring

from ricomi_workflow.catalogue.queries import CatalogueEntry, get_entry
from ricomi_workflow.exports.entries import SummaryContext
from ricomi_workflow.exports.oai_request import (
    PREFIX,
    TOKEN,
    OaiFault,
    find_earliest,
    list_records,
    list_sets,
    make_token,
    parse_arguments,
    parse_part,
    require_format,
    sets_of,
)
from ricomi_workflow.exports.xml_writer import LANG, add_element, add_text, strip_forbidden
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 100  # records of one answer
_LANG = "es"  # of names that the protocol knows in one language only
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OAI = "http://www.openarchives.org/OAI/2.0/"
_OAI_DC = f"{_OAI}oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"
_SCHEMAS = {_OAI: f"{_OAI}OAI-PMH.xsd", _OAI_DC: f"{_OAI}oai_dc.xsd"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: who reads, what is told with what, the arguments, where the answer goes."""

    connection: Connection
    telling: SummaryContext
    given: Mapping[str, str]
    node: Element

    @property
    def host(self) -> str:
        """The name of the site, which begins every identifier."""
        return urlsplit(self.telling.base).hostname or ""

    def identifier(self, ref: str) -> str:
        """The identifier of the record `ref`."""
        return f"oai:{self.host}:{ref}"

    def entry(self) -> CatalogueEntry:
        """The entry that the argument `identifier` names; raises `OaiFault`."""
        identifier = self.given["identifier"]
        try:
            found = get_entry(self.connection, identifier.rpartition(":")[2])
        except NotFound:
            found = None
        if found is None or identifier != self.identifier(found.ref):
            raise OaiFault("idDoesNotExist", "There is no such record.")
        return found


def answer_request(
    connection: Connection, telling: SummaryContext, pairs: Sequence[tuple[str, str]]
) -> str:
    """The document that answers a request with these arguments."""
    node = Element("OAI-PMH", {"xmlns": _OAI, "xmlns:xsi": _XSI, "xsi:schemaLocation": _at(_OAI)})
    add_text(node, "responseDate", _second(telling.made))
    request = add_text(node, "request", f"{telling.base}/oai")
    try:
        given = parse_arguments(pairs)
        for name, value in given.items():
            request.set(name, strip_forbidden(value))
        asked = _Asked(connection, telling, given, Element(given["verb"]))
        _VERBS[given["verb"]](asked)
        node.append(asked.node)
    except OaiFault as fault:
        if fault.code in ("badVerb", "badArgument"):
            request.attrib.clear()  # the protocol repeats no question that breaks its rules
        add_text(node, "error", fault.words, {"code": fault.code})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(node, encoding="unicode") + "\n"


def _identify(asked: _Asked) -> None:
    node, telling = asked.node, asked.telling
    add_text(node, "repositoryName", f"RICOMI · {telling.texts.text('ui.network', _LANG)}")
    add_text(node, "baseURL", f"{telling.base}/oai")
    add_text(node, "protocolVersion", "2.0")
    add_text(node, "adminEmail", f"ricomi@{asked.host}")
    add_text(node, "earliestDatestamp", _second(find_earliest(asked.connection) or telling.made))
    add_text(node, "deletedRecord", "no")
    add_text(node, "granularity", "YYYY-MM-DDThh:mm:ssZ")


def _formats(asked: _Asked) -> None:
    if "identifier" in asked.given:
        asked.entry()
    node = add_element(asked.node, "metadataFormat")
    add_text(node, "metadataPrefix", PREFIX)
    add_text(node, "schema", _SCHEMAS[_OAI_DC])
    add_text(node, "metadataNamespace", _OAI_DC)


def _sets(asked: _Asked) -> None:
    if TOKEN in asked.given:
        raise OaiFault("badResumptionToken", "The list of sets is told at once.")
    for spec, name in list_sets(asked.telling, _LANG).items():
        node = add_element(asked.node, "set")
        add_text(node, "setSpec", spec)
        add_text(node, "setName", name)


def _one(asked: _Asked) -> None:
    require_format(asked.given["metadataPrefix"])
    entry = asked.entry()
    sets = sets_of(asked.connection, [entry])
    _record(asked, entry, sets.get(entry.entry_id, ()))


def _headers(asked: _Asked) -> None:
    _listed(asked, lambda entry, sets: _header(asked, asked.node, entry, sets))


def _records(asked: _Asked) -> None:
    _listed(asked, lambda entry, sets: _record(asked, entry, sets))


def _listed(asked: _Asked, tell: Callable[[CatalogueEntry, Sequence[str]], None]) -> None:
    part = parse_part(asked.given, list_sets(asked.telling, _LANG))
    found = list_records(asked.connection, part.wanted, part.after, MOST)
    if not found.entries:
        code = "badResumptionToken" if TOKEN in asked.given else "noRecordsMatch"
        raise OaiFault(code, "No record fits.")
    for entry in found.entries:
        tell(entry, found.sets.get(entry.entry_id, ()))
    if found.more or part.before:
        last, count = found.entries[-1], part.before + len(found.entries)
        following = replace(part, after=(last.changed_at, last.entry_id), before=count)
        at = {"completeListSize": str(found.total), "cursor": str(part.before)}
        add_text(asked.node, TOKEN, make_token(following) if found.more else "", at)


def _record(asked: _Asked, entry: CatalogueEntry, sets: Sequence[str]) -> None:
    record = add_element(asked.node, "record")
    _header(asked, record, entry, sets)
    names = {"xmlns:oai_dc": _OAI_DC, "xmlns:dc": _DC, "xsi:schemaLocation": _at(_OAI_DC)}
    node = add_element(add_element(record, "metadata"), "oai_dc:dc", names)
    for concept, values in asked.telling.brief(entry).items():
        if name := asked.telling.exports.called(concept, "oai_dc"):
            for value in values:
                for lang, text in value.texts.items():
                    add_text(node, f"dc:{name}", text, {LANG: lang} if lang else None)
    for lang in LANGUAGES:
        add_text(node, "dc:identifier", asked.telling.address(entry, lang))
    for lang in (own for own, text in entry.title.items() if text):
        add_text(node, "dc:language", lang)
    add_text(node, "dc:publisher", asked.telling.exports.publisher.name[_LANG])


def _header(asked: _Asked, node: Element, entry: CatalogueEntry, sets: Sequence[str]) -> None:
    header = add_element(node, "header")
    add_text(header, "identifier", asked.identifier(entry.ref))
    add_text(header, "datestamp", _second(entry.changed_at))
    for spec in sets:
        add_text(header, "setSpec", spec)


def _second(instant: datetime) -> str:
    return f"{iso(instant)[:19]}Z"


def _at(namespace: str) -> str:
    return f"{namespace} {_SCHEMAS[namespace]}"


_VERBS: Mapping[str, Callable[[_Asked], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _one,
    "ListIdentifiers": _headers,
    "ListRecords": _records,
}
