"""Tables of matches: a need and an offer that were brought together, and what followed.

Both sides and the points of a match never change, and no match goes away; its step moves with its
events, which only grow and stand in the trails of both cases.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from ricomi_workflow.db.schema import (
    COUNTRY,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    refuse_existing_keys,
    refuse_updates,
)

_STEPS = "'proposed', 'contacted', 'answered', 'declined', 'concluded'"

match = Table(
    "match",
    metadata,
    Column("need_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("offer_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("need_country", COUNTRY, nullable=False),
    Column("offer_country", COUNTRY, nullable=False),
    Column("points", Integer, nullable=False),  # when it was found
    Column("reasons", JsonText, nullable=False),  # the reasons: name, points, values, number
    Column("found_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("step", String(10), nullable=False),
    Column("number", Integer, nullable=False),  # of its last event
    Column("started_by", COUNTRY),  # the State that made contact
    Column("outcome", String(20)),
    Column("request_ref", String(20)),  # the request that came of it
    CheckConstraint(f"step IN ({_STEPS})", name="step"),
    CheckConstraint(
        "outcome IN ('request_opened', 'exchange_done', 'nothing_came')", name="outcome"
    ),
    CheckConstraint("(step = 'concluded') = (outcome IS NOT NULL)", name="concluded"),
    CheckConstraint(
        "request_ref IS NULL OR outcome IN ('request_opened', 'exchange_done')", name="request"
    ),
    CheckConstraint("step NOT IN ('contacted', 'answered') OR started_by IS NOT NULL", name="by"),
    CheckConstraint("need_country <> offer_country", name="two_states"),
)
Index("ix_match_need_country_changed", match.c.need_country, match.c.changed_at)
Index("ix_match_offer_country_changed", match.c.offer_country, match.c.changed_at)
Index("ix_match_offer_id", match.c.offer_id, match.c.step)
Index("ix_match_request_ref", match.c.request_ref)


def _fixed(row: str) -> str:
    names = "need_id offer_id need_country offer_country points found_at".split()
    return ", ".join([*(f"{row}.{name}" for name in names), f"CAST({row}.reasons AS text)"])


_CHANGED = f"({_fixed('NEW')}) <> ({_fixed('OLD')}) OR NEW.number <> OLD.number + 1"
refuse_updates(match, "match_stays", {"append_only: match": _CHANGED}, when="BEFORE UPDATE")
refuse_updates(match, "match_is_kept", {"append_only: match": "1 = 1"}, when="BEFORE DELETE")
refuse_existing_keys(match, "need_id = NEW.need_id AND offer_id = NEW.offer_id")

match_event = Table(
    "match_event",
    metadata,
    Column("need_id", BigInteger, primary_key=True),
    Column("offer_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),  # 1: it was proposed
    Column("step", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("country", COUNTRY),  # whose focal point did it; NULL: the system
    Column("outcome", String(20)),  # what came of it, where the event says so
    Column("office", String(40), nullable=False),
    Column("actor_id", BigInteger),
    Column("words", Text, nullable=False),  # the message, or the reason
    Column("need_seq", Integer, nullable=False),  # the entries of both trails that say so
    Column("offer_seq", Integer, nullable=False),
    ForeignKeyConstraint(["need_id", "offer_id"], ["match.need_id", "match.offer_id"]),
    CheckConstraint(f"step IN ({_STEPS})", name="step"),
    CheckConstraint("country IS NULL OR step <> 'proposed'", name="proposed"),
    CheckConstraint("country IS NOT NULL OR step IN ('proposed', 'concluded')", name="country"),
    CheckConstraint("(step = 'concluded') = (outcome IS NOT NULL)", name="outcome"),
)
Index("ix_match_event_offer_id", match_event.c.offer_id)
append_only(match_event)
refuse_existing_keys(
    match_event,
    "need_id = NEW.need_id AND offer_id = NEW.offer_id AND number = NEW.number",
)

# From which public entry the draft of a case was begun.
match_draft = Table(
    "match_draft",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("entry_id", BigInteger, ForeignKey("case.id"), nullable=False),
)
append_only(match_draft)

# Which state of an entry was compared with the others last.
match_scan = Table(
    "match_scan",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("seen", UtcDateTime, nullable=False),  # `changed_at` of the entry
)

# The week whose summary a focal point was sent last, and whether they want none.
match_digest = Table(
    "match_digest",
    metadata,
    Column("user_id", BigInteger, ForeignKey("user.id"), primary_key=True),
    Column("week", String(8), nullable=False),  # `2026-W48`; empty: none yet
    Column("muted", Boolean, nullable=False),
)
