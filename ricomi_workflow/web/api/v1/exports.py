"""The public catalogue in formats of others."""

from __future__ import annotations

from flask import Response

from ricomi_workflow.catalogue.projection import FACETS, FLOW
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports.formats import FORMATS
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import question
from ricomi_workflow.web.api.v1.catalogue import EntryQuestion
from ricomi_workflow.web.catalogue.exports import exported

ExportQuestion = question("ExportQuestion", EntryQuestion, exclude="after limit")


def export_entries(call: Call, form: str) -> Response:
    """Take all entries that fit along: csv, xlsx, jsonl, iati, atom, jsonld, dictionary, dcat.

    The table and its dictionary, a line of JSON for each entry, activities of IATI 2.03 with their
    transactions, the newest as a feed, entries in schema.org; the whole catalogue as IATI also
    tells the fund. `dcat` and `dcat-ttl` describe all that is published, whatever was asked.
    """
    if form not in FORMATS:
        raise NotFound("format", form)
    chosen = {
        facet: [str(value) for value in call.query.get(facet, ())] for facet in (*FACETS, FLOW)
    }
    return exported(form, SearchQuery(call.query.get("q", ""), chosen))


_GROUP = Group("catalogue")
OPERATIONS = (
    _GROUP.public(
        export_entries, "/catalogue/exports/{form}", None, ExportQuestion, is_content=True
    ),
)
