"""What of a case is public: pure, so that projection and rebuild cannot differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.bodies.model import Reference
from ricomi_workflow.bodies.names import country_label
from ricomi_workflow.bodies.subregions import subregions
from ricomi_workflow.cases.case import Case
from ricomi_workflow.catalogue.words import folded_text
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.kernel.refs import ref_year

FACETS = (
    "kind",
    "topic",
    "country",
    "role",
    "subregion",
    "population",
    "modality",
    "status",
    "year",
    "language",
)
# What a country does in an entry. Each is also a facet of its own, whose values are countries:
# by it a role and a country that are chosen together belong together.
ROLES = ("asks", "provides", "takes_part")
_FACET_FIELDS = {"topic": "topics", "population": "populations", "modality": "modality"}


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
    roles = _roles(case, forms, public)
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
        "words": folded_text([case.ref, *_written(public), *_names(roles, public, reference)]),
        "title_words": folded_text(_texts(public.get("title"))),
    }
    facets = {("kind", case.kind), ("status", status), ("year", str(year))}
    facets |= set(_places(roles)) | set(_chosen(public))
    return Entry(row, tuple(sorted(facets)))


def _roles(
    case: Case, forms: Iterable[tuple[FormDef, object]], public: Mapping[str, Json]
) -> dict[str, str]:
    """What each country does in `case`.

    A form that asks who takes part asks for something; any other one tells what its own country
    has to give. A state that came in later was found because it would share.
    """
    asks = any(field.name == "participants" for form, _ in forms for field in form.fields())
    roles = dict.fromkeys(sorted(case.partner_countries()), "provides")
    roles |= dict.fromkeys(_strings(public.get("participants")), "takes_part")
    return roles | {case.country: "asks" if asks else "provides"}


def _places(roles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    lies_in = subregions().by_state
    for country, role in roles.items():
        yield from (("country", country), ("role", role), (role, country))
        if country in lies_in:
            yield "subregion", lies_in[country]


def _chosen(public: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for facet, name in _FACET_FIELDS.items():
        yield from ((facet, value) for value in _strings(public.get(name)))
    title = public.get("title")
    if isinstance(title, Mapping):
        yield from (("language", lang) for lang, text in title.items() if text)


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
