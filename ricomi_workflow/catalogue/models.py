"""Tables of the public catalogue and their search index.

The words of an entry are folded in Python (no accents, no case, words only) and stored, so that
SQLite's FTS5 and PostgreSQL's text search index the very same words and answer alike.
`catalogue_word` lists those by which a word that finds nothing may be corrected; triggers fill it.
An entry that goes leaves its words in it until the next rebuild: a correction is offered only
after it has been counted.

`catalogue_change` says which act touched an entry or its facets last, so that what a process keeps
in memory of the catalogue can tell what it has not seen. Triggers write it, whoever changes a row.
"""

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
    LargeBinary,
    String,
    Table,
    Text,
)

from ricomi_workflow.db.schema import (
    COUNTRY,
    CURRENCY,
    DIGEST,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
)

catalogue_entry = Table(
    "catalogue_entry",
    metadata,
    # The number of what it tells of: a case, or the ballot that took a decision.
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(30), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("definition", String(50), nullable=False),  # a process, or a form of `entry_types.py`
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
    # Whether both sides stand behind the facts, and how each State does; empty: not asked.
    Column("confirmation", String(9), nullable=False, server_default=""),
    Column("answers", JsonText, nullable=False, server_default="[]"),
    # Who answers for it (empty: the focal point's office), and how fresh it is.
    Column("office", String(300), nullable=False),
    Column("verified_on", Date, nullable=False),
    Column("review_by", Date),  # the last fresh day; NULL: it tells of what is over
)
Index("ix_catalogue_entry_changed", catalogue_entry.c.changed_at, catalogue_entry.c.entry_id)

catalogue_facet = Table(
    "catalogue_facet",
    metadata,
    Column("facet", String(12), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("entry_id", BigInteger, primary_key=True),
)
Index(
    "ix_catalogue_facet_entry_id",
    catalogue_facet.c.entry_id,
    catalogue_facet.c.facet,
    catalogue_facet.c.value,
)

fact_confirmation = Table(
    "fact_confirmation",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # its entry of the trail
    Column("country", COUNTRY, nullable=False),
    Column("answer", String(9), nullable=False),  # confirmed or disputed
    Column("digest", DIGEST, nullable=False),  # of the facts that were read
    Column("facts", JsonText, nullable=False),
    Column("differs", JsonText, nullable=False),  # what the State holds instead, by fact
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("answer IN ('confirmed', 'disputed')", name="answer"),
)
append_only(fact_confirmation)

# An act's place in SQLite, where acts follow one another; its transaction in PostgreSQL.
catalogue_change = Table(
    "catalogue_change",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("act", BigInteger, nullable=False),
)
Index("ix_catalogue_change_act", catalogue_change.c.act)

# Sets of entries as they were at a change token, each a serialized bitmap: see `stored_index.py`.
catalogue_set = Table(
    "catalogue_set",
    metadata,
    Column("facet", String(12), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("token", Text, nullable=False),
    Column("server", String(20), nullable=False),  # whose numbers the token is made of
    Column("entries", LargeBinary, nullable=False),
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
    sqlite="CREATE VIRTUAL TABLE catalogue_search USING fts5(words, title, tokenize = 'unicode61')",
)
for _name, _act in (
    (
        "insert",
        """INSERT INTO catalogue_search (rowid, words, title)
VALUES (NEW.entry_id, NEW.words, NEW.title_words)""",
    ),
    ("delete", "DELETE FROM catalogue_search WHERE rowid = OLD.entry_id"),
):
    on_create(
        catalogue_entry,
        sqlite=f"""CREATE TRIGGER catalogue_entry_{_name} AFTER {_name.upper()} ON catalogue_entry
BEGIN {_act}; END""",
    )
for _name, _column in (("search", "words"), ("title", "title_words")):
    on_create(
        catalogue_entry,
        postgresql=f"""CREATE INDEX ix_catalogue_entry_{_name} ON catalogue_entry
USING gin (to_tsvector('simple', {_column}))""",
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

on_create(
    catalogue_change,
    postgresql="""CREATE FUNCTION note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_change AS known (entry_id, act)
SELECT DISTINCT entry_id, pg_current_xact_id()::text::bigint FROM touched ORDER BY entry_id
ON CONFLICT (entry_id) DO UPDATE SET act = EXCLUDED.act WHERE known.act <> EXCLUDED.act;
RETURN NULL; END $$""",
)
for _table in (catalogue_entry, catalogue_facet):
    for _act, _side, _lite in (
        ("INSERT", "NEW", "INSERT"),
        ("UPDATE", "NEW", "UPDATE"),
        ("UPDATE", "OLD", "UPDATE OF entry_id"),
        ("DELETE", "OLD", "DELETE"),
    ):
        _name = f"{_table.name}_{_act.lower()}_{_side.lower()}_noted"
        on_create(
            catalogue_change,
            sqlite=f"""CREATE TRIGGER {_name} AFTER {_lite} ON {_table.name} BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT {_side}.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
            postgresql=f"""CREATE TRIGGER {_name} AFTER {_act} ON {_table.name}
REFERENCING {_side} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
        )
catalogue_change.add_is_dependent_on(catalogue_entry)
catalogue_change.add_is_dependent_on(catalogue_facet)
