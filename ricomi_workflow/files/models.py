"""Tables of files: what was sent, what was removed, what the scanner said. All append-only."""

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
    Text,
)

from ricomi_workflow.cases.models import case
from ricomi_workflow.db.schema import DIGEST, UtcDateTime, append_only, metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey(case.c.id), nullable=False),
    Column("form", String(40)),  # name of the draft; NULL: a document of the case itself
    Column("field", String(60)),
    Column("name", String(200), nullable=False),
    Column("kind", String(10), nullable=False),  # `pdf`, as the content and the name agree
    Column("declared", String(100), nullable=False),  # the media type its sender named
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("access", String(10), nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seq", Integer),  # the entry that added a document; NULL for a file of a form
    CheckConstraint("access IN ('public', 'limited', 'restricted')", name="access"),
)
Index("ix_attachment_case_id", attachment.c.case_id)
Index("ix_attachment_sha256", attachment.c.sha256)
append_only(attachment)

attachment_removed = Table(
    "attachment_removed",
    metadata,
    Column("attachment_id", BigInteger, ForeignKey(attachment.c.id), primary_key=True),
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("seq", Integer),  # the entry that removed it; NULL for a file that only a draft names
)
append_only(attachment_removed)

attachment_scan = Table(
    "attachment_scan",
    metadata,
    Column("attachment_id", BigInteger, ForeignKey(attachment.c.id), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("found", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("verdict IN ('clean', 'harmful')", name="verdict"),
)
append_only(attachment_scan)
