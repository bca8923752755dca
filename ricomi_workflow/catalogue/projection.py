"""What of a case is public: pure, so that projection and rebuild cannot differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.bodies.model import Reference
from ricomi_workflow.bodies.names import country_label
from ricomi_workflow.cases.case import Case
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.kernel.refs import ref_year
from ricomi_workflow.kernel.text import fold

FACETS = ("kind", "topic", "country", "population", "status", "year")
_FACET_FIELDS = {"topic": "topics", "population": "populations"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue with its facet values, ready to be written."""

    row: Mapping[str, object]
    facets: tuple[tuple[str, str], ...]


def entry_of(
    case: Case,
    workflow: WorkflowDef,
    given: Iterable[tuple[FormDef, Mapping[str, Json]]],
    changed_at: datetime,
    reference: Reference,
) -> Entry | None:
    """The public entry of `case` in its present state; None when the state is not catalogued.

    `given` are the forms that count (the one that opens the case, and those with public fields
    once the case has ended well). It is found by its texts and by the names of its countries,
    topics and populations in each language.
    """
    state = workflow.states[case.state]
    if not state.is_public:
        return None
    forms = list(given)
    public = {name: value for form, values in forms for name, value in _public(form, values)}
    joined = sorted(case.partner_countries())  # also those that came in later
    countries = list(dict.fromkeys([case.country, *_strings(public.get("participants")), *joined]))
    status = state.outcome or (case.state if state.final else state.step)
    year = ref_year(case.ref)
    row = {
        "case_id": case.id,
        "ref": case.ref,
        "kind": case.kind,
        "definition": case.definition,
        "country": case.country,
        "status": status,
        "year": year,
        "amount_minor": _cost(forms).minor,
        "currency": BOOK_CURRENCY,
        "illustrative": case.illustrative,
        "changed_at": changed_at,
        "title": public.get("title") or {},
        "summary": public.get("summary") or {},
        "public": public,
        "words": " ".join(
            folded_words([case.ref, *_written(public), *_names(countries, public, reference)])
        ),
    }
    facets = [("country", country) for country in dict.fromkeys(countries)]
    facets += [("kind", case.kind), ("status", status), ("year", str(year))]
    for facet, name in _FACET_FIELDS.items():
        facets += [(facet, value) for value in _strings(public.get(name))]
    return Entry(row, tuple(sorted(facets)))


def folded_words(texts: Iterable[str]) -> list[str]:
    """The words of `texts` without accents and case, as both databases index them."""
    return [word for text in texts for word in _WORD.findall(fold(text).replace("_", " "))]


def _public(form: FormDef, values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for field in form.fields():
        if field.public and values.get(field.name) not in (None, "", [], {}):
            yield field.name, values[field.name]


def _cost(forms: Iterable[tuple[FormDef, Mapping[str, Json]]]) -> Money:
    rows = [row for _, values in forms for row in _rows(values.get("budget"))]
    return total(Money.parse(str(row["total"])) for row in rows)


def _rows(value: Json) -> list[Mapping[str, Json]]:
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, Mapping) and "total" in row]


def _strings(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _written(public: Mapping[str, Json]) -> Iterator[str]:
    """What people wrote; the codes of what they chose are left out."""
    for value in public.values():
        if not isinstance(value, list):
            yield from _texts(value)


def _names(
    countries: Iterable[str], public: Mapping[str, Json], reference: Reference
) -> Iterator[str]:
    for country in countries:
        yield from country_label(country).as_dict().values()
    lists = {
        "topics": reference.topics,
        "populations": reference.populations,
        "modality": reference.modalities,
    }
    for name, terms in lists.items():
        chosen = set(_strings(public.get(name)))
        for term in terms:
            if term.value in chosen:
                yield from term.label.as_dict().values()


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
