"""The public catalogue: search with counts, and one entry."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.catalogue import queries
from ricomi_workflow.catalogue.projection import FACETS, FLOW
from ricomi_workflow.fund.exceptions import GrantedException, list_granted_exceptions
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import catalogue as shapes
from ricomi_workflow.web.catalogue.entry_freshness import is_stale
from ricomi_workflow.web.pagination import cursor_at, parse_ranked_cursor

Shape = Mapping[str, object]
_GROUP = Group("catalogue")


def search_entries(call: Call) -> Shape:
    """Search the approved cases by words and facets, with the counts of each facet."""
    asked = call.query
    chosen = {facet: [str(value) for value in asked.get(facet, ())] for facet in (*FACETS, FLOW)}
    place = parse_ranked_cursor(call.tx.connection, asked.get("after"))
    after = queries.PageKey(*place) if place else None
    filters = queries.SearchQuery(asked.get("q", ""), chosen, asked["sort"])
    found = queries.search_entries(call.tx.connection, filters, after, asked["limit"])
    return {
        "total": found.total,
        "entries": [_entry(each) for each in found.entries],
        "facets": {facet: _counts(counts) for facet, counts in found.facets.items()},
        "next": _next(found),
    }


def _next(found: queries.SearchResults) -> str | None:
    if found.following is None:
        return None
    end = found.following
    return cursor_at(end.changed_at, found.entries[-1].ref, end.rank)


def get_entry(call: Call, ref: str) -> Shape:
    """Read one entry with every public field of its forms."""
    found = queries.get_entry(call.tx.connection, ref)
    set_aside = [
        _exception(each) for each in list_granted_exceptions(call.tx.connection, found.entry_id)
    ]
    sides = [_side(each) for each in found.answers]
    return {**_entry(found), "answers": sides, "public": found.public, "exceptions": set_aside}


def _side(side: Mapping[str, Json]) -> Shape:
    at = parse_iso(str(side["at"])) if "at" in side else None
    return {"differs": {}, "note": "", **side, "at": at}


def _entry(found: queries.CatalogueEntry) -> Shape:
    return {
        "ref": found.ref,
        "kind": found.kind,
        "country": found.country,
        "status": found.status,
        "year": found.year,
        "amount": str(Money(found.amount_minor, found.currency)),
        "currency": found.currency,
        "illustrative": found.illustrative,
        "changed_at": found.changed_at,
        "title": found.title,
        "summary": found.summary,
        "confirmation": found.confirmation,
        "office": found.office,
        "verified_on": found.verified_on,
        "review_by": found.review_by,
        "stale": is_stale(found),
    }


def _exception(each: GrantedException) -> Shape:
    return {
        "gate": each.gate,
        "reason": each.reason,
        "asked_by": each.asked_by,
        "granted_by": each.granted_by,
        "granted_at": each.at,
    }


def _counts(counts: tuple[tuple[str, int], ...]) -> list[Shape]:
    return [{"value": value, "count": number} for value, number in counts]


OPERATIONS = (
    _GROUP.public(search_entries, "/catalogue", shapes.EntryPage, shapes.EntryQuestion),
    _GROUP.public(get_entry, "/catalogue/{ref}", shapes.EntryView),
)
