"""Write verbs: make the workbook of a form, import its answers."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.composite_answers import overriding_tag, value_tag
from ricomi_workflow.cases.drafts import Draft, merge, save_draft, save_fields
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Refusal, Refused
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.offline_forms.layout import Layout, fillable
from ricomi_workflow.offline_forms.models import packet_receipt
from ricomi_workflow.offline_forms.signature import Claims, sign_claims
from ricomi_workflow.offline_forms.workbook_reader import (
    YES_NO,
    FilledWorkbook,
    read_answers,
    read_claims,
)
from ricomi_workflow.offline_forms.workbook_writer import Book, WorkbookLabels

Values = Mapping[str, Json]
MINE, THEIRS = "mine", "theirs"


class EditableForm(Protocol):
    """A form that somebody may fill in now."""

    @property
    def case(self) -> Case:
        """The case, locked where it is saved."""
        ...

    @property
    def form(self) -> FormDef:
        """The form, in the version of the case."""
        ...

    @property
    def draft(self) -> Draft:
        """What was saved so far."""
        ...

    @property
    def values(self) -> Values:
        """What stands in the form: the draft, or what it began with."""
        ...

    @property
    def editable(self) -> frozenset[str]:
        """The fields that this person may fill in."""
        ...

    @property
    def today(self) -> date:
        """The Secretariat's day."""
        ...


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was answered in the packet and, differently, in the system since then."""

    field: str
    mine: Json
    theirs: Json
    seen: str  # the mark of `theirs`, with which a choice is sent


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of two answers is to stand, and the mark of the other's that was seen."""

    keep: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a packet: the fields it changed, those to be decided, cells to be mended."""

    claims: Claims
    changed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    wrong: tuple[tuple[str, FieldError], ...] = ()  # (cell, what is wrong with it)
    before: datetime | None = None  # the same was taken in then, and has no second effect
    unknown: tuple[str, ...] = field(default=())


def make_workbook(
    edited: EditableForm, services: Services, maker: Actor, lang: str, *, blank: bool = False
) -> bytes:
    """The form of `form` as a workbook in `lang`, with what was answered so far unless `blank`."""
    names = fillable(edited.form, edited.editable)
    values = {name: value for name, value in edited.values.items() if name in names}
    now = services.uow.clock.now()
    claims = Claims(
        packet=secrets.token_hex(16),
        ref=edited.case.ref,
        form=edited.form.key,
        digest=edited.form.digest,
        revision=edited.draft.revision,
        lang=lang,
        marks={name: value_tag(values.get(name)) for name in sorted(names)},
        blank=blank,
        by=maker.user_id,
        at=iso(now),
    )
    layout = Layout(edited.form, services.lookups, lang, names)
    words = form_labels(services, edited.case, edited.form, claims, maker.name)

    def written(claims: Claims) -> bytes:
        book = Book(layout, words, {} if blank else values)
        return book.written(*sign_claims(claims, services.secret_key), now)

    data = written(claims)
    echo = claims if blank else _echoed(edited, services, claims, data)
    return data if echo == claims else written(echo)


def _echoed(edited: EditableForm, services: Services, claims: Claims, data: bytes) -> Claims:
    """The claims with the marks of what the workbook itself says.

    A cell holds less than a form: what comes back as it went out has changed nothing, also where
    a text was cut, and is asked about once it was changed there.
    """
    sent, _ = _draft_answers(services, edited, read_workbook(services, data, edited.form).answers)
    said = {name: value_tag(value) for name, value in sent.items()}
    return replace(claims, marks={**claims.marks, **said})


def read_workbook(services: Services, data: bytes, form: FormDef | None = None) -> FilledWorkbook:
    """What a workbook says that came back; `form`: the only one for which it may be.

    Raises `Refused` for a file that is no packet of ours, or is of another version of its form.
    """
    claims, pages = read_claims(data, services.secret_key)
    known = form or services.library.forms.get(claims.form)
    if known is None or known.key != claims.form or known.digest != claims.digest:
        new = known.key if known else claims.form_name
        raise Refused([Refusal("packet_other_form", {"old": claims.form, "new": new})])
    layout = Layout(
        known, services.lookups, claims.lang, fillable(known, {f.name for f in known.fields()})
    )
    return read_answers(claims, pages, layout)


def import_answers(
    tx: Tx,
    services: Services,
    edited: EditableForm,
    packet: FilledWorkbook,
    choices: Mapping[str, Choice] | None = None,
) -> ImportResult:
    """Bring the answers of a packet into the draft of `form`, which is locked by the caller.

    Nothing is saved while a field waits for a choice; what others saved since is never overwritten
    without one. The same packet with the same answers has its effect once.
    """
    claims, chosen = packet.claims, choices or {}
    if claims.ref != edited.case.ref:
        raise Refused([Refusal("packet_other_case", {"ref": claims.ref})])
    content = digest(dict(packet.answers))
    before = _receipt(tx, claims.packet, content)
    if before is not None:
        return ImportResult(claims, before=before)
    sent, errors = _draft_answers(services, edited, packet.answers)
    unknown = tuple(sorted(packet.answers.keys() - sent.keys()))
    seen = {
        name: overriding_tag(claims.marks.get(name, ""), choice.seen)
        for name, choice in chosen.items()
        if choice.keep == MINE
    }
    left = {name for name, choice in chosen.items() if choice.keep == THEIRS}
    merged = merge(
        edited.values,
        {name: value for name, value in sent.items() if name not in left},
        {**claims.marks, **seen},
    )
    touched = {*merged.changed, *merged.taken}
    wrong = _wrong(packet, [e for e in errors if e.path.partition(".")[0] in touched])
    if merged.taken:
        found = tuple(_conflict(edited, name, sent[name]) for name in merged.taken)
        return ImportResult(claims, (), found, wrong, unknown=unknown)
    _save(tx, services, edited, merged.changed)
    changed = tuple(sorted(merged.changed))
    _keep_receipt(tx, edited, claims, content, changed)
    return ImportResult(claims, changed, (), wrong, unknown=unknown)


def _draft_answers(
    services: Services, edited: EditableForm, answers: Values
) -> tuple[dict[str, Json], list[FieldError]]:
    """The answers as a draft keeps them, of the fields that may be edited now; their mistakes."""
    allowed = fillable(edited.form, edited.editable)
    given = {name: value for name, value in answers.items() if name in allowed}
    whole = {**edited.values, **{name: _in_order(edited, name, v) for name, v in given.items()}}
    filled = {name: value for name, value in whole.items() if value is not None}
    kept, errors = validate_draft(edited.form, filled, services.lookups, edited.today)
    mine = [e for e in errors if e.path.partition(".")[0] in given]
    return {name: kept.get(name) for name in sorted(given)}, mine


def _in_order(edited: EditableForm, name: str, value: Json) -> Json:
    """A text in several languages keeps its original first."""
    there = edited.values.get(name)
    if not isinstance(value, Mapping) or not isinstance(there, Mapping):
        return value
    first = [lang for lang in there if lang in value]
    return {lang: value[lang] for lang in [*first, *(x for x in value if x not in first)]}


def _conflict(edited: EditableForm, name: str, mine: Json) -> Conflict:
    theirs = edited.values.get(name)
    return Conflict(name, mine, theirs, value_tag(theirs))


def _wrong(
    packet: FilledWorkbook, errors: Collection[FieldError]
) -> tuple[tuple[str, FieldError], ...]:
    """Each mistake with the cell in which it stands."""
    cells = packet.cells
    bad = [FieldError(path, code) for path, code in packet.wrong.items()]
    return tuple((_cell_of(e.path, cells), e) for e in [*bad, *errors])


def _cell_of(path: str, cells: Mapping[str, str]) -> str:
    """The cell of a path, or of the nearest place above it."""
    while path and path not in cells:
        path = path.rpartition(".")[0]
    return cells.get(path, "")


def _save(tx: Tx, services: Services, edited: EditableForm, changed: Values) -> None:
    if edited.draft.revision:
        save_fields(tx, services, edited.case, edited.form, changed, known=edited.draft)
    elif changed:
        whole = {**edited.values, **changed}
        filled = {name: value for name, value in whole.items() if value is not None}
        save_draft(tx, services, edited.case, edited.form, filled)


def _receipt(tx: Tx, packet: str, content: str) -> datetime | None:
    return tx.connection.execute(
        select(packet_receipt.c.at).where(
            packet_receipt.c.packet == packet, packet_receipt.c.content == content
        )
    ).scalar()


def _keep_receipt(
    tx: Tx, edited: EditableForm, claims: Claims, content: str, changed: tuple[str, ...]
) -> None:
    tx.insert(
        packet_receipt,
        {
            "packet": claims.packet,
            "content": content,
            "case_id": edited.case.id,
            "form": edited.form.key,
            "fields": list(changed),
            "by": tx.actor.user_id,
            "at": tx.now,
        },
    )


_FORM_GUIDE = ("cells", "lists", "money", "days", "rows", "keep", "bring")


def form_labels(
    services: Services, case: Case, form: FormDef, claims: Claims, maker: str
) -> WorkbookLabels:
    """The words of the workbook of a form of a case."""
    lang, texts = claims.lang, services.texts

    def t(key: str, **params: object) -> str:
        return texts.text(f"offline_form.{key}", lang, **params)

    made = formats.instant_at(parse_iso(claims.at), lang, services.calendar.zone)
    yes, no = YES_NO[lang]
    return WorkbookLabels(
        read_me=t("read_me"),
        title=form.label[lang],
        facts=(
            (t("case"), f"{case.ref} {show(case.title or {}, lang).text}".strip()),
            (t("made"), made),
            (t("maker"), maker),
        ),
        guide=tuple(t(f"guide_{name}") for name in _FORM_GUIDE),
        question=t("question"),
        answer=t("answer"),
        help=t("help"),
        yes=yes,
        no=no,
    )
