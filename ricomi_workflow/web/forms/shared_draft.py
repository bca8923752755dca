"""A draft among several people: who else is at work in it, and which answers they saved.

What a page began with travels with it as marks, one for each field: `title:3f2a…,months:91bc…`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ricomi_workflow.cases.drafts import RENEWAL_SECONDS, ActiveWriter, list_other_writers
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.display import display, display_rows
from ricomi_workflow.definitions.file_refs import FileRef
from ricomi_workflow.definitions.model import FieldType, Section
from ricomi_workflow.files.queries import Attachment
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.web.current_user import actor, address, services
from ricomi_workflow.web.forms.form_editing import EditableForm
from ricomi_workflow.web.forms.form_files import held_files
from ricomi_workflow.web.forms.form_view import field_id
from ricomi_workflow.web.i18n import language, t

_WORDS = (
    "writing", "saving", "offline", "failed", "ended", "gone", "restored", "sign_in",
    "theirs", "keep_mine", "take_theirs", "reload", "too_large", "unsent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OtherEditors:
    """Who else is at work in a draft, the names of those who saved in it, the files it may name."""

    present: tuple[ActiveWriter, ...]
    names: Mapping[int, str]
    held: Mapping[FileRef, Attachment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConflictingField:
    """A field that somebody else saved while it was being written in: both answers."""

    name: str
    label: str
    target: str
    who: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Collaboration:
    """What the page of a form says of the others, and what its script needs."""

    present: tuple[str, ...]
    taken: tuple[ConflictingField, ...]
    saved: str
    key: str  # under which a browser keeps what is not saved yet
    form: str  # the version in which the page was made: note/v2
    field_href: str
    beat_href: str
    beat_seconds: int
    words: Mapping[str, str]


def other_editors(tx: Tx, edited: EditableForm) -> OtherEditors:
    """The others at this draft, read in the transaction of the page."""
    found = list_other_writers(
        tx.connection, edited.case.id, edited.draft_name, now=tx.now, but=tx.actor.user_id
    )
    savers = sorted({saved.by for saved in edited.draft.fields.values()})
    names = get_names(tx.connection, savers) if savers else {}
    return OtherEditors(found, names, held_files(tx, edited))


def collaboration(
    edited: EditableForm, section: Section, others: OtherEditors, taken: Sequence[str] = ()
) -> Collaboration:
    """What the page of `section` says of the others."""
    place: dict[str, object] = {"ref": edited.case.ref, "name": edited.form.name}
    return Collaboration(
        present=present_text(edited, others),
        taken=tuple(conflicting_field(edited, others, name) for name in taken),
        saved=saved_text(edited, others),
        key=f"ricomi-draft:{actor().user_id}:{edited.case.ref}:{edited.form.name}",
        form=edited.form.key,
        field_href=address("drafts.save_field", **place, field="_field_"),
        beat_href=address("drafts.beat", **place, section=section.name),
        beat_seconds=RENEWAL_SECONDS,
        words={name: t(f"draft.{name}") for name in _WORDS},
    )


def present_text(edited: EditableForm, others: OtherEditors) -> tuple[str, ...]:
    """Who else is at work, in which section, since when."""
    labels = {s.name: s.label[language()] for s in edited.form.sections}
    return tuple(
        t("draft.present", who=p.name, section=labels.get(p.section, ""), since=p.since)
        for p in others.present
    )


def saved_text(edited: EditableForm, others: OtherEditors) -> str:
    """When the draft was last saved, and by whom if it was somebody else."""
    last = edited.draft.last
    if last is None:
        return ""
    if last.by == actor().user_id:
        return t("draft.saved", at=last.at)
    return t("draft.saved_by", at=last.at, who=others.names.get(last.by, ""))


def saved_by(edited: EditableForm, others: OtherEditors, name: str) -> str:
    """Who saved one field, and when."""
    saved = edited.draft.fields.get(name)
    if saved is None:
        return ""
    who = t("draft.other_window") if saved.by == actor().user_id else others.names.get(saved.by, "")
    return t("draft.saved_by", at=saved.at, who=who)


def conflicting_field(edited: EditableForm, others: OtherEditors, name: str) -> ConflictingField:
    """A field that was saved meanwhile, with the answer that stands there now."""
    label = edited.form.field(name).label[language()]
    who = saved_by(edited, others, name)
    return ConflictingField(name, label, field_id(name), who, shown_value(edited, name))


def shown_value(edited: EditableForm, name: str) -> str:
    """What stands in a field, as text; a table as one line for each row."""
    definition, value = edited.form.field(name), edited.values.get(name)
    if definition.type is FieldType.TABLE:
        rows = display_rows(definition, value, language(), services().lookups)
        return "\n".join(" · ".join(c.text for c in row.values() if c.text) for row in rows)
    if isinstance(value, Mapping):
        return "\n".join(str(text) for text in value.values())
    return display(definition, value, language(), services().lookups).text


def format_tokens(marks: Mapping[str, str]) -> str:
    """Marks as a hidden field of the page carries them."""
    return ",".join(f"{name}:{mark}" for name, mark in marks.items())


def parse_tokens(text: str) -> dict[str, str]:
    """The marks that a page carried."""
    pairs = (part.partition(":") for part in text.split(",") if ":" in part)
    return {name: mark for name, _, mark in pairs}
