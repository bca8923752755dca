"""Tables of ballots, and what the database itself refuses.

A vote is accepted from a seat that is counted, before the closing time, while there is no outcome,
and only together with its entry in the trail. A case has one open ballot at most.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.db.schema import (
    COUNTRY,
    DIGEST,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
)

ballot = Table(
    "ballot",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("round", Integer, nullable=False),  # 1 for the first ballot of the case
    Column("seq", Integer, nullable=False),  # the entry that opened it
    Column("body", String(40), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),  # from this instant on no vote is taken
    Column("rule", JsonText, nullable=False),
    Column("seats", Integer, nullable=False),  # how many are frozen with it, counted or not
    Column("content_form", String(40), nullable=False),  # the submission voted on
    Column("content_number", Integer, nullable=False),
    Column("content_digest", DIGEST, nullable=False),
    UniqueConstraint("case_id", "round"),
    CheckConstraint("round >= 1", name="round"),
    CheckConstraint("closes_at > opened_at", name="closes"),
)

ballot_seat = Table(
    "ballot_seat",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("country", COUNTRY, primary_key=True),
    Column("counted", Boolean, nullable=False),
    Column("reason_code", String(30), nullable=False),
    Column("params", JsonText, nullable=False),
    Column("source", Text, nullable=False),
    Column("note", JsonText),  # {language: text}
    Column("confirmed", Boolean, nullable=False),
)

vote = Table(
    "vote",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # its entry in the trail
    Column("country", COUNTRY, nullable=False),
    Column("position", String(10), nullable=False),
    Column("explanation", Text),
    Column("actor_id", BigInteger, nullable=False),
    Column("office", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("position IN ('in_favour', 'against', 'abstain')", name="position"),
)
Index("ix_vote_country", vote.c.ballot_id, vote.c.country, vote.c.seq)

ballot_outcome = Table(
    "ballot_outcome",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("outcome", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),  # the entry that closed the ballot
    Column("tally", JsonText, nullable=False),
    CheckConstraint("outcome IN ('carried', 'lost', 'undecided', 'withdrawn')", name="outcome"),
)

# Rows are written in the order of tables: a vote after the entry that its trigger looks for.
vote.add_is_dependent_on(audit_entry)

for table in (ballot, ballot_seat, vote, ballot_outcome):
    append_only(table)

on_create(
    ballot_outcome,
    sqlite="""CREATE TRIGGER ballot_continues BEFORE INSERT ON ballot BEGIN
SELECT RAISE(ABORT, 'ballot_is_open') WHERE EXISTS (
    SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id));
SELECT RAISE(ABORT, 'ballot_round') WHERE NEW.round <>
    (SELECT count(*) + 1 FROM ballot b WHERE b.case_id = NEW.case_id);
END""",
)
on_create(
    vote,
    sqlite="""CREATE TRIGGER vote_is_admissible BEFORE INSERT ON vote BEGIN
SELECT RAISE(ABORT, 'vote_after_outcome') WHERE EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id);
SELECT RAISE(ABORT, 'vote_without_seat') WHERE NOT EXISTS (
    SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted);
SELECT RAISE(ABORT, 'vote_after_closing') WHERE NOT EXISTS (
    SELECT 1 FROM ballot
    WHERE id = NEW.ballot_id AND opened_at <= NEW.at AND NEW.at < closes_at);
SELECT RAISE(ABORT, 'vote_without_entry') WHERE NOT EXISTS (
    SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.at
    AND e.act = 'ballot.vote_cast' AND e.actor_id = NEW.actor_id);
END""",
)
on_create(
    ballot_seat,
    sqlite="""CREATE TRIGGER ballot_seat_is_frozen BEFORE INSERT ON ballot_seat BEGIN
SELECT RAISE(ABORT, 'electorate_is_frozen') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND seats > (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = NEW.ballot_id));
END""",
)

# PostgreSQL writes the rows of several tables in one statement, in no order that could be relied
# on; triggers that run after it see all of them.
on_create(
    ballot_outcome,
    postgresql="""CREATE FUNCTION ballot_continues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id AND b.id <> NEW.id
        AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'ballot_is_open' USING ERRCODE = 'integrity_constraint_violation';
ELSIF NEW.round <> (SELECT count(*) FROM ballot b WHERE b.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'ballot_round' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
)
on_create(
    ballot_outcome,
    postgresql="""CREATE TRIGGER ballot_continues AFTER INSERT ON ballot
FOR EACH ROW EXECUTE FUNCTION ballot_continues()""",
)
on_create(
    vote,
    postgresql="""CREATE FUNCTION vote_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
IF EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id) THEN
    why := 'vote_after_outcome';
ELSIF NOT EXISTS (SELECT 1 FROM ballot_seat
        WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted) THEN
    why := 'vote_without_seat';
ELSIF NEW.at < held.opened_at OR NEW.at >= held.closes_at THEN
    why := 'vote_after_closing';
ELSIF NOT EXISTS (SELECT 1 FROM audit_entry e
        WHERE e.case_id = held.case_id AND e.seq = NEW.seq AND e.at = NEW.at
        AND e.act = 'ballot.vote_cast' AND e.actor_id = NEW.actor_id) THEN
    why := 'vote_without_entry';
END IF;
IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
)
on_create(
    vote,
    postgresql="""CREATE TRIGGER vote_is_admissible AFTER INSERT ON vote
FOR EACH ROW EXECUTE FUNCTION vote_is_admissible()""",
)
on_create(
    ballot_outcome,
    postgresql="""CREATE FUNCTION ballot_outcome_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
RETURN NULL;
END $$""",
)
on_create(
    ballot_outcome,
    postgresql="""CREATE TRIGGER ballot_outcome_waits AFTER INSERT ON ballot_outcome
FOR EACH ROW EXECUTE FUNCTION ballot_outcome_waits()""",
)
on_create(
    ballot_seat,
    postgresql="""CREATE FUNCTION ballot_seat_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.id IN (SELECT ballot_id FROM fresh)
        AND b.seats < (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'electorate_is_frozen' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
)
on_create(
    ballot_seat,
    postgresql="""CREATE TRIGGER ballot_seat_is_frozen AFTER INSERT ON ballot_seat
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_is_frozen()""",
)
