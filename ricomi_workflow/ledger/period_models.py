"""Which months and years of the books are closed: a table of events, and what it forbids.

A period is a month (`2026-03`) or a year (`2026`); what the last event of it says holds. While a
period is closed, no journal whose day lies in it is taken. Closing waits for every act that is
writing into the period, and acts wait for a closing, so that none slips in beside it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, String, Table, Text

from ricomi_workflow.db.schema import (
    DIGEST,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
    refuse_existing_keys,
)
from ricomi_workflow.ledger.models import journal

PERIOD_LOCK = 20_260  # names the locks of the periods among those of the product

period_event = Table(
    "period_event",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger),  # NULL for the system
    Column("office", String(20), nullable=False),  # in which the person acted
    Column("reason", Text),
    Column("journals", Integer),  # how many the period held when it was closed
    Column("digest", DIGEST),  # of those journals
    CheckConstraint("event IN ('closed', 'asked', 'reopened', 'kept')", name="event"),
    CheckConstraint("event NOT IN ('asked', 'kept') OR reason IS NOT NULL", name="reason"),
    CheckConstraint(
        "(event = 'closed') = (digest IS NOT NULL) AND (digest IS NULL) = (journals IS NULL)",
        name="digest",
    ),
    CheckConstraint(
        "length(period) = 4 OR substr(period, 5) IN ('-01', '-02', '-03', '-04', '-05', '-06',"
        " '-07', '-08', '-09', '-10', '-11', '-12')",
        name="period",
    ),
)
append_only(period_event)
refuse_existing_keys(period_event, "period = NEW.period AND number = NEW.number")

# Two persons of different offices reopen: one asks and says why, another agrees.
_LAST = "(SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1)"
_OUT_OF_ORDER = f"""NEW.number <>
    (SELECT 1 + count(*) FROM period_event WHERE period = NEW.period)
    OR NEW.event = 'closed' AND coalesce({_LAST}, 'reopened') <> 'reopened'
    OR NEW.event = 'asked' AND coalesce({_LAST}, '') NOT IN ('closed', 'kept')
    OR NEW.event = 'kept' AND coalesce({_LAST}, '') <> 'asked'
    OR NEW.event = 'reopened' AND NOT EXISTS (
        SELECT 1 FROM period_event AS a WHERE a.period = NEW.period AND a.number = NEW.number - 1
        AND a.event = 'asked' AND a.actor_id <> NEW.actor_id AND a.office <> NEW.office)"""
on_create(
    period_event,
    sqlite=f"""CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event BEGIN
SELECT RAISE(ABORT, 'period_out_of_order') WHERE {_OUT_OF_ORDER};
END""",
)
on_create(
    period_event,
    postgresql=f"""CREATE FUNCTION period_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first integer := left(NEW.period, 4)::integer * 12 + 1;
DECLARE last integer := first + 11;
BEGIN
IF length(NEW.period) > 4 THEN
    first := first - 1 + right(NEW.period, 2)::integer;
    last := first;
END IF;
PERFORM pg_advisory_xact_lock({PERIOD_LOCK}, month) FROM generate_series(first, last) AS month;
IF {_OUT_OF_ORDER} THEN
    RAISE EXCEPTION 'period_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    period_event,
    postgresql="""CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event
FOR EACH ROW EXECUTE FUNCTION period_event_in_order()""",
)


def _closed(year: str, month: str) -> str:
    return f"""EXISTS (SELECT 1 FROM period_event AS e WHERE e.period IN ({year}, {month})
    AND e.event <> 'reopened' AND NOT EXISTS (SELECT 1 FROM period_event AS l
        WHERE l.period = e.period AND l.number > e.number))"""


journal.add_is_dependent_on(period_event)
on_create(
    journal,
    sqlite=f"""CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal BEGIN
SELECT RAISE(ABORT, 'ck_journal_at') WHERE NEW.at IS NOT date(NEW.at, '+0 days');
SELECT RAISE(ABORT, 'period_closed')
WHERE {_closed("substr(NEW.at, 1, 4)", "substr(NEW.at, 1, 7)")};
END""",
)
on_create(
    journal,
    postgresql=f"""CREATE FUNCTION journal_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM pg_advisory_xact_lock_shared({PERIOD_LOCK},
    extract(year FROM NEW.at)::integer * 12 + extract(month FROM NEW.at)::integer);
IF {_closed("to_char(NEW.at, 'YYYY')", "to_char(NEW.at, 'YYYY-MM')")} THEN
    RAISE EXCEPTION 'period_closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    journal,
    postgresql="""CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_in_open_period()""",
)
