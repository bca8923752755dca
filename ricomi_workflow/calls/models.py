"""Tables of calls: terms as announced, requests in them, questions and answers."""

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
    false,
)

from ricomi_workflow.cases import models as cases  # noqa: F401 - the tables that the keys name
from ricomi_workflow.db.schema import (
    COUNTRY,
    DIGEST,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    on_create,
)

call = Table(
    "call",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True, autoincrement=False),
    Column("number", String(20), nullable=False),
    Column("exercise", Boolean, nullable=False, server_default=false()),  # as the case of the call
    Column("opens_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("terms", JsonText, nullable=False),  # `rules.Terms` as it stands now
    Column("digest", DIGEST, nullable=False),  # of the terms
    Column("seq", Integer, nullable=False),  # the entry that announced or extended it
    UniqueConstraint("number", "exercise"),
    CheckConstraint("opens_at < closes_at", name="order"),
)
Index("ix_call_closes_at", call.c.closes_at)

call_link = Table(
    "call_link",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True, autoincrement=False),
    Column("call_id", BigInteger, ForeignKey("call.case_id"), nullable=False),
    Column("seq", Integer, nullable=False),  # the entry of the request that tells it
)
Index("ix_call_link_call_id", call_link.c.call_id)
append_only(call_link)

call_proposal = Table(
    "call_proposal",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True, autoincrement=False),
    Column("call_id", BigInteger, ForeignKey("call.case_id"), nullable=False),
    Column("country", COUNTRY, nullable=False),
    Column("institution", String(300), nullable=False),  # as two spellings of it are compared
    Column("asked_minor", BigInteger, nullable=False),  # what it expects from the fund, US$ cents
    Column("seq", Integer, nullable=False),  # the entry of the request that submitted it last
)
Index("ix_call_proposal_call_id_institution", call_proposal.c.call_id, call_proposal.c.institution)

call_question = Table(
    "call_question",
    metadata,
    Column("case_id", BigInteger, ForeignKey("call.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("lang", String(2), nullable=False),
    Column("text", Text, nullable=False),
    Column("country", COUNTRY, nullable=False),  # of who asks: kept, and shown to nobody outside
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", DIGEST, nullable=False),
)
append_only(call_question)

call_answer = Table(
    "call_answer",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("call.case_id"), nullable=False),
    Column("question", Integer, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", DIGEST, nullable=False),
    UniqueConstraint("case_id", "seq"),
)
Index("ix_call_answer_case_id_question", call_answer.c.case_id, call_answer.c.question)
append_only(call_answer)

# An announced call keeps its number and opening, and its close only moves later.
on_create(
    call,
    sqlite="""CREATE TRIGGER call_moves_later BEFORE UPDATE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later') WHERE NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS NOT (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at);
END""",
)
on_create(
    call,
    sqlite="""CREATE TRIGGER call_stays BEFORE DELETE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later');
END""",
)
on_create(
    call,
    postgresql="""CREATE FUNCTION call_moves_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at) THEN
    RAISE EXCEPTION 'call_moves_later' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    call,
    postgresql="""CREATE TRIGGER call_moves_later BEFORE UPDATE OR DELETE ON "call"
FOR EACH ROW EXECUTE FUNCTION call_moves_later()""",
)
