"""Where a page ends: an opaque text from which the next one starts, without any internal key."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.refs import is_entry_ref
from ricomi_workflow.matching.queries import Place
from ricomi_workflow.matching.rules import Turn

if TYPE_CHECKING:
    from sqlalchemy import Connection

Key = tuple[datetime, int]
_LONGEST = 80
_RANK_DIGITS = 4


def cursor_at(instant: datetime, ref: str, rank: int = 0) -> str:
    """The cursor of a page whose last row is `ref` with `instant`, and its rank if any."""
    return _closed(f"{iso(instant)} {ref}{f' {rank}' if rank else ''}")


def match_cursor(last: Place) -> str:
    """The cursor of a page of matches."""
    return _closed(f"{int(last.turn)} {iso(last.changed_at)} {last.need} {last.offer}")


def parse_match_cursor(cursor: str | None) -> Place | None:
    """Where a page of matches starts; None for the first one. Raises: Invalid."""
    if not cursor:
        return None
    try:
        turn, instant, *refs = _text(cursor).split(" ")
        need, offer = refs
        return Place(Turn(int(turn)), parse_iso(instant), need, offer)
    except (binascii.Error, ValueError):
        raise Invalid([FieldError("after", "cursor")]) from None


def parse_cursor(cursor: str) -> tuple[datetime, str] | None:
    """The instant and reference after which a page starts; None for the first. Raises: Invalid."""
    return _opened(cursor)[:2] if cursor else None


def parse_key_cursor(connection: Connection, cursor: str | None) -> Key | None:
    """The key after which a page starts; None for the first page. Raises: Invalid.

    A reference that names no case is taken as older than all of its instant, so that a cursor
    tells nothing about which cases exist.
    """
    if cursor is None:
        return None
    instant, ref, _ = _opened(cursor)
    found = read_case(connection, ref)
    return instant, found.id if found else 0


def parse_ranked_cursor(
    connection: Connection, cursor: str | None
) -> tuple[datetime, int, int] | None:
    """The same of the catalogue, with the rank if it is sorted by it, else 0. Raises: Invalid."""
    if cursor is None:
        return None
    instant, ref, rank = _opened(cursor)
    named = select(catalogue_entry.c.entry_id).where(catalogue_entry.c.ref == ref)
    return instant, connection.execute(named).scalar() or 0, rank


def _closed(end: str) -> str:
    return base64.urlsafe_b64encode(end.encode()).decode().rstrip("=")


def _text(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.b64decode(padded.encode("ascii"), b"-_", validate=True).decode("ascii")


def _opened(cursor: str) -> tuple[datetime, str, int]:
    try:
        instant, ref, *rank = _text(cursor).split(" ")
        if is_entry_ref(ref) and len(ref) < _LONGEST and _is_rank(rank):
            return parse_iso(instant), ref, int("".join(rank) or "0")
    except (binascii.Error, ValueError):
        pass
    raise Invalid([FieldError("after", "cursor")])


def _is_rank(told: list[str]) -> bool:
    return not told or (len(told) == 1 and told[0].isdigit() and len(told[0]) < _RANK_DIGITS)
