"""Tables of what the bank says, and the triggers that keep it sound; append-only, all.

A statement comes with its lines, each with the balance after it: the database takes a line only
where it follows from the one before, and the last one only with the closing balance. A match is
one row that names its lines and postings; a trigger unfolds it and refuses what stands in another
match, what belongs to another account, sums that are not what the row says, and a person's match
of what the same person entered into the books. `nth` tells statements of one name apart: a new
one is taken when the earlier ones were set aside.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import (
    CURRENCY,
    DIGEST,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
    refuse_existing_keys,
    refuse_updates,
)
from ricomi_workflow.ledger.models import account as ledger_account
from ricomi_workflow.ledger.models import posting

# A file as it came, kept whole; what it holds becomes statements when somebody confirms it.
bank_file = Table(
    "bank_file",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", DIGEST, nullable=False),
    Column("name", String(200), nullable=False),
    Column("notation", String(20), nullable=False),  # `csv`, `camt.053.001.08`
    Column("account", String(40), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("opening_minor", BigInteger),  # typed, where the table does not carry balances
    Column("closing_minor", BigInteger),
    Column("content", Text, nullable=False),  # deflated, base64
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_bank_file_sha256", bank_file.c.sha256)

bank_statement = Table(
    "bank_statement",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("file_id", BigInteger, ForeignKey("bank_file.id"), nullable=False),
    Column("account", String(40), nullable=False),
    Column("name", String(60), nullable=False),  # the bank's
    Column("nth", Integer, nullable=False),
    Column("sequence", Integer),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("opening_minor", BigInteger, nullable=False),
    Column("closing_minor", BigInteger, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("seal", DIGEST, nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("account", "name", "nth"),
    CheckConstraint("last_day >= first_day", name="days"),
    CheckConstraint("lines > 0 OR opening_minor = closing_minor", name="closed"),
)
Index("ix_bank_statement_file_id", bank_statement.c.file_id)
Index("ix_bank_statement_account", bank_statement.c.account, bank_statement.c.first_day)

bank_statement_withdrawn = Table(
    "bank_statement_withdrawn",
    metadata,
    Column("statement_id", BigInteger, ForeignKey("bank_statement.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)

bank_line = Table(
    "bank_line",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("statement_id", BigInteger, ForeignKey("bank_statement.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("valued_on", Date),
    Column("amount", BigInteger, nullable=False),  # positive: money that came in
    Column("balance", BigInteger, nullable=False),  # after this line
    Column("said", JsonText, nullable=False),  # references, counterparty, text, code, parts
    UniqueConstraint("statement_id", "position"),
    CheckConstraint("amount <> 0", name="amount"),
)

bank_match = Table(
    "bank_match",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account", String(40), nullable=False),
    Column("lines", JsonText, nullable=False),  # [line, …]
    Column("postings", JsonText, nullable=False),  # [[journal, line], …]
    Column("grounds", JsonText, nullable=False),
    Column("difference", BigInteger, nullable=False),  # what the bank has more than the books
    Column("explanation", String(20)),
    Column("note", Text),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("(difference = 0) = (explanation IS NULL)", name="explained"),
    CheckConstraint("(explanation IS NULL) = (note IS NULL)", name="noted"),
    CheckConstraint(
        "explanation IN ('bank_fee', 'interest', 'exchange', 'not_identified', 'bank_error',"
        " 'book_error', 'other')",
        name="explanation",
    ),
)
bank_match.add_is_dependent_on(bank_line)
bank_match.add_is_dependent_on(posting)
bank_match.add_is_dependent_on(ledger_account)
Index("ix_bank_match_account", bank_match.c.account)

bank_match_line = Table(
    "bank_match_line",
    metadata,
    Column("match_id", BigInteger, ForeignKey("bank_match.id"), primary_key=True),
    Column("line_id", BigInteger, ForeignKey("bank_line.id"), primary_key=True),
)
Index("ix_bank_match_line_line_id", bank_match_line.c.line_id)

bank_match_posting = Table(
    "bank_match_posting",
    metadata,
    Column("match_id", BigInteger, ForeignKey("bank_match.id"), primary_key=True),
    Column("journal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["journal_id", "line"], ["posting.journal_id", "posting.line"]),
)
Index(
    "ix_bank_match_posting_journal_id",
    bank_match_posting.c.journal_id,
    bank_match_posting.c.line,
)

bank_match_undone = Table(
    "bank_match_undone",
    metadata,
    Column("match_id", BigInteger, ForeignKey("bank_match.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)
for _table in (
    bank_file,
    bank_statement,
    bank_statement_withdrawn,
    bank_line,
    bank_match,
    bank_match_line,
    bank_match_posting,
    bank_match_undone,
):
    append_only(_table)


# How each database looks whether a match names a line or a posting.
_NAMED = {
    "sqlite": {
        "{line}": "EXISTS (SELECT 1 FROM json_each(b.lines) WHERE value = NEW.line_id)",
        "{posting}": "EXISTS (SELECT 1 FROM json_each(b.postings)"
        " WHERE json_extract(value, '$[0]') = NEW.journal_id"
        " AND json_extract(value, '$[1]') = NEW.line)",
    },
    "postgresql": {
        "{line}": "EXISTS (SELECT 1 FROM json_array_elements_text(b.lines) AS e(value)"
        " WHERE e.value = NEW.line_id::text)",
        "{posting}": "EXISTS (SELECT 1 FROM json_array_elements(b.postings) AS e(value)"
        " WHERE (e.value ->> 0)::bigint = NEW.journal_id"
        " AND (e.value ->> 1)::integer = NEW.line)",
    },
}


def _in_dialect(rule: str, dialect: str) -> str:
    """A condition in the words of one database."""
    for mark, condition in _NAMED[dialect].items():
        rule = rule.replace(mark, condition)
    return rule


# Two people may match one row at once: the second waits, and then sees the first one's match.
_LINE_LOCK = "PERFORM 1 FROM bank_line WHERE id = NEW.line_id FOR UPDATE"
_POSTING_LOCK = """PERFORM 1 FROM posting
    WHERE journal_id = NEW.journal_id AND line = NEW.line FOR UPDATE"""
_STATEMENT_LOCK = """PERFORM 1 FROM bank_line
    WHERE statement_id = NEW.statement_id ORDER BY id FOR UPDATE"""
_STANDS = "NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id)"
refuse_updates(
    bank_line,
    "bank_line_follows",
    {
        "uq_bank_line": "EXISTS (SELECT 1 FROM bank_line AS l WHERE l.id = NEW.id"
        " OR (l.statement_id = NEW.statement_id AND l.position = NEW.position))",
        "bank_not_closed": """NOT EXISTS (
    SELECT 1 FROM bank_statement AS s LEFT JOIN bank_line AS p
    ON p.statement_id = s.id AND p.position = NEW.position - 1
    WHERE s.id = NEW.statement_id AND NEW.position BETWEEN 1 AND s.lines
    AND (NEW.position = 1 OR p.id IS NOT NULL)
    AND NEW.balance = coalesce(p.balance, s.opening_minor) + NEW.amount
    AND (NEW.position < s.lines OR NEW.balance = s.closing_minor)
    AND NEW.booked_on BETWEEN s.first_day AND s.last_day)""",
    },
)
refuse_updates(
    bank_statement,
    "bank_statement_is_new",
    {
        "uq_bank_statement_id": "EXISTS (SELECT 1 FROM bank_statement WHERE id = NEW.id)",
        "uq_bank_statement": """EXISTS (
    SELECT 1 FROM bank_statement AS s WHERE s.account = NEW.account AND s.name = NEW.name
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id))""",
    },
)
refuse_updates(
    bank_statement_withdrawn,
    "bank_statement_is_unmatched",
    {
        "uq_bank_statement_withdrawn": "EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w"
        " WHERE w.statement_id = NEW.statement_id)",
        "bank_statement_matched": f"""EXISTS (
    SELECT 1 FROM bank_line AS l JOIN bank_match_line AS m ON m.line_id = l.id
    WHERE l.statement_id = NEW.statement_id AND {_STANDS})""",
    },
    lock=_STATEMENT_LOCK,
)
refuse_existing_keys(bank_file, "id = NEW.id")
refuse_existing_keys(bank_match, "id = NEW.id")
refuse_existing_keys(bank_match_undone, "match_id = NEW.match_id")
refuse_updates(
    bank_match_line,
    "bank_match_line_is_free",
    {
        "bank_match_unsound": """NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN bank_line AS l ON l.id = NEW.line_id
    JOIN bank_statement AS s ON s.id = l.statement_id
    WHERE b.id = NEW.match_id AND s.account = b.account AND {line}
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id))""",
        "bank_matched_already": f"""EXISTS (
    SELECT 1 FROM bank_match_line AS m WHERE m.line_id = NEW.line_id AND {_STANDS})""",
    },
    lock=_LINE_LOCK,
    said=_in_dialect,
)
refuse_updates(
    bank_match_posting,
    "bank_match_posting_is_free",
    {
        "bank_match_unsound": """NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN posting AS p
    ON p.journal_id = NEW.journal_id AND p.line = NEW.line
    JOIN account AS a ON a.id = p.account_id
    WHERE b.id = NEW.match_id AND a.code = 'cash:' || b.account AND {posting})""",
        "bank_own_posting": """EXISTS (
    SELECT 1 FROM bank_match AS b JOIN journal AS j ON j.id = NEW.journal_id
    WHERE b.id = NEW.match_id AND j.actor_id = b.by)""",
        "bank_matched_already": f"""EXISTS (
    SELECT 1 FROM bank_match_posting AS m
    WHERE m.journal_id = NEW.journal_id AND m.line = NEW.line AND {_STANDS})""",
    },
    lock=_POSTING_LOCK,
    said=_in_dialect,
)

_UNSOUND = """NEW.difference <> coalesce((SELECT sum(l.amount) FROM bank_match_line AS m
    JOIN bank_line AS l ON l.id = m.line_id WHERE m.match_id = NEW.id), 0)
    - coalesce((SELECT sum(p.amount) FROM bank_match_posting AS m
    JOIN posting AS p ON p.journal_id = m.journal_id AND p.line = m.line
    WHERE m.match_id = NEW.id), 0)
    OR (NOT EXISTS (SELECT 1 FROM bank_match_line WHERE match_id = NEW.id)
    AND (NEW.difference <> 0
    OR NOT EXISTS (SELECT 1 FROM bank_match_posting WHERE match_id = NEW.id)))"""
on_create(
    bank_match,
    sqlite=f"""CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match BEGIN
INSERT INTO bank_match_line (match_id, line_id) SELECT NEW.id, value FROM json_each(NEW.lines);
INSERT INTO bank_match_posting (match_id, journal_id, line)
SELECT NEW.id, json_extract(value, '$[0]'), json_extract(value, '$[1]')
FROM json_each(NEW.postings);
SELECT RAISE(ABORT, 'bank_match_unsound') WHERE {_UNSOUND};
END""",
    postgresql=f"""CREATE FUNCTION bank_match_unfolds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
INSERT INTO bank_match_line (match_id, line_id)
SELECT NEW.id, value::text::bigint FROM json_array_elements(NEW.lines);
INSERT INTO bank_match_posting (match_id, journal_id, line)
SELECT NEW.id, (value ->> 0)::bigint, (value ->> 1)::integer
FROM json_array_elements(NEW.postings);
IF {_UNSOUND} THEN
    RAISE EXCEPTION 'bank_match_unsound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
)
on_create(
    bank_match,
    postgresql="""CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match
FOR EACH ROW EXECUTE FUNCTION bank_match_unfolds()""",
)
