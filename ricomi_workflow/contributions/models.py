"""The table of pledges."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, String, Table, Text

from ricomi_workflow.db.schema import CURRENCY, UtcDateTime, append_only, metadata, on_create

contribution = Table(
    "contribution",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `FUND-2026-0003`
    Column("donor", String(120), nullable=False),  # ISO 3166-1 code, or a name
    Column("donor_class", String(20), nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("pledged_minor", BigInteger, nullable=False),
    Column("pledged_on", Date, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("agreement", Text),  # reference of the instrument that creates it
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("pledged_minor > 0", name="pledged"),
    CheckConstraint(
        "donor_class IN ('member_states', 'permanent_observers', 'other')", name="donor_class"
    ),
)
append_only(contribution)

# SQLite's INSERT OR REPLACE deletes without a delete trigger where a connection does not ask for
# recursive triggers; an insert that meets its own key is refused before that, as a conflict.
on_create(
    contribution,
    sqlite="""CREATE TRIGGER contribution_is_new BEFORE INSERT ON "contribution" BEGIN
SELECT RAISE(ABORT, 'uq_contribution')
WHERE EXISTS (SELECT 1 FROM "contribution" WHERE id = NEW.id OR ref = NEW.ref);
END""",
)
