"""Tables of the public catalogue and their search index.

The words of an entry are folded in Python (no accents, no case, words only) and stored, so that
SQLite's FTS5 and PostgreSQL's text search index the very same words and answer alike.
`catalogue_word` lists those by which a word that finds nothing may be corrected; triggers fill it.
An entry that goes leaves its words in it until the next rebuild: a correction is offered only
after it has been counted.
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
    Column("title_words", Text, nullable=False),  # of these, those of the title
)
Index("ix_catalogue_entry_changed", catalogue_entry.c.changed_at, catalogue_entry.c.case_id)

catalogue_facet = Table(
    "catalogue_facet",
    metadata,
    Column("facet", String(12), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("case_id", BigInteger, primary_key=True),
)
Index(
    "ix_catalogue_facet_case_id",
    catalogue_facet.c.case_id,
    catalogue_facet.c.facet,
    catalogue_facet.c.value,
)

SHORTEST_WORD, LONGEST_WORD = 4, 24
STEM, ENDING = 2, 3  # letters at the start and at the end, one of which a slip leaves alone
catalogue_word = Table(
    "catalogue_word",
    metadata,
    Column("word", String(LONGEST_WORD), primary_key=True),
    Column("start", String(STEM), nullable=False),
    Column("ending", String(ENDING), nullable=False),
    Column("length", Integer, nullable=False),
)
Index("ix_catalogue_word_start", catalogue_word.c.start, catalogue_word.c.length)
Index("ix_catalogue_word_ending", catalogue_word.c.ending, catalogue_word.c.length)

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
_COLUMNS = "word, start, ending, length"
_PARTS = f"word, substr(word, 1, {STEM}), substr(word, length(word) - {ENDING - 1}), length(word)"
_LONG = f"length(word) BETWEEN {SHORTEST_WORD} AND {LONGEST_WORD}"
# Words hold no quotes and no backslashes. They come sorted: two acts never wait crosswise.
on_create(
    catalogue_entry,
    sqlite=f"""CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
BEGIN INSERT OR IGNORE INTO catalogue_word ({_COLUMNS})
SELECT {_PARTS} FROM (SELECT value AS word FROM
json_each('["' || replace(trim(NEW.words), ' ', '","') || '"]'))
WHERE {_LONG} AND word NOT GLOB '*[0-9]*'; END""",
    postgresql=f"""CREATE FUNCTION keep_catalogue_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_word ({_COLUMNS})
SELECT {_PARTS} FROM (SELECT DISTINCT word FROM
unnest(string_to_array(NEW.words, ' ')) AS word) AS told
WHERE {_LONG} AND word !~ '[0-9]' ORDER BY word ON CONFLICT DO NOTHING;
RETURN NULL; END $$""",
)
on_create(
    catalogue_entry,
    postgresql="""CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
FOR EACH ROW EXECUTE FUNCTION keep_catalogue_words()""",
)
