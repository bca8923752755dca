"""Rows of the spine as values: the few reads that acts and screens share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.case import Case, Participation
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.db.reading import read
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

CASE_COLUMNS = [column for column in case.c if column.name != "definition_digest"]
_CASE_COLUMNS = tuple(CASE_COLUMNS)
_CASE = f"""SELECT {", ".join(column.name for column in CASE_COLUMNS)}
FROM "case" WHERE ref = %s"""
_CASE_LOCKED = f"{_CASE} FOR UPDATE"
_PARTICIPANTS = """SELECT country, asked_seq, confirmed_seq FROM participation
WHERE case_id = %s AND ended_seq IS NULL ORDER BY country"""


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


_SUBMISSION_COLUMNS = [submission.c[name] for name in Submission.__dataclass_fields__]


def as_case(row: Row[tuple[object, ...]]) -> Case:
    """The value of a row of `CASE_COLUMNS`."""
    return Case(**row._mapping)  # noqa: SLF001 - the documented mapping of a row


def read_case(connection: Connection, ref: str, *, for_update: bool = False) -> Case | None:
    """The case `ref` with its participants; None when there is none. Locks it for an act."""
    locked = for_update and connection.dialect.name == "postgresql"
    rows = read(connection, _CASE_LOCKED if locked else _CASE, [ref], _CASE_COLUMNS)
    if not rows:
        return None
    found = Case(*rows[0])  # type: ignore[arg-type]  # the columns are the fields, in their order
    found.participants = participants(connection, found.id)
    return found


def participants(connection: Connection, case_id: int) -> tuple[Participation, ...]:
    """The other states that take part in a case, in alphabetical order of their codes."""
    rows = read(connection, _PARTICIPANTS, [case_id], ())
    return tuple(Participation(*row) for row in rows)  # type: ignore[arg-type]


def latest_submission(connection: Connection, case_id: int, form: str) -> Submission | None:
    """The newest submission of `form` (a name without version) in a case."""
    row = connection.execute(
        select(*_SUBMISSION_COLUMNS)
        .where(submission.c.case_id == case_id, submission.c.form == form)
        .order_by(submission.c.number.desc())
        .limit(1)
    ).first()
    return Submission(*row) if row else None


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


def submissions(connection: Connection, case_id: int) -> list[Submission]:
    """All submissions of a case, oldest first."""
    rows = connection.execute(
        select(*_SUBMISSION_COLUMNS)
        .where(submission.c.case_id == case_id)
        .order_by(submission.c.seq, submission.c.id)
    )
    return [Submission(*row) for row in rows]


def count_submissions(connection: Connection, case_id: int, form: str) -> int:
    """How often `form` was given in a case."""
    return connection.execute(
        select(func.count()).where(submission.c.case_id == case_id, submission.c.form == form)
    ).scalar_one()
