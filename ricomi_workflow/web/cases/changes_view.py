"""What changed when a form was handed in again: field by field, with what had been asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.approvals import VoidedApproval, voided_by_entry
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import hidden_fields
from ricomi_workflow.cases.requested_changes import (
    RequestedChange,
    list_requested_changes,
    visible_changes,
)
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.definitions.submission_diff import (
    DifferenceText,
    difference_texts,
    differences,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import Shown, join_clauses
from ricomi_workflow.web.cases.requested_changes_view import (
    RequestedChangeRow,
    requested_change_rows,
)
from ricomi_workflow.web.current_user import actor, address, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, countries

if TYPE_CHECKING:
    from sqlalchemy import Connection

Values = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Version:
    """A submission with what of it the reader may read."""

    paper: Submission
    values: Values

    @property
    def form(self) -> FormDef:
        """The form in which it was given."""
        return services().library.forms[self.paper.form_key]


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """The answers of a section that are not what they were."""

    name: str
    label: str
    rows: tuple[DifferenceText, ...]


@dataclass(frozen=True, slots=True)
class VoidedRow:
    """An approval that the resubmission voided, and through which sections."""

    act: str
    because: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Everything that the page of the changes draws."""

    ref: str
    title: Shown
    form_label: str
    heading: str
    versions: tuple[Submission, Submission]
    asked: tuple[RequestedChangeRow, ...]
    sections: tuple[ChangedSection, ...]
    voided: tuple[VoidedRow, ...]
    rests: bool  # whether approvals in this process rest on sections of the form


def changes_href(ref: str, form: str, number: int) -> str:
    """The address of what changed with a submission; empty for the first of its form."""
    if number < 2:
        return ""
    return address("case_documents.changes", ref=ref, form=form, number=number)


def answered_requests(
    connection: Connection, workflow: WorkflowDef, case: Case, old: Submission, new: Submission
) -> tuple[RequestedChange, ...]:
    """What was asked of a form between two of its submissions."""
    return list_requested_changes(
        connection, workflow, case, new.form, after=old.seq, before=new.seq
    )


def changes_page(
    case: Case, old: Version, new: Version, entry: Entry, points: Sequence[RequestedChange]
) -> ChangesPage:
    """The page for the reader of both versions; `entry` handed the new one in."""
    workflow, lang = services().process(case).workflow, language()
    hidden = hidden_fields(services(), actor(), case, new.form)
    told = difference_texts(
        differences(old.form, old.values, new.form, new.values), lang, services().lookups
    )
    return ChangesPage(
        ref=case.ref,
        title=case_title(case.title),
        form_label=new.form.label[lang],
        heading=t("points.changes_of", form=new.form.label[lang], number=new.paper.number),
        versions=(old.paper, new.paper),
        asked=requested_change_rows(new.form, visible_changes(points, new.form, hidden)),
        sections=_sections(old.form, new.form, told),
        voided=tuple(_voided(workflow, v) for v in voided_by_entry(entry.seq, entry.detail)),
        rests=any(new.form.name in x.depends_on for x in workflow.transitions),
    )


def _sections(
    old: FormDef, new: FormDef, told: Sequence[DifferenceText]
) -> tuple[ChangedSection, ...]:
    labels = {s.name: s.label[language()] for form in (old, new) for s in form.sections}
    names = dict.fromkeys(row.section for row in told)
    return tuple(
        ChangedSection(name, labels[name], tuple(row for row in told if row.section == name))
        for name in names
    )


def _voided(workflow: WorkflowDef, voided: VoidedApproval) -> VoidedRow:
    lang = language()
    act = next((x.done[lang] for x in workflow.transitions if x.trigger == voided.act), voided.act)
    form = services().library.forms[voided.form]
    labels = [s.label[lang] for s in form.sections if s.name in voided.sections]
    whom = f" ({countries(voided.countries)})" if voided.countries else ""
    return VoidedRow(act + whom, t("points.because", sections=join_clauses(labels, lang)))
