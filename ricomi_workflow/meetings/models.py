"""Tables of meetings. Rows are only added; the terms of a meeting change by a new notice.

Every row names the entry of the trail that wrote it (`seq`), and that entry seals the row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
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


def _of_meeting() -> Column[int]:
    return Column("case_id", BigInteger, ForeignKey("meeting.case_id"), primary_key=True)


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _written() -> tuple[Column[object], ...]:
    """By whom and when a row was written, by which entry."""
    return (
        Column("by", BigInteger),
        Column("at", UtcDateTime, nullable=False),
        Column("seq", Integer, nullable=False),
    )


meeting = Table(
    "meeting",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True, autoincrement=False),
    Column("body", String(40), nullable=False),
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("terms", JsonText, nullable=False),  # `rules.Terms` as the last notice says them
    Column("exercise", Boolean, nullable=False, server_default=false()),
    Column("seq", Integer, nullable=False),  # the entry of the last notice
    CheckConstraint("begins_at < ends_at", name="order"),
)
Index("ix_meeting_begins_at", meeting.c.begins_at)

meeting_agenda = Table(
    "meeting_agenda",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    _key("version"),
    Column("stage", String(10), nullable=False),
    Column("items", JsonText, nullable=False),  # `rules.Item` in their order
    *_written(),
    CheckConstraint("stage IN ('draft', 'convened', 'adopted', 'amended')", name="stage"),
)

meeting_proposal = Table(
    "meeting_proposal",
    metadata,
    _of_meeting(),
    _key("item"),  # the number that the item gets if the ballot carries it
    Column("content", JsonText, nullable=False),
    Column("round", Integer, nullable=False),  # the ballot of the meeting on it
    *_written(),
)

meeting_item_act = Table(
    "meeting_item_act",
    metadata,
    _of_meeting(),
    Column("item", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("words", Text, nullable=False),  # why it was put off, or what was concluded
    Column("ballot_case", BigInteger, ForeignKey("case.id")),
    Column("ballot_round", Integer),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    _key("seq"),
    CheckConstraint("status IN ('taken_up', 'voting', 'concluded', 'postponed')", name="status"),
)

meeting_attendance = Table(
    "meeting_attendance",
    metadata,
    _of_meeting(),
    Column("country", COUNTRY, primary_key=True),
    Column("standing", String(10), nullable=False),
    Column("person", String(120), nullable=False),
    Column("by", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    _key("seq"),
    CheckConstraint("standing IN ('titular', 'alternate', 'observer', 'absent')", name="standing"),
)

meeting_invitation = Table(
    "meeting_invitation",
    metadata,
    _of_meeting(),
    _key("item"),
    Column("country", COUNTRY, primary_key=True),
    *_written(),
)

# The last number of a series in a year; exercises count apart.
meeting_number = Table(
    "meeting_number",
    metadata,
    Column("series", String(40), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("exercise", Boolean, primary_key=True),
    Column("last", Integer, nullable=False),
)

meeting_document = Table(
    "meeting_document",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("series", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("correction", Integer, nullable=False),
    Column("addendum", Integer, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("title", JsonText, nullable=False),  # {language: text}, the original first
    Column("original", String(2), nullable=False),  # the language in which it was written
    Column("access", String(10), nullable=False),
    Column("item", Integer),  # of the order of business, where it belongs to one
    Column("version", Integer),  # of the order of business or the minutes that it is
    Column("file_id", BigInteger, ForeignKey("attachment.id")),
    Column("sha256", DIGEST),  # of the file
    *_written(),
    UniqueConstraint(
        "series",
        "year",
        "exercise",
        "number",
        "revision",
        "correction",
        "addendum",
        name="uq_meeting_document_symbol",
    ),
    CheckConstraint("access IN ('public', 'limited', 'restricted')", name="access"),
    CheckConstraint(
        "kind IN ('notice', 'order_of_business', 'working_document', 'minutes', 'decision')",
        name="kind",
    ),
)
Index("ix_meeting_document_case_id", meeting_document.c.case_id)

meeting_minutes = Table(
    "meeting_minutes",
    metadata,
    _of_meeting(),
    _key("version"),
    Column("lang", String(2), nullable=False),
    Column("text", Text, nullable=False),
    *_written(),
)

meeting_amendment = Table(
    "meeting_amendment",
    metadata,
    _of_meeting(),
    _key("number"),
    Column("version", Integer, nullable=False),  # of the minutes that it wants changed
    Column("country", COUNTRY, nullable=False),
    Column("passage", Text, nullable=False),
    Column("proposed", Text, nullable=False),
    *_written(),
)

meeting_amendment_answer = Table(
    "meeting_amendment_answer",
    metadata,
    Column("case_id", BigInteger, primary_key=True),
    _key("number"),
    Column("accepted", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    *_written(),
    ForeignKeyConstraint(
        ["case_id", "number"], ["meeting_amendment.case_id", "meeting_amendment.number"]
    ),
)

meeting_certificate = Table(
    "meeting_certificate",
    metadata,
    _of_meeting(),
    _key("version"),
    Column("digest", DIGEST, nullable=False),  # of the words that are certified
    Column("name", String(120), nullable=False),
    *_written(),
)

meeting_task = Table(
    "meeting_task",
    metadata,
    _of_meeting(),
    _key("number"),
    Column("item", Integer),
    Column("text", Text, nullable=False),
    Column("role", String(30), nullable=False),
    Column("country", String(2), nullable=False),  # empty: an office of the network
    Column("due_at", UtcDateTime, nullable=False),
    *_written(),
)
Index("ix_meeting_task_role_country", meeting_task.c.role, meeting_task.c.country)
Index("ix_meeting_task_due_at", meeting_task.c.due_at)

meeting_task_done = Table(
    "meeting_task_done",
    metadata,
    Column("case_id", BigInteger, primary_key=True),
    _key("number"),
    Column("words", Text, nullable=False),
    *_written(),
    ForeignKeyConstraint(["case_id", "number"], ["meeting_task.case_id", "meeting_task.number"]),
)

meeting_task_reminder = Table(
    "meeting_task_reminder",
    metadata,
    Column("case_id", BigInteger, primary_key=True),
    _key("number"),
    *_written(),
    ForeignKeyConstraint(["case_id", "number"], ["meeting_task.case_id", "meeting_task.number"]),
)

# What the trail seals, in the order in which rows are written.
SEALED = (
    meeting,
    meeting_agenda,
    meeting_proposal,
    meeting_item_act,
    meeting_attendance,
    meeting_invitation,
    meeting_document,
    meeting_minutes,
    meeting_amendment,
    meeting_amendment_answer,
    meeting_certificate,
    meeting_task,
    meeting_task_done,
    meeting_task_reminder,
)
for table in SEALED[1:]:
    append_only(table)

# A notice follows a notice; neither the meeting nor a number goes away.
on_create(
    meeting,
    sqlite="""CREATE TRIGGER meeting_by_notice BEFORE UPDATE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice') WHERE NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise) IS NOT (OLD.case_id, OLD.body, OLD.exercise);
END""",
)
on_create(
    meeting,
    sqlite="""CREATE TRIGGER meeting_stays BEFORE DELETE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice');
END""",
)
on_create(
    meeting,
    postgresql="""CREATE FUNCTION meeting_by_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise)
    IS DISTINCT FROM (OLD.case_id, OLD.body, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_by_notice' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    meeting,
    postgresql="""CREATE TRIGGER meeting_by_notice BEFORE UPDATE OR DELETE ON meeting
FOR EACH ROW EXECUTE FUNCTION meeting_by_notice()""",
)
on_create(
    meeting_number,
    sqlite="""CREATE TRIGGER meeting_number_grows BEFORE UPDATE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows') WHERE NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise) IS NOT (OLD.series, OLD.year, OLD.exercise);
END""",
)
on_create(
    meeting_number,
    sqlite="""CREATE TRIGGER meeting_number_stays BEFORE DELETE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows');
END""",
)
on_create(
    meeting_number,
    postgresql="""CREATE FUNCTION meeting_number_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise)
    IS DISTINCT FROM (OLD.series, OLD.year, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_number_grows' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
)
on_create(
    meeting_number,
    postgresql="""CREATE TRIGGER meeting_number_grows BEFORE UPDATE OR DELETE ON meeting_number
FOR EACH ROW EXECUTE FUNCTION meeting_number_grows()""",
)
