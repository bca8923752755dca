"""Forms at work: whole submissions, drafts, and how far a draft has come.

A `FormDef` is compiled once into a marshmallow schema, kept by the digest of its file. Only
`validate_submission` makes a submission; `validate_draft` loses nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ricomi_workflow.definitions.computed_fields import Rates
from ricomi_workflow.definitions.evaluation_scope import FormInput, FormScope, with_computed
from ricomi_workflow.definitions.fields import (
    LARGEST_MINOR,
    MAX_ROWS,
    SCALARS,
    Lookups,
    Problem,
    problems_of,
    validation_context,
    validation_error,
)
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.rules import (
    applies,
    duplicate_rows,
    failed_checks,
    missing_answers,
    missing_rates,
    out_of_bounds,
    sort_errors,
    too_few_rows,
    without_hidden,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money

__all__ = [
    "Lookups",
    "SectionState",
    "draft_scope",
    "section_states",
    "validate_draft",
    "validate_submission",
]
_MISSING = frozenset({"required", "table_empty"})


class _Typed(Schema):
    """The schema from which every form's schema is made: codes instead of prose."""

    error_messages = {"unknown": "unknown", "type": "required"}  # noqa: RUF012 - as marshmallow


class _TableField(fields.List[Mapping[str, Json]]):
    """The rows of a table, each by its own schema."""

    def __init__(self, definition: FieldDef) -> None:
        row = _schema(definition.name, definition.columns)
        super().__init__(fields.Nested(row), required=definition.required)
        self.least = max(1, definition.min_rows)

    def make_error(self, key: str, **_kwargs: object) -> ValidationError:  # noqa: ARG002 - theirs
        """The one thing that can be wrong with a table as a whole: it has no rows."""
        return validation_error("table_empty", limit=self.least, found=0)


@dataclass(frozen=True, slots=True)
class _Pinned:
    """A form known by the digest of its file, or by itself when it comes from no file."""

    form: FormDef = field(compare=False)
    identity: str | FormDef


@lru_cache(maxsize=256)
def _compiled(pinned: _Pinned) -> Schema:
    return _schema(pinned.form.name, pinned.form.fields())


def _schema(name: str, definitions: Sequence[FieldDef]) -> Schema:
    compiled: dict[str, fields.Field[Any]] = {  # as marshmallow declares from_dict
        d.name: _TableField(d) if d.type is FieldType.TABLE else SCALARS[d.type](d)
        for d in definitions
        if not d.is_computed
    }
    return _Typed.from_dict(compiled, name=name)()


def validate_submission(
    form: FormDef, values: Mapping[str, Json], lookups: Lookups, today: date
) -> dict[str, Json]:
    """The stored form of a whole submission, with what is computed.

    What is not filled in, and what does not apply, is not in the answer; validating the answer
    again gives the same. A field that is left empty counts as not filled in.

    Raises: Invalid with every mistake: missing, mistyped, outside its limits, not
    adding up.
    """
    read = _read(form, values, lookups, today)
    scope = read.scope(settled=True)
    errors = [*read.errors, *missing_answers(scope), *too_few_rows(scope)]
    if errors := _whole(scope, errors):
        raise Invalid(errors)
    return without_hidden(scope, read.result)


def validate_draft(
    form: FormDef, values: Mapping[str, Json], lookups: Lookups, today: date | None = None
) -> tuple[dict[str, Json], list[FieldError]]:
    """A draft as it is kept, and what is wrong with what is there.

    What cannot be read stays as it was typed; what can be computed is; what is missing is no
    error yet, and no rule is judged on what cannot be told yet. What does not apply is kept and
    not judged. Fields that the form does not have are told and dropped.
    """
    read = _read(form, values, lookups, today)
    return read.result, _whole(read.scope(settled=False), read.errors)


def draft_scope(
    form: FormDef,
    values: Mapping[str, Json],
    errors: Sequence[FieldError] = (),
    today: date | None = None,
) -> FormScope:
    """The scope of a validated draft as if it were submitted now."""
    wrong = frozenset(e.path for e in errors)
    given = _given(form, values, keep_rates=True)
    return FormScope(FormInput(form, given, wrong, today, settled=True))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was given, field by field: as it is kept, with what is computed, and what is wrong."""

    form: FormDef
    kept: Mapping[str, Json]
    result: dict[str, Json]
    errors: list[FieldError]
    today: date | None
    rates: Rates

    def scope(self, *, settled: bool) -> FormScope:
        """The answers as conditions see them."""
        wrong = frozenset(e.path for e in self.errors)
        return FormScope(FormInput(self.form, self.kept, wrong, self.today, settled, self.rates))


def _read(
    form: FormDef, values: Mapping[str, Json], lookups: Lookups, today: date | None
) -> _Reading:
    given = _given(form, values)
    with validation_context(lookups, today):
        valid, errors = _load(form, given)
        kept = {d.name: _valid_or_typed(d, given, valid) for d in form.fields() if d.name in given}
        scope = FormScope(FormInput(form, kept, today=today, rates=lookups.rates))
        result = with_computed(scope, kept)
        errors += [*_computed_errors(scope, result), *missing_rates(scope)]
    return _Reading(form, kept, result, errors, today, lookups.rates)


def _whole(scope: FormScope, errors: Sequence[FieldError]) -> list[FieldError]:
    """The mistakes of what applies, with those of the rules over several fields, in order."""
    found = [*errors, *out_of_bounds(scope), *duplicate_rows(scope), *failed_checks(scope)]
    return sort_errors(scope, [e for e in found if applies(scope, e.path)])


def _given(
    form: FormDef, values: Mapping[str, Json], *, keep_rates: bool = False
) -> dict[str, Json]:
    """`values` without blanks and without what is computed; what was looked up may stay."""

    def dropped(among: Sequence[FieldDef]) -> set[str]:
        return {d.name for d in among if d.is_computed and not (keep_rates and d.is_rate)}

    computed_fields = dropped(form.fields())
    result = {n: _without_blanks(v) for n, v in values.items() if n not in computed_fields}
    for table in form.fields():
        rows = result.get(table.name)
        if table.type is not FieldType.TABLE or not isinstance(rows, list):
            continue
        computed = dropped(table.columns)
        result[table.name] = [
            {k: v for k, v in row.items() if k not in computed} if isinstance(row, dict) else row
            for row in rows
        ]
    return {name: value for name, value in result.items() if not _is_blank(value)}


def _is_blank(value: Json) -> bool:
    return value is None or value in ("", [], {})


def _without_blanks(value: Json) -> Json:
    """`value` without the blanks in it; rows keep their place even when they are empty."""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, Mapping):
        inner = {str(k): _without_blanks(v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if not _is_blank(v)}
    if isinstance(value, Sequence):
        items = [_without_blanks(v) for v in value]
        return [v for v in items if v == {} or not _is_blank(v)]
    return value


def _load(form: FormDef, given: Mapping[str, Json]) -> tuple[dict[str, Json], list[FieldError]]:
    """The valid part of `given` and the errors of the rest; what is missing is no error here."""
    schema = _compiled(_Pinned(form, form.digest or form))
    try:
        return dict(schema.load(given, partial=True)), []
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return dict(valid), list(_flat(error.messages, ""))


def _flat(messages: object, path: str) -> list[FieldError]:
    """Marshmallow's nested messages as one list of field errors."""
    if isinstance(messages, Mapping):
        found: list[FieldError] = []
        for key, inner in messages.items():
            found += _flat(inner, path if key == "_schema" else _below(path, str(key)))
        return found
    if isinstance(messages, list):
        return [_one(message, path) for message in messages]
    raise AssertionError(messages)


def _one(message: object, path: str) -> FieldError:
    if isinstance(message, Problem):
        return FieldError(_below(path, message.below), message.code, message.params)
    return FieldError(path, str(message), {"name": path} if message == "unknown" else {})


def _below(path: str, key: str) -> str:
    return ".".join(part for part in (path, key) if part)


def _valid_or_typed(
    definition: FieldDef, given: Mapping[str, Json], valid: Mapping[str, Json]
) -> Json:
    """The valid form of a draft's field, or what was typed."""
    typed = given[definition.name]
    if definition.type is FieldType.TABLE and isinstance(typed, list):
        loaded = valid.get(definition.name)
        good = loaded if isinstance(loaded, list) else []
        return [_valid_or_typed_row(definition, row, good, n) for n, row in enumerate(typed)]
    return valid.get(definition.name, _as_json(typed))


def _valid_or_typed_row(table: FieldDef, typed: Json, good: Sequence[Json], n: int) -> Json:
    if not isinstance(typed, Mapping):
        return _as_json(typed)
    own = good[n] if n < len(good) else {}
    own = own if isinstance(own, Mapping) else {}
    names = [c.name for c in table.columns if c.name in typed]
    return {name: own.get(name, _as_json(typed[name])) for name in names}


def _as_json(value: object) -> Json:
    """What was typed, in the values that we store: a float becomes its text."""
    if isinstance(value, Mapping):
        return {str(k): _as_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(v) for v in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def _computed_errors(scope: FormScope, result: Mapping[str, Json]) -> list[FieldError]:
    """The mistakes of what was computed, and of tables that are too long."""
    errors: list[FieldError] = []
    for definition in scope.given.form.fields():
        value = result.get(definition.name)
        if definition.is_computed and value is not None:
            errors += _computed_error(definition, value, definition.name)
        if definition.type is not FieldType.TABLE or not isinstance(value, list):
            continue
        if len(value) > MAX_ROWS:
            facts = {"limit": MAX_ROWS, "found": len(value)}
            errors.append(FieldError(definition.name, "too_large", facts))
        computed = [c for c in definition.columns if c.is_computed]
        for n, row in enumerate(value):
            for column in computed if isinstance(row, Mapping) else ():
                if column.name in row:
                    path = f"{definition.name}.{n}.{column.name}"
                    errors += _computed_error(column, row[column.name], path)
    return errors


def _computed_error(definition: FieldDef, value: Json, path: str) -> list[FieldError]:
    """The mistakes of a computed value: it is unreadable only when it has too many digits."""
    try:
        SCALARS[definition.type](definition).canonical(value)
    except ValidationError as error:
        return [_too_large(path, problem) for problem in problems_of(error)]
    return []


def _too_large(path: str, problem: Problem) -> FieldError:
    if problem.code in {"not_money", "not_percentage"}:
        facts = {"limit": str(Money(LARGEST_MINOR)), "found": problem.params["value"]}
        return FieldError(path, "too_large", facts)
    return FieldError(path, problem.code, problem.params)


class SectionState(StrEnum):
    """How far a section of a draft has come; "saved" is another question."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"


def section_states(
    form: FormDef,
    values: Mapping[str, Json],
    errors: Sequence[FieldError],
    today: date | None = None,
) -> dict[str, SectionState]:
    """The state of each section by name, from a draft's values and errors.

    Wrong: something there is a mistake. Incomplete: something required is missing. What does not
    apply is neither.
    """
    scope = draft_scope(form, values, errors, today)
    wrong = {e.path.partition(".")[0] for e in errors if e.code not in _MISSING}
    lacking = [*missing_answers(scope), *too_few_rows(scope)]
    empty = {e.path.partition(".")[0] for e in lacking}
    return {s.name: _section_state({f.name for f in s.fields}, wrong, empty) for s in form.sections}


def _section_state(names: set[str], wrong: set[str], empty: set[str]) -> SectionState:
    if names & wrong:
        return SectionState.WRONG
    return SectionState.INCOMPLETE if names & empty else SectionState.COMPLETE
