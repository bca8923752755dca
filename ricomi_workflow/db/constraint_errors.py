"""What the database refuses, in the words of the domain.

Triggers and constraints are the last guard; this table says what each of them means when raw SQL
or a race reaches it. Anything not listed is a fault of ours and stays a database error.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from ricomi_workflow.kernel.errors import (
    Conflict,
    DomainError,
    NotFound,
    Refusal,
    Refused,
    Unbalanced,
)

_DRIVERS = frozenset({"sqlite3", "psycopg", "psycopg.errors"})
_OUT_OF_RANGE = "22003"
_TOO_LARGE = "too large to convert to SQLite"  # what the OverflowError of its driver says instead

_MEANINGS: tuple[tuple[str, Callable[[], DomainError]], ...] = (
    ("stale_case", lambda: Conflict("the case changed meanwhile")),
    ("unbalanced_journal", lambda: Unbalanced("a journal adds up to zero in each currency")),
    ("ck_account_side", lambda: Refused([Refusal("overdrawn")])),
    ("bank_matched_already", lambda: Refused([Refusal("bank_matched_already")])),
    ("bank_own_posting", lambda: Refused([Refusal("bank_own_posting")])),
    ("period_closed", lambda: Refused([Refusal("period_closed_meanwhile")])),
    ("own_return", lambda: Refused([Refusal("own_return")])),
    ("amendment_out_of_order", lambda: Conflict("the agreement was amended meanwhile")),
    ("period_out_of_order", lambda: Conflict("the period changed meanwhile")),
    ("uq_", lambda: Conflict("somebody did this already")),
    ("UNIQUE constraint failed", lambda: Conflict("somebody did this already")),
    ("pk_", lambda: Conflict("somebody did this already")),
    ("database is locked", lambda: Conflict("the database is busy")),
    ("deadlock detected", lambda: Conflict("somebody acted on the same rows")),
)


def domain_error(message: str) -> DomainError | None:
    """The domain error that a database message means; None when it means none."""
    for mark, meaning in _MEANINGS:
        if mark in message:
            return meaning()
    return None


def raise_domain_error(error: Exception) -> None:
    """Raise the domain error that an error of the database means, or SQLAlchemy's for a driver's.

    Any other error is left to the caller, who raises it again.
    """
    if isinstance(error, DBAPIError):
        known = domain_error(str(error.orig))
        if known is not None:
            raise known from error
    elif type(error).__module__ in _DRIVERS:
        raise domain_error(str(error)) or DBAPIError.instance(
            None, None, error, Exception
        ) from error


def raise_not_found(error: Exception) -> None:
    """Raise `NotFound` where a reading asked for a number larger than any column holds."""
    told = error.orig if isinstance(error, DBAPIError) else error
    of_sqlite = isinstance(told, OverflowError) and _TOO_LARGE in str(told)
    if of_sqlite or getattr(told, "sqlstate", None) == _OUT_OF_RANGE:
        raise NotFound("number") from error
