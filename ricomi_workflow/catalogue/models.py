"""Tables of the public catalogue and their search index.

The words of an entry are folded in Python (no accents, no case, words only) and stored, so that
SQLite's FTS5 and PostgreSQL's text search index the very same words and answer alike.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from ricomi_workflow.db.schema import COUNTRY, CURRENCY, JsonText, UtcDateTime, metadata, on_create

catalogue_entry = Table(
    "catalogue_entry",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("definition", String(50), nullable=False),
    Column("country", COUNTRY, nullable=False),
    Column("status", String(40), nullable=False),  # a step of the process, or a final state
    Column("year", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("title", JsonText, nullable=False),
    Column("summary", JsonText, nullable=False),
    Column("public", JsonText, nullable=False),  # every public field by name
    Column("words", Text, nullable=False),  # folded, for search
)
Index("ix_catalogue_entry_changed", catalogue_entry.c.changed_at, catalogue_entry.c.case_id)

catalogue_facet = Table(
    "catalogue_facet",
    metadata,
    Column("facet", String(12), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("case_id", BigInteger, primary_key=True),
)
Index("ix_catalogue_facet_case_id", catalogue_facet.c.case_id)

on_create(
    catalogue_entry,
    sqlite="CREATE VIRTUAL TABLE catalogue_search USING fts5(words, tokenize = 'unicode61')",
)
for _name, _act in (
    ("insert", "INSERT INTO catalogue_search (rowid, words) VALUES (NEW.case_id, NEW.words)"),
    ("delete", "DELETE FROM catalogue_search WHERE rowid = OLD.case_id"),
):
    on_create(
        catalogue_entry,
        sqlite=f"""CREATE TRIGGER catalogue_entry_{_name} AFTER {_name.upper()} ON catalogue_entry
BEGIN {_act}; END""",
    )
on_create(
    catalogue_entry,
    postgresql="""CREATE INDEX ix_catalogue_entry_search ON catalogue_entry
USING gin (to_tsvector('simple', words))""",
)
