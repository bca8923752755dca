"""Builds values from rows: a dataclass whose fields have the names of the columns."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from sqlalchemy import Row

T = TypeVar("T")


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cls))


def from_row(cls: type[T], row: Row[tuple[Any, ...]], **given: object) -> T:
    """Return a `cls` of the columns of `row`; `given`: the fields that no column holds as it is."""
    return cls(**{n: getattr(row, n) for n in _names(cast("Any", cls)) if n not in given}, **given)
