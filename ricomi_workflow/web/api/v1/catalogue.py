"""The public catalogue: search, one entry, its export in formats of others, and its facts.

The States of a case confirm its public facts or dispute them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.catalogue import queries
from ricomi_workflow.catalogue.confirmation_commands import (
    LONGEST_NOTE,
    FactResponse,
    get_confirmation,
    respond_to_facts,
)
from ricomi_workflow.catalogue.projection import FACETS, FLOW, ROLES
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.catalogue.rules import CONFIRMED, DISPUTED, STATUSES, facts_digest
from ricomi_workflow.catalogue.search_query import SORTS
from ricomi_workflow.exports.formats import FORMATS
from ricomi_workflow.fund import exceptions as fund_exceptions
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import (
    NEXT,
    Extended,
    items_of,
    many,
    one,
    question,
    resource,
)
from ricomi_workflow.web.catalogue.entry_freshness import is_stale
from ricomi_workflow.web.catalogue.exports import exported
from ricomi_workflow.web.pagination import cursor_at, parse_ranked_cursor

_GROUP = Group("catalogue")
_SEVERAL = "given several times: any of them"

EntryQuestion = question(
    "EntryQuestion",
    q=fields.Text(
        "All of these words, each as the beginning of a word; words in quotation marks as a phrase",
        longest=200,
    ),
    kind=fields.Several(fields.Text(longest=40), f"Kind of the case, or `decision`; {_SEVERAL}"),
    topic=fields.Several(fields.Text(longest=40), f"Topic; {_SEVERAL}"),
    country=fields.Several(
        fields.Country(), f"A state that asks, provides or takes part; {_SEVERAL}"
    ),
    role=fields.Several(fields.Choice(ROLES), f"What the country does, or any country; {_SEVERAL}"),
    flow=fields.Several(
        fields.Text(longest=5), f"Who gives to whom, by their codes: CR-GT; {_SEVERAL}"
    ),
    subregion=fields.Several(fields.Text(longest=40), f"Subregion of a country; {_SEVERAL}"),
    population=fields.Several(fields.Text(longest=40), f"Target population; {_SEVERAL}"),
    modality=fields.Several(fields.Text(longest=40), f"Form of cooperation; {_SEVERAL}"),
    status=fields.Several(
        fields.Text(longest=40), f"A step of the process or a final state; {_SEVERAL}"
    ),
    confirmation=fields.Several(
        fields.Choice(STATUSES), f"How its States stand to the facts; {_SEVERAL}"
    ),
    year=fields.Several(
        fields.Figure(least=1800, most=9999), f"Year told of, else of the case; {_SEVERAL}"
    ),
    language=fields.Several(
        fields.Choice(LANGUAGES), f"A language in which there is a text; {_SEVERAL}"
    ),
    body=fields.Several(fields.Text(longest=40), f"Body that met or decided, `ceam`; {_SEVERAL}"),
    forum=fields.Several(fields.Text(longest=40), f"Regional forum; {_SEVERAL}"),
    sdg=fields.Several(
        fields.Text(longest=40), f"Sustainable Development Goal, `sdg_8`; {_SEVERAL}"
    ),
    gcm=fields.Several(
        fields.Text(longest=40), f"Objective of the Global Compact, `gcm_5`; {_SEVERAL}"
    ),
    sort=fields.Choice(
        SORTS,
        "Order: last changed first, first changed first, or most of the words in the title first",
        load_default=SORTS[0],
    ),
    after=fields.Text("Where to go on: `next` of the page before", longest=100),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=20),
)
EntrySummary = resource(
    "EntrySummary",
    queries.CatalogueEntry,
    "title summary",
    ref="Reference of the case: RICOMI-2026-0042; "
    "of a decision with its ballot: RICOMI-2026-0042.1",
    kind="Kind of the case, or `decision`",
    country=fields.Country("The state that asks"),
    status="Stable name of the step of the process, or of the final state",
    year="Year of which it tells, else in which it was opened",
    amount=fields.Amount("Cost as decimal text: 130000.00"),
    currency="ISO 4217 code",
    illustrative="Whether the case is a sample that records no decision",
    changed_at="When it last changed its public state",
    confirmation=fields.Choice(
        ("", *STATUSES), "How its States stand to the facts; empty where they are not asked"
    ),
    office="Who answers for it; empty: the office of its State's focal point",
    verified_on=fields.Day("When somebody last stood by it"),
    review_by="Last fresh day; null where it tells of what is over",
    stale=fields.Flag("Whether that day has passed: to be confirmed again, and in no pair"),
)
AnswerView = resource(
    "AnswerView",
    country=fields.Country("The State"),
    answer=fields.Choice(("", CONFIRMED, DISPUTED), "Empty while its word is awaited"),
    at=fields.Instant("When it said so; null while its word is awaited", allow_none=True),
    differs=fields.Values("What it holds instead, by fact"),
    note=fields.Text("What it added"),
)
GrantedException = resource(
    "GrantedException",
    fund_exceptions.GrantedException,
    exclude="seq at",
    gate="Stable name of the condition: reports_in_order",
    reason="Why, as it was written",
    asked_by="The office that asked for it",
    granted_by="The office that granted it, another one",
    granted_at=fields.Instant("When it was granted", attribute="at"),
)
EntryView = resource(
    "EntryView",
    EntrySummary,
    answers=many(AnswerView, "How each State stands to the facts of the entry"),
    public=fields.Values("Answers by the names of the forms' fields; amounts are decimal text"),
    exceptions=many(GrantedException, "Exceptions to conditions of its disbursements"),
)
FacetCount = resource("FacetCount", value=fields.Text(), count=fields.Whole())
_FACETS: dict[str, Any] = {facet: items_of(FacetCount) for facet in FACETS}
Facets = resource("Facets", **_FACETS)
EntryPage = resource(
    "EntryPage",
    total=fields.Whole("How many fit in all"),
    entries=many(EntrySummary),
    facets=one(Facets),
    next=NEXT,
)


def search_entries(call: Call) -> object:
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
        "facets": {facet: dict(counts) for facet, counts in found.facets.items()},
        "next": _next(found),
    }


def _next(found: queries.SearchResults) -> str | None:
    if found.following is None:
        return None
    end = found.following
    return cursor_at(end.changed_at, found.entries[-1].ref, end.rank)


def get_entry(call: Call, ref: str) -> object:
    """Read one entry with every public field of its forms."""
    found = queries.get_entry(call.tx.connection, ref)
    exceptions = fund_exceptions.list_granted_exceptions(call.tx.connection, found.entry_id)
    return Extended(
        _entry(found), exceptions=exceptions, answers=[_answer(x) for x in found.answers]
    )


def _answer(side: Mapping[str, Json]) -> object:
    at = parse_iso(str(side["at"])) if "at" in side else None
    return {"differs": {}, "note": "", **side, "at": at}


def _entry(found: queries.CatalogueEntry) -> Extended:
    amount = Money(found.amount_minor, found.currency)
    return Extended(found, amount=amount, stale=is_stale(found))


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


_DIGEST = "Digest of the facts that were read; of others, the word is refused as a conflict"

FactsView = resource(
    "FactsView",
    ref=fields.Text("Reference of the case"),
    confirmation=fields.Choice(STATUSES, "What the entry is called"),
    facts=fields.Values("The facts by name, as they are published; amounts are decimal text"),
    digest=fields.Text(_DIGEST),
    answers=many(AnswerView, "How each State stands to them"),
)
FactsResponse = question(
    "FactsResponse",
    answer=fields.Choice((CONFIRMED, DISPUTED), "Whether the facts are so", required=True),
    digest=fields.Text(_DIGEST, longest=64, required=True),
    differs=fields.Values("Disputed: what the State holds instead, by fact"),
    note=fields.Text("Why it differs; published", longest=LONGEST_NOTE),
)
FactsStatus = resource(
    "FactsStatus",
    ref=fields.Text("Reference of the case"),
    confirmation=fields.Choice(STATUSES, "What the entry is called now"),
)


def get_facts(call: Call, ref: str) -> object:
    """Read the public facts of a case and how each of its States stands to them."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = get_confirmation(call.tx.connection, call.services, case)
    return {
        "ref": ref,
        "confirmation": found.status,
        "facts": dict(found.facts),
        "digest": facts_digest(found.facts),
        "answers": found.answers,
    }


def record_response(call: Call, ref: str) -> object:
    """Confirm the public facts of a case for the caller's State, or dispute some of them."""
    case, body = lock(call.tx, call.services, ref), call.body
    given = FactResponse(
        body["digest"],
        body.get("differs", {}),
        body.get("note", ""),
        disputes=body["answer"] == DISPUTED,
    )
    return {"ref": ref, "confirmation": respond_to_facts(call.tx, call.services, case, given)}


OPERATIONS = (
    _GROUP.public(search_entries, "/catalogue", EntryPage, EntryQuestion),
    _GROUP.public(get_entry, "/catalogue/{ref}", EntryView),
    _GROUP.public(
        export_entries, "/catalogue/exports/{form}", None, ExportQuestion, is_content=True
    ),
    Group("cases").read(get_facts, "/cases/{ref}/facts", FactsView),
    Group("actions").act(
        record_response, "/cases/{ref}/facts", FactsResponse, FactsStatus, status=200
    ),
)
