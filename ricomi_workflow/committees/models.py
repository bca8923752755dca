"""Tables of appointments, confirmed rules and reminders of the calendar; append-only, all."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import COUNTRY, DIGEST, UtcDateTime, append_only, metadata

# An officer of a body for a term, or somebody accredited by a state: what was decided or notified.
appointment = Table(
    "appointment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", String(40), nullable=False),
    Column("role", String(30), nullable=False),
    Column("nth", Integer, nullable=False),  # of its office: two made at once are told apart
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("country", COUNTRY, nullable=False),  # the state that they represent
    Column("grant_id", BigInteger, ForeignKey("role_grant.id"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day of the term; NULL: until it is ended
    Column("elected", String(12)),  # officers only
    Column("document", String(200), nullable=False),  # the act, minutes, note or letter
    Column("made_by", BigInteger),  # NULL: the system
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint(
        "role IN ('chair', 'vice_chair', 'rapporteur', 'ceam_delegate', 'ceam_alternate')",
        name="role",
    ),
    CheckConstraint(
        "(elected IS NULL) = (role IN ('ceam_delegate', 'ceam_alternate'))", name="elected"
    ),
    CheckConstraint("elected IN ('acclamation', 'vote')", name="how"),
    CheckConstraint("valid_to >= valid_from", name="days"),
    UniqueConstraint("body", "role", "nth"),
)

appointment_end = Table(
    "appointment_end",
    metadata,
    Column("appointment_id", BigInteger, ForeignKey("appointment.id"), primary_key=True),
    Column("last_day", Date, nullable=False),  # before the first day: it never held
    Column("document", String(200), nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)

rule_confirmation = Table(
    "rule_confirmation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", String(40), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("rule_digest", DIGEST, nullable=False),
    Column("document", Text, nullable=False),
    Column("by", BigInteger),
    Column("by_name", String(120), nullable=False),  # as they were called when they confirmed
    Column("at", UtcDateTime, nullable=False),
    Column("illustrative", Boolean, nullable=False),  # made for a demonstration
)
Index(
    "ix_rule_confirmation_body_rule_rule_digest",
    rule_confirmation.c.body,
    rule_confirmation.c.rule,
    rule_confirmation.c.rule_digest,
)

rule_confirmation_end = Table(
    "rule_confirmation_end",
    metadata,
    Column("confirmation_id", BigInteger, ForeignKey("rule_confirmation.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)

calendar_reminder = Table(
    "calendar_reminder",
    metadata,
    Column("body", String(40), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("told", Integer, nullable=False),  # how many messages were written
)
for _table in (
    appointment,
    appointment_end,
    rule_confirmation,
    rule_confirmation_end,
    calendar_reminder,
):
    append_only(_table)
