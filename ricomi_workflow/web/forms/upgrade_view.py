"""A draft before it is taken to a newer version of its form: what is kept, new, lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ricomi_workflow.definitions.draft_upgrade import FieldReport, FieldStatus, Upgrade, upgrade
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_editing import EditableForm
from ricomi_workflow.web.i18n import language, t


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that share a fate, each with what of it is lost."""

    heading: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UpgradePage:
    """Everything that the template draws."""

    ref: str
    name: str
    label: str
    old: int
    new: int
    revision: int
    groups: tuple[FieldGroup, ...]
    loses: bool


def upgrade_draft_values(desk: EditableForm) -> Upgrade:
    """The draft of a desk in the version in force, with the report."""
    old = services().library.forms[f"{desk.form.name}/v{desk.draft.version}"]
    return upgrade(old, desk.form, desk.draft.values)


def upgrade_view(desk: EditableForm) -> UpgradePage:
    """The report in the reader's language: what is lost comes first."""
    found = upgrade_draft_values(desk)
    groups = (
        FieldGroup(t(f"draft.fate_{fate}"), tuple(_told(each) for each in found.of(fate)))
        for fate in (FieldStatus.DROPPED, FieldStatus.RETYPED, FieldStatus.NEW, FieldStatus.KEPT)
    )
    return UpgradePage(
        ref=desk.case.ref,
        name=desk.form.name,
        label=desk.form.label[language()],
        old=desk.draft.version or 0,
        new=desk.form.version,
        revision=desk.draft.revision,
        groups=tuple(group for group in groups if group.fields),
        loses=found.loses,
    )


def _told(field: FieldReport) -> tuple[str, str]:
    lost = "" if field.lost is None else t("draft.lost", text=_plain(field.lost))
    return field.label[language()], lost


def _plain(value: Json) -> str:
    """A value of a field that the new form does not know, as words."""
    if isinstance(value, str | int | bool):
        return str(value)
    if isinstance(value, Mapping):
        return " · ".join(_plain(inner) for inner in value.values())
    return join_clauses((_plain(inner) for inner in value or ()), language())
