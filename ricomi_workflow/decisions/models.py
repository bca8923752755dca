"""Tables of decisions: the record of every ballot that ended, and what was noted beside it later.

All of it is history. `decision_position` repeats from the record what each state answered, as far
as the secrecy of the ballot lets it be told, so that the history of a state is one question.
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

from ricomi_workflow.ballots import models as ballots
from ricomi_workflow.db.schema import (
    COUNTRY,
    DIGEST,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
)

# The last number of a series: a body in a year; exercises have their own.
decision_number = Table(
    "decision_number",
    metadata,
    Column("series", String(60), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    CheckConstraint("last >= 1", name="last"),
)

decision = Table(
    "decision",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("ballot.id"), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("ref", String(20), nullable=False),
    Column("round", Integer, nullable=False),
    Column("seq", Integer, nullable=False),  # the entry that closed the ballot and names the digest
    Column("number", String(40)),  # CAM/DEC.3/26; only where the body decided
    Column("body", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", JsonText, nullable=False),  # {language: text}
    Column("way", String(12), nullable=False),
    Column("secrecy", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tally", JsonText, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("record", Text, nullable=False),  # the canonical form
    Column("digest", DIGEST, nullable=False),
    UniqueConstraint("case_id", "round"),
    UniqueConstraint("number"),
)
Index("ix_decision_at", decision.c.at, decision.c.ballot_id)

decision_position = Table(
    "decision_position",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("decision.ballot_id"), primary_key=True),
    Column("country", COUNTRY, primary_key=True),
    # As it counted; `none` where the state did not answer, `secret` where nobody may tell.
    Column("position", String(20), nullable=False),
    Column("explanation", Text),
    Column("reservation", Text),
)
Index("ix_decision_position_country", decision_position.c.country, decision_position.c.ballot_id)

decision_note = Table(
    "decision_note",
    metadata,
    Column("ballot_id", BigInteger, ForeignKey("decision.ballot_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # its entry in the trail
    Column("kind", String(10), nullable=False),
    Column("country", COUNTRY),  # whose footnote it is, or who sponsors
    Column("text", Text, nullable=False),
    Column("office", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('sponsor', 'footnote', 'document', 'correction')", name="kind"),
    CheckConstraint("kind IN ('document', 'correction') OR country IS NOT NULL", name="country"),
)

decision.add_is_dependent_on(ballots.ballot_outcome)
for table in (decision, decision_position, decision_note):
    append_only(table)
