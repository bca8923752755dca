"""Tables of the inbox and the outbox."""

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
    false,
    text,
)

from ricomi_workflow.db.schema import JsonText, UtcDateTime, metadata

message = Table(
    "message",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("case_id", BigInteger),
    Column("name", String(40), nullable=False),  # file in notifications/
    Column("params", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column(
        "exercise", Boolean, nullable=False, server_default=false()
    ),  # about a case for practice
)
Index("ix_message_user_id_id", message.c.user_id, message.c.id)

delivery = Table(
    "delivery",
    metadata,
    Column("message_id", BigInteger, ForeignKey("message.id"), primary_key=True),
    Column("status", String(8), nullable=False),  # waiting, accepted, failed
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("answer", Text),  # what the mail provider said
    CheckConstraint("status IN ('waiting', 'accepted', 'failed')", name="status"),
    CheckConstraint("(status = 'accepted') = (accepted_at IS NOT NULL)", name="accepted"),
)
Index(
    "ix_delivery_waiting",
    delivery.c.next_at,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
