"""Operators in words: when a field applies, when it is required, what it is computed from.

The manual and the pages say the same sentences; both come from the definition and from
`texts/operators.yaml`. A negation is told by turning the facts round; a group within a group of the
other kind is told as a numbered part, so that "and" and "or" never meet in one phrase.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list

from ricomi_workflow.definitions.check_operators import FieldNames
from ricomi_workflow.definitions.computed_fields import TWO
from ricomi_workflow.definitions.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
)
from ricomi_workflow.definitions.display import display
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import (
    Calculation,
    Check,
    Computed,
    FieldDef,
    FieldType,
    FormDef,
)
from ricomi_workflow.definitions.number_formats import locale_of
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.canonical import Json

_TURNED = {
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
}
_COUNTED = {FieldType.TABLE: "rows_of", FieldType.FILES: "files_of"}
_CHOSEN = {FieldType.CHOICES: "choices_of", FieldType.COUNTRIES: "countries_of"}
_SIGNS = {Calculation.SUM: " + ", Calculation.DIFFERENCE: " − ", Calculation.PRODUCT: " × "}
_PAIRED = {
    Calculation.PERCENTAGE: "percentage_of",
    Calculation.DAYS: "days_between",
    Calculation.MONTHS: "months_between",
    Calculation.RATE: "rate_of",
}


@dataclass(frozen=True, slots=True)
class _Clause:
    """A fact in words, or a group of them; `compound` if it joins several by itself."""

    joint: str = ""
    parts: tuple[_Clause, ...] = ()
    text: str = ""
    compound: bool = False


@dataclass(frozen=True, slots=True)
class OperatorText:
    """A language in which the operators of one form are told; `table` for those of its columns."""

    form: FormDef
    lang: str
    texts: Texts
    lookups: Lookups
    table: FieldDef | None = None

    def applies(self, definition: FieldDef) -> str:
        """When a field applies; empty when always."""
        return self._sentence("applies_if", definition.when)

    def required(self, definition: FieldDef) -> str:
        """When a field is required; empty when that does not depend on anything."""
        return self._sentence("required_if", definition.required_when)

    def _sentence(self, key: str, condition: Condition | None) -> str:
        return "" if condition is None else self._t(key, condition=self.condition(condition))

    def condition(self, condition: Condition, *, negative: bool = False) -> str:
        """A condition as part of a sentence."""
        return self._sentence_of(self._plain(condition, negative=negative), "")

    def _plain(self, condition: Condition, *, negative: bool) -> _Clause:
        """A condition without negations of groups; a group in one of its own kind is none."""
        match condition:
            case Comparison():
                several = condition.operator is Operator.IN and len(_several(condition.value)) > 1
                return _Clause(
                    text=self._comparison(condition, negative=negative), compound=several
                )
            case Not(part):
                return self._plain(part, negative=not negative)
            case AllOf(parts) | AnyOf(parts):
                joint = "and" if isinstance(condition, AllOf) is not negative else "or"
                if (comparison := self._unsaid(condition)) is not None:
                    return self._plain(comparison, negative=not negative)
                told: list[_Clause] = []
                for part in parts:
                    inner = self._plain(part, negative=negative)
                    told += inner.parts if inner.joint == joint else [inner]
                return told[0] if len(told) == 1 else _Clause(joint, tuple(told), compound=True)

    def _unsaid(self, condition: Condition) -> Comparison | None:
        """What is not so where a question of yes or no is unanswered or answered the other way."""
        match condition:
            case AnyOf(
                (
                    Comparison(field, Operator.FILLED, False),
                    Comparison(same, Operator.EQUALS, bool(no)),
                )
            ):
                found = FieldNames(self.form, self.table).find(field)
                yes_no = found is not None and found.type is FieldType.YES_NO
                return (
                    Comparison(field, Operator.EQUALS, not no) if same == field and yes_no else None
                )
        return None

    def _sentence_of(self, told: _Clause, number: str) -> str:
        """A group as a sentence; numbered where a group in it could be read to end elsewhere."""
        if not told.joint:
            return told.text
        if not any(part.compound for part in told.parts):
            return self._joined(told.joint, [part.text for part in told.parts])
        numbers = [f"{number}{each}" for each in range(1, len(told.parts) + 1)]
        listed = [
            self._t("numbered", number=each, condition=self._sentence_of(part, f"{each}."))
            for each, part in zip(numbers, told.parts, strict=True)
        ]
        return self._t(f"several_{told.joint}", conditions=self._joined("then", listed))

    def check(self, check: Check) -> str:
        """What a check demands, other than that two sums be equal, or what it refuses."""
        if check.forbids:
            return self._sentence("forbidden_if", check.when)
        demanded = self._comparison(
            Comparison(check.left, check.compare, other=check.right), negative=False
        )
        told = self._t("demand", condition=demanded)
        when = self._sentence("check_if", check.when)
        return f"{told} {when}".strip()

    def formula(self, definition: FieldDef) -> str:
        """What a field is computed from; empty when it is filled in."""
        computed = definition.computed
        if computed is None:
            return ""
        subjects = [self.subject(name) for name in computed.operands]
        if paired := _PAIRED.get(computed.calculation):
            table = self._t(f"table_{computed.table}") if computed.table else ""
            return self._t(paired, left=subjects[0], right=subjects[1], table=table)
        if computed.calculation is Calculation.PRODUCT:
            subjects = self._factors(computed)
        return _SIGNS.get(computed.calculation, " ").join(subjects)

    def looked_up(self, definition: FieldDef) -> str:
        """Where a rate comes from, as a sentence; empty for what is no rate."""
        formula = self.formula(definition) if definition.is_rate else ""
        return formula and self._t("computed_here", formula=formula)

    def _factors(self, computed: Computed) -> list[str]:
        """The factors of a product; two amounts, of which one applies, are one factor."""
        names = FieldNames(self.form, self.table)
        found = [(name, names.find(name)) for name in computed.operands]
        amounts = [name for name, d in found if d is not None and d.type is FieldType.MONEY]
        if len(amounts) != TWO:
            return [self.subject(name) for name in computed.operands]
        left, right = map(self.subject, amounts)
        either = self._t("either", left=left, right=right)
        return [
            either if name == amounts[0] else self.subject(name)
            for name in computed.operands
            if name != amounts[1]
        ]

    def limits(self, definition: FieldDef) -> list[str]:
        """The fields by which a field is bound, and what else is told in a manual."""
        told = []
        for key, other in (
            ("not_below", definition.min_field),
            ("not_above", definition.max_field),
        ):
            if other is not None:
                told.append(self._t(key, other=self.subject(other)))
        if definition.unique:
            labels = {c.name: c.label[self.lang] for c in definition.columns}
            named = [self._t("field", name=labels[name]) for name in definition.unique]
            columns = format_list(named, locale=locale_of(self.lang))
            told.append(self._t("unique", columns=columns))
        if definition.suggest:
            told.append(self._t(f"suggest_{definition.suggest}"))
        if definition.prefill:
            told.append(self._t(f"prefill_{definition.prefill.source}"))
        return told

    def subject(self, name: str) -> str:
        """A field as a sentence names it: by its label, as a sum, as a number of lines."""
        found = FieldNames(self.form, self.table).find(name)
        if found is None:
            return name
        label = found.label[self.lang]
        if "." in name:
            table = self.form.field(name.partition(".")[0])
            return self._t("sum_of", name=f"{table.label[self.lang]}, {label}")
        return self._t(_COUNTED.get(found.type, "field"), name=label)

    def _comparison(self, comparison: Comparison, *, negative: bool) -> str:
        found = FieldNames(self.form, self.table).find(comparison.field)
        operator = comparison.operator
        if operator is Operator.FILLED:
            negative = negative is not (comparison.value is False)
        if negative and operator in _TURNED:
            operator, negative = _TURNED[operator], False
        key = str(Operator.EQUALS if operator is Operator.IN else operator)
        if negative:
            key += "_not"
        elif operator in _TURNED and found is not None and found.type is FieldType.DATE:
            key += "_day"
        left = self._counted(found, comparison.operator) or self.subject(comparison.field)
        if operator is Operator.FILLED:
            label = found.label[self.lang] if found else comparison.field
            return self._t(key, left=self._t("field", name=label))
        right = (
            self.subject(comparison.other)
            if comparison.other
            else self._value(found, comparison.value)
        )
        if found is not None and found.type in _CHOSEN and operator in _TURNED:
            right = str(comparison.value)
        return self._t(key, left=left, right=right)

    def _counted(self, definition: FieldDef | None, operator: Operator) -> str:
        """Of several that are chosen: their number, where that is what is compared."""
        if definition is None or operator not in _TURNED or definition.type not in _CHOSEN:
            return ""
        return self._t(_CHOSEN[definition.type], name=definition.label[self.lang])

    def _value(self, definition: FieldDef | None, value: Json) -> str:
        if isinstance(value, list | tuple):
            told = [self._value(definition, one) for one in value]
            return format_list(told, style="or", locale=locale_of(self.lang))
        if value == "today" and definition is not None and definition.type is FieldType.DATE:
            return self._t("today")
        if definition is None:
            return str(value)
        return display(definition, value, self.lang, self.lookups).text

    def _joined(self, joint: str, told: Iterable[str]) -> str:
        first, *rest = told
        for part in rest:
            first = self._t(joint, left=first, right=part)
        return first

    def _t(self, key: str, **params: object) -> str:
        return self.texts.text(f"operators.{key}", self.lang, **params)


def _several(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]
