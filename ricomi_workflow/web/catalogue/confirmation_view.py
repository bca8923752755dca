"""Who stands behind the facts of a public entry: its mark, its block, the page where States speak.

Nothing here asks the database for an entry: what each State says stands in its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from flask import url_for

from ricomi_workflow.cases.locked_case import Case, capacities, roles_on
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.catalogue.confirmation_commands import (
    LONGEST_NOTE,
    PAGE,
    FactResponse,
    find_respondent,
    get_confirmation,
    list_awaiting,
)
from ricomi_workflow.catalogue.confirmations import (
    AMOUNT,
    COUNTRIES,
    LONGEST,
    FactType,
    answer_json,
    confirmation_rules,
    correction_form,
    fact_label,
    fact_type,
)
from ricomi_workflow.catalogue.projection import public_status
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.catalogue.rules import (
    CONFIRMED,
    DISPUTED,
    REPORTED,
    answer_digest,
    facts_digest,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText, Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.action_view import act_href
from ricomi_workflow.web.components import Tie
from ricomi_workflow.web.current_user import own_states, services
from ricomi_workflow.web.forms.filled_form import FilledForm, Texts, filled
from ricomi_workflow.web.i18n import every_language, language, t
from ricomi_workflow.web.messages import case_title, countries, local_day
from ricomi_workflow.web.pagination import cursor_at, parse_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


_TIES = {CONFIRMED: "both", REPORTED: "one", DISPUTED: "disputed"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on which States differ: as it is published, and as each of them holds it."""

    label: str
    published: str
    held: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the page of an entry shows of who stands behind it."""

    answers: Sequence[Mapping[str, Json]]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as the page of a case tells it."""

    name: str
    label: str
    shown: str
    lang: str  # of a text that is not in the reader's language; empty for all others


@dataclass(frozen=True, slots=True)
class FactsPage:
    """The page on which a State says what it holds of the facts."""

    ref: str
    title: Shown
    facts: tuple[FactRow, ...]
    answers: Sequence[Mapping[str, Json]]
    differences: tuple[Difference, ...]
    seen: str
    own: str  # the digest of what the reader's State said last
    country: str  # for which the reader speaks; empty for a reader who speaks for none
    confirmed: bool  # whether that State has confirmed the facts as they are
    corrections: tuple[tuple[str, str], ...]  # acts by which the reader tells them anew: verb, page


def tie_of(entry: CatalogueEntry) -> Tie | None:
    """The mark of an entry: confirmed, by whom it is reported, who differs; None: not asked."""
    if not entry.confirmation:
        return None
    kind = _TIES[entry.confirmation]
    said = {str(side["country"]): side["answer"] for side in entry.answers}
    if entry.confirmation == CONFIRMED:
        words = t("confirmation.confirmed")
    elif entry.confirmation == DISPUTED:
        named = [code for code, each in said.items() if each == DISPUTED]
        words = t("confirmation.disputed_by", countries=countries(named))
    else:
        named = [code for code, each in said.items() if each == CONFIRMED]
        words = t("confirmation.reported_by", countries=countries(named or [entry.country]))
    return Tie(kind, words)  # type: ignore[arg-type]  # the three kinds


def confirmation_of(entry: CatalogueEntry) -> Confirmation | None:
    """The block of an entry; None where its facts are not asked."""
    if not entry.confirmation:
        return None
    every = sorted({str(side["country"]) for side in entry.answers})
    cost = str(Money(entry.amount_minor, entry.currency))
    told: dict[str, Json] = {**entry.public, COUNTRIES: every, AMOUNT: cost}
    return Confirmation(entry.answers, _differences(entry.answers, told))


def facts_page(tx: Tx, ref: str) -> FactsPage:
    """The facts of a case as they are public, and what its States say. Raises `NotFound`."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    found = get_confirmation(tx.connection, services(), case)
    spoken = find_respondent(tx.actor, case, found)
    country = spoken[1] if spoken else ""
    answers = [answer_json(each) for each in found.answers]
    return FactsPage(
        ref=ref,
        title=case_title(case.title),
        facts=tuple(_fact_row(name, value) for name, value in found.facts.items()),
        answers=answers,
        differences=_differences(answers, found.facts),
        seen=facts_digest(found.facts),
        own=next((answer_digest(s) for s in found.answers if s.country == country), ""),
        country=country,
        confirmed=any(s.country == country and s.answer == CONFIRMED for s in found.answers),
        corrections=tuple(_corrections(tx.actor, case)),
    )


def _corrections(reader: Actor, case: Case) -> Iterator[tuple[str, str]]:
    """The acts open to the reader by which facts of a closed case are corrected."""
    roles = frozenset().union(*(roles_on(each, case) for each in capacities(reader, case)))
    form = correction_form(case.kind)
    for taken in services().process(case).workflow.transitions:
        offered = taken.roles & roles and case.state in taken.sources
        if offered and taken.form and taken.form.partition("/")[0] == form:
            yield taken.label[language()], act_href(taken, case.ref)


def list_waiting(
    connection: Connection, cursor: str
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str]:
    """A page of the entries that wait for the reader's States, and where the next one starts.

    Empty where there is none. One statement. Raises `Invalid` for a cursor that is none.
    """
    found = list_awaiting(connection, own_states(), parse_cursor(cursor), PAGE + 1)
    rows = found[:PAGE]
    return rows, cursor_at(rows[-1].changed_at, rows[-1].ref) if len(found) > PAGE else ""


def lead_to(case: Case) -> list[tuple[str, str]]:
    """From a case page to its public facts, where its States are asked; no statement."""
    state, asked = services().state(case), confirmation_rules().get(case.kind)
    if asked is None or not state.is_public or case.exercise or not case.participants:
        return []
    if public_status(state) not in asked.statuses:
        return []
    return [(t("confirmation.title"), url_for("confirming.facts", ref=case.ref))]


def _fact_row(name: str, value: Json) -> FactRow:
    text = _text(value) if fact_type(name) is FactType.TEXTS else None
    lang = text.lang if text and text.is_original else ""
    return FactRow(name, label(name), shown(name, value), lang)


def _text(value: Json) -> Shown:
    texts = cast("Mapping[str, Json]", value)
    return show({key: str(text) for key, text in texts.items() if text}, language())


def label(name: str) -> str:
    """What a fact is called: by its form, or by us where it is no field of one."""
    found = fact_label(services().library, name)
    return found[language()] if found else t(f"confirmation.fact_{name}")


def shown(name: str, value: Json) -> str:
    """The value of a fact in the reader's language."""
    lang = language()
    match fact_type(name):
        case FactType.COUNTRIES:
            return countries([str(code) for code in cast("Sequence[Json]", value)])
        case FactType.TEXTS:
            return _text(value).text
        case FactType.MONEY:
            return formats.money(Money.parse(str(value)), lang)
        case FactType.DATE:
            return formats.day(date.fromisoformat(str(value)), lang)
        case FactType.NUMBER:
            return formats.number(int(str(value)), lang)
    return str(value)


def answer_text(answer: Mapping[str, Json]) -> str:
    """What a State answered, and on which day."""
    at = answer.get("at")
    day = local_day(parse_iso(str(at))) if at else ""
    return t(f"confirmation.said_{answer['answer'] or 'nothing'}", day=day)


def _differences(
    sides: Sequence[Mapping[str, Json]], told: Mapping[str, Json]
) -> tuple[Difference, ...]:
    held: dict[str, list[tuple[str, str]]] = {}
    for side in sides:
        for name, value in cast("Mapping[str, Json]", side.get("differs") or {}).items():
            country = formats.country(str(side["country"]), language())
            words = t("confirmation.held_by", country=country)
            held.setdefault(name, []).append((words, shown(name, value)))
    return tuple(
        Difference(label(n), shown(n, told[n]), tuple(by)) for n, by in held.items() if n in told
    )


_TYPES = {
    FactType.COUNTRIES: FieldType.COUNTRIES,
    FactType.TEXT: FieldType.TEXT,
    FactType.TEXTS: FieldType.LONG_TEXT,
    FactType.MONEY: FieldType.MONEY,
    FactType.DATE: FieldType.DATE,
    FactType.NUMBER: FieldType.INTEGER,
}
_NOTE = "note"


def facts_form(page: FactsPage, posted: Texts | None = None) -> FilledForm:
    """A field for each fact, left blank where the fact is right; as it was sent, if it was."""
    form = FormDef("facts", 1, every_language("confirmation.instead"), (_section(page),))
    lookups = services().lookups
    return FilledForm(form, lookups) if posted is None else filled(form, posted, lookups)


def given_by(sent: FilledForm, seen: str, own: str, *, disputes: bool) -> FactResponse:
    """What the State says, as the domain takes it."""
    values = dict(sent.values)
    note = str(values.pop(_NOTE, "") or "")
    held: dict[str, Json] = {
        name: {language(): str(value)} if fact_type(name) is FactType.TEXTS else value
        for name, value in values.items()
        if value not in (None, "", [])
    }
    return FactResponse(seen, held, note, disputes=disputes, own=own)


def judged(sent: FilledForm, mistakes: tuple[FieldError, ...]) -> FilledForm:
    """The form with what the domain has against it; a whole that says nothing, at its first."""
    first = sent.form.sections[0].fields[0].name
    at = tuple(replace(each, path=first) if each.path == "claims" else each for each in mistakes)
    return replace(sent, errors=at)


def _section(page: FactsPage) -> Section:
    fields = [_field(row.name, row.shown) for row in page.facts]
    note = FieldDef(
        _NOTE,
        FieldType.LONG_TEXT,
        every_language("confirmation.note"),
        required=False,
        max_length=LONGEST_NOTE,
    )
    return Section("facts", every_language("confirmation.instead"), (*fields, note))


def _field(name: str, told: str) -> FieldDef:
    writing = fact_type(name)
    published = f"{t('confirmation.published')}: {told}"
    texts = writing in {FactType.TEXT, FactType.TEXTS}
    more: Mapping[str, str] = {"options_from": "states"} if writing is FactType.COUNTRIES else {}
    return FieldDef(
        name,
        _TYPES[writing],
        fact_label(services().library, name) or every_language(f"confirmation.fact_{name}"),
        help=LocalizedText(**dict.fromkeys(LANGUAGES, published)),
        required=False,
        max_length=LONGEST if texts else None,
        **more,  # type: ignore[arg-type]  # one name
    )
