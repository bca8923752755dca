"""Addresses with parameters that are known only when the page is made."""

from __future__ import annotations

from typing import Any, cast

from flask import url_for

_NO_KEY = 2**63  # the database counts no further


def address(endpoint: str, **values: object) -> str:
    """The address of `endpoint`; values of its rule fill it, others become the query."""
    return url_for(endpoint, **cast("dict[str, Any]", values))


def row_key(text: str) -> int:
    """A key of a row as an address carries it. Raises `ValueError` for what no row has."""
    key = int(text)
    if not 0 <= key < _NO_KEY:
        raise ValueError(text)
    return key
