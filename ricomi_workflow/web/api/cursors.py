"""Where a page ends: an opaque text from which the next one starts, without any internal key."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.refs import is_case_ref

if TYPE_CHECKING:
    from sqlalchemy import Connection

Key = tuple[datetime, int]
_LONGEST = 80


def cursor_at(instant: datetime, ref: str) -> str:
    """The cursor of a page whose last row is the case `ref` with `instant`."""
    return base64.urlsafe_b64encode(f"{iso(instant)} {ref}".encode()).decode().rstrip("=")


def key_of(connection: Connection, cursor: str | None) -> Key | None:
    """The key after which a page starts; None for the first page. Raises: Invalid.

    A reference that names no case is taken as older than all of its instant, so that a cursor
    tells nothing about which cases exist.
    """
    if cursor is None:
        return None
    instant, ref = _opened(cursor)
    found = read_case(connection, ref)
    return instant, found.id if found else 0


def _opened(cursor: str) -> tuple[datetime, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode("ascii"), b"-_", validate=True).decode("ascii")
        instant, _, ref = text.partition(" ")
        if is_case_ref(ref) and len(ref) < _LONGEST:
            return parse_iso(instant), ref
    except (binascii.Error, ValueError):
        pass
    raise Invalid([FieldError("after", "cursor")])
