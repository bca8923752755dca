"""Tables of the ledger, and the triggers by which a journal moves the balances.

A journal is one row that carries its lines. Inserting it is the only way in which money moves: a
trigger checks that the lines add up to zero in each currency, unfolds them into `posting` and
moves the balances of the accounts. Debit is positive, credit is negative. `side` says on which of
the two an account normally stands, and `ck_account_side` keeps it there: an account cannot be
overdrawn. `nth` numbers the postings of an account; a balance may only move by the postings that
it has not counted yet, so that raw SQL can neither invent one nor count one twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ricomi_workflow.db.schema import (
    CURRENCY,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
    refuse_existing_keys,
)
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import (
    ANY_CURRENCY,
    CREDIT,
    DEBIT,
    SECTIONS,
    SIDES,
    Kind,
    Section,
)


def of_entry(seq: str) -> ForeignKeyConstraint:
    """The entry of the trail by which a row came; checked at commit: the entry is written last."""
    return ForeignKeyConstraint(
        ["case_id", seq],
        ["audit_entry.case_id", "audit_entry.seq"],
        deferrable=True,
        initially="DEFERRED",
    )


def _listed(kinds: Iterable[Kind]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


# An account stands where the chart puts its kind.
_IN_THE_CHART = " OR ".join(
    f"section = '{section}' AND side = {side} AND kind IN ({_listed(kinds)})"
    for section in Section
    for side in (DEBIT, CREDIT)
    if (kinds := [k for k in Kind if (SECTIONS[k], SIDES[k]) == (section, side)])
)

account = Table(
    "account",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("code", String(80), nullable=False, unique=True),  # `reserved:RICOMI-2026-0042`
    Column("kind", String(20), nullable=False),
    Column("section", String(12), nullable=False),  # adds up to zero by itself
    Column("side", SmallInteger, nullable=False),  # 1 debit, -1 credit
    Column("currency", CURRENCY, nullable=False),
    Column("owner", BigInteger),  # the case or the contribution; NULL for the fund's own
    Column("balance", BigInteger, nullable=False),
    Column("postings", Integer, nullable=False),  # how many are counted in the balance
    Column("exercise", Boolean, nullable=False, server_default=false()),  # books of play money
    CheckConstraint("balance * side >= 0", name="side"),
    CheckConstraint(_IN_THE_CHART, name="chart"),
    CheckConstraint(
        f"currency = '{BOOK_CURRENCY}' OR kind IN ({_listed(ANY_CURRENCY)})", name="book_currency"
    ),
)
Index("ix_account_owner", account.c.owner)

journal = Table(
    "journal",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Date, nullable=False),  # the day of the fact
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("memo", String(20), nullable=False),  # what kind of fact; a reversal keeps it
    Column("case_id", BigInteger, ForeignKey("case.id")),
    Column("case_seq", Integer),
    Column("actor_id", BigInteger),
    Column("key", String(160), nullable=False, unique=True),  # the same fact is written once
    Column("reference", String(120)),  # of the bank
    Column("reverses", BigInteger, ForeignKey("journal.id"), unique=True),
    Column("lines", JsonText, nullable=False),  # [{account, amount, currency, note}]
    of_entry("case_seq"),
    CheckConstraint("(case_id IS NULL) = (case_seq IS NULL)", name="entry"),
)
journal.add_is_dependent_on(account)
Index("ix_journal_case", journal.c.case_id, journal.c.case_seq)
Index("ix_journal_at", journal.c.at)

posting = Table(
    "posting",
    metadata,
    Column("journal_id", BigInteger, ForeignKey("journal.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, ForeignKey("account.id"), nullable=False),
    Column("nth", Integer, nullable=False),  # 1 for the first posting of the account
    Column("amount", BigInteger, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("note", Text),  # the budget line of an expenditure
    UniqueConstraint("account_id", "nth"),
    CheckConstraint("amount <> 0", name="amount"),
)

for _table in (journal, posting):
    append_only(_table)

refuse_existing_keys(account, "id = NEW.id OR code = NEW.code")
refuse_existing_keys(journal, "id = NEW.id OR key = NEW.key OR reverses = NEW.reverses")
refuse_existing_keys(posting, "journal_id = NEW.journal_id AND line = NEW.line")

# A journal: balanced in each currency, unfolded into postings, moving its accounts. The plus signs
# keep SQLite from the index of the account, which would read all its postings.
_NOT_REVERSED = """NEW.reverses IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM journal AS o WHERE o.id = NEW.reverses AND o.reverses IS NULL
        AND o.memo = NEW.memo AND coalesce(o.case_id, 0) = coalesce(NEW.case_id, 0))
    OR (SELECT count(*) FROM posting WHERE journal_id = NEW.id)
        <> (SELECT count(*) FROM posting WHERE journal_id = NEW.reverses)
    OR EXISTS (SELECT 1 FROM posting AS p LEFT JOIN posting AS n ON n.journal_id = NEW.id
        AND n.line = p.line AND n.account_id = p.account_id AND n.amount = -p.amount
        AND coalesce(n.note, '') = coalesce(p.note, '')
        WHERE p.journal_id = NEW.reverses AND n.line IS NULL))"""
# Each section of the chart adds up to zero by itself: no line turns a pledge into money.
_ACROSS_SECTIONS = """EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id GROUP BY a.section, p.currency HAVING sum(p.amount) <> 0)"""
# Play money of exercises and money of the fund never stand in one journal, nor in each other's.
_MIXED = """EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id AND a.exercise <>
        EXISTS (SELECT 1 FROM "case" AS c WHERE c.id = NEW.case_id AND c.exercise))"""
# Both at once, in one look at the postings: what nearly every journal passes.
_MIXED_OR_ACROSS = """EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id GROUP BY a.section, p.currency
    HAVING sum(p.amount) <> 0 OR bool_or(a.exercise <> (NEW.case_id IS NOT NULL AND
        EXISTS (SELECT 1 FROM "case" AS c WHERE c.id = NEW.case_id AND c.exercise))))"""
on_create(
    journal,
    sqlite=f"""CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal BEGIN
SELECT RAISE(ABORT, 'unbalanced_journal: lines') WHERE json_type(NEW.lines) IS NOT 'array'
    OR json_array_length(NEW.lines) < 2
    OR EXISTS (SELECT 1 FROM json_each(NEW.lines)
        WHERE json_type(value, '$.account') IS NOT 'integer'
        OR json_type(value, '$.amount') IS NOT 'integer'
        OR json_type(value, '$.currency') IS NOT 'text')
    OR EXISTS (SELECT 1 FROM json_each(NEW.lines) GROUP BY json_extract(value, '$.currency')
        HAVING sum(json_extract(value, '$.amount')) <> 0);
INSERT INTO posting (journal_id, line, account_id, nth, amount, currency, note)
SELECT NEW.id, l.key + 1, a.id,
    a.postings + row_number() OVER (PARTITION BY a.id ORDER BY l.key),
    json_extract(l.value, '$.amount'), json_extract(l.value, '$.currency'),
    json_extract(l.value, '$.note')
FROM json_each(NEW.lines) AS l JOIN account AS a ON a.id = json_extract(l.value, '$.account');
SELECT RAISE(ABORT, 'unbalanced_journal: account') WHERE json_array_length(NEW.lines)
    <> (SELECT count(*) FROM posting WHERE journal_id = NEW.id);
SELECT RAISE(ABORT, 'unbalanced_journal: section') WHERE {_ACROSS_SECTIONS};
SELECT RAISE(ABORT, 'not_a_reversal') WHERE {_NOT_REVERSED};
SELECT RAISE(ABORT, 'mixed_books') WHERE {_MIXED};
UPDATE account SET
    balance = balance + (SELECT sum(amount) FROM posting
        WHERE journal_id = NEW.id AND +account_id = account.id),
    postings = postings + (SELECT count(*) FROM posting
        WHERE journal_id = NEW.id AND +account_id = account.id)
WHERE id IN (SELECT account_id FROM posting WHERE journal_id = NEW.id);
END""",
)
on_create(
    journal,
    postgresql=f"""CREATE FUNCTION journal_moves_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE written integer;
BEGIN
IF json_typeof(NEW.lines) <> 'array' OR json_array_length(NEW.lines) < 2 OR EXISTS (
    SELECT 1 FROM json_to_recordset(NEW.lines) AS l(account bigint, amount bigint, currency text)
    GROUP BY l.currency HAVING sum(l.amount) <> 0 OR count(l.account) < count(*)
    OR count(l.amount) < count(*) OR count(l.currency) < count(*)) THEN
    RAISE EXCEPTION 'unbalanced_journal: lines' USING ERRCODE = 'integrity_constraint_violation';
END IF;
PERFORM 1 FROM account WHERE id IN (
    SELECT l.account FROM json_to_recordset(NEW.lines) AS l(account bigint))
ORDER BY id FOR UPDATE;
INSERT INTO posting (journal_id, line, account_id, nth, amount, currency, note)
SELECT NEW.id, l.line, a.id, a.postings + row_number() OVER (PARTITION BY a.id ORDER BY l.line),
    (l.value ->> 'amount')::bigint, l.value ->> 'currency', l.value ->> 'note'
FROM json_array_elements(NEW.lines) WITH ORDINALITY AS l(value, line)
JOIN account AS a ON a.id = (l.value ->> 'account')::bigint;
GET DIAGNOSTICS written = ROW_COUNT;
IF written <> json_array_length(NEW.lines) THEN
    RAISE EXCEPTION 'unbalanced_journal: account' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF {_NOT_REVERSED} THEN
    RAISE EXCEPTION 'not_a_reversal' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF {_MIXED_OR_ACROSS} THEN
    IF {_MIXED} THEN
        RAISE EXCEPTION 'mixed_books' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RAISE EXCEPTION 'unbalanced_journal: section' USING ERRCODE = 'integrity_constraint_violation';
END IF;
UPDATE account AS a SET balance = a.balance + m.amount, postings = a.postings + m.number
FROM (SELECT account_id, sum(amount)::bigint AS amount, count(*)::integer AS number
    FROM posting WHERE journal_id = NEW.id GROUP BY account_id) AS m
WHERE a.id = m.account_id;
RETURN NULL;
END $$""",
)
on_create(
    journal,
    postgresql="""CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_moves_accounts()""",
)

# A posting: exactly a line of its journal, in the currency of its account, not yet counted.
on_create(
    posting,
    sqlite="""CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting BEGIN
SELECT RAISE(ABORT, 'unbalanced_journal: posting') WHERE NOT EXISTS (
    SELECT 1 FROM journal AS j JOIN account AS a ON a.id = NEW.account_id
    WHERE j.id = NEW.journal_id AND a.currency = NEW.currency AND NEW.nth > a.postings
    AND (json_extract(j.lines, '$[' || (NEW.line - 1) || '].account'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].amount'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].currency'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].note'))
    IS (NEW.account_id, NEW.amount, NEW.currency, NEW.note));
END""",
)
on_create(
    posting,
    postgresql="""CREATE FUNCTION posting_is_a_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1 FROM journal AS j JOIN account AS a ON a.id = NEW.account_id
    WHERE j.id = NEW.journal_id AND a.currency = NEW.currency AND NEW.nth > a.postings
    AND (j.lines -> (NEW.line - 1) ->> 'account')::bigint = NEW.account_id
    AND (j.lines -> (NEW.line - 1) ->> 'amount')::bigint = NEW.amount
    AND (j.lines -> (NEW.line - 1) ->> 'currency') = NEW.currency
    AND (j.lines -> (NEW.line - 1) ->> 'note') IS NOT DISTINCT FROM NEW.note) THEN
    RAISE EXCEPTION 'unbalanced_journal: posting' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    posting,
    postgresql="""CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting
FOR EACH ROW EXECUTE FUNCTION posting_is_a_line()""",
)

# An account: begins empty, stays, and moves only by the postings that it has not counted yet.
_NOT_MOVED = """NEW.postings <= OLD.postings OR NEW.id <> OLD.id OR NEW.code <> OLD.code
    OR NEW.kind <> OLD.kind OR NEW.section <> OLD.section OR NEW.side <> OLD.side
    OR NEW.currency <> OLD.currency
    OR coalesce(NEW.owner, 0) <> coalesce(OLD.owner, 0) OR NEW.exercise <> OLD.exercise
    OR NOT EXISTS (
    SELECT account_id FROM posting WHERE account_id = OLD.id AND nth > OLD.postings
    GROUP BY account_id
    HAVING count(*) = NEW.postings - OLD.postings AND sum(amount) = NEW.balance - OLD.balance)"""
on_create(
    account,
    sqlite=f"""CREATE TRIGGER account_needs_posting BEFORE UPDATE ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE {_NOT_MOVED};
END""",
)
on_create(
    account,
    sqlite="""CREATE TRIGGER account_begins BEFORE INSERT ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE NEW.balance <> 0 OR NEW.postings <> 0;
END""",
)
on_create(
    account,
    sqlite="""CREATE TRIGGER account_stays BEFORE DELETE ON account BEGIN
SELECT RAISE(ABORT, 'append_only: account');
END""",
)
on_create(
    account,
    postgresql=f"""CREATE FUNCTION account_needs_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION 'append_only: account' USING ERRCODE = 'integrity_constraint_violation';
ELSIF TG_OP = 'INSERT' THEN
    IF NEW.balance <> 0 OR NEW.postings <> 0 THEN
        RAISE EXCEPTION 'no_posting' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
ELSIF {_NOT_MOVED} THEN
    RAISE EXCEPTION 'no_posting' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    account,
    postgresql="""CREATE TRIGGER account_needs_posting BEFORE INSERT OR UPDATE OR DELETE ON account
FOR EACH ROW EXECUTE FUNCTION account_needs_posting()""",
)
on_create(
    account,
    postgresql="""CREATE TRIGGER account_stays BEFORE TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION account_needs_posting()""",
)
