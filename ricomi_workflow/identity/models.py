"""Tables of people, their roles and their ways in."""

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
)

from ricomi_workflow.db.schema import (
    COUNTRY,
    DIGEST,
    JsonText,
    UtcDateTime,
    allow_changes_of,
    append_only,
    metadata,
    refuse_existing_keys,
)

user = Table(
    "user",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("name", String(120), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("zone", String(40), nullable=False),
    Column("password_hash", Text),  # NULL until the invitation is answered
    Column("epoch", Integer, nullable=False),  # raised to end all sessions
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("lang IN ('es', 'en', 'pt', 'fr')", name="lang"),
    CheckConstraint("email = lower(email)", name="email_lower"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("role", String(30), nullable=False),
    Column("country", COUNTRY),  # NULL: for the network
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day of validity
    Column("given_by", BigInteger),
)
Index("ix_role_grant_user_id", role_grant.c.user_id)
Index("ix_role_grant_role_country", role_grant.c.role, role_grant.c.country)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("purpose", String(12), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),
)
Index("ix_one_time_link_user_id", one_time_link.c.user_id)
allow_changes_of(one_time_link, once=("used_at",), goes=True)

# Sessions that somebody signed out of, while a copy of their cookie could still be used.
ended_session = Table(
    "ended_session",
    metadata,
    Column("digest", DIGEST, primary_key=True),  # of what the cookie names the session by
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
)
Index("ix_ended_session_ended_at", ended_session.c.ended_at)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False),
    Column("address", String(45), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_sign_in_attempt_email_at", sign_in_attempt.c.email, sign_in_attempt.c.at)
Index("ix_sign_in_attempt_address_at", sign_in_attempt.c.address, sign_in_attempt.c.at)

api_token = Table(
    "api_token",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("hint", String(8), nullable=False),  # the last characters, to tell tokens apart
    Column("role", String(30), nullable=False),  # the one office in which it acts
    Column("country", COUNTRY),  # NULL: for the network
    Column("scopes", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),  # to the hour
    Column("revoked_at", UtcDateTime),
)
Index("ix_api_token_user_id", api_token.c.user_id)
allow_changes_of(api_token, "used_at", once=("revoked_at",))
refuse_existing_keys(api_token, "digest = NEW.digest")

# The private address of a person's calendar; a new one takes the place of the old.
calendar_address = Table(
    "calendar_address",
    metadata,
    Column("user_id", BigInteger, ForeignKey("user.id"), primary_key=True),
    Column("digest", DIGEST, nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("counted_from", UtcDateTime, nullable=False),  # the hour whose questions are counted
    Column("asked", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", BigInteger, ForeignKey("user.id"), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("request_digest", DIGEST, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# A certificate is never changed: what happens to it is an event of its own.
delegation = Table(
    "delegation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("giver_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("delegate_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("ballots", Boolean, nullable=False),  # whether it covers voting
    Column("kinds", JsonText, nullable=False),  # kinds of cases; none: every kind
    Column("cases", JsonText, nullable=False),  # references; none: every case
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),  # last day of validity
    Column("note", Text, nullable=False),
    Column("made_by", BigInteger),  # the giver, the administrator, or the system
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("giver_id <> delegate_id", name="two_people"),
    CheckConstraint("valid_to >= valid_from", name="days"),
)
Index("ix_delegation_delegate", delegation.c.delegate_id, delegation.c.valid_to)
Index("ix_delegation_giver", delegation.c.giver_id, delegation.c.valid_to)

delegation_office = Table(
    "delegation_office",
    metadata,
    Column("delegation_id", BigInteger, ForeignKey("delegation.id"), primary_key=True),
    Column("role", String(30), primary_key=True),
    Column("seat", COUNTRY, primary_key=True),  # the state, or the network's own code
)

delegation_event = Table(
    "delegation_event",
    metadata,
    Column("delegation_id", BigInteger, ForeignKey("delegation.id"), primary_key=True),
    Column("event", String(8), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", BigInteger),  # NULL: the system
    CheckConstraint("event IN ('accepted', 'declined', 'revoked')", name="event"),
)
for _table in (delegation, delegation_office, delegation_event):
    append_only(_table)

instance = Table(
    "instance",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
