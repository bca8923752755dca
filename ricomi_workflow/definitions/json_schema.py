"""A form as JSON Schema 2020-12: what `complete` accepts, as far as a schema can say it.

Types, options, limits, required fields and simple conditions are in it. What a schema cannot say
(numbers of words, sums that must agree, days that depend on other answers) stands in words in the
descriptions, in the language asked for. So the stored form of every submission fits the schema, and
whatever breaks a type, an option or a required field breaks both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ricomi_workflow.definitions import file_refs
from ricomi_workflow.definitions.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
)
from ricomi_workflow.definitions.fields import ADDRESS, LONGEST, LONGEST_TEXT, MAX_ROWS, Lookups
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, ValueFormat
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_AMOUNT = r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Schema = dict[str, Json]


def json_schema(form: FormDef, lang: str, lookups: Lookups, texts: Texts) -> Schema:
    """The schema of a submission of `form`, with titles and descriptions in `lang`."""
    writer = _Writer(OperatorText(form, lang, texts, lookups))
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:ricomi:form:{form.name}:v{form.version}",
        "title": form.label[lang],
        **writer.record(form.fields()),
    }
    told = [writer.words.check(check) for check in form.checks]
    return schema | ({"description": " ".join(told)} if told else {})


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes schemas of the fields of one form; `words` tells what a schema cannot say."""

    words: OperatorText

    def record(self, fields: Sequence[FieldDef]) -> Schema:
        """An object with these fields, and what some of them ask of others."""
        asked = [self._asked(d, fields) for d in fields]
        conditional: list[Json] = [rule for rule in asked if rule is not None]
        return {
            "type": "object",
            "properties": {d.name: self.field(d) for d in fields},
            "required": [d.name for d in fields if is_always_required(d)],
            "additionalProperties": False,
            **({"allOf": conditional} if conditional else {}),
        }

    def field(self, definition: FieldDef) -> Schema:
        """One field: its title, its help with what it asks in words, its type and limits."""
        lang = self.words.lang
        told = [definition.help[lang] if definition.help else ""]
        told += [self.words.applies(definition), self.words.required(definition)]
        told.append(self.words.looked_up(definition))
        text = " ".join(filter(None, told))
        return {
            "title": definition.label[lang],
            **({"description": text} if text else {}),
            **({"readOnly": True} if definition.is_computed else {}),
            **self._type(definition),
        }

    def _type(self, definition: FieldDef) -> Schema:
        if definition.type is FieldType.TABLE:
            inside = replace(self.words, table=definition)
            rows = _Writer(inside).record(definition.columns)
            return {
                "type": "array",
                "items": rows,
                "minItems": max(1, definition.min_rows) if definition.required else 0,
                "maxItems": MAX_ROWS,
            }
        if definition.type in _CHOICES:
            return self._choice(definition)
        return _TYPES[definition.type](definition)

    def _choice(self, definition: FieldDef) -> Schema:
        lang = self.words.lang
        options = self.words.lookups.options(definition)
        one: Schema = {"type": "string"}
        if options:
            one = {"oneOf": [{"const": o.value, "title": o.label[lang]} for o in options]}
        if definition.type in {FieldType.CHOICE, FieldType.COUNTRY}:
            return one
        least = 1 if definition.required else 0
        return {"type": "array", "items": one, "uniqueItems": True, "minItems": least}

    def _asked(self, definition: FieldDef, among: Sequence[FieldDef]) -> Schema | None:
        """A field that is required under a condition which a schema can judge."""
        condition = definition.required_when or (definition.when if definition.required else None)
        if condition is None or definition.is_computed:
            return None
        if definition.required_when and definition.when:
            condition = AllOf((definition.when, definition.required_when))
        test = _test(condition, {d.name: d for d in among})
        return None if test is None else {"if": test, "then": {"required": [definition.name]}}


def is_always_required(definition: FieldDef) -> bool:
    """Whether a field must be there whatever else is answered."""
    free = definition.is_computed or definition.when or definition.required_when
    return definition.required and not free


def _text(definition: FieldDef) -> Schema:
    longest = definition.max_length or LONGEST.get(definition.type, LONGEST_TEXT)
    told: Schema = {"type": "string", "minLength": 1, "maxLength": longest}
    if definition.format is ValueFormat.ADDRESS:
        told["pattern"] = f"^{ADDRESS}$"
    return told


def _localized(definition: FieldDef) -> Schema:
    return {
        "type": "object",
        "properties": {lang: _text(definition) for lang in LANGUAGES},
        "additionalProperties": False,
        "minProperties": 1,
    }


def _date(_definition: FieldDef) -> Schema:
    return {"type": "string", "format": "date", "pattern": _DAY}


def _integer(definition: FieldDef) -> Schema:
    limits = (("minimum", definition.minimum), ("maximum", definition.maximum))
    return {"type": "integer", **{key: int(text) for key, text in limits if text is not None}}


def _figure(_definition: FieldDef) -> Schema:
    """An amount or percentage: text with two decimals, or a whole number."""
    return {"type": ["string", "integer"], "pattern": _AMOUNT}


def _yes_no(definition: FieldDef) -> Schema:
    return {"const": True} if definition.minimum == "true" else {"type": "boolean"}


def _files(definition: FieldDef) -> Schema:
    most = int(definition.maximum or file_refs.MAX_FILES)
    one: Schema = {"type": "string", "pattern": file_refs.PATTERN}
    return {"type": "array", "items": one, "maxItems": most}


_CHOICES = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.COUNTRY, FieldType.COUNTRIES})
_TYPES: Mapping[FieldType, Callable[[FieldDef], Schema]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.LOCALIZED: _localized,
    FieldType.LOCALIZED_LONG: _localized,
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.MONEY: _figure,
    FieldType.PERCENTAGE: _figure,
    FieldType.YES_NO: _yes_no,
    FieldType.FILES: _files,
}
_LITERAL = {FieldType.CHOICE, FieldType.COUNTRY, FieldType.YES_NO, FieldType.INTEGER}


def _test(condition: Condition, known: Mapping[str, FieldDef]) -> Schema | None:
    """The schema of "this condition surely holds"; None where a schema cannot tell."""
    match condition:
        case Comparison():
            return _comparison_test(condition, known)
        case AllOf(parts):
            tests = [_test(part, known) for part in parts]
            return None if None in tests else {"allOf": list(tests)}
        case AnyOf(parts):
            tests = [test for test in (_test(part, known) for part in parts) if test]
            return {"anyOf": list(tests)} if tests else None
        case Not(Comparison() as comparison) if comparison.operator is Operator.FILLED:
            return _comparison_test(replace(comparison, value=comparison.value is False), known)
        case Not():
            return None


def _comparison_test(comparison: Comparison, known: Mapping[str, FieldDef]) -> Schema | None:
    definition = known.get(comparison.field)
    if definition is None or definition.is_computed or definition.when or comparison.other:
        return None
    there: Schema = {"required": [comparison.field]}
    if comparison.operator is Operator.FILLED:
        return {"not": there} if comparison.value is False else there
    value = _value_test(comparison, definition)
    return None if value is None else there | {"properties": {comparison.field: value}}


def _value_test(comparison: Comparison, definition: FieldDef) -> Schema | None:
    """What must be true of the value of the field."""
    if comparison.operator is Operator.CONTAINS:
        return {"contains": {"const": comparison.value}}
    if comparison.operator in {Operator.EQUALS, Operator.IN} and definition.type in _LITERAL:
        values = (
            list(comparison.value)
            if isinstance(comparison.value, list | tuple)
            else [comparison.value]
        )
        return {"enum": values}
    if comparison.operator in _BOUNDS and definition.type is FieldType.INTEGER:
        return {_BOUNDS[comparison.operator]: comparison.value}
    return None


_BOUNDS = {
    Operator.LESS: "exclusiveMaximum",
    Operator.AT_MOST: "maximum",
    Operator.MORE: "exclusiveMinimum",
    Operator.AT_LEAST: "minimum",
}
