"""Tables of reviews: who reviews what, what they declared and gave, what was ranked.

All of it is history: a changed score is a new row, a ranking that was frozen stays.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from ricomi_workflow.calls import models as calls  # noqa: F401 - the tables that the keys name
from ricomi_workflow.db.schema import DIGEST, JsonText, UtcDateTime, append_only, metadata
from ricomi_workflow.identity import models as identity  # noqa: F401 - as above

review_assignment = Table(
    "review_assignment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("number", Integer, nullable=False),  # by which a review is called outside the office
    Column("user_id", BigInteger, ForeignKey("user.id"), nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
    UniqueConstraint("case_id", "user_id"),
    UniqueConstraint("case_id", "number"),
)
Index("ix_review_assignment_user_id", review_assignment.c.user_id)
append_only(review_assignment)

review_step = Table(
    "review_step",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("assignment_id", BigInteger, ForeignKey("review_assignment.id"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("request", Integer, nullable=False),  # number of the request's submission then in force
    Column("content", JsonText, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", DIGEST, nullable=False),
    UniqueConstraint("case_id", "seq"),
    CheckConstraint("kind IN ('clear', 'conflict', 'scored', 'relieved')", name="kind"),
)
Index("ix_review_step_assignment_id", review_step.c.assignment_id)
append_only(review_step)

call_ranking = Table(
    "call_ranking",
    metadata,
    Column("case_id", BigInteger, ForeignKey("call.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", JsonText, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
)
append_only(call_ranking)

ranking_adoption = Table(
    "ranking_adoption",
    metadata,
    Column("case_id", BigInteger, ForeignKey("call.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer, nullable=False),
)
append_only(ranking_adoption)
