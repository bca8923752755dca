"""Who is at work in a shared draft: a lease for each person, renewed while they write.

Nobody is kept out by it. A page that was closed, or a line that went, ends the lease by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import draft_presence
from ricomi_workflow.db.batch_writes import run
from ricomi_workflow.db.driver import Driver
from ricomi_workflow.db.raw_reads import read
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import Tx

LEASE = timedelta(seconds=60)
RENEWAL_SECONDS = 20  # how often a page that is being written in says so
_COLUMNS = (draft_presence.c.user_id, draft_presence.c.section, draft_presence.c.since)
_READ = """SELECT user_id, section, since FROM draft_presence
WHERE case_id = %s AND form = %s AND until > %s ORDER BY since, user_id"""
_HERE = """INSERT INTO draft_presence (case_id, form, user_id, section, since, until)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (case_id, form, user_id) DO UPDATE SET
since = CASE WHEN draft_presence.until < excluded.since
    OR draft_presence.section <> excluded.section THEN excluded.since
    ELSE draft_presence.since END,
section = excluded.section, until = excluded.until"""


@dataclass(frozen=True, slots=True)
class ActiveWriter:
    """Somebody who is at work in a section of a draft."""

    user_id: int
    name: str
    section: str
    since: datetime


def renew_presence(tx: Tx, case: Case, form: str, section: str) -> None:
    """Say that the actor is at work in a section of the draft, for the length of a lease.

    Transaction: one row is written. The caller has made sure that the actor may edit the form.
    """
    tx.flush()  # this statement runs at once, after what the act has collected
    key = (case.id, form, tx.actor.user_id)
    run(tx.driver, _HERE, (*key, section, tx.now, tx.now + LEASE))


def list_other_writers(
    connection: Connection, case_id: int, form: str, *, now: datetime, but: int | None
) -> tuple[ActiveWriter, ...]:
    """Who else is at work in the draft of `form`, the first to come first."""
    found = [row for row in _rows(connection, case_id, form, now) if row[0] != but]
    names: Mapping[int, str] = get_names(connection, [row[0] for row in found]) if found else {}
    return tuple(ActiveWriter(key, names.get(key, ""), *rest) for key, *rest in found)  # type: ignore[arg-type]


def delete_expired_presence(tx: Tx) -> None:
    """Delete the leases that ended."""
    tx.execute(delete(draft_presence).where(draft_presence.c.until <= tx.now))


def _rows(
    source: Connection | Driver, case_id: int, form: str, now: datetime
) -> Sequence[tuple[int, str, datetime]]:
    rows = read(source, _READ, [case_id, form, iso(now)], _COLUMNS)
    return cast("list[tuple[int, str, datetime]]", rows)
