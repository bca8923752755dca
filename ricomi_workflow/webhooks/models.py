"""Tables of subscriptions, their secrets, what happened and what became of telling it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.db.schema import (
    COUNTRY,
    JsonText,
    UtcDateTime,
    allow_changes_of,
    metadata,
    on_create,
    refuse_existing_keys,
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(30), nullable=False),  # the office whose it is
    Column("country", COUNTRY),  # NULL: of the network
    Column("name", String(80), nullable=False),
    Column("url", String(500), nullable=False),
    Column("events", JsonText, nullable=False),  # names of what it is notified of
    Column("made_by", BigInteger, ForeignKey("user.id")),  # NULL: at the machine
    Column("made_at", UtcDateTime, nullable=False),
    Column("standing", String(7), nullable=False),
    Column("why", String(10), nullable=False),  # why it is stopped; empty while it is not
    Column("standing_at", UtcDateTime, nullable=False),
    Column("failing_since", UtcDateTime),  # NULL: the last one was taken
    CheckConstraint("standing IN ('active', 'stopped', 'ended')", name="standing"),
    CheckConstraint("why IN ('', 'person', 'failing', 'gone')", name="why"),
)
Index("ix_webhook_role_country", webhook.c.role, webhook.c.country)
allow_changes_of(
    webhook,
    *("standing", "why", "standing_at", "failing_since"),
    refused="OLD.standing = 'ended' AND NEW.standing <> 'ended'",
)
refuse_existing_keys(webhook, "id = NEW.id")

# A secret is made of the key of the installation and this nonce: the database alone yields none.
webhook_secret = Table(
    "webhook_secret",
    metadata,
    Column("webhook_id", BigInteger, ForeignKey("webhook.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("nonce", String(43), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),  # NULL: until the next one is made
)
allow_changes_of(
    webhook_secret,
    "ends_at",
    refused="OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at)",
)
refuse_existing_keys(webhook_secret, "webhook_id = NEW.webhook_id AND number = NEW.number")

# Acts on cases that the worker has not looked at yet. A trigger of the trail writes a row, so that
# no act can do without and none costs a statement more.
webhook_due = Table(
    "webhook_due",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
)
webhook_due.add_is_dependent_on(audit_entry)
_ACTS = "NEW.act LIKE 'case.%' AND NEW.act <> 'case.migrated'"
_KEEP = "INSERT INTO webhook_due (case_id, seq) VALUES (NEW.case_id, NEW.seq)"
on_create(
    webhook_due,
    sqlite=f"""CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
WHEN {_ACTS} BEGIN {_KEEP}; END""",
    postgresql=f"""CREATE FUNCTION audit_entry_notifies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {_KEEP}; RETURN NULL; END $$""",
)
on_create(
    webhook_due,
    postgresql=f"""CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
FOR EACH ROW WHEN ({_ACTS}) EXECUTE FUNCTION audit_entry_notifies()""",
)

webhook_event = Table(
    "webhook_event",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ref", String(20)),  # NULL: about no case
    Column("countries", JsonText, nullable=False),  # the states that it concerns
    Column("facts", JsonText, nullable=False),  # what is sent: codes, never sentences
)
Index("ix_webhook_event_at", webhook_event.c.at)
allow_changes_of(webhook_event, goes=True)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("webhook_id", BigInteger, ForeignKey("webhook.id"), nullable=False),
    Column("event_id", BigInteger, ForeignKey("webhook_event.id"), nullable=False),
    Column("status", String(9), nullable=False),
    Column("failures", Integer, nullable=False),  # since it was last begun
    Column("tries", Integer, nullable=False),  # since it was made
    Column("next_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("settled_at", UtcDateTime),  # when it was taken or given up
    UniqueConstraint("webhook_id", "event_id"),
    CheckConstraint("status IN ('waiting', 'delivered', 'failed')", name="status"),
    CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name="settled"),
)
Index("ix_webhook_delivery_webhook_id", webhook_delivery.c.webhook_id, webhook_delivery.c.id)
Index("ix_webhook_delivery_event_id", webhook_delivery.c.event_id)
Index(
    "ix_webhook_delivery_waiting",
    webhook_delivery.c.next_at,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)

webhook_attempt = Table(
    "webhook_attempt",
    metadata,
    Column("delivery_id", BigInteger, ForeignKey("webhook_delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(13), nullable=False),  # see rules.Outcome
    Column("code", Integer),  # of the answer; NULL: there was none
    Column("milliseconds", Integer, nullable=False),
)
allow_changes_of(webhook_attempt, goes=True)
