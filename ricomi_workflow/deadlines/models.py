"""Tables of deadlines and of the worker's pulse."""

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

from ricomi_workflow.db.schema import JsonText, UtcDateTime, metadata, on_create

deadline = Table(
    "deadline",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("visit", Integer, nullable=False),  # the entry that entered the state: `case.entered`
    Column("kind", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rule", JsonText, nullable=False),  # business days, zone, start: how `at` was found
    Column("then_trigger", String(60)),  # fired by the system when the term ends
    Column("done_at", UtcDateTime),
    Column("result", String(8)),
    UniqueConstraint("case_id", "visit", "kind", "at"),
    CheckConstraint("kind IN ('remind', 'due', 'escalate')", name="kind"),
    # late: overtaken by the end; refused: the trigger was; left: the case had moved before
    CheckConstraint("result IN ('done', 'late', 'refused', 'left')", name="result"),
    CheckConstraint("(done_at IS NULL) = (result IS NULL)", name="done"),
)
Index(
    "ix_deadline_open",
    deadline.c.at,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# A deadline may only be marked as done, once: a change of holidays or a slip never moves it.
on_create(
    deadline,
    sqlite="""CREATE TRIGGER deadline_is_fixed BEFORE UPDATE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed') WHERE OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule, NEW.then_trigger)
    IS NOT (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule, OLD.then_trigger);
END""",
)
on_create(
    deadline,
    sqlite="""CREATE TRIGGER deadline_stays BEFORE DELETE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed');
END""",
)
on_create(
    deadline,
    postgresql="""CREATE FUNCTION deadline_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule::text, NEW.then_trigger)
    IS DISTINCT FROM
    (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule::text, OLD.then_trigger) THEN
    RAISE EXCEPTION 'deadline_is_fixed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    deadline,
    postgresql="""CREATE TRIGGER deadline_is_fixed BEFORE UPDATE OR DELETE ON deadline
FOR EACH ROW EXECUTE FUNCTION deadline_is_fixed()""",
)
