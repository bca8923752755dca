"""Values of a form as people read them: amounts with their currency, days in words, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel import Locale
from babel.lists import format_list

from ricomi_workflow.definitions.fields import Lookups, amount_of, percentage_of
from ricomi_workflow.definitions.file_refs import file_name
from ricomi_workflow.definitions.model import FieldDef, FieldType, ValueFormat
from ricomi_workflow.definitions.number_formats import (
    format_day,
    format_integer,
    format_money,
    format_percent,
    locale_of,
    parse_day,
)
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LocalizedText, Shown, join_clauses, show

_ANSWERS = {
    True: LocalizedText(es="Sí", en="Yes", pt="Sim", fr="Oui"),
    False: LocalizedText(es="No", en="No", pt="Não", fr="Non"),
}
_COUNTRIES = {FieldType.COUNTRY, FieldType.COUNTRIES}


def display(definition: FieldDef, value: Json, lang: str, lookups: Lookups) -> Shown:
    """The text by which a reader sees a value that is no table, and its language.

    The language differs from `lang` only where a person's text does not exist in `lang`. What
    cannot be read (in a draft) is shown as it was typed; a missing value is an empty text.
    """
    if isinstance(value, Mapping):
        return show({str(own): str(text) for own, text in value.items()}, lang)
    return Shown(_text(definition, value, lang, lookups), lang, is_original=False)


def display_rows(
    table: FieldDef, value: Json, lang: str, lookups: Lookups
) -> list[dict[str, Shown]]:
    """The rows of a table, each column by its name."""
    return [
        {c.name: display(c, row.get(c.name), lang, lookups) for c in table.columns}
        for row in rows_of(value)
    ]


def _text(definition: FieldDef, value: Json, lang: str, lookups: Lookups) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _ANSWERS[value][lang]
    if not isinstance(value, str | int):
        return _list(definition, value, lang, lookups)
    return _figure(definition, value, lang) or label_of(definition, str(value), lang, lookups)


def _figure(definition: FieldDef, value: str | int, lang: str) -> str:
    """An amount, a number or a day; empty when the value is none of them."""
    if definition.type is FieldType.MONEY and (amount := amount_of(value)) is not None:
        return format_money(amount, lang)
    if definition.type is FieldType.PERCENTAGE and (rate := percentage_of(value)) is not None:
        return format_percent(rate, lang)
    if isinstance(value, int):
        return str(value) if definition.format is ValueFormat.YEAR else format_integer(value, lang)
    if definition.type is FieldType.DATE and (day := parse_day(value)) is not None:
        return format_day(day, lang)
    return ""


def _list(
    definition: FieldDef,
    value: Sequence[Json] | Mapping[str, Json],
    lang: str,
    lookups: Lookups,
) -> str:
    """Names of states as a sentence lists them; labels are phrases and stand apart."""
    labels = [label_of(definition, str(item), lang, lookups) for item in value]
    if definition.type not in _COUNTRIES:
        return join_clauses(labels, lang)
    return format_list(labels, locale=locale_of(lang)) if labels else ""


def label_of(definition: FieldDef, value: str, lang: str, lookups: Lookups) -> str:
    """The label of an option; of a state, its name in CLDR; any other text is itself."""
    for option in lookups.options(definition):
        if option.value == value:
            return option.label[lang]
    if definition.type is FieldType.FILES:
        return file_name(value)
    if definition.type in _COUNTRIES:
        return str(Locale.parse(locale_of(lang)).territories.get(value, value))
    return value
