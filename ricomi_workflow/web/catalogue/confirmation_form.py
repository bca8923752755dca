"""The form in which a State writes what it holds instead of public facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ricomi_workflow.catalogue.confirmation_commands import LONGEST_NOTE, FactResponse
from ricomi_workflow.catalogue.confirmed_facts import FactType, fact_label
from ricomi_workflow.catalogue.disputes import LONGEST, fact_type
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.web.catalogue.confirmation_view import FactsPage
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.filled_form import FilledForm, Texts, filled
from ricomi_workflow.web.i18n import every_language, language, t

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
