"""One declaration of a resource: its schema, its part of the OpenAPI document, and its answer.

Queries return typed dataclasses. `resource` derives a marshmallow schema from one of them: each
type of a field has its field of the API (`fields.py`), and only what differs is declared. An
answer is dumped from the value that the query returned, so nothing is copied in between.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, new_class
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Day,
    Flag,
    Instant,
    Part,
    Question,
    Several,
    Text,
    Values,
    Whole,
    Words,
)

AnyField = fields.Field[Any]
_S = TypeVar("_S", bound=Schema)
NEXT = Text("Cursor of the next page; null on the last one", allow_none=True)
_SCALARS: Mapping[object, Callable[..., AnyField]] = {
    str: Text,
    Decimal: Text,
    int: Whole,
    bool: Flag,
    date: Day,
    datetime: Instant,
    Money: Amount,
    LocalizedText: Words,
}


def resource(
    title: str,
    source: Any = None,
    names: str = "",
    /,
    *,
    exclude: str = "",
    **declared: AnyField | str,
) -> type[Answer]:
    """Declare the answer `title`: fields of the dataclass `source`, and what differs from them.

    `names` are the fields that are answered as they are; left out: every one but those in
    `exclude`. A text in `declared` describes the derived field, or property, of its name; a field
    replaces it or adds one. Another resource as `source` is extended.
    """
    if source is None or issubclass(source, Answer):
        return _schema(title, source or Answer, declared)
    every = names.split() or [each.name for each in dataclasses.fields(source)]
    wanted = {name: "" for name in every if name not in exclude.split()} | declared
    derived = {
        name: field_of(source, name, given) if isinstance(given, str) else given
        for name, given in wanted.items()
    }
    return _schema(title, Answer, derived)


def question(
    title: str, parent: type[Question] = Question, /, *, exclude: str = "", **declared: AnyField
) -> type[Question]:
    """Declare what may be sent: the fields of `parent` but those in `exclude`, and `declared`."""
    meta = type("Meta", (parent.Meta,), {"exclude": tuple(exclude.split())})
    return _schema(title, parent, {"Meta": meta, **declared})


def one(shape: type[Schema], **rules: Any) -> AnyField:
    """Answer a value by `shape`."""
    return fields.Nested(shape, **rules)


def many(shape: type[Schema], says: str = "", **rules: Any) -> AnyField:
    """Answer a list of values by `shape`."""
    return Several(fields.Nested(shape), says, **rules)


def items_of(shape: type[Schema], says: str = "", **rules: Any) -> AnyField:
    """Answer a mapping as a list, each key and value under the two names of `shape`."""
    return _Items(fields.Nested(shape), says, **rules)


def parts(shape: type[Schema], says: str = "", **rules: Any) -> AnyField:
    """Read a list of objects by `shape`."""
    return Several(Part(shape), says, **rules)


def field_of(source: type, name: str, says: str = "") -> AnyField:
    """Derive the field of the API for a field or a property of a dataclass.

    Raises: TypeError for a type that has no field of the API.
    """
    held = getattr(source, name, None)
    hints = get_type_hints(held.fget) if isinstance(held, property) else get_type_hints(source)
    hint = hints["return"] if isinstance(held, property) else hints[name]
    try:
        return _field(hint, says)
    except TypeError as error:
        raise TypeError(f"{source.__name__}.{name}: {error}") from None


def _field(hint: Any, says: str = "", **rules: Any) -> AnyField:
    hint = getattr(hint, "__supertype__", hint)
    kind, inner = get_origin(hint), get_args(hint)
    if NoneType in inner:
        wanted = next(each for each in inner if each is not NoneType)
        return _field(wanted, says, allow_none=True)
    if hint in _SCALARS:
        return _SCALARS[hint](says, **rules)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Choice([str(each.value) for each in hint], says, **rules)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return (Words if inner == (str, str) else Values)(says, **rules)
    if isinstance(kind, type) and issubclass(kind, Collection):
        return Several(_field(inner[0]), says, **rules)
    raise TypeError(f"no field of the API for {hint}")


def _schema(title: str, parent: type[_S], declared: Mapping[str, object]) -> type[_S]:
    named = {"__module__": __name__, **declared}
    made: type[_S] = new_class(title, (parent,), exec_body=lambda space: space.update(named))
    return made


class _Items(Several):
    def _serialize(self, value: Any, *others: Any, **more: Any) -> list[Any] | None:
        names = list(self.inner.schema.fields)  # type: ignore[attr-defined]
        listed = [dict(zip(names, pair, strict=True)) for pair in value.items()]
        return super()._serialize(listed, *others, **more)


class Extended:
    """A value that a query returned, with what an answer holds beside it."""

    def __init__(self, found: object, /, **more: object) -> None:
        self._found = found
        self._more = more

    def __getattr__(self, name: str) -> object:
        return self._more[name] if name in self._more else getattr(self._found, name)


class FieldProblem(Answer):
    """One mistake of the input."""

    path = Text("Dotted path of the field: `budget.3.unit_cost`")
    code = Text("Stable code of the rule that is broken")
    message = Text("What is wrong, in the language of the answer")


class RefusalReason(Answer):
    """One reason why an act is not possible now."""

    code = Text("Stable code of the reason")
    params = Values("The figures of the reason: amounts as decimal text, instants as RFC 3339")
    message = Text("What is missing, in the language of the answer")
    need = Text("What or who would make the act possible, in the language of the answer")


class Problem(Answer):
    """What was not done, and why (RFC 9457)."""

    type = Text("Stable name of this kind of problem")
    title = Text("The kind of problem, in the language of the answer")
    status = Whole("The HTTP status", least=400, most=599)
    code = Text("Stable code of this kind of problem")
    detail = Text("What happened and what to do, in the language of the answer")
    mistakes = many(FieldProblem, "Every mistake of the input", data_key="fields")
    refusals = many(RefusalReason, "Every reason of the rule")
