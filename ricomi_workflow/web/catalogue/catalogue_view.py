"""The catalogue as its page shows it: what was asked, what was found, by what to filter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup, escape

from ricomi_workflow.catalogue.entry_types import (
    BESIDE,
    entry_label,
    list_public_kinds,
    status_labels,
)
from ricomi_workflow.catalogue.projection import FACETS, FLOW, ROLES
from ricomi_workflow.catalogue.queries import (
    CatalogueEntry,
    PageKey,
    SearchQuery,
    SearchResults,
    count_entries,
    search_entries,
    suggest_corrections,
)
from ricomi_workflow.catalogue.rules import STATUSES
from ricomi_workflow.catalogue.search_query import SORTS
from ricomi_workflow.catalogue.tokenizer import fold_words, parse_terms, split_query
from ricomi_workflow.definitions.library import list_latest, list_versions, main_workflow
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, Shown, fold, show
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.loader import subregions
from ricomi_workflow.web.catalogue.confirmation_view import tie_of
from ricomi_workflow.web.catalogue.entry_freshness import is_stale, today
from ricomi_workflow.web.components import ChosenFilter, Facet, FacetValue, Paging, Result
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.pagination import cursor_at, parse_ranked_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.datastructures import MultiDict

LONGEST = 200
_SHOWN_VALUES = 7
_EXCERPT_WORDS = 42
_RELAXATIONS = 6
_SORTS_WITHOUT_WORDS = SORTS[:2]
_TOKEN = re.compile(r"\w+")
_MARK = Markup("<mark>{}</mark>")
OtherQuery = tuple[str, str, int]  # its label, its address, and how many entries it finds


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; unknown facets and values are left out."""

    words: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: str
    after: str
    seen: int

    def query(self) -> list[tuple[str, str]]:
        """The parameters of the address without those of paging; one question, one address."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(facet, value) for facet, values in self.chosen.items() for value in values]
        return pairs + ([("sort", self.sort)] if self.sort != SORTS[0] else [])

    def without(self, facet: str, value: str) -> Asked:
        """The same question without one choice."""
        left = tuple(v for v in self.chosen[facet] if v != value)
        return replace(self, chosen={**self.chosen, facet: left})

    @property
    def filters(self) -> SearchQuery:
        """The question as the catalogue takes it."""
        return SearchQuery(self.words, self.chosen, self.sort)


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page of results."""

    asked: Asked
    total: int
    results: tuple[Result, ...]
    facets: tuple[Facet, ...]
    chosen: tuple[ChosenFilter, ...]
    sorts: tuple[tuple[str, str], ...]  # label and address, which the present order lacks
    suggestions: tuple[OtherQuery, ...]  # with a word corrected
    relaxations: tuple[OtherQuery, ...]  # with something given up
    paging: Paging
    canonical: str
    json_href: str


class Labels:
    """What the values of facets are called in the reader's language."""

    def of(self, facet: str, value: str) -> str:
        """The label of a value; empty for one that nothing knows."""
        if facet == "country":
            known = value in services().reference.states
            return formats.country(value, language()) if known else ""
        if facet == FLOW:
            return self._pair(value)
        if facet == "year":
            return value if value.isascii() and value.isdigit() and len(value) == 4 else ""
        return self._named.get(facet, {}).get(value, "")

    def _pair(self, value: str) -> str:
        """Who gives to whom: `CR-GT`."""
        provider, _, recipient = value.partition("-")
        names = [self.of("country", code) for code in (provider, recipient)]
        return t("network.pair", provider=names[0], recipient=names[1]) if all(names) else ""

    @cached_property
    def _named(self) -> dict[str, dict[str, str]]:
        reference, lang = services().reference, language()
        return {
            "topic": {term.value: term.label[lang] for term in reference.topics},
            "population": {term.value: term.label[lang] for term in reference.populations},
            "status": statuses(),
            "kind": {
                kind: label[lang] for kind, label in list_public_kinds(services().library).items()
            },
            "confirmation": {name: t(f"confirmation.{name}") for name in STATUSES},
            "role": {role: t(f"public.does_{role}") for role in ROLES},
            "subregion": {name: label[lang] for name, label in subregions().labels.items()},
            "modality": {term.value: term.label[lang] for term in reference.modalities},
            "language": LANGUAGE_NAMES,
            "forum": {term.value: term.label[lang] for term in reference.forums},
            "sdg": {term.value: term.label[lang] for term in reference.sdgs},
            "gcm": {term.value: term.label[lang] for term in reference.gcm_objectives},
            "body": {b.id: b.name_on(today()).name[lang] for b in reference.bodies.values()},
        }


def statuses() -> dict[str, str]:
    """What each step and final state is called in public; one that kinds share, by each of them."""
    called: dict[str, list[str]] = {}
    library = services().library
    for workflow in list_latest(library):
        own: dict[str, str] = {}
        for version in list_versions(library, workflow.kind):
            own |= _statuses(version.key)
        for status, label in own.items():
            called.setdefault(status, []).append(label)
    for definition in BESIDE:
        for status, label in _statuses(definition).items():
            called.setdefault(status, []).append(label)
    return {status: " / ".join(dict.fromkeys(labels)) for status, labels in called.items()}


def status_of(entry: CatalogueEntry) -> str:
    """How far an entry is, in the words of its own process."""
    return _statuses(entry.definition).get(entry.status, entry.status)


def kind_of(entry: CatalogueEntry) -> str:
    """What an entry is; empty for the kind that most are of."""
    library = services().library
    label = entry_label(library, entry.definition)
    return "" if label is None or entry.kind == main_workflow(library).kind else label[language()]


def _statuses(definition: str) -> dict[str, str]:
    called = status_labels(services().library, definition)
    return {status: label[language()] for status, label in called.items()}


def asked(query: MultiDict[str, str]) -> Asked:
    """Read the address, leaving out what is not known."""
    labels = Labels()
    chosen = {}
    for facet in (*FACETS, FLOW):
        values = sorted(set(query.getlist(facet)))
        chosen[facet] = tuple(value for value in values if labels.of(facet, value))
    words = " ".join(query.get("q", "")[:LONGEST].split())
    sort = query.get("sort", "")
    known = sort in (SORTS if parse_terms(words) else _SORTS_WITHOUT_WORDS)
    after, seen = query.get("after", ""), query.get("seen", 0, type=int)
    return Asked(words, chosen, sort if known else SORTS[0], after, seen)


def catalogue_page(connection: Connection, question: Asked) -> CataloguePage:
    """Search, and put the page together.

    Statements: those of a search, and some twenty more at most when nothing fits. Raises `Invalid`
    for a place that is none, or behind the last entry.
    """
    after = parse_ranked_cursor(connection, question.after or None)
    found = search_entries(connection, question.filters, PageKey(*after) if after else None)
    if after and found.total and not found.entries:
        raise Invalid([FieldError("after", "cursor")])
    labels = Labels()
    choices = tuple(
        (facet, v, labels.of(facet, v)) for facet, vs in question.chosen.items() for v in vs
    )
    return CataloguePage(
        asked=question,
        total=found.total,
        results=tuple(result(entry, question.words) for entry in found.entries),
        facets=tuple(_facets(found, question, labels)),
        chosen=tuple(
            ChosenFilter(label, _href(question.without(facet, value)))
            for facet, value, label in choices
        ),
        sorts=tuple(_sorts(question)) if found.total > 1 else (),
        suggestions=() if found.total else tuple(_meant(connection, question)),
        relaxations=() if found.total else tuple(_relaxations(connection, question, choices)),
        paging=_paging(found, question),
        canonical=_href(question),
        json_href=_address("api_v1.search_entries", question.query()),
    )


def result(entry: CatalogueEntry, words: str = "") -> Result:
    """One entry as a list shows it, the words that were searched for marked in its text."""
    summary = show(entry.summary, language())
    return Result(
        kind=kind_line(entry),
        title=show(entry.title, language()),
        href=url_for("public.entry", ref=entry.ref),
        excerpt=replace(summary, text=excerpt(summary.text, fold_words([words]))),
        meta=_meta(entry),
        tie=tie_of(entry),
        illustrative=entry.illustrative,
        verified=entry.verified_on,
        stale=is_stale(entry),
    )


def _meta(entry: CatalogueEntry) -> tuple[str, ...]:
    if not entry.amount_minor:
        return (entry.ref,)
    return (entry.ref, formats.money(Money(entry.amount_minor), language()))


def kind_line(entry: CatalogueEntry) -> str:
    """What it is, how far, and who with whom: `Informada · Paraguay con Chile y Perú`."""
    parts = [kind_of(entry), status_of(entry), countries_line(entry)]
    return " · ".join(part for part in parts if part)


def countries_line(entry: CatalogueEntry) -> str:
    """Who asks, and who takes part."""
    asker = formats.country(entry.country, language())
    others = [formats.country(code, language()) for code in partners(entry)]
    if not others:
        return asker
    return t("public.country_with", country=asker, others=formats.list_text(others, language()))


def partners(entry: CatalogueEntry) -> list[str]:
    """The other states that take part."""
    value = entry.public.get("participants")
    return [str(code) for code in value] if isinstance(value, list | tuple) else []


def excerpt(text: str, words: list[str]) -> str:
    """The part of `text` around the first word searched for, with these words marked."""
    pieces = text.split()
    first = next((n for n, piece in enumerate(pieces) if _matches(piece, words)), 0)
    start = max(0, first - _EXCERPT_WORDS // 2) if first >= _EXCERPT_WORDS else 0
    shown = pieces[start : start + _EXCERPT_WORDS]
    before = "… " if start else ""
    after = " …" if start + len(shown) < len(pieces) else ""
    return _marked(f"{before}{' '.join(shown)}{after}", words)


def _matches(piece: str, words: list[str]) -> bool:
    return any(
        token.startswith(word) for token in _TOKEN.findall(fold(piece)) for word in words if word
    )


def _marked(text: str, words: list[str]) -> Markup:
    parts, last = [], 0
    for token in _TOKEN.finditer(text):
        if words and _matches(token[0], words):
            parts += [escape(text[last : token.start()]), _MARK.format(token[0])]
            last = token.end()
    return Markup().join([*parts, escape(text[last:])])


def _facets(found: SearchResults, question: Asked, labels: Labels) -> Iterator[Facet]:
    for facet in FACETS:
        counts = dict(found.facets[facet])
        counts |= {value: counts.get(value, 0) for value in question.chosen[facet]}
        values = [
            FacetValue(value, label, number, value in question.chosen[facet])
            for value, number in counts.items()
            if (label := labels.of(facet, value))
        ]
        values.sort(key=lambda v: (not v.chosen, -v.count, v.label))
        if facet == "year":
            values.sort(key=lambda v: v.value, reverse=True)
        if values and (facet != "kind" or len(values) > 1 or values[0].chosen):
            shown, more = tuple(values[:_SHOWN_VALUES]), tuple(values[_SHOWN_VALUES:])
            yield Facet(facet, t(f"public.facet_{facet}"), shown, more)


def _sorts(question: Asked) -> Iterator[tuple[str, str]]:
    for sort in SORTS if parse_terms(question.words) else _SORTS_WITHOUT_WORDS:
        chosen = sort == question.sort
        yield t(f"public.sort_{sort}"), "" if chosen else _href(replace(question, sort=sort))


def _meant(connection: Connection, question: Asked) -> Iterator[OtherQuery]:
    """The question in words that are written otherwise and find something."""
    for other in suggest_corrections(connection, question.filters):
        number = count_entries(connection, other)
        if number:
            way = replace(question, words=other.words)
            yield t("public.quoted", words=other.words), _href(way), number


def _relaxations(
    connection: Connection, question: Asked, choices: tuple[tuple[str, str, str], ...]
) -> Iterator[OtherQuery]:
    """What could be given up so that something is found."""
    ways = [(label, question.without(facet, value)) for facet, value, label in choices]
    ways += [(_quoted(part), replace(question, words=left)) for part, left in _fewer(question)]
    if question.words and choices:
        ways.append((_quoted(question.words), replace(question, words="", sort=SORTS[0])))
    for label, way in ways[:_RELAXATIONS]:
        number = count_entries(connection, way.filters)
        if number:
            yield label, _href(way), number


def _fewer(question: Asked) -> Iterator[tuple[str, str]]:
    """Each word or phrase, and the question without it; nothing when there is but one."""
    parts = split_query(question.words)
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        yield part, " ".join(parts[:number] + parts[number + 1 :])


def _quoted(words: str) -> str:
    return t("public.quoted", words=words.strip('"“”„«»'))


def _paging(found: SearchResults, question: Asked) -> Paging:
    before = question.seen if question.after and 0 < question.seen < found.total else 0
    first, last = before + 1, before + len(found.entries)
    next_href = ""
    if found.following and found.entries:
        cursor = cursor_at(found.following.changed_at, found.entries[-1].ref, found.following.rank)
        next_href = _href(question, after=cursor, seen=str(last))
    return Paging(first, last, found.total, _href(question) if question.after else "", next_href)


def _href(question: Asked, **paging: str) -> str:
    return _address("public.catalogue", [*question.query(), *paging.items()])


def _address(endpoint: str, pairs: Sequence[tuple[str, str]]) -> str:
    query = urlencode(pairs)
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)


def shown_text(value: object) -> Shown | None:
    """A text in several languages as the reader sees it; None when there is none."""
    if not isinstance(value, Mapping):
        return None
    texts = {str(lang): str(text) for lang, text in value.items() if text}
    return show(texts, language()) if texts else None
