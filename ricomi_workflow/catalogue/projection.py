"""What of a case is public, and until when it is fresh: pure, so that a rebuild cannot differ.

An entry is verified by each act of a person that brings its case into a public state: published,
confirmed again, moved on. Its review date is a year later at most; a form may ask for an earlier
day. After that day it is stale: labelled everywhere, matched with nothing, and still there.
What tells of something that is over has no review date.
Source: domain requirement 49; the year is a proposed value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.catalogue.tokenizer import fold_text
from ricomi_workflow.definitions.model import FormDef, StateDef, WorkflowDef
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.kernel.refs import named_ref, ref_year
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.loader import subregions
from ricomi_workflow.reference_data.model import Reference

OWNERS = ("requesting_institution", "responsible_institution")
ENDS = ("review_by", "needed_by")  # fields by which a form asks for an earlier day
VERIFIED = "verified_on"  # the field by which a registry says when somebody looked at the source
FIELDS = (*ENDS, VERIFIED)
NOTICE = 20  # business days before the review-by date, when the State is asked
NEVER = date.min
_LEAP = (2, 29)


def find_owner(public: Mapping[str, Json]) -> str:
    """The institution that answers for an entry; empty: the focal point's office of its State."""
    found = (public.get(name) for name in OWNERS)
    return next((str(name) for name in found if name), "")


def last_verified(public: Mapping[str, Json], acted_on: date) -> date:
    """The day on which an entry was last verified: of the act, or a later one that its form says.

    Of a registry, only acts count that take no form: by the others somebody tells of a day.
    """
    told = _day(public.get(VERIFIED))
    return max(told, acted_on) if told else acted_on


def review_date(public: Mapping[str, Json], verified: date) -> date:
    """The last day on which an entry that was verified on `verified` is fresh."""
    named = [day for day in map(_day, map(public.get, ENDS)) if day and day > verified]
    return min([year_after(verified), *named])


def year_after(day: date) -> date:
    """The same day of the next year; of 29 February the day before it."""
    if (day.month, day.day) == _LEAP:
        day -= timedelta(days=1)
    return day.replace(year=day.year + 1)


def is_stale(last: date | None, today: date) -> bool:
    """Whether the review-by date `last` has passed."""
    return last is not None and last < today


def _day(value: Json) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


FACETS = (
    "kind",
    "topic",
    "country",
    "role",
    "subregion",
    "population",
    "modality",
    "status",
    "confirmation",
    "year",
    "language",
    "body",
    "forum",
    "sdg",
    "gcm",
)
# What a country does in an entry. Each is also a facet of its own, whose values are countries:
# by it a role and a country that are chosen together belong together.
ROLES = ("asks", "provides", "takes_part")
# Who gives to whom in an entry, `CR-GT`: chosen like a facet, and counted only for the network.
FLOW = "flow"
# Of a registry: the fields that name another entry by its reference, kept to be found from there.
LINKS = ("repealed_by", "amends", "regulates")
# Of figures: what they count, chosen like a facet and counted only where figures are compared.
INDICATOR = "indicator"
# Where they stand, by year: whole numbers, or percentages.
FIGURES = ("numbers", "shares")
# Of a registry: the fields that name states of which it tells.
COUNTRY_FIELDS = ("origins", "destinations", "countries_concerned")
_ASKING = ("participants", "needed_by")
_FACET_FIELDS = {
    "topic": "topics",
    "population": "populations",
    "modality": "modality",
    "forum": "forum",
    "sdg": "sdg",
    "gcm": "gcm",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue with its facet values, ready to be written."""

    row: Mapping[str, object]
    facets: tuple[tuple[str, str], ...]


def project_entry(
    case: Case,
    workflow: WorkflowDef,
    given: Iterable[tuple[FormDef, Mapping[str, Json]]],
    changed_at: datetime,
    reference: Reference,
    *,
    acted_on: date | None = None,
) -> Entry | None:
    """The public entry of `case` in its present state; None when the state is not catalogued.

    `given` are the forms that count (the one that opens the case, and those with public fields
    once the case has ended well). It is found by its texts and by the names of its countries,
    topics and populations in each language. `acted_on`: the day on which somebody last stood by
    it (default: that of its last change).
    """
    state, forms = workflow.states[case.state], list(given)
    if not state.is_public:
        return None
    public = {name: value for form, values in forms for name, value in _public(form, values)}
    roles = _roles(case, workflow, forms, public)
    status, year = public_status(state), _year(case, public)
    is_past = (
        _is_request(forms) or case.country == NETWORK
    )  # what it tells of, once the case has ended
    row = {
        "entry_id": case.id,
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
        **search_words(case.ref, roles, public, reference),
        **_freshness(public, acted_on or changed_at.date(), ended=state.final and is_past),
    }
    facets = {("kind", case.kind), ("status", status), ("year", str(year))}
    facets |= {*_places(roles), *_chosen(public), *_languages_and_body(case, workflow, public)}
    facets |= {*_links(public), *_indicator(public)} if workflow.registry else set()
    return Entry(row, tuple(sorted(facets)))


def search_words(
    ref: str, countries: Iterable[str], public: Mapping[str, Json], reference: Reference
) -> dict[str, str]:
    """What an entry is found by: all its words, and of these those of its title."""
    return {
        "words": fold_text([ref, *_written(public), *_names(countries, public, reference)]),
        "title_words": fold_text(_texts(public.get("title"))),
    }


def _freshness(public: Mapping[str, Json], acted_on: date, *, ended: bool) -> dict[str, object]:
    verified = last_verified(public, acted_on)
    last = None if ended else review_date(public, verified)
    return {"office": find_owner(public), "verified_on": verified, "review_by": last}


def _is_request(forms: Iterable[tuple[FormDef, object]]) -> bool:
    """Whether a form asks who takes part, or until when something is sought."""
    return any(field.name in _ASKING for form, _ in forms for field in form.fields())


def list_flows(roles: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Who gives to whom: each state that shares, with each other one that asks or takes part."""
    for provider, given in roles.items():
        for recipient, taken in roles.items():
            if provider != recipient and "provides" in given and set(taken) - {"provides"}:
                yield provider, recipient


def _links(public: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name in LINKS:
        found = named_ref(str(public.get(name) or ""))
        if found:
            yield name, found


def _indicator(public: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    if told := public.get(INDICATOR):
        yield INDICATOR, str(told)


def _year(case: Case, public: Mapping[str, Json]) -> int:
    """The year that a form says itself (of a law), or the last of figures; else of the case."""
    told = public.get("year")
    if isinstance(told, int):
        return told
    rows = [row for name in FIGURES for row in _mappings(public.get(name))]
    years = (row.get("until") or row["year"] for row in rows if "year" in row)
    return max((int(str(year)) for year in years), default=ref_year(case.ref))


def public_status(state: StateDef) -> str:
    """What the public reads of how far a case in `state` is: a step, or a final state."""
    return state.outcome or (state.name if state.final else state.step)


def _roles(
    case: Case,
    workflow: WorkflowDef,
    forms: Iterable[tuple[FormDef, object]],
    public: Mapping[str, Json],
) -> dict[str, tuple[str, ...]]:
    """What each country does in `case`; the one that asks may share as well.

    A form that asks who takes part, or until when, asks for something; any other one tells what
    its own country has to give. Of those that take part the form names who share. A state that
    came in later was found because it would share. A registry only tells of countries: they do
    nothing in it.
    """
    if workflow.registry or case.country == NETWORK:
        told = {code for name in COUNTRY_FIELDS for code in _strings(public.get(name))}
        return dict.fromkeys(sorted({case.country, *told} - {NETWORK}), ())
    asks = _is_request(forms)
    sharing = set(_strings(public.get("providers")))
    roles = dict.fromkeys(sorted(case.partner_countries()), ("provides",))
    for country in _strings(public.get("participants")):
        roles[country] = ("provides",) if country in sharing else ("takes_part",)
    own = ("asks", "provides") if case.country in sharing else ("asks",)
    return roles | {case.country: own if asks else ("provides",)}


def _places(roles: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    lies_in = subregions().by_state
    for country, does in roles.items():
        yield "country", country
        for role in does:
            yield from (("role", role), (role, country))
        if country in lies_in:
            yield "subregion", lies_in[country]
    yield from ((FLOW, f"{provider}-{recipient}") for provider, recipient in list_flows(roles))


def _languages_and_body(
    case: Case, workflow: WorkflowDef, public: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    """The languages of the title, and the body that owns a case of the network, as a meeting."""
    yield from title_languages(public)
    if case.country == NETWORK and workflow.body:
        yield "body", workflow.body


def _chosen(public: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for facet, name in _FACET_FIELDS.items():
        yield from ((facet, value) for value in _strings(public.get(name)))


def title_languages(public: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """The languages in which an entry has a title, as values of a facet."""
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
    return [row for row in _mappings(value) if "total" in row]


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


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
        "forum": reference.forums,
        "sdg": reference.sdgs,
        "gcm": reference.gcm_objectives,
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
