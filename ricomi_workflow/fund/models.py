"""Tables of the fund: the tranches of a case, and what happened to them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import (
    CURRENCY,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
)
from ricomi_workflow.ledger.models import of_entry

tranche = Table(
    "tranche",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("requested_by", BigInteger, nullable=False),
    Column("requested_seq", Integer, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    UniqueConstraint("case_id", "number"),
    CheckConstraint("amount_minor > 0", name="amount"),
    of_entry("requested_seq"),
)

tranche_event = Table(
    "tranche_event",
    metadata,
    Column("tranche_id", BigInteger, ForeignKey("tranche.id"), primary_key=True),
    Column("event", String(12), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("paid_on", Date),
    Column("bank_reference", String(120)),
    CheckConstraint("event IN ('certified', 'refused', 'paid')", name="event"),
    CheckConstraint("(event = 'paid') = (bank_reference IS NOT NULL)", name="bank_reference"),
    of_entry("seq"),
)
for _table in (tranche, tranche_event):
    append_only(_table)

# SQLite's INSERT OR REPLACE deletes without a delete trigger where a connection does not ask for
# recursive triggers; an insert that meets its own key is refused before that, as a conflict.
on_create(
    tranche,
    sqlite="""CREATE TRIGGER tranche_is_new BEFORE INSERT ON "tranche" BEGIN
SELECT RAISE(ABORT, 'uq_tranche')
WHERE EXISTS (SELECT 1 FROM "tranche"
    WHERE id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number));
END""",
)

# A tranche: refused before it is paid or not at all; three people ask, certify and pay.
_NOT_IN_ORDER = """NOT EXISTS (
    SELECT 1 FROM tranche AS t
    LEFT JOIN tranche_event AS c ON c.tranche_id = t.id AND c.event = 'certified'
    LEFT JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event <> 'certified'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.event IS NULL AND (
        NEW.event = 'refused'
        OR (NEW.event = 'certified' AND c.event IS NULL AND NEW.actor_id <> t.requested_by)
        OR (NEW.event = 'paid' AND NEW.actor_id <> t.requested_by
            AND NEW.actor_id <> c.actor_id)))"""
on_create(
    tranche_event,
    sqlite=f"""CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON tranche_event BEGIN
SELECT RAISE(ABORT, 'tranche_out_of_order') WHERE {_NOT_IN_ORDER};
END""",
)
on_create(
    tranche_event,
    postgresql=f"""CREATE FUNCTION tranche_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF {_NOT_IN_ORDER} THEN
    RAISE EXCEPTION 'tranche_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    tranche_event,
    postgresql="""CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON tranche_event
FOR EACH ROW EXECUTE FUNCTION tranche_event_in_order()""",
)
