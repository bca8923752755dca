"""What a page tells search engines of its subject: JSON-LD in its head.

It is data and no program, and the policy of the page admits exactly this text by its digest.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import cast

from flask import current_app, g
from markupsafe import Markup

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.exports import jsonld
from ricomi_workflow.exports.entries import SummaryContext
from ricomi_workflow.exports.formats import MEDIA_TYPES, NAMES, summary_context
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

_KEPT = "ricomi-telling"
_FORMATS = ("csv", "xlsx", "jsonl", "iati", "atom", "jsonld")
_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def of_entry(entry: CatalogueEntry) -> Markup:
    """The data of the page of an entry."""
    return _element(jsonld.entry(_summary_context(), entry, language()))


def of_country(code: str) -> Markup:
    """The data of the page of a State."""
    return _element(jsonld.country(_summary_context(), code, language()))


def of_catalogue() -> Markup:
    """The data of the page of the catalogue."""
    files = {NAMES[form]: (MEDIA_TYPES[form], t(f"exports.as_{form}")) for form in _FORMATS}
    return _element(jsonld.catalogue(_summary_context(), language(), files))


def script_policy() -> str:
    """What the policy of this page admits besides scripts of the site; empty for most pages."""
    return f" '{g.structured}'" if "structured" in g else ""


def _element(told: Mapping[str, Json]) -> Markup:
    text = json.dumps(told, ensure_ascii=False).translate(_ESCAPED)
    g.structured = f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 - escaped above


def _summary_context() -> SummaryContext:
    """Read once for an application: the mapping does not change while it runs."""
    if _KEPT not in current_app.extensions:
        current_app.extensions[_KEPT] = summary_context(services())
    return cast("SummaryContext", current_app.extensions[_KEPT])
