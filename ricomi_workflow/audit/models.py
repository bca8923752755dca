"""The tables of the trail: its entries, and the checkpoints over all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ricomi_workflow.db.schema import DIGEST, JsonText, UtcDateTime, append_only, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger),  # the person; NULL when the system acts
    Column("office", String(40), nullable=False),  # role and state acted for, `focal_point:PY`
    Column("act", String(60), nullable=False),
    Column("from_state", String(40), nullable=False),
    Column("to_state", String(40), nullable=False),
    Column("reason", Text),
    Column("cause_seq", Integer),  # the entry that made the system act
    Column("detail", JsonText, nullable=False),
    Column("prev", DIGEST, nullable=False),
    Column("digest", DIGEST, nullable=False),
)
Index("ix_audit_entry_at", audit_entry.c.at)
# The acts by which cases left a state, newest first: how long they stay is read from these alone.
_LEFT = text("from_state <> to_state AND act <> 'case.migrated'")
Index(
    "ix_audit_entry_left",
    audit_entry.c.from_state,
    audit_entry.c.at,
    sqlite_where=_LEFT,
    postgresql_where=_LEFT,
)
append_only(audit_entry)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("size", Integer, nullable=False),  # how many leaves the root stands for
    Column("root", DIGEST, nullable=False),
    Column("leaves", JsonText, nullable=False),  # [text], in the order of the tree
    Column("prev", DIGEST, nullable=False),
    Column("digest", DIGEST, nullable=False),
)
append_only(checkpoint)
