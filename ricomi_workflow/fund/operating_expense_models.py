"""Tables of what the fund spends itself: what one person prepared, and how another ended it.

Triggers hold the money of own spending to these rows, whoever writes it: what is booked on an
account of own spending is what a prepared payment says, paid by somebody who did not prepare it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import (
    UtcDateTime,
    append_only,
    metadata,
    refuse_existing_keys,
    refuse_updates,
)
from ricomi_workflow.ledger.models import account, journal

spending = Table(
    "spending",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # SPEND-2026-0001
    Column("category", String(40), nullable=False),
    Column("source", String(80), nullable=False),  # what its account of money is of
    Column("amount_minor", BigInteger, nullable=False),  # in US$
    Column("document", String(120), nullable=False),
    Column("prepared_by", BigInteger, nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount"),
)

spending_event = Table(
    "spending_event",
    metadata,
    Column("spending_id", BigInteger, ForeignKey("spending.id"), primary_key=True),
    Column("event", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("paid_on", Date),
    Column("bank_reference", String(120)),
    Column("reason", String(1000)),
    UniqueConstraint("bank_reference"),  # the bank shows a payment once
    CheckConstraint("event IN ('paid', 'dropped')", name="event"),
    CheckConstraint("(event = 'paid') = (paid_on IS NOT NULL)", name="paid_on"),
    CheckConstraint("(event = 'paid') = (bank_reference IS NOT NULL)", name="bank_reference"),
    CheckConstraint("(event = 'dropped') = (reason IS NOT NULL)", name="reason"),
)
for _table in (spending, spending_event):
    append_only(_table)
journal.add_is_dependent_on(spending_event)  # it moves money that it speaks of

refuse_existing_keys(spending, "id = NEW.id OR ref = NEW.ref")
refuse_existing_keys(
    spending_event, "spending_id = NEW.spending_id OR bank_reference = NEW.bank_reference"
)

_OWN_PAYMENT = """NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id)"""
refuse_updates(spending_event, "spending_event_of_two", {"own_spending": _OWN_PAYMENT})

# Judged when an account of own spending has moved by the postings after OLD.postings.
_NOT_PREPARED = """EXISTS (SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM spending AS s
        JOIN spending_event AS e ON e.spending_id = s.id AND e.event = 'paid'
        WHERE j.key = 'operation:' || s.ref AND j.at = e.paid_on AND p.amount = s.amount_minor
        AND NEW.code = 'operations:' || s.category || '/' || s.source))"""
refuse_updates(
    account,
    "account_holds_spending",
    {"no_spending": _NOT_PREPARED},
    when="AFTER UPDATE",
    only=" WHEN (NEW.kind = 'operations')",
)
