"""Which facts of an entry the States in it confirm, read from `reference/confirmation.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from ricomi_workflow.catalogue.projection import public_status
from ricomi_workflow.definitions.case_kinds import list_forms, list_versions, opening_form
from ricomi_workflow.definitions.model import FieldDef, FieldType, Library
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.reader import open_file, rows
from ricomi_workflow.resources import root

FILE = "confirmation.yaml"
COUNTRIES, AMOUNT = "countries", "amount"  # facts that are no field of a form


class FactType(StrEnum):
    """How a fact is written: a list of codes, a text, texts by language, plain figures, a day."""

    COUNTRIES = "countries"
    TEXT = "text"
    TEXTS = "texts"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"


_WRITTEN: Mapping[FieldType, FactType] = {  # how the answers of a field are written
    FieldType.COUNTRIES: FactType.COUNTRIES,
    FieldType.TEXT: FactType.TEXT,
    FieldType.LONG_TEXT: FactType.TEXT,
    FieldType.LOCALIZED: FactType.TEXTS,
    FieldType.LOCALIZED_LONG: FactType.TEXTS,
    FieldType.MONEY: FactType.MONEY,
    FieldType.DATE: FactType.DATE,
    FieldType.INTEGER: FactType.NUMBER,
}


@dataclass(frozen=True, slots=True)
class ConfirmationRule:
    """From which status on entries of a kind are confirmed, and which facts of them.

    `correction_form`: the name of the form that tells them anew once the case is closed.
    """

    statuses: tuple[str, ...]
    corrected_by: str
    facts: Mapping[str, FactType]


@cache
def confirmation_rules() -> Mapping[str, ConfirmationRule]:
    """By kind, what is shipped, read once. Raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    found = _read(open_file(root("reference") / FILE, mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def check_confirmation_rules(folder: Path, library: Library) -> list[Mistake]:
    """Every mistake of the file in `folder`, also what no process of `library` knows."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    found = _read(top)
    if not mistakes:
        for kind, asked in found.items():
            _judge(top.at("kinds", None).at(kind, None), kind, asked, library)
    return mistakes


def _judge(at: YamlNode, kind: str, asked: ConfirmationRule, library: Library) -> None:
    known = list_versions(library, kind)
    if not known:
        at.wrong(_any_of(w.kind for w in library.workflows.values()), kind)
        return
    public = {public_status(s) for w in known for s in w.states.values() if s.is_public}
    forms = {f.name for w in known for f in list_forms(w, library)} - {
        opening_form(w) for w in known
    }
    written = {name: _WRITTEN[field.type] for name, field in _fields(library, kind).items()}
    written |= {COUNTRIES: FactType.COUNTRIES, AMOUNT: FactType.MONEY}
    for status in asked.statuses:
        if status not in public:
            at.at("statuses", None).wrong(_any_of(public), status)
    if asked.corrected_by not in forms:
        at.at("corrected_by", None).wrong(_any_of(forms), asked.corrected_by)
    for name, writing in asked.facts.items():
        if name not in written:
            at.at("facts", None).at(name, None).wrong(_any_of(written), name)
        elif writing is not written[name]:
            at.at("facts", None).at(name, None).wrong(written[name], writing)


def _any_of(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def _fields(library: Library, kind: str) -> dict[str, FieldDef]:
    """The public fields of a kind, of all its versions, that can be asked; the newest last."""
    return {
        field.name: field
        for workflow in list_versions(library, kind)
        for form in list_forms(workflow, library)
        for field in form.fields()
        if field.public and field.type in _WRITTEN
    }


def fact_label(library: Library, name: str) -> LocalizedText | None:
    """What the form calls a fact; None for what is no field of one."""
    labels = (_fields(library, kind).get(name) for kind in confirmation_rules())
    return next((field.label for field in labels if field), None)


def _read(top: YamlNode) -> Mapping[str, ConfirmationRule]:
    """What the file says; mistakes go to the list of `top`."""
    return {kind: _asked(place) for kind, place in top.record("kinds")["kinds"].mapping().items()}


def _asked(place: YamlNode) -> ConfirmationRule:
    at = place.record("statuses corrected_by facts")
    statuses = tuple(each.name() for each in rows(at["statuses"]))
    facts = {}
    for name, written in at["facts"].mapping().items():
        if written.value in set(FactType):
            facts[name] = FactType(str(written.value))
        else:
            written.wrong(", ".join(FactType))
    return ConfirmationRule(statuses, at["corrected_by"].name(), facts)


def correction_form(kind: str) -> str:
    """The form by which facts of a kind are corrected; empty where none is asked."""
    asked = confirmation_rules().get(kind)
    return asked.corrected_by if asked else ""


def facts_to_confirm(
    kind: str, status: str, public: Mapping[str, Json], cost: Money, countries: Collection[str]
) -> dict[str, Json]:
    """The facts that the States in an entry are asked to confirm; none while there is nothing to.

    Of one State alone nothing is asked: there is no other side.
    """
    asked = confirmation_rules().get(kind)
    if asked is None or status not in asked.statuses or len(set(countries)) == 1:
        return {}
    told: dict[str, Json] = {**public, COUNTRIES: sorted(set(countries)), AMOUNT: str(cost)}
    return {name: told[name] for name in asked.facts if told.get(name) not in (None, "", [], {})}
