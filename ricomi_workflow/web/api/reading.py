"""Reading what was sent, strictly: nothing unknown, nothing twice, nothing that is not text."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from ricomi_workflow.definitions.fields import Problem
from ricomi_workflow.kernel.errors import FieldError, Invalid

MEDIA_TYPE = "application/json"
_DEEPEST = 16  # levels of a body; a table of a form stands on the fourth
_NOT_TEXT = {"\0"}
Given = Mapping[str, Any]  # loaded by a schema, which knows the types better than this mapping


def read_path(path: Mapping[str, str]) -> None:
    """Refuse addresses that can name nothing. Raises: NotFound."""
    if any(_is_no_text(part) for part in path.values()):
        raise NotFound


def read_query(request: Request, schema: type[Schema]) -> Given:
    """The parameters of the address by `schema`. Raises: Invalid."""
    return _loaded(schema, _parameters(request, schema))


def read_body(request: Request, schema: type[Schema]) -> Given:
    """The JSON object of the request by `schema`; no body at all counts as an empty object.

    Raises: UnsupportedMediaType, BadRequest when it is no JSON, Invalid when it does not fit.
    """
    sent = request.get_data()
    if not sent:
        return _loaded(schema, {})
    if request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType
    value = _parsed(sent)
    wrong = [FieldError(path, "not_text") for path in _odd_texts(value, "", 0)]
    if wrong:
        raise Invalid(wrong)
    return _loaded(schema, value)


def _loaded(schema: type[Schema], value: Any) -> Given:
    try:
        loaded: Given = schema().load(value)
    except ValidationError as error:
        raise Invalid(list(_mistakes(error.messages, ""))) from error
    return loaded


def _parameters(request: Request, schema: type[Schema]) -> dict[str, object]:
    several = {
        field.data_key or name
        for name, field in schema().fields.items()
        if isinstance(field, fields.List)
    }
    given = request.args.to_dict(flat=False)
    texts = [(name, value) for name, values in given.items() for value in values]
    wrong = [FieldError(name, "not_text") for name, value in texts if _is_no_text(value)]
    twice = [n for n, values in given.items() if n not in several and len(values) > 1]
    if wrong or twice:
        raise Invalid([*wrong, *(FieldError(name, "repeated") for name in twice)])
    return {name: values if name in several else values[0] for name, values in given.items()}


def _parsed(sent: bytes) -> object:
    try:
        return json.loads(
            sent.decode(), object_pairs_hook=_without_twins, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def _without_twins(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def _odd_texts(value: object, path: str, depth: int) -> Iterator[str]:
    """Where something stands that no database keeps as text, or that lies too deep."""
    if depth > _DEEPEST or (isinstance(value, str) and _is_no_text(value)):
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            if _is_no_text(name):
                yield path
            else:
                yield from _odd_texts(inner, here, depth + 1)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _odd_texts(inner, f"{path}.{n}" if path else str(n), depth + 1)


def _is_no_text(text: str) -> bool:
    return any(c in _NOT_TEXT or unicodedata.category(c) == "Cs" for c in text)


def _mistakes(messages: object, path: str) -> Iterator[FieldError]:
    """Marshmallow's nested messages, which are codes here, as field errors."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            below = path if name == "_schema" else f"{path}.{name}" if path else str(name)
            yield from _mistakes(inner, below)
    elif isinstance(messages, list):
        for told in messages:
            if isinstance(told, Problem):
                yield FieldError(path, told.code, told.params)
            else:
                yield FieldError(path, str(told), {"name": path} if told == "unknown" else {})
