"""Forms at work: whole submissions, drafts, and how far a draft has come.

A `FormDef` is compiled once into a marshmallow schema, kept by the digest of its file. `complete`
is the only way to a submission; `partial` serves drafts and loses nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ricomi_workflow.definitions.fields import (
    LARGEST_MINOR,
    MAX_ROWS,
    SCALARS,
    Lookups,
    Problem,
    judged_by,
    problems_of,
    refuse,
)
from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef, Section
from ricomi_workflow.definitions.notation import money_shown, whole_text
from ricomi_workflow.definitions.totals import Sum, balance, rows_of, with_products
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES

__all__ = ["Lookups", "SectionState", "complete", "partial", "sections_state"]
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
        return refuse("table_empty", limit=self.least, found=0)


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
        if not d.product
    }
    return _Typed.from_dict(compiled, name=name)()


def complete(
    form: FormDef, values: Mapping[str, Json], lookups: Lookups, today: date
) -> dict[str, Json]:
    """The stored form of a whole submission, with its computed columns.

    What is not filled in is not in the answer. `complete` of its own answer is the same.
    Raises: Invalid with every mistake: missing, mistyped, outside its limits, not adding up.
    """
    given = _given(form, values)
    with judged_by(lookups, today):
        valid, errors = _load(form, given, is_draft=False)
        result, problems = _finish(form, valid)
    errors += problems + _too_few_rows(form, result, errors)
    errors += _checks(form, result, errors, is_draft=False)
    if errors:
        raise Invalid(_in_order(form, errors))
    return result


def partial(
    form: FormDef, values: Mapping[str, Json], lookups: Lookups, today: date | None = None
) -> tuple[dict[str, Json], list[FieldError]]:
    """A draft as it is kept, and what is wrong with what is there.

    What cannot be read stays as it was typed; what can be computed is; what is missing is no
    error yet. Fields that the form does not have are told and dropped.
    """
    given = _given(form, values)
    with judged_by(lookups, today):
        valid, errors = _load(form, given, is_draft=True)
        kept = {d.name: _kept(d, given, valid) for d in form.fields() if d.name in given}
        result, problems = _finish(form, kept)
    errors += problems
    errors += _checks(form, result, errors, is_draft=True)
    return result, _in_order(form, errors)


def _given(form: FormDef, values: Mapping[str, Json]) -> dict[str, Json]:
    """`values` without blanks and without what is computed."""
    result = {name: _without_blanks(value) for name, value in values.items()}
    for table in form.fields():
        rows = result.get(table.name)
        if table.type is not FieldType.TABLE or not isinstance(rows, list):
            continue
        computed = {c.name for c in table.columns if c.product}
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


def _load(
    form: FormDef, given: Mapping[str, Json], *, is_draft: bool
) -> tuple[dict[str, Json], list[FieldError]]:
    """The valid part of `given` and the errors of the rest."""
    schema = _compiled(_Pinned(form, form.digest or form))
    try:
        return dict(schema.load(given, partial=is_draft)), []
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


def _kept(definition: FieldDef, given: Mapping[str, Json], valid: Mapping[str, Json]) -> Json:
    """The valid form of a draft's field, or what was typed."""
    typed = given[definition.name]
    if definition.type is FieldType.TABLE and isinstance(typed, list):
        loaded = valid.get(definition.name)
        good = loaded if isinstance(loaded, list) else []
        return [_kept_row(definition, row, good, n) for n, row in enumerate(typed)]
    return valid.get(definition.name, _as_json(typed))


def _kept_row(table: FieldDef, typed: Json, good: Sequence[Json], n: int) -> Json:
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


def _finish(form: FormDef, values: Mapping[str, Json]) -> tuple[dict[str, Json], list[FieldError]]:
    """`values` with computed columns, and the mistakes of what was computed."""
    result, errors = dict(values), list[FieldError]()
    for table in (d for d in form.fields() if d.type is FieldType.TABLE and d.name in result):
        rows = result[table.name]
        if not isinstance(rows, list):
            continue
        if len(rows) > MAX_ROWS:
            errors.append(
                FieldError(table.name, "too_large", {"limit": MAX_ROWS, "found": len(rows)})
            )
        done = [with_products(table, r) if isinstance(r, Mapping) else r for r in rows]
        for n, row in enumerate(rows_of(done)):
            errors += _computed_errors(table, row, f"{table.name}.{n}")
        result[table.name] = done
    return result, errors


def _computed_errors(table: FieldDef, row: Mapping[str, Json], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for column in (c for c in table.columns if c.product and c.name in row):
        try:
            SCALARS[column.type](column).canonical(row[column.name])
        except ValidationError as error:
            here = f"{path}.{column.name}"
            errors += [_computed_error(here, problem) for problem in problems_of(error)]
    return errors


def _computed_error(path: str, problem: Problem) -> FieldError:
    """The mistake of a product: it is unreadable only when it has too many digits."""
    if problem.code == "not_money":
        facts = {"limit": str(Money(LARGEST_MINOR)), "found": problem.params["value"]}
        return FieldError(path, "too_large", facts)
    return FieldError(path, problem.code, problem.params)


def _too_few_rows(
    form: FormDef, values: Mapping[str, Json], errors: Sequence[FieldError]
) -> list[FieldError]:
    wrong = {e.path for e in errors}
    found: list[FieldError] = []
    for table in (d for d in form.fields() if d.type is FieldType.TABLE):
        number = len(rows_of(values.get(table.name)))
        needed = table.min_rows if table.required or number else 0
        if number < needed and table.name not in wrong:
            found.append(FieldError(table.name, "table_empty", {"limit": needed, "found": number}))
    return found


def _checks(
    form: FormDef, values: Mapping[str, Json], errors: Sequence[FieldError], *, is_draft: bool
) -> list[FieldError]:
    """The checks that do not hold; none is judged on a field that has a mistake already."""
    wrong = {e.path.partition(".")[0] for e in errors}
    found: list[FieldError] = []
    for check in form.checks:
        names = {side.partition(".")[0] for side in (check.left, check.right)}
        if names & wrong or (is_draft and not names <= values.keys()):
            continue
        state = balance(form, check, values)
        if not state.holds:
            found.append(_unequal(check, state.left, state.right, state.difference))
    return found


def _unequal(check: Check, left: Sum, right: Sum, difference: Sum) -> FieldError:
    apart = max(difference, -difference)
    figures = {"left": left, "right": right, "difference": apart}
    others = [s.partition(".")[0] for s in (check.left, check.right)]
    return FieldError(
        check.at,
        check.code,
        {name: str(value) for name, value in figures.items()},
        tuple(dict.fromkeys(name for name in others if name != check.at)),
        {
            lang: check.message[lang].format(**{n: _shown(v, lang) for n, v in figures.items()})
            for lang in LANGUAGES
        },
    )


def _shown(value: Sum, lang: str) -> str:
    return money_shown(value, lang) if isinstance(value, Money) else whole_text(value, lang)


def _in_order(form: FormDef, errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors in the order of the form's fields; unknown fields come last."""
    places = {d.name: n for n, d in enumerate(form.fields())}
    return sorted(errors, key=lambda e: places.get(e.path.partition(".")[0], len(places)))


class SectionState(StrEnum):
    """How far a section of a draft has come; "saved" is another question."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"


def sections_state(
    form: FormDef, values: Mapping[str, Json], errors: Sequence[FieldError]
) -> dict[str, SectionState]:
    """The state of each section by name, from a draft's values and errors.

    Wrong: something there is a mistake. Incomplete: something required is missing.
    """
    wrong = {e.path.partition(".")[0] for e in errors if e.code not in _MISSING}
    given = _given(form, values)
    return {s.name: _section_state(s, given, wrong) for s in form.sections}


def _section_state(section: Section, given: Mapping[str, Json], wrong: set[str]) -> SectionState:
    if any(d.name in wrong for d in section.fields):
        return SectionState.WRONG
    if all(_is_filled(d, given.get(d.name)) for d in section.fields):
        return SectionState.COMPLETE
    return SectionState.INCOMPLETE


def _is_filled(definition: FieldDef, value: Json) -> bool:
    """Whether nothing required is missing in a field."""
    if definition.type is not FieldType.TABLE or value is None:
        return value is not None or not definition.required or bool(definition.product)
    rows = rows_of(value)
    return len(rows) >= definition.min_rows and all(
        _is_filled(column, row.get(column.name)) for row in rows for column in definition.columns
    )
