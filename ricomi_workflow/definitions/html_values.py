"""Values of a form as the names and texts of HTML inputs, and back.

An input is named by its path: `title.es`, `budget.0.unit_cost`, `topics` (several times). Numbers
and days are in the reader's notation; what cannot be read stays as it was typed, so that the
person sees it again beside its error. `from_web(to_web(values))` gives the values back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ricomi_workflow.definitions.fields import MAX_ROWS, amount_of, percentage_of
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, ValueFormat
from ricomi_workflow.definitions.number_formats import (
    amount_input,
    day_input,
    format_integer,
    parse_amount,
    parse_day,
    parse_integer,
    percent_input,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGES

Posted = Mapping[str, Sequence[str]]
_LISTS = {FieldType.CHOICES, FieldType.COUNTRIES, FieldType.FILES}
_LOCALIZED = {FieldType.LOCALIZED, FieldType.LOCALIZED_LONG}
_ROW = re.compile(r"\.([0-9]{1,4})\.")
_ANSWERS = {"yes": True, "no": False}


def parse_inputs(form: FormDef, fields: Posted, lang: str) -> dict[str, Json]:
    """The values that were posted; blanks and empty rows are not in the answer."""
    found = {d.name: _read(d, fields, d.name, lang) for d in form.fields()}
    return {name: value for name, value in found.items() if value is not None}


def format_inputs(form: FormDef, values: Mapping[str, Json], lang: str) -> dict[str, list[str]]:
    """The texts that fill the inputs again, by their names."""
    result: dict[str, list[str]] = {}
    for definition in form.fields():
        if definition.name in values:
            _write(definition, values[definition.name], definition.name, lang, result)
    return result


def _read(definition: FieldDef, fields: Posted, path: str, lang: str) -> Json:
    """The value of one field, or None when nothing was typed."""
    if definition.type is FieldType.TABLE:
        return _read_rows(definition, fields, path, lang) or None
    if definition.type in _LOCALIZED:
        texts = {own: _last(fields, f"{path}.{own}") for own in _original_first(fields, path)}
        return {own: text for own, text in texts.items() if text.strip()} or None
    if definition.type in _LISTS:
        return [v for v in dict.fromkeys(fields.get(path, ())) if v.strip()] or None
    text = _last(fields, path)
    return _value(definition, text, lang) if text.strip() else None


def _original_first(fields: Posted, path: str) -> list[str]:
    """The languages in the order in which their inputs were posted: the original first."""
    posted = [name.removeprefix(f"{path}.") for name in fields]
    return [lang for lang in dict.fromkeys(posted) if lang in LANGUAGES]


def _last(fields: Posted, name: str) -> str:
    texts = fields.get(name, ())
    return texts[-1] if texts else ""


def _value(definition: FieldDef, text: str, lang: str) -> Json:
    """The typed value that `text` means, or the text itself when it means none."""
    match definition.type:
        case FieldType.MONEY:
            amount = parse_amount(text, lang)
            return text if amount is None else str(amount)
        case FieldType.PERCENTAGE:
            rate = parse_amount(text.rstrip(" \u00a0\u202f%"), lang)
            return text if rate is None else str(rate)
        case FieldType.INTEGER:
            number = parse_integer(text, lang)
            return text if number is None else number
        case FieldType.DATE:
            day = parse_day(text)
            return text if day is None else day.isoformat()
        case FieldType.YES_NO:
            return _ANSWERS.get(text, text)
        case _:
            return text


def _read_rows(table: FieldDef, fields: Posted, path: str, lang: str) -> list[Json]:
    """The rows in which something was typed, in the order of their numbers."""
    prefix = re.compile(re.escape(path) + _ROW.pattern)
    numbers = sorted({int(m[1]) for name in fields if (m := prefix.match(name))})
    rows: list[Json] = []
    for number in numbers[: MAX_ROWS + 1]:
        cells = {
            column.name: _read(column, fields, f"{path}.{number}.{column.name}", lang)
            for column in table.columns
            if not column.is_computed
        }
        if row := {name: cell for name, cell in cells.items() if cell is not None}:
            rows.append(row)
    return rows


def _write(
    definition: FieldDef, value: Json, path: str, lang: str, into: dict[str, list[str]]
) -> None:
    if definition.type is FieldType.TABLE and isinstance(value, list):
        for number, row in enumerate(value):
            for column in definition.columns:
                if isinstance(row, Mapping) and column.name in row:
                    _write(column, row[column.name], f"{path}.{number}.{column.name}", lang, into)
    elif definition.type in _LOCALIZED and isinstance(value, Mapping):
        into.update({f"{path}.{own}": [str(text)] for own, text in value.items()})
    elif isinstance(value, list):
        into[path] = [str(item) for item in value]
    elif value is not None:
        into[path] = [input_text(definition, value, lang)]


def input_text(definition: FieldDef, value: Json, lang: str) -> str:
    """The text that fills the input of one value; what cannot be read is itself."""
    if definition.type is FieldType.MONEY and (amount := amount_of(value)) is not None:
        return amount_input(amount, lang)
    if definition.type is FieldType.PERCENTAGE and (rate := percentage_of(value)) is not None:
        return percent_input(rate, lang)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if definition.type is FieldType.INTEGER and isinstance(value, int):
        return str(value) if definition.format is ValueFormat.YEAR else format_integer(value, lang)
    if definition.type is FieldType.DATE and (day := _day(value)) is not None:
        return day_input(day)
    return str(value)


def _day(value: Json) -> date | None:
    return parse_day(value) if isinstance(value, str) else None
