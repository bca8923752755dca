"""Addresses with parameters that are known only when the page is made."""

from __future__ import annotations

from typing import Any, cast

from flask import url_for


def address(endpoint: str, **values: object) -> str:
    """The address of `endpoint`; values of its rule fill it, others become the query."""
    return url_for(endpoint, **cast("dict[str, Any]", values))
