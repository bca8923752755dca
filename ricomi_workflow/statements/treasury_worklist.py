"""What waits at the desk of the fund, each kind as a list that goes on by a key.

One query for all lists: a part for each kind (`treasury_worklist_parts.py`), united. A list
counts all that wait and gives the most urgent first; exercises stand in it and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Date, Integer, func, literal, select, tuple_, union_all

from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.statements.treasury_worklist_parts import PARTS, WorkKind

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

PAGE = 50
_FAR = date.max  # of what has no day: it comes last


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One matter: of which case, contribution, receipt or bank account."""

    wait: WorkKind
    ref: str
    day: date | None  # by when; of a receipt, of a return and of the bank, since when
    at: datetime | None  # when a disbursement was requested, or operating expenses prepared
    number: int  # of the disbursement, of the call; of the bank, how many lines
    amount: Money
    who: str  # the state that asks, the donor, the kind of operating expenses
    text: str  # what a disbursement is for; the bank's reference, the paper, the contribution
    title: Mapping[str, str]
    illustrative: bool
    exercise: bool
    by: int | None  # who did the step before, and cannot do this one
    cursor: str  # the list goes on after it


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """The beginning of a list, and of how many; `after` is where it goes on, empty at its end."""

    rows: tuple[WorkItem, ...] = ()
    count: int = 0
    after: str = ""


def list_worklists(connection: Connection, limit: int) -> dict[WorkKind, WorkQueue]:
    """The first `limit` of each list; one statement, however much there is."""
    parts = [_first(wait, limit + 1) for wait in WorkKind]
    rows: dict[WorkKind, list[Row[tuple[Any, ...]]]] = {wait: [] for wait in WorkKind}
    for row in connection.execute(union_all(*parts)):
        rows[WorkKind(row.wait)].append(row)
    return {wait: _queue(found, limit) for wait, found in rows.items()}


def list_work(
    connection: Connection, wait: WorkKind, *, after: str = "", limit: int = PAGE
) -> WorkQueue:
    """A page of one list, after the cursor of the last row that was seen.

    Raises `Invalid` for what is no cursor.
    """
    rows = connection.execute(_first(wait, limit + 1, _cursor(after) if after else None)).all()
    return _queue(rows, limit)


def _first(
    wait: WorkKind, limit: int, after: tuple[date, int, int] | None = None
) -> Select[tuple[Any, ...]]:
    """The most urgent of a list, in the columns that all share."""
    found = PARTS[wait]().subquery()
    order = (func.coalesce(found.c.day, _FAR), found.c.key, found.c.number)
    part = select(found).order_by(*order).limit(limit)
    if after is not None:
        day, key, number = after
        bound = (literal(day, Date), literal(key, BigInteger), literal(number, Integer))
        part = part.where(tuple_(*order) > tuple_(*bound))
    return select(part.subquery())


def _queue(found: Iterable[Row[tuple[Any, ...]]], limit: int) -> WorkQueue:
    listed = sorted(found, key=lambda row: (row.day or _FAR, row.key, row.number))
    made = [_waiting(row) for row in listed]
    shown = made[:limit]
    return WorkQueue(
        tuple(shown),
        int(listed[0].counted or 0) if listed else 0,
        shown[-1].cursor if len(made) > limit else "",
    )


def _waiting(row: Row[tuple[Any, ...]]) -> WorkItem:
    return from_row(
        WorkItem,
        row,
        wait=WorkKind(row.wait),
        number=int(row.number),
        amount=Money(int(row.minor), row.currency),
        who=row.who or "",
        text=row.text or "",
        title=row.title or {},
        illustrative=bool(row.illustrative),
        exercise=bool(row.exercise),
        cursor=f"{(row.day or _FAR).isoformat()}.{row.key}.{row.number}",
    )


def _cursor(text: str) -> tuple[date, int, int]:
    day, _, rest = text.partition(".")
    key, _, number = rest.partition(".")
    try:
        return date.fromisoformat(day), int(key), int(number)
    except ValueError:
        raise Invalid([FieldError("after", "cursor")]) from None
