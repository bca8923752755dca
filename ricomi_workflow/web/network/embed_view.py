"""A list or a map of the network on the sites of others, and the lines by which it gets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import url_for
from markupsafe import escape

from ricomi_workflow.catalogue.entry_types import list_public_kinds
from ricomi_workflow.catalogue.queries import search_entries
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.catalogue.catalogue_view import Asked, Labels, asked, result
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_view import map_page
from ricomi_workflow.web.network.network_query import network_question, with_query

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.datastructures import MultiDict

MOST = 20
_USUAL = 10
_OFFERED = ("country", "topic", "kind")
_ENDPOINTS = {"list": "embed.entries", "map": "embed.americas"}
_HEIGHTS = {"list": 640, "map": 900}
Context = Mapping[str, object]  # of a template
Choice = tuple[str, tuple[tuple[str, str], ...], str]


def embedded_list(connection: Connection, query: MultiDict[str, str]) -> Context:
    """The list that the address asks for; statements: those of a search."""
    question = asked(query)
    few = query.get("n", _USUAL, type=int)
    found = search_entries(connection, question.filters, limit=min(max(few, 1), MOST))
    return {
        "heading": heading(question),
        "total": found.total,
        "results": [result(entry, question.words) for entry in found.entries],
        "all_href": with_query(url_for("public.catalogue"), question.query()),
    }


def embedded_map(connection: Connection, query: MultiDict[str, str]) -> Context:
    """The map that the address asks for, of one country's entries too; those of a map."""
    question, whole = network_question(query), asked(query)
    countries = whole.chosen.get("country")
    if countries:
        own = {**question.asked.chosen, "country": countries}
        question = replace(question, asked=replace(question.asked, chosen=own))
    drawn = map_page(connection, question)
    if countries:  # what is counted is shared with these: no search of one state alone finds it
        bare = (replace(r, cells=tuple(replace(c, href="") for c in r.cells)) for r in drawn.rows)
        drawn = replace(drawn, rows=tuple(bare))
    return {
        "heading": heading(question.asked),
        "drawn": drawn,
        "all_href": with_query(url_for("public.catalogue"), question.asked.query()),
    }


def heading(question: Asked) -> str:
    """What is shown: the names of everything that was chosen."""
    labels = Labels()
    named = [labels.of(facet, value) for facet, vs in question.chosen.items() for value in vs]
    named += [t("public.quoted", words=question.words)] if question.words else []
    return t("embed.heading_of", what=", ".join(named)) if named else t("embed.heading")


def maker(query: MultiDict[str, str]) -> Context:
    """The lines for what was chosen, and what may be chosen; no statement."""
    what = query.get("what", "")
    what = what if what in _ENDPOINTS else next(iter(_ENDPOINTS))
    question = asked(query)
    chosen = [(n, question.chosen[n][0]) for n in _OFFERED if question.chosen.get(n)]
    base, title = services().base_url, heading(question)
    src = with_query(url_for(_ENDPOINTS[what]), chosen)
    height = _HEIGHTS[what]
    return {
        "choices": _choices(what, dict(chosen)),
        "src": src,
        "title": title,
        "height": height,
        "code": f'<iframe src="{escape(base + src)}" title="{escape(title)}" width="100%"'
        f' height="{height}" loading="lazy"></iframe>',
        "feed": base + with_query(url_for("exports.take", name="catalogue.atom"), chosen),
    }


def _choices(what: str, chosen: dict[str, str]) -> list[Choice]:
    """Each choice with its options (value and words) and the value chosen."""
    labels, reference = Labels(), services().reference
    values = {
        "country": alphabetical(reference.states, language()),
        "topic": [term.value for term in reference.topics],
        "kind": [*list_public_kinds(services().library)],
    }
    every = ("", t("embed.every"))
    kinds = tuple((name, t(f"embed.what_{name}")) for name in _ENDPOINTS)
    return [("what", kinds, what)] + [
        (
            name,
            (every, *((value, labels.of(name, value)) for value in values[name])),
            chosen.get(name, ""),
        )
        for name in _OFFERED
    ]
