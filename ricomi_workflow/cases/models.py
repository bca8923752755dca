"""Tables of the spine, and the triggers by which the trail moves a case.

Inserting entry *n* of the trail is what brings a case to version *n*: the trigger on
`audit_entry` writes version, head, state and title into the case, and refuses an entry that does
not continue it (`stale_case`). Any other change of a case is refused (`no_entry`).

An entry `case.migrated` is the only one that brings a case into another version of its process:
its detail says `from` and `to` which definition and digest, and in `entered` the entry by which the
case counts as having entered its state (the present one when the stay goes on).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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

case_number = Table(
    "case_number",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# Exercises are numbered apart, so that the numbers of real cases have no gaps.
exercise_number = Table(
    "exercise_number",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

case = Table(
    "case",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("definition", String(50), nullable=False),  # `cooperation_request/v1`
    Column("definition_digest", DIGEST, nullable=False),
    Column("country", COUNTRY, nullable=False),  # the state that asks
    Column("illustrative", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", DIGEST, nullable=False),  # digest of the last entry
    Column("state", String(40), nullable=False),
    Column("entered", Integer, nullable=False),  # number of the entry that entered the state
    Column("entered_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("title", JsonText),  # {language: text}, the original first
    Column("exercise", Boolean, nullable=False, server_default=false()),
)
Index("ix_case_updated", case.c.updated_at, case.c.id)
Index("ix_case_country_updated", case.c.country, case.c.updated_at)
Index("ix_case_state_updated", case.c.state, case.c.updated_at)
Index("ix_case_definition_state", case.c.definition, case.c.state, case.c.exercise)
Index("ix_case_kind_country", case.c.kind, case.c.country)

draft_field = Table(
    "draft_field",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("form", String(40), primary_key=True),  # name without version
    Column("field", String(60), primary_key=True),
    Column("version", Integer, nullable=False),  # of the form in which it was answered
    Column("value", JsonText),  # NULL: it was emptied
    Column("revision", Integer, nullable=False),  # how often it was saved
    Column("updated_by", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

draft_contributor = Table(
    "draft_contributor",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("form", String(40), primary_key=True),  # name without version
    Column("user_id", BigInteger, primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),
)

draft_presence = Table(
    "draft_presence",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("form", String(40), primary_key=True),  # name without version
    Column("user_id", BigInteger, primary_key=True),
    Column("section", String(60), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),  # a lease: renewed while the person edits
)

submission = Table(
    "submission",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("seq", Integer, nullable=False),  # the entry by which it was given
    Column("form", String(40), nullable=False),  # name without version
    Column("version", Integer, nullable=False),
    Column("form_digest", DIGEST, nullable=False),
    Column("number", Integer, nullable=False),  # 1 for the first of this form in the case
    Column("values", JsonText, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("material", DIGEST),  # of a correction: the digest of what it left as it was
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("case_id", "form", "number"),
)
append_only(submission)

# What the titles of a case say in all languages, without accents and case: what a search reads.
case_words = Table(
    "case_words",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # the entry that gave the title; the last holds
    Column("words", Text, nullable=False),
)
append_only(case_words)

participation = Table(
    "participation",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("country", COUNTRY, primary_key=True),
    Column("asked_seq", Integer, nullable=False),
    Column("confirmed_seq", Integer),
    Column("declined_seq", Integer),  # it said that it takes no part; it may still confirm
    Column("ended_seq", Integer),  # no longer named in the request
)
Index("ix_participation_country", participation.c.country)

on_create(
    audit_entry,
    sqlite="""CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
WHEN NEW.act <> 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
    entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
    title = coalesce(json_extract(NEW.detail, '$.title'), title)
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state;
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END""",
)
on_create(
    audit_entry,
    sqlite="""CREATE TRIGGER audit_entry_migrates_case AFTER INSERT ON audit_entry
WHEN NEW.act = 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = json_extract(NEW.detail, '$.entered'),
    entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
        AND seq = json_extract(NEW.detail, '$.entered')),
    definition = json_extract(NEW.detail, '$.to.definition'),
    definition_digest = json_extract(NEW.detail, '$.to.digest')
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state
    AND definition = json_extract(NEW.detail, '$.from.definition')
    AND definition_digest = json_extract(NEW.detail, '$.from.digest');
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END""",
)
on_create(
    audit_entry,
    postgresql="""CREATE FUNCTION audit_entry_moves_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.act = 'case.migrated' THEN
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = (NEW.detail ->> 'entered')::integer,
        entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
            AND seq = (NEW.detail ->> 'entered')::integer),
        definition = NEW.detail #>> '{to,definition}',
        definition_digest = NEW.detail #>> '{to,digest}'
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state
        AND definition = NEW.detail #>> '{from,definition}'
        AND definition_digest = NEW.detail #>> '{from,digest}';
ELSE
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
        entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
        title = coalesce(NEW.detail -> 'title', title)
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state;
END IF;
IF NOT FOUND THEN
    RAISE EXCEPTION 'stale_case' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
)
on_create(
    audit_entry,
    postgresql="""CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_moves_case()""",
)
on_create(
    case,
    sqlite="""CREATE TRIGGER case_needs_entry BEFORE UPDATE ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> OLD.version + 1 OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND digest = NEW.head AND prev = OLD.head AND to_state = NEW.state);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.id, NEW.ref, NEW.kind, NEW.country,
    NEW.illustrative, NEW.opened_at, NEW.exercise)
    IS NOT (OLD.id, OLD.ref, OLD.kind, OLD.country,
    OLD.illustrative, OLD.opened_at, OLD.exercise);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.definition, NEW.definition_digest)
    IS NOT (OLD.definition, OLD.definition_digest) AND (
    NEW.definition NOT LIKE NEW.kind || '/v%' OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND act = 'case.migrated' AND json_extract(detail, '$.to.definition') = NEW.definition
    AND json_extract(detail, '$.to.digest') = NEW.definition_digest));
END""",
)
on_create(
    case,
    sqlite="""CREATE TRIGGER case_begins BEFORE INSERT ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> 0 OR NEW.state <> ''
    OR NEW.exercise <> (substr(NEW.ref, 1, 3) = 'EJ-');
END""",
)
on_create(
    case,
    sqlite="""CREATE TRIGGER case_stays BEFORE DELETE ON "case" BEGIN
SELECT RAISE(ABORT, 'append_only: case');
END""",
)
on_create(
    case,
    postgresql="""CREATE FUNCTION case_needs_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'append_only: case' USING ERRCODE = 'integrity_constraint_violation';
ELSIF TG_OP = 'INSERT' THEN
    IF NEW.version <> 0 OR NEW.state <> '' OR NEW.exercise <> (left(NEW.ref, 3) = 'EJ-') THEN
        RAISE EXCEPTION 'no_entry' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
ELSIF NEW.version <> OLD.version + 1
    OR (NEW.id, NEW.ref, NEW.kind, NEW.country, NEW.illustrative, NEW.opened_at, NEW.exercise)
    IS DISTINCT FROM (OLD.id, OLD.ref, OLD.kind, OLD.country, OLD.illustrative, OLD.opened_at,
        OLD.exercise)
    OR ((NEW.definition, NEW.definition_digest)
        IS DISTINCT FROM (OLD.definition, OLD.definition_digest)
        AND (NEW.definition NOT LIKE NEW.kind || '/v%' OR NOT EXISTS (
            SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
            AND act = 'case.migrated' AND detail #>> '{to,definition}' = NEW.definition
            AND detail #>> '{to,digest}' = NEW.definition_digest)))
    OR NOT EXISTS (SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
        AND digest = NEW.head AND prev = OLD.head AND to_state = NEW.state) THEN
    RAISE EXCEPTION 'no_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$""",
)
on_create(
    case,
    postgresql="""CREATE TRIGGER case_needs_entry BEFORE INSERT OR UPDATE OR DELETE ON "case"
FOR EACH ROW EXECUTE FUNCTION case_needs_entry()""",
)
