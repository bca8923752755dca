"""The addresses at which programs of others find what is public."""

from __future__ import annotations

from flask import url_for

from ricomi_workflow.exports.formats import NAMES
from ricomi_workflow.web.catalogue.export_answer import BY_NAME

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
