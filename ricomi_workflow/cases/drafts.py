"""Drafts: a row for each field, shared by everybody who may fill the form in.

Drafts stand outside the trail; the act that uses one freezes it as a submission and names there
who wrote in it. Two people in different fields never meet, nor do those in different rows of a
table or languages of a text (`composite_answers.py`). In the same place the later one is shown
what the earlier one saved: each value that is sent says with which one its writer began.
Presence is a lease for each person, renewed while they write; it keeps nobody out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, select

from ricomi_workflow.cases.composite_answers import merge_values, parse_tag, value_tag
from ricomi_workflow.cases.locked_case import Case, draft_name, roles_on
from ricomi_workflow.cases.locked_fields import locked_fields, require_unlocked
from ricomi_workflow.cases.models import draft_contributor, draft_field, draft_presence
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.db.batch_writes import as_text, run
from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Forbidden, Refusal, Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Act, Services
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.definitions.model import FormDef
    from ricomi_workflow.kernel.actors import Actor

Values = Mapping[str, Json]
_COLUMNS = tuple(
    draft_field.c[name]
    for name in ("field", "value", "revision", "version", "updated_by", "updated_at")
)
_READ = f"""SELECT {", ".join(column.name for column in _COLUMNS)} FROM draft_field
WHERE case_id = %s AND form = %s ORDER BY field"""
_SAVE = """INSERT INTO draft_field
(case_id, form, field, version, value, revision, updated_by, updated_at)
VALUES (%s, %s, %s, %s, %s, 1, %s, %s)
ON CONFLICT (case_id, form, field) DO UPDATE SET version = excluded.version,
value = excluded.value, revision = draft_field.revision + 1,
updated_by = excluded.updated_by, updated_at = excluded.updated_at"""
_CONTRIBUTED = "SELECT 1 FROM draft_contributor WHERE case_id = %s AND form = %s AND user_id = %s"


@dataclass(frozen=True, slots=True)
class SavedField:
    """One field of a draft: what stands in it (None: emptied), who saved it last and when."""

    value: Json
    revision: int
    version: int  # of the form in which it was answered
    by: int
    at: datetime

    @property
    def mark(self) -> str:
        """A short name for the value."""
        return value_tag(self.value)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form in the making; `revision` grows with every field that is saved."""

    fields: Mapping[str, SavedField]

    @property
    def values(self) -> dict[str, Json]:
        """What was answered so far."""
        return {name: f.value for name, f in self.fields.items() if f.value is not None}

    @property
    def revision(self) -> int:
        """How many fields were saved, each time counted; 0: nothing was typed yet."""
        return sum(saved.revision for saved in self.fields.values())

    @property
    def version(self) -> int | None:
        """The oldest version of the form in which something of it was answered."""
        return min((saved.version for saved in self.fields.values()), default=None)

    @property
    def last(self) -> SavedField | None:
        """The field that was saved last."""
        return max(self.fields.values(), key=lambda saved: saved.at, default=None)

    @property
    def updated_by(self) -> int | None:
        """Who saved last."""
        return self.last.by if self.last else None

    @property
    def updated_at(self) -> datetime | None:
        """When something was last saved."""
        return self.last.at if self.last else None

    def mark(self, name: str) -> str:
        """A short name for what stands in the field `name`."""
        saved = self.fields.get(name)
        return saved.mark if saved else value_tag(None)


@dataclass(frozen=True, slots=True)
class Merge:
    """What of several answers may be saved, and in which fields somebody else saved another."""

    changed: Mapping[str, Json]
    taken: tuple[str, ...]


def merge(draft: Values, sent: Values, began: Mapping[str, str]) -> Merge:
    """Three-way by field: what stands there, what is sent, and the marks their writer began with.

    `sent` holds None for a field that was emptied. Sent as it was begun with: the other's stays.
    Nothing saved meanwhile, or the same: the writer's is saved. Changed in other rows or languages:
    both are. Else the field is taken, unless the writer was shown what stands there and wants
    their own (`keeping_mine`): then that stands, in rows and languages that both changed.
    """
    changed: dict[str, Json] = {}
    taken: list[str] = []
    for name, value in sent.items():
        theirs, own = value_tag(draft.get(name)), value_tag(value)
        before, shown = parse_tag(began.get(name, theirs))
        if own == theirs or (own == before and not shown):
            continue
        mine = shown == theirs
        if before == theirs:
            changed[name] = value
        elif (both := merge_values(draft.get(name), value, before, mine=mine)) is not None:
            changed[name] = both
        elif mine:
            changed[name] = value
        else:
            taken.append(name)
    return Merge(changed, tuple(taken))


def get_draft(source: Connection | Driver, case_id: int, form: str) -> Draft:
    """The draft of `form` in a case; an empty one when nothing was typed yet."""
    rows = read(source, _READ, [case_id, form], _COLUMNS)
    return Draft({str(name): SavedField(*rest) for name, *rest in rows})  # type: ignore[arg-type]


def get_own_draft(tx: Tx, services: Services, case: Case, form: str) -> Draft:
    """The draft of `form` in which the actor writes: of the case, or of the actor's own state."""
    name = draft_name(services.state(case), tx.actor, case, form)
    return get_draft(tx.driver, case.id, name)


def save_draft(tx: Tx, services: Services, case: Case, form: FormDef, values: Values) -> int:
    """Keep what was typed into the whole of `form`, complete or not; answer the draft's revision.

    Fields that `values` does not hold are emptied. Raises `Forbidden` when the actor may not edit
    the form in this state. Transaction: the case is locked by the caller.
    """
    known = get_own_draft(tx, services, case, form.name)
    names = known.fields.keys() | values.keys()
    sent = {name: values.get(name) for name in sorted(names)}
    return save_fields(tx, services, case, form, sent, known=known)


def save_fields(
    tx: Tx,
    services: Services,
    case: Case,
    form: FormDef,
    values: Values,
    *,
    known: Draft | None = None,
) -> int:
    """Keep these fields of `form`, None for one that was emptied; answer the draft's revision.

    A field that already says the same in this version of the form is not written. Raises
    `Forbidden`, and `Refused` for what is bound while it is decided upon. Transaction: the case is
    locked by the caller; one row is written for each field.
    """
    _require_editable(tx, services, case, form)
    require_unlocked(tx, services, case, form, values)
    name_of_draft = draft_name(services.state(case), tx.actor, case, form.name)
    known = known or get_draft(tx.driver, case.id, name_of_draft)
    written = 0
    for name, value in values.items():
        saved = known.fields.get(name)
        if saved is None and value is None:
            continue
        if saved is None or saved.version != form.version or saved.mark != value_tag(value):
            _write(tx, (case.id, name_of_draft, name, form.version), value)
            written += 1
    if written:
        _note_contributor(tx, case, name_of_draft)
    return known.revision + written


def read_only_fields(services: Services, actor: Actor, case: Case, form: FormDef) -> frozenset[str]:
    """The fields of a form that the actor may not fill in while the case is in its state."""
    access, roles = services.state(case).forms.get(form.name), roles_on(actor, case)
    fields = access.fields if access else {}
    named = frozenset(name for name, own in fields.items() if own.edit.isdisjoint(roles))
    return named | locked_fields(services, case, form)


def restore_read_only(
    tx: Tx, services: Services, case: Case, form: FormDef, sent: Values
) -> dict[str, Json]:
    """The answers that the actor sends of a whole form, with what stands in fields not theirs.

    That is what the draft says, or what was handed in before. Raises `Forbidden` for an answer
    that would change such a field, `Refused` where it is bound while it is decided upon.
    """
    require_unlocked(tx, services, case, form, sent)
    locked = read_only_fields(services, tx.actor, case, form)
    if not locked:
        return dict(sent)
    draft, given = get_own_draft(tx, services, case, form.name), None
    if not draft.revision:
        given = find_latest_submission(tx.driver, case.id, form.name)
    there = given.values if given else draft.values
    for name in sorted(locked & sent.keys()):
        if value_tag(sent[name]) != value_tag(there.get(name)):
            raise Forbidden(f"{form.name}.{name}")
    return {**sent, **{name: there[name] for name in sorted(locked & there.keys())}}


def contributors(source: Connection | Driver, case_id: int, form: str) -> list[int]:
    """The keys of those who wrote in the draft of `form`, in ascending order."""
    rows = read(
        source,
        "SELECT user_id FROM draft_contributor WHERE case_id = %s AND form = %s ORDER BY user_id",
        [case_id, form],
    )
    return [cast("int", row[0]) for row in rows]


def get_submitted_values(act: Act, form: FormDef) -> Values:
    """What stands in the draft that an act hands in. Raises `Refused` for an older form's draft."""
    found = get_draft(act.tx.driver, act.case.id, _handed_in(act, form))
    if found.version not in {None, form.version}:
        raise Refused([Refusal("draft_outdated", {"old": found.version, "new": form.version})])
    return found.values


def submission_authors(act: Act, form: FormDef) -> list[Json]:
    """Who wrote what an act hands in: those of its draft, or the actor who gave it as a whole."""
    if act.given is None:
        return [*contributors(act.tx.driver, act.case.id, _handed_in(act, form))]
    return [] if act.actor.user_id is None else [act.actor.user_id]


def delete_draft(act: Act, form: FormDef) -> None:
    """Forget the draft of `form`: it is frozen as a submission now."""
    for table in (draft_field, draft_contributor, draft_presence):
        mine = (table.c.case_id == act.case.id) & (table.c.form == _handed_in(act, form))
        act.tx.execute(delete(table).where(mine))


def _handed_in(act: Act, form: FormDef) -> str:
    """What the draft is called that an act hands in, which may have moved the case by now."""
    states = act.services.process(act.case).workflow.states
    return draft_name(states[act.from_state or act.case.state], act.actor, act.case, form.name)


def draft_titles(connection: Connection, case_ids: list[int]) -> dict[int, Mapping[str, str]]:
    """By case: the title that stands in a draft, for cases that have none of their own yet."""
    if not case_ids:
        return {}
    rows = connection.execute(
        select(draft_field.c.case_id, draft_field.c.value).where(
            draft_field.c.case_id.in_(case_ids), draft_field.c.field == "title"
        )
    )
    return dict(_titles(rows))


def _titles(rows: object) -> Iterator[tuple[int, Mapping[str, str]]]:
    for case_id, value in cast("list[tuple[int, object]]", rows):
        if isinstance(value, Mapping) and value:
            yield case_id, {str(lang): str(text) for lang, text in value.items()}


def _require_editable(tx: Tx, services: Services, case: Case, form: FormDef) -> None:
    access = services.state(case).forms.get(form.name)
    if access is None or not access.edit & roles_on(tx.actor, case):
        raise Forbidden(form.name)


def _write(tx: Tx, place: tuple[int, str, str, int], value: Json) -> None:
    """Write one field: `place` is its case, draft, name, and the version of its form."""
    kept = None if value is None else as_text(value)
    run(tx.driver, _SAVE, (*place, kept, tx.actor.user_id, tx.now))


def _note_contributor(tx: Tx, case: Case, form: str) -> None:
    key = (case.id, form, tx.actor.user_id)
    if not read(tx.driver, _CONTRIBUTED, key):
        row = dict(zip(("case_id", "form", "user_id"), key, strict=True))
        tx.insert(draft_contributor, {**row, "first_at": tx.now})


LEASE = timedelta(seconds=60)
RENEWAL_SECONDS = 20  # how often a page that is being written in says so
_PRESENCE_COLUMNS = (draft_presence.c.user_id, draft_presence.c.section, draft_presence.c.since)
_READ_PRESENCE = """SELECT user_id, section, since FROM draft_presence
WHERE case_id = %s AND form = %s AND until > %s ORDER BY since, user_id"""
_RENEW_PRESENCE = """INSERT INTO draft_presence (case_id, form, user_id, section, since, until)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (case_id, form, user_id) DO UPDATE SET
since = CASE WHEN draft_presence.until < excluded.since
    OR draft_presence.section <> excluded.section THEN excluded.since
    ELSE draft_presence.since END,
section = excluded.section, until = excluded.until"""


@dataclass(frozen=True, slots=True)
class ActiveWriter:
    """Somebody who is at work in a section of a draft."""

    user_id: int
    name: str
    section: str
    since: datetime


def renew_presence(tx: Tx, case: Case, form: str, section: str) -> None:
    """Say that the actor is at work in a section of the draft, for the length of a lease.

    Transaction: one row is written. The caller has made sure that the actor may edit the form.
    """
    tx.flush()  # this statement runs at once, after what the act has collected
    key = (case.id, form, tx.actor.user_id)
    run(tx.driver, _RENEW_PRESENCE, (*key, section, tx.now, tx.now + LEASE))


def list_other_writers(
    connection: Connection, case_id: int, form: str, *, now: datetime, but: int | None
) -> tuple[ActiveWriter, ...]:
    """Who else is at work in the draft of `form`, the first to come first."""
    found = [row for row in _presence_rows(connection, case_id, form, now) if row[0] != but]
    names: Mapping[int, str] = get_names(connection, [row[0] for row in found]) if found else {}
    return tuple(ActiveWriter(key, names.get(key, ""), *rest) for key, *rest in found)  # type: ignore[arg-type]


def delete_expired_presence(tx: Tx) -> None:
    """Delete the leases that ended."""
    tx.execute(delete(draft_presence).where(draft_presence.c.until <= tx.now))


def _presence_rows(
    source: Connection | Driver, case_id: int, form: str, now: datetime
) -> Sequence[tuple[int, str, datetime]]:
    rows = read(source, _READ_PRESENCE, [case_id, form, iso(now)], _PRESENCE_COLUMNS)
    return cast("list[tuple[int, str, datetime]]", rows)
