"""Checkpoints: one digest a day over the ends of the chains, published for everybody to keep.

A chain alone does not show that its newest part was cut off or written anew by somebody who holds
the database. Whoever noted a checkpoint can tell: its root stands for the last entry of every case
that moved since the checkpoint before, and for the entries that closed ballots; it names the
checkpoint before, and with it all that did not move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import column, select, table

from ricomi_workflow.audit.models import audit_entry, checkpoint
from ricomi_workflow.audit.rules import FIRST_HEAD, Proof, proof, root
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection

Pin = tuple[str, int, str]  # an entry: reference of its case, number, digest
# Entries since an instant (None: all) that checkpoints cover besides the last of each case.
Pins = Callable[["Connection", datetime | None], Iterable[Pin]]
_OVERLAP = timedelta(days=1)  # an act that was under way at the last checkpoint is in the next one
_AHEAD = 3  # checkpoints in which an entry is looked for
_case = table(
    "case",
    column("id"),
    column("ref"),
    column("version"),
    column("head"),
    column("updated_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint as it is published; `digest` covers everything else."""

    number: int
    at: datetime
    size: int
    root: str
    prev: str
    digest: str

    def as_json(self) -> dict[str, Json]:
        """What the digest covers."""
        told: dict[str, Json] = {"number": self.number, "at": iso(self.at), "size": self.size}
        return told | {"root": self.root, "prev": self.prev}


_COLUMNS = [checkpoint.c[name] for name in Checkpoint.__dataclass_fields__]


def make_checkpoint(tx: Tx, pins: Pins) -> Checkpoint:
    """Make the next checkpoint over what is committed now.

    Transaction: writes one row, whose number is the lock: of two made at once one fails.
    """
    last = latest_checkpoint(tx.connection)
    since = last.at - _OVERLAP if last else None
    covered = [*_heads(tx.connection, since), *pins(tx.connection, since)]
    leaves = sorted({_leaf(*pin) for pin in covered})
    number, prev = (last.number + 1, last.digest) if last else (1, FIRST_HEAD)
    made = Checkpoint(number, tx.now, len(leaves), root(leaves), prev, "")
    made = replace(made, digest=digest(made.as_json()))
    tx.insert(checkpoint, {**asdict(made), "leaves": leaves})
    return made


def latest_checkpoint(connection: Connection) -> Checkpoint | None:
    """The newest checkpoint; None before the first."""
    return next(iter(list_checkpoints(connection, limit=1)), None)


def list_checkpoints(
    connection: Connection, before: int | None = None, limit: int = 100
) -> list[Checkpoint]:
    """The checkpoints, newest first; `before` is the number of the last one already seen."""
    wanted = select(*_COLUMNS).order_by(checkpoint.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(checkpoint.c.number < before)
    return [Checkpoint(*row) for row in connection.execute(wanted)]


def prove_entry(
    connection: Connection, pin: Pin, since: datetime
) -> tuple[Checkpoint, str, Proof] | None:
    """The first checkpoint made after `since` that covers an entry, with its leaf and its proof.

    None while there is none.
    """
    rows = connection.execute(
        select(*_COLUMNS, checkpoint.c.leaves)
        .where(checkpoint.c.at >= since)
        .order_by(checkpoint.c.number)
        .limit(_AHEAD)
    )
    leaf = _leaf(*pin)
    for *fields, leaves in rows:
        if leaf in leaves:
            return Checkpoint(*fields), leaf, proof(leaves, leaf)
    return None


def find_faulty_checkpoints(connection: Connection) -> Iterator[tuple[int, str]]:
    """The checkpoints that do not hold, each with what is wrong: `link`, `root` or `entry`."""
    rows = connection.execute(select(*_COLUMNS, checkpoint.c.leaves).order_by(checkpoint.c.number))
    known, prev = _every_leaf(connection), FIRST_HEAD
    for expected, (*fields, leaves) in enumerate(rows, start=1):
        made = Checkpoint(*fields)
        if (made.number, made.prev, made.digest) != (expected, prev, digest(made.as_json())):
            yield made.number, "link"
        elif (made.size, made.root) != (len(leaves), root(leaves)):
            yield made.number, "root"
        elif not known.issuperset(leaves):
            yield made.number, "entry"
        prev = made.digest


def _heads(connection: Connection, since: datetime | None) -> list[Pin]:
    wanted = select(_case.c.ref, _case.c.version, _case.c.head)
    if since is not None:
        wanted = wanted.where(_case.c.updated_at >= since)
    return [(ref, seq, head) for ref, seq, head in connection.execute(wanted)]


def _every_leaf(connection: Connection) -> set[str]:
    rows = connection.execute(
        select(_case.c.ref, audit_entry.c.seq, audit_entry.c.digest).join_from(
            audit_entry, _case, audit_entry.c.case_id == _case.c.id
        )
    )
    return {_leaf(*row) for row in rows}


def _leaf(ref: str, seq: int, entry_digest: str) -> str:
    return f"{ref} {seq} {entry_digest}"
