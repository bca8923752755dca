"""Tables of saved searches, of the addresses of visitors, and of what is mailed to these."""

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
)

from ricomi_workflow.db.schema import DIGEST, JsonText, UtcDateTime, allow_changes_of, metadata

# The only place of an address of a visitor: to erase it is to delete its row.
saved_search_address = Table(
    "saved_search_address",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False, unique=True),
)
allow_changes_of(saved_search_address, goes=True)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("user.id")),
    Column("address_id", BigInteger, ForeignKey("saved_search_address.id", ondelete="CASCADE")),
    Column("question", JsonText, nullable=False),  # {"words": …, "chosen": {facet: [codes]}}
    Column("digest", DIGEST, nullable=False),  # of the question
    Column("pace", String(6), nullable=False),
    Column("lang", String(2), nullable=False),  # of mails to a visitor
    Column("nonce", String(43), nullable=False),  # of its links
    Column("asked_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),  # NULL: the address may be somebody else's
    Column("looked_at", UtcDateTime),  # when it was looked at last, or confirmed
    Column("next_at", UtcDateTime),  # when it is looked at again
    UniqueConstraint("user_id", "digest"),
    UniqueConstraint("address_id", "digest"),
    CheckConstraint("(user_id IS NULL) <> (address_id IS NULL)", name="owner"),
    CheckConstraint(
        "(confirmed_at IS NULL) = (next_at IS NULL) AND (next_at IS NULL) = (looked_at IS NULL)",
        name="next",
    ),
    CheckConstraint("pace IN ('daily', 'weekly')", name="pace"),
)
Index("ix_saved_search_next_at", saved_search.c.next_at)
Index("ix_saved_search_asked_at", saved_search.c.asked_at)
allow_changes_of(saved_search, *("pace", "looked_at", "next_at"), once=("confirmed_at",), goes=True)

# Each question of a visitor, answered or not: how many came from one place is counted by it alone,
# so that the count tells nothing of the addresses that were named. Kept for an hour.
saved_search_attempt = Table(
    "saved_search_attempt",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("origin", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_saved_search_attempt_origin", saved_search_attempt.c.origin, saved_search_attempt.c.at)

saved_search_notified = Table(
    "saved_search_notified",
    metadata,
    Column(
        "search_id",
        BigInteger,
        ForeignKey("saved_search.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("entry_id", BigInteger, primary_key=True),
    Column("at", UtcDateTime, nullable=False),  # of the look that found it
)
Index("ix_saved_search_notified_at", saved_search_notified.c.search_id, saved_search_notified.c.at)

saved_search_mail = Table(
    "saved_search_mail",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "search_id", BigInteger, ForeignKey("saved_search.id", ondelete="CASCADE"), nullable=False
    ),
    Column("name", String(40), nullable=False),  # file in notifications/
    Column("params", JsonText, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),  # of the next attempt, or the end of a lease
)
Index("ix_saved_search_mail_next_at", saved_search_mail.c.next_at)
