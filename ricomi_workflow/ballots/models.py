"""Tables of ballots, and what the database itself refuses.

A ballot and its outcome are taken only together with the entry of the trail that opens or ends it.
A vote is accepted from a seat that is counted, before the closing time, while there is no outcome,
and only together with its entry in the trail. A case has one open ballot at most. The vote of a
sealed ballot has a slip, and its entry holds the slip and no position. What is voted on is not
handed in anew while the ballot is open, unless the entry says that nothing material changed.
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
from ricomi_workflow.ballots.triggers import POSTGRESQL, SQLITE
from ricomi_workflow.cases.models import submission
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
    # From this instant on no vote is taken; without one, `ballot_period` says when it ends.
    Column("closes_at", UtcDateTime),
    Column("way", String(12), nullable=False),
    Column("secrecy", String(12), nullable=False),
    Column("rule_name", String(20), nullable=False),
    Column("rule", JsonText, nullable=False),
    Column("chair", COUNTRY),  # the state of the chair, where the rule lets it break a tie
    Column("seats", Integer, nullable=False),  # how many are frozen with it, counted or not
    Column("content_form", String(40)),  # the submission voted on; none: the question alone
    Column("content_number", Integer),
    Column("content_digest", DIGEST, nullable=False),
    Column("material_digest", DIGEST, nullable=False),  # of what must not change meanwhile
    Column("files", JsonText, nullable=False),  # [{name, digest}] of its attachments
    Column("question", JsonText),  # {language: text}
    Column("language", String(2), nullable=False),  # in which the text is authentic
    Column("meeting", String(20)),  # the case of the meeting
    Column("period", Integer),  # business days that a period has once it starts
    UniqueConstraint("case_id", "round"),
    CheckConstraint("round >= 1", name="round"),
    CheckConstraint("closes_at > opened_at", name="closes"),
    CheckConstraint("way IN ('electronic', 'consensus', 'roll_call', 'silence')", name="way"),
    CheckConstraint("secrecy IN ('open', 'until_close', 'secret')", name="secrecy"),
    CheckConstraint("secrecy = 'open' OR way = 'electronic'", name="sealed"),
    CheckConstraint("(closes_at IS NOT NULL) = (way = 'electronic')", name="window"),
    CheckConstraint("way <> 'silence' OR period IS NOT NULL", name="period"),
)

ballot_period = Table(
    "ballot_period",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),  # from this instant on no vote is taken
    Column("seq", Integer, nullable=False),  # the entry that started or concluded it
    CheckConstraint("closes_at >= starts_at", name="closes"),
)

ballot_service = Table(
    "ballot_service",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("country", COUNTRY, primary_key=True),
    Column("means", String(10), nullable=False),
    Column("message_id", BigInteger),
    Column("delivered_at", UtcDateTime, nullable=False),
    Column("recorded_by", BigInteger),
    Column("note", Text),
    Column("seq", Integer, nullable=False),  # the entry that recorded it
    CheckConstraint("means IN ('message', 'other')", name="means"),
    CheckConstraint("means <> 'message' OR message_id IS NOT NULL", name="message"),
    CheckConstraint(
        "means <> 'other' OR (recorded_by IS NOT NULL AND note IS NOT NULL)", name="other"
    ),
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

ballot_roll = Table(
    "ballot_roll",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the entry that took it
    Column("present", JsonText, nullable=False),  # the newest row counts, as a whole
    Column("calling", String(12)),  # the order of a roll call
    Column("seed", String(64)),  # of the lot by which the first state was drawn
    CheckConstraint("calling IN ('drawn', 'alphabetical')", name="calling"),
    CheckConstraint("(calling = 'drawn') = (seed IS NOT NULL)", name="seed"),
)

vote = Table(
    "vote",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # its entry in the trail
    Column("country", COUNTRY, nullable=False),
    Column("position", String(20), nullable=False),
    Column("explanation", Text),
    Column("reservation", Text),
    Column("slip", DIGEST),  # of a sealed ballot: what the trail holds instead of the position
    Column("nonce", String(64)),
    Column("on_behalf", Boolean, nullable=False),
    Column("evidence", JsonText),  # {digest, name, signatory, note} of what was recorded
    Column("actor_id", BigInteger, nullable=False),
    Column("office", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint(
        "position IN ('in_favour', 'with_reservations', 'against', 'abstain', 'not_participating',"
        " 'absent', 'recused', 'taken_back')",
        name="position",
    ),
    CheckConstraint("(slip IS NULL) = (nonce IS NULL)", name="slip"),
    CheckConstraint("NOT on_behalf OR evidence IS NOT NULL", name="evidence"),
)
Index("ix_vote_country", vote.c.ballot_id, vote.c.country, vote.c.seq)

ballot_outcome = Table(
    "ballot_outcome",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("outcome", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),  # when it was due: the closing, or the vote
    Column("recorded_at", UtcDateTime, nullable=False),  # when it was written
    Column("seq", Integer, nullable=False),  # the entry that closed the ballot
    Column("tally", JsonText, nullable=False),
    CheckConstraint(
        "outcome IN ('carried', 'lost', 'undecided', 'withdrawn', 'deferred', 'recalled',"
        " 'broken')",
        name="outcome",
    ),
    CheckConstraint("at <= recorded_at", name="at"),
)

# Rows are written in the order of tables: these after the entry that their triggers look for.
for later in (ballot, vote, ballot_roll, ballot_period, ballot_service, submission):
    later.add_is_dependent_on(audit_entry)
    ballot_outcome.add_is_dependent_on(later)
ballot_period.add_is_dependent_on(ballot_service)
ballot_outcome.add_is_dependent_on(ballot_seat)

for table in (
    ballot,
    ballot_seat,
    ballot_period,
    ballot_service,
    ballot_roll,
    vote,
    ballot_outcome,
):
    append_only(table)
for statement in SQLITE:
    on_create(ballot_outcome, sqlite=statement)
for statement in POSTGRESQL:
    on_create(ballot_outcome, postgresql=statement)
