"""What is told of which field: `reference/exports.yaml`, read and judged against the forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.reference_data.model import Reference
from ricomi_workflow.reference_data.reader import open_file
from ricomi_workflow.resources import root

FILE = "exports.yaml"
NONE = "none"
VOCABULARIES = ("jsonld", "atom", "oai_dc")
_FORMATS = ("csv", "iati", "brief")
_WITH_REASON = ("csv", "iati")
_PLACE = "a place in an opportunity, or none"
_BRIEF = "what the field is in a few words, or none"
_LOCALIZED = (FieldType.LOCALIZED, FieldType.LOCALIZED_LONG)


class Element(StrEnum):
    """The places of an activity into which a field may go."""

    IDENTIFIER = "iati-identifier"
    UPDATED = "last-updated-datetime"
    CURRENCY = "default-currency"
    TITLE = "title"
    GENERAL = "description/1"
    OBJECTIVES = "description/2"
    TARGETS = "description/3"
    OTHER = "description/4"
    ACCOUNTABLE = "participating-org/2"
    IMPLEMENTING = "participating-org/4"
    STATUS = "activity-status"
    START = "activity-date/1"
    END = "activity-date/3"
    RECIPIENT = "recipient-country"
    SECTOR = "sector"
    MARKER = "policy-marker"
    BUDGET = "budget"
    RESULT = "result"


class Concept(StrEnum):
    """What a field is in the few words by which others know an entry."""

    IDENTIFIER = "identifier"
    TITLE = "title"
    DESCRIPTION = "description"
    KIND = "kind"
    CREATOR = "creator"
    CONTRIBUTOR = "contributor"
    SUBJECT = "subject"
    PLACE = "place"
    STANDING = "standing"
    MARK = "mark"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, and how identifiers are made."""

    ref: str
    type: str
    name: LocalizedText
    scheme: str
    illustrative: str
    confirmed: bool

    def identifier(self, ref: str, *, illustrative: bool) -> str:
        """The identifier of the activity `ref`, never given twice."""
        return f"{self.scheme}{ref}{self.illustrative if illustrative else ''}"


@dataclass(frozen=True, slots=True)
class Fund:
    """The activity of the fund itself."""

    ref: str
    region: str
    sector: str


@dataclass(frozen=True, slots=True)
class Activities:
    """Which kinds are activities, and the codes of statuses, topics and approaches."""

    kinds: tuple[str, ...]
    statuses: Mapping[str, str]
    fund: Fund
    sectors: Mapping[str, str]
    markers: Mapping[str, str]
    significance: str


@dataclass(frozen=True, slots=True)
class Datasets:
    """The codes with which the catalogue is described as a set of data; files by format."""

    theme: str
    theme_label: LocalizedText
    frequency: str
    access: str
    place: str
    publisher_type: str
    languages: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One public field, where the formats tell it; empty where they leave it out."""

    name: str
    field: FieldDef
    csv: str
    iati: str
    brief: str


@dataclass(frozen=True, slots=True)
class Exports:
    """The whole mapping: entry columns by column of the table, then public fields by name.

    `brief` says of each concept what formats call it, `brief_entry` which entry columns are one.
    """

    publisher: Publisher
    activities: Activities
    entry: Mapping[str, str]
    fields: tuple[FieldMapping, ...]
    brief: Mapping[Concept, Mapping[str, str]]
    brief_entry: Mapping[str, str]
    datasets: Datasets
    opportunities: Mapping[str, str]

    def into(self, element: Element) -> tuple[FieldMapping, ...]:
        """The public fields that go into `element`, each name once, in the order of the file."""
        found = {told.name: told for told in self.fields if told.iati == element}
        return tuple(found.values())

    def brief_of(self, concept: Concept) -> dict[str, FieldDef]:
        """The public fields that are `concept`, by name, in the order of the file."""
        return {told.name: told.field for told in self.fields if told.brief == concept}

    def called(self, concept: Concept, form: str) -> str:
        """What a format calls a concept; empty where it has no word for it."""
        return self.brief[concept].get(form, "")


def load_exports(library: Library, reference: Reference) -> Exports:
    """The mapping that is shipped, for the forms of an installation; raises `DefinitionError`.

    What an installation has of its own, and the mapping does not know, is left out.
    """
    return _read(root("reference"), library, reference, [])


def read_exports(folder: Path, library: Library, reference: Reference) -> Exports:
    """The mapping in `folder`; raises `DefinitionError` with every mistake.

    A mistake is also a column of the catalogue, a public field of a form, a public status or a
    topic without a decision, and a decision on what is not there.
    """
    gaps: list[Mistake] = []
    found = _read(folder, library, reference, gaps)
    if gaps:
        raise DefinitionError(gaps)
    return found


def _read(folder: Path, library: Library, reference: Reference, gaps: list[Mistake]) -> Exports:
    """The same; what is missing, and what is too much, goes to `gaps`."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    at = top.record("source publisher activities brief datasets opportunities entry forms")
    at["source"].text()
    publisher = _publisher(at["publisher"])
    known = dict.fromkeys(catalogue_entry.c.keys())
    entry = {name: told for name, _, told in _decided(at["entry"], known, gaps)}
    fields = tuple(_forms(at["forms"], library, gaps))
    approaches = {o.value for f in fields if f.iati == Element.MARKER for o in f.field.options}
    activities, brief = _activities(at["activities"]), _brief(at["brief"], gaps)
    kinds = {w.kind for w in library.workflows.values()}
    kind = at["activities"].at("kinds", None)
    gaps += [_unlike(kind.at(k, None), k, kinds) for k in activities.kinds if k not in kinds]
    for name, codes, needed in (
        ("statuses", activities.statuses, _statuses(library, activities.kinds)),
        ("sectors", activities.sectors, {term.value for term in reference.topics}),
        ("markers", activities.markers, approaches),
    ):
        _compare(at["activities"].at(name, None), codes, needed, gaps, "a code")
    datasets = _datasets(at["datasets"], gaps)
    opportunities = _opportunities(at["opportunities"], library, gaps)
    if mistakes:
        raise DefinitionError([*mistakes, *gaps])
    return Exports(
        publisher,
        activities,
        {name: told["csv"] for name, told in entry.items()},
        fields,
        brief,
        {name: told["brief"] for name, told in entry.items()},
        datasets,
        opportunities,
    )


def public_fields(library: Library) -> dict[str, dict[str, FieldDef]]:
    """The public fields of every shipped form by its name, of all its versions, the newest last."""
    found: dict[str, dict[str, FieldDef]] = {}
    for form in sorted(library.forms.values(), key=lambda each: (each.name, each.version)):
        for field in form.fields():
            if field.public:
                found.setdefault(form.name, {})[field.name] = field
    return found


def _publisher(place: YamlNode) -> Publisher:
    at = place.record("ref type name scheme illustrative confirmed")
    return Publisher(
        at["ref"].text(),
        at["type"].text(),
        at["name"].localized(),
        at["scheme"].text(),
        at["illustrative"].text(),
        at["confirmed"].flag(),
    )


def _activities(place: YamlNode) -> Activities:
    at = place.record("kinds statuses fund sectors markers significance")
    fund = at["fund"].record("ref region sector")
    return Activities(
        at["kinds"].names(),
        _codes(at["statuses"]),
        Fund(fund["ref"].text(), fund["region"].text(), fund["sector"].text()),
        _codes(at["sectors"]),
        _codes(at["markers"]),
        at["significance"].text(),
    )


def _brief(place: YamlNode, gaps: list[Mistake]) -> Mapping[Concept, Mapping[str, str]]:
    """What each concept is called; a format may have no word for it and then says why."""
    found = place.mapping()
    _compare(place, found, list(Concept), gaps, "what the formats call it")
    named = {}
    for concept in (c for c in Concept if c in found):
        at = found[concept].record(" ".join(VOCABULARIES), "why")
        words = {form: at[form].text() for form in VOCABULARIES}
        if (NONE in words.values()) == at["why"].absent:
            found[concept].wrong("why, where a format has no word, and only there")
        named[concept] = {form: word for form, word in words.items() if word != NONE}
    return {concept: named.get(concept, {}) for concept in Concept}


def _datasets(place: YamlNode, gaps: list[Mistake]) -> Datasets:
    at = place.record("theme theme_label frequency access place publisher_type languages files")
    languages = _codes(at["languages"])
    _compare(at["languages"], languages, LANGUAGES, gaps, "a code")
    return Datasets(
        at["theme"].text(),
        at["theme_label"].localized(),
        at["frequency"].text(),
        at["access"].text(),
        at["place"].text(),
        at["publisher_type"].text(),
        languages,
        _codes(at["files"]),
    )


def _opportunities(place: YamlNode, library: Library, gaps: list[Mistake]) -> Mapping[str, str]:
    """Where an opportunity tells each public field of a call; empty where it leaves it out."""
    at = place.record("form fields")
    found = at["fields"].mapping()
    _compare(at["fields"], found, public_fields(library).get(at["form"].name(), {}), gaps, _PLACE)
    told = {}
    for name, each in found.items():
        decided = each.record("commongrants", "why")
        where = decided["commongrants"].text()
        if (where == NONE) == decided["why"].absent:
            each.wrong("why, where the field is left out, and only there")
        told[name] = "" if where == NONE else where
    return told


def _statuses(library: Library, kinds: Collection[str]) -> set[str]:
    """What the catalogue calls the public states of the processes of some kinds."""
    states = [
        state
        for workflow in library.workflows.values()
        if workflow.kind in kinds
        for state in workflow.states.values()
    ]
    return {s.outcome or (s.name if s.final else s.step) for s in states if s.is_public}


def _codes(place: YamlNode) -> Mapping[str, str]:
    return {name: each.text() for name, each in place.mapping().items()}


def _compare(
    place: YamlNode,
    found: Collection[str],
    needed: Collection[str],
    gaps: list[Mistake],
    allowed: str,
) -> None:
    """Every needed name is found, and no other."""
    gaps += [
        Mistake(place.file, f"{place.path}.{name}", "no decision", allowed)
        for name in sorted(set(needed) - set(found))
    ]
    gaps += [
        _unlike(place.at(name, None), name, needed) for name in sorted(set(found) - set(needed))
    ]


def _unlike(place: YamlNode, found: str, known: Collection[str]) -> Mistake:
    return Mistake(place.file, place.path, found, ", ".join(sorted(known)))


def _forms(place: YamlNode, library: Library, gaps: list[Mistake]) -> Iterator[FieldMapping]:
    found, public = place.mapping(), public_fields(library)
    _compare(place, found, public, gaps, "a decision on its public fields")
    for name, each in found.items():
        at = each.record("", "csv iati brief why fields")
        left = [form for form in _FORMATS if not at[form].absent]
        for form in left:
            if at[form].text() != NONE:
                at[form].wrong("none, of a form that a format leaves out")
        if bool(left) == at["why"].absent:
            each.wrong("why, where a format leaves the form out")
        if told := [form for form in _FORMATS if form not in left]:
            yield from _fields(at["fields"], public.get(name, {}), told, gaps)


def _fields(
    place: YamlNode, fields: Mapping[str, FieldDef], formats: list[str], gaps: list[Mistake]
) -> Iterator[FieldMapping]:
    columns: dict[str, str] = {}
    for name, at, told in _decided(place, fields, gaps, formats):
        field = fields[name]
        if (column := told.get("csv")) and columns.setdefault(column, name) != name:
            at.at("csv", None).wrong(
                f"a column of its own, or none; {columns[column]} has it", column
            )
        if told.get("csv") and field.type is FieldType.TABLE:
            at.wrong("none: a table within a table", found=told["csv"])
        yield FieldMapping(name, field, *(told.get(form, "") for form in _FORMATS))


def _decided(
    place: YamlNode,
    known: Mapping[str, object],
    gaps: list[Mistake],
    formats: Sequence[str] = _FORMATS,
) -> Iterator[tuple[str, YamlNode, Mapping[str, str]]]:
    """For each known name what each format calls it."""
    found = place.mapping()
    _compare(place, found, known, gaps, f"a decision for {', '.join(formats)}")
    for name, each in found.items():
        reasoned = [form for form in _WITH_REASON if form in formats]
        at = each.record(" ".join(reasoned), "brief why")
        told = {form: _column(at[form], form) for form in formats}
        if all(told[form] for form in reasoned) != at["why"].absent:
            each.wrong("why, where a format leaves the field out, and only there")
        if "brief" in formats and at["brief"].absent:
            gaps.append(Mistake(at["brief"].file, at["brief"].path, "no decision", _BRIEF))
        if name in known:
            yield name, each, told


def _column(place: YamlNode, form: str) -> str:
    """What a format calls a field; empty where it leaves it out."""
    if place.value == NONE or place.absent:
        return ""
    if form == "brief":
        return place.one_of(Concept, Concept.TITLE).value
    return place.one_of(Element, Element.TITLE).value if form == "iati" else place.name()


def is_localized(field: FieldDef) -> bool:
    """Whether the field holds a text for each of several languages."""
    return field.type in _LOCALIZED
