"""Tables of assignments, comments and kept filters.

Histories only grow: an assignment is ended by the next one, a comment by a row that says so.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import DIGEST, UtcDateTime, append_only, metadata

assignment = Table(
    "assignment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("number", Integer, nullable=False),  # 1 for the first of the case
    Column("visit", Integer, nullable=False),  # the entry that entered the state: `case.entered`
    Column("role", String(30), nullable=False),
    Column("country", String(2), nullable=False),  # empty: an office of the network
    Column("person_id", BigInteger, ForeignKey("user.id")),  # NULL: given back
    Column("by_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("acted_for", String(120), nullable=False),  # for whom a stand-in did; empty: nobody
    Column("message", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", DIGEST, nullable=False),  # covers the one before
    UniqueConstraint("case_id", "number"),
)
Index("ix_assignment_person_id", assignment.c.person_id)
append_only(assignment)

comment = Table(
    "comment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("audience", String(12), nullable=False),
    Column("number", Integer, nullable=False),  # by audience, so that none tells of another
    Column("seq", Integer, nullable=False),  # the last entry of the trail when it was written
    Column("body", Text, nullable=False),
    Column("by_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("office", String(40), nullable=False),
    Column("acted_for", String(120), nullable=False),  # for whom a stand-in wrote; empty: nobody
    Column("at", UtcDateTime, nullable=False),
    Column("digest", DIGEST, nullable=False),  # covers the one before
    UniqueConstraint("case_id", "audience", "number"),
    CheckConstraint("audience IN ('secretariat', 'applicant', 'delegations')", name="audience"),
)
append_only(comment)

comment_mention = Table(
    "comment_mention",
    metadata,
    Column("comment_id", BigInteger, ForeignKey("comment.id"), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("user.id"), primary_key=True),
)
append_only(comment_mention)

comment_withdrawal = Table(
    "comment_withdrawal",
    metadata,
    Column("comment_id", BigInteger, ForeignKey("comment.id"), primary_key=True),
    Column("by_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", DIGEST, nullable=False),
)
append_only(comment_withdrawal)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),  # as it stands in the address
    Column("is_default", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "name"),
)
