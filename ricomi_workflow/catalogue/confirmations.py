"""The facts of an entry that its States confirm or dispute, and how each State answered.

`reference/confirmation.yaml` says which facts are asked, from which status on. An answer counts as
long as the facts are those that were read; a State that disputes a fact claims another value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.catalogue.models import fact_confirmation
from ricomi_workflow.catalogue.projection import Entry, public_status
from ricomi_workflow.catalogue.rules import (
    Facts,
    Response,
    StateAnswer,
    current_answers,
    overall_status,
)
from ricomi_workflow.definitions.library import Library, list_forms, list_versions, opening_form
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import DefinitionError, FieldError, Mistake
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.reference_data.reader import open_file, rows
from ricomi_workflow.resources import root

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


FACET, AWAITS = "confirmation", "awaits"  # the second: by State, what waits for its word


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The facts that are asked of an entry, and how each State stands to them."""

    facts: Facts
    answers: tuple[StateAnswer, ...]

    @property
    def status(self) -> str:
        """Reported, confirmed or disputed."""
        return overall_status(self.answers)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The States that have not said anything of the facts as they are."""
        return tuple(each.country for each in self.answers if not each.answer)

    @property
    def lapsed(self) -> frozenset[str]:
        """Those of them that said something of facts that have changed since."""
        return frozenset(each.country for each in self.answers if each.lapsed)


def cooperating_states(case: Case) -> tuple[str, ...]:
    """The States whose cooperation a case is: the one that asks, then those that take part."""
    others = {each.country for each in case.participants if each.declined_seq is None}
    return (case.country, *sorted(others - {case.country}))


def find_confirmation(connection: Connection, case: Case, entry: Entry) -> Confirmation | None:
    """How the States in `case` stand to the facts of its entry; None where none are asked.

    Queries: one, for a kind whose facts are confirmed.
    """
    if case.kind not in confirmation_rules():
        return None
    row, countries = entry.row, cooperating_states(case)
    cost = Money(cast("int", row["amount_minor"]), str(row["currency"]))
    public = cast("Mapping[str, Json]", row["public"])
    facts = facts_to_confirm(case.kind, str(row["status"]), public, cost, countries)
    return (
        Confirmation(facts, current_answers(facts, countries, _responses(connection, case.id)))
        if facts
        else None
    )


def with_confirmation(entry: Entry, standing: Confirmation | None) -> Entry:
    """The entry that also says who stands behind its facts."""
    if standing is None:
        return replace(entry, row={**entry.row, "confirmation": "", "answers": []})
    said = {
        "confirmation": standing.status,
        "answers": [answer_json(each) for each in standing.answers],
    }
    facets = {(FACET, standing.status), *((AWAITS, country) for country in standing.awaited)}
    both = tuple(sorted({*entry.facets, *facets}))
    return replace(entry, row={**entry.row, **said}, facets=both)


def answer_json(answer: StateAnswer) -> dict[str, Json]:
    """The answer as an entry stores it, without what is empty."""
    told: dict[str, Json] = {"country": answer.country, "answer": answer.answer}
    if answer.at:
        told["at"] = iso(answer.at)
    if answer.differs:
        told["differs"] = dict(answer.differs)
    return told | ({"note": answer.note} if answer.note else {})


def _responses(connection: Connection, case_id: int) -> list[Response]:
    rows = connection.execute(
        select(fact_confirmation)
        .where(fact_confirmation.c.case_id == case_id)
        .order_by(fact_confirmation.c.seq)
    )
    return [Response(row.country, row.facts, row.at, row.differs, row.note) for row in rows]


LONGEST = 4000
_DIGITS = 9


def fact_type(name: str) -> FactType:
    """How the fact `name` is written."""
    return next(each.facts[name] for each in confirmation_rules().values() if name in each.facts)


def validate_claims(
    services: Services, facts: Facts, held: Mapping[str, Json], mistakes: list[FieldError]
) -> dict[str, Json]:
    """What is held, as the facts write it; what is left blank is left out.

    Mistakes go to `mistakes`, each under the name of its fact.
    """
    found: dict[str, Json] = {}
    for name, value in held.items():
        if name not in facts:
            mistakes.append(FieldError(name, "unknown"))
        elif value not in ("", None, [], {}):
            try:
                found[name] = _valid(services, fact_type(name), value)
            except _WrongError as wrong:
                mistakes.append(FieldError(name, wrong.code, wrong.params))
    return found


class _WrongError(ValueError):
    """What is wrong with a value, with its figures."""

    def __init__(self, code: str, **params: Json) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _valid(services: Services, writing: FactType, value: Json) -> Json:
    match writing, value:
        case FactType.COUNTRIES, list() | tuple():
            codes = sorted({str(code) for code in value})
            if set(codes) <= services.reference.states.keys():
                return codes
            raise _WrongError("not_a_state")
        case FactType.TEXTS, Mapping():
            texts = {str(lang): _text(text) for lang, text in value.items() if text}
            if texts.keys() <= set(LANGUAGES):
                return texts
        case FactType.TEXT, str():
            return _text(value)
        case FactType.MONEY, str():
            return _money(value)
        case FactType.DATE, str():
            return _day(value)
        case FactType.NUMBER, int() | str() if _is_number(str(value)):
            return int(value)
    raise _WrongError(_WRONG[writing])


_WRONG = {
    FactType.COUNTRIES: "not_a_state",
    FactType.TEXT: "not_text",
    FactType.TEXTS: "not_text",
    FactType.MONEY: "not_money",
    FactType.DATE: "not_date",
    FactType.NUMBER: "not_integer",
}


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise _WrongError("not_text")
    if len(value) > LONGEST:
        raise _WrongError("too_long", limit=LONGEST, found=len(value))
    return " ".join(value.split())


def _money(value: str) -> str:
    try:
        amount = Money.parse(value.strip())
    except NotMoney:
        raise _WrongError("not_money") from None
    if amount.minor <= 0:
        raise _WrongError("not_money")
    return str(amount)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise _WrongError("not_date") from None
