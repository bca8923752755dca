"""Rows of the spine as values: the few reads that acts and screens share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.locked_case import Case, Participation
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Rows = Sequence[Sequence[object]]
CASE_COLUMNS = [column for column in case.c if column.name != "definition_digest"]
_CASE_COLUMNS = tuple(CASE_COLUMNS)
_CASE = f"""SELECT {", ".join(column.name for column in CASE_COLUMNS)}
FROM "case" WHERE ref = %s"""
_PARTICIPANTS = """SELECT country, asked_seq, confirmed_seq, declined_seq FROM participation
WHERE case_id = %s AND ended_seq IS NULL ORDER BY country"""
# PostgreSQL: the case under lock and its participants in one round trip. The participants are
# those of the version `seen`, with which the statement began; it may have waited for another act.
_CASE_LOCKED = f"""SELECT {", ".join(f"c.{column.name}" for column in CASE_COLUMNS)},
(SELECT version FROM "case" AS seen WHERE seen.id = c.id),
(SELECT json_agg(json_build_array(country, asked_seq, confirmed_seq, declined_seq)
    ORDER BY country)
    FROM participation WHERE case_id = c.id AND ended_seq IS NULL)
FROM "case" AS c WHERE ref = %s FOR UPDATE OF c"""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form as it was given, frozen."""

    id: int
    seq: int
    form: str
    version: int
    number: int
    values: Mapping[str, Json]
    digest: str
    by: int | None
    at: datetime

    @property
    def form_key(self) -> str:
        """Name and version of the form: `request/v1`."""
        return f"{self.form}/v{self.version}"


_SUBMISSION_COLUMNS = tuple(submission.c[name] for name in Submission.__dataclass_fields__)
_EVERY = f"""SELECT {", ".join(f'"{column.name}"' for column in _SUBMISSION_COLUMNS)}
FROM submission WHERE case_id = %s AND form = %s ORDER BY number"""
_LATEST = f"{_EVERY} DESC LIMIT 1"
_COUNT = "SELECT count(*) FROM submission WHERE case_id = %s AND form = %s"


def case_from_row(row: Row[tuple[object, ...]]) -> Case:
    """The value of a row of `CASE_COLUMNS`."""
    return Case(**row._mapping)  # noqa: SLF001 - the documented mapping of a row


def read_case(source: Connection | Driver, ref: str) -> Case | None:
    """The case `ref` with its participants; None when there is none."""
    rows = read(source, _CASE, [ref], _CASE_COLUMNS)
    if not rows:
        return None
    found = Case(*rows[0])  # type: ignore[arg-type]  # the columns are the fields, in their order
    found.participants = list_participants(source, found.id)
    return found


def lock_case(driver: Driver, ref: str) -> Case | None:
    """The same, locked until the act ends; an act in SQLite has the whole database to itself."""
    if driver.is_sqlite:
        return read_case(driver, ref)
    rows = read(driver, _CASE_LOCKED, [ref], _CASE_COLUMNS)
    if not rows:
        return None
    *fields, seen, taking_part = rows[0]
    found = Case(*fields)  # type: ignore[arg-type]  # the columns are the fields, in their order
    if seen == found.version:
        found.participants = _participations(cast("Rows", taking_part or ()))
    else:
        found.participants = list_participants(driver, found.id)
    return found


def list_participants(source: Connection | Driver, case_id: int) -> tuple[Participation, ...]:
    """The other states that take part in a case, in alphabetical order of their codes."""
    return _participations(read(source, _PARTICIPANTS, [case_id]))


def _participations(rows: Rows) -> tuple[Participation, ...]:
    return tuple(Participation(*row) for row in rows)  # type: ignore[arg-type]  # its fields


def find_latest_submission(
    source: Connection | Driver, case_id: int, form: str
) -> Submission | None:
    """The newest submission of `form` (a name without version) in a case."""
    rows = read(source, _LATEST, [case_id, form], _SUBMISSION_COLUMNS)
    return Submission(*rows[0]) if rows else None  # type: ignore[arg-type]  # fields in their order


def list_submissions_of_form(
    source: Connection | Driver, case_id: int, form: str
) -> list[Submission]:
    """Every submission of `form` (a name without version) in a case, oldest first."""
    rows = read(source, _EVERY, [case_id, form], _SUBMISSION_COLUMNS)
    return [Submission(*row) for row in rows]  # type: ignore[arg-type]  # fields in their order


def find_submission(
    connection: Connection, case_id: int, form: str, number: int
) -> Submission | None:
    """The submission of `form` (a name without version) with this number; None if none."""
    row = connection.execute(
        select(*_SUBMISSION_COLUMNS).where(
            submission.c.case_id == case_id,
            submission.c.form == form,
            submission.c.number == number,
        )
    ).first()
    return Submission(*row) if row else None


def list_submissions(connection: Connection, case_id: int) -> list[Submission]:
    """All submissions of a case, oldest first."""
    rows = connection.execute(
        select(*_SUBMISSION_COLUMNS)
        .where(submission.c.case_id == case_id)
        .order_by(submission.c.seq, submission.c.id)
    )
    return [Submission(*row) for row in rows]


def newest_submission(given: Sequence[Submission], form: str) -> Submission | None:
    """The newest of these submissions of a case that was given in `form`."""
    return next((paper for paper in reversed(given) if paper.form == form), None)


def count_submissions(source: Connection | Driver, case_id: int, form: str) -> int:
    """How often `form` was given in a case."""
    return cast("int", read(source, _COUNT, [case_id, form])[0][0])
