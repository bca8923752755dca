"""A page of a form put together: its sections, the list of all of them, its mistakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from ricomi_workflow.cases.composite_answers import overriding_tag
from ricomi_workflow.cases.requested_changes import RequestedChange, visible_changes
from ricomi_workflow.definitions.forms import SectionState, draft_scope
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.definitions.model import FieldType, FormDef, Section
from ricomi_workflow.definitions.tables import rows_of, totals
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.web.components import Mistake, SectionLink
from ricomi_workflow.web.current_user import address, services
from ricomi_workflow.web.forms.form_editing import (
    EditableForm,
    Values,
    answer_tokens,
    errors_in,
    states_of,
    submission_errors,
    validate_values,
)
from ricomi_workflow.web.forms.form_files import file_faults, shown_files
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.forms.form_view import FormContents, Typed, field_id, mistakes
from ricomi_workflow.web.forms.shared_draft import (
    Collaboration,
    OtherEditors,
    collaboration,
    format_tokens,
)
from ricomi_workflow.web.forms.table_view import section_view
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import offices


def with_points(
    views: Sequence[SectionView],
    form: FormDef,
    points: Sequence[RequestedChange],
    hidden: Collection[str],
) -> tuple[SectionView, ...]:
    """The sections of a form, each point at its field or at the head of its section."""
    seen = visible_changes(points, form, hidden)
    return tuple(
        replace(
            view,
            points=_texts(p for p in seen if p.section == view.name and p.field is None),
            fields=tuple(
                replace(f, points=_texts(p for p in seen if p.field == f.name)) for f in view.fields
            ),
        )
        if any(p.section == view.name for p in seen)
        else view
        for view in views
    )


def _texts(points: Iterable[RequestedChange]) -> tuple[str, ...]:
    return tuple(p.text or t("points.see_reason") for p in points)


_DRAWN: Mapping[SectionState, Literal["done", "open", "wrong"]] = {
    SectionState.COMPLETE: "done",
    SectionState.INCOMPLETE: "open",
    SectionState.WRONG: "wrong",
}


@dataclass(frozen=True, slots=True)
class FormPage:
    """Everything that the template of a form draws."""

    ref: str
    name: str
    form_label: str
    heading: str
    place: str
    action: str
    sections: tuple[SectionView, ...]
    links: tuple[SectionLink, ...]
    mistakes: tuple[Mistake, ...]
    live: bool
    files: bool  # the page asks for files
    kept: str
    seen: str
    sharing: Collaboration
    saved_at: datetime | None
    go_on: str
    copy_number: int
    shared: str
    act_label: str
    act_hint: str
    lists: Mapping[str, tuple[str, ...]]  # names that are offered, by the name of the list


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How a page of a form was asked for."""

    section: str | None = None
    add_row: str = ""
    check: bool = False  # tell what is missing, too
    taken: Mapping[str, str] = field(default_factory=dict)  # saved by another meanwhile: marks
    refused: tuple[FieldError, ...] = ()  # files that were not kept


def form_page(
    edited: EditableForm, values: Values, asked: PageRequest, company: OtherEditors
) -> FormPage:
    """The page for `values`, which may be newer than the stored draft."""
    sections = edited.sections(asked.section)
    values, found = validate_values(services(), edited, values)
    scope = draft_scope(edited.form, values, found, edited.today)
    if asked.check:
        found = submission_errors(services(), edited, values)
    found = [*found, *file_faults(edited, values, company.held), *asked.refused]
    errors = errors_in(sections, found)
    held = shown_files(edited, company.held)
    filling = replace(_filling(edited, values, errors, asked.add_row), held=held, scope=scope)
    drawn = [section_view(s, filling, services().lookups) for s in sections]
    views = with_points(drawn, edited.form, edited.points, edited.hidden)
    first = sections[0]
    following = edited.after(first)
    return FormPage(
        ref=edited.case.ref,
        name=edited.form.name,
        form_label=edited.form.label[language()],
        heading=first.label[language()] if edited.paged else edited.form.label[language()],
        place=_place(edited, first),
        action=section_href(edited, first if edited.paged else None),
        sections=views,
        links=section_links(edited, values, first) if edited.paged else (),
        mistakes=mistakes(edited.form, filling, views),
        live=asked.check or bool(asked.refused),
        files=any(f.kind == "files" for view in views for f in view.fields),
        kept=_saved_notice(following),
        seen=format_tokens(_began(edited, sections, asked.taken)),
        sharing=collaboration(edited, first, company, tuple(asked.taken)),
        saved_at=edited.saved_at,
        go_on=_go_on(edited, following),
        copy_number=edited.previous.number if edited.previous and not values else 0,
        shared=_shared(edited),
        act_label=edited.taken.label[language()],
        act_hint=edited.taken.hint[language()],
        lists=edited.offers.lists,
    )


def section_href(edited: EditableForm, section: Section | None, **query: object) -> str:
    """The address of a section, or of a form that is one page."""
    name = section.name if section else None
    return address(
        "forms.form_page", ref=edited.case.ref, name=edited.form.name, section=name, **query
    )


def section_of(form: FormDef, path: str) -> Section | None:
    """The section in which the field of a path stands."""
    name = path.partition(".")[0]
    return next((s for s in form.sections if any(f.name == name for f in s.fields)), None)


def new_row_id(edited: EditableForm, values: Values, table: str) -> str:
    """The id of the first control in the row that is to be added to `table`."""
    definition = edited.form.field(table)
    named = [c for c in definition.columns if c.type is FieldType.TEXT] or definition.columns
    return field_id(f"{table}.{len(rows_of(values.get(table)))}.{named[0].name}")


def _began(
    edited: EditableForm, sections: Sequence[Section], taken: Mapping[str, str]
) -> dict[str, str]:
    """With what the writer of a page begins; where a choice is shown, own answers are to stand."""
    there = answer_tokens(edited, sections)
    asked = {
        name: overriding_tag(taken[name], mark) for name, mark in there.items() if name in taken
    }
    return {**there, **asked}


def _filling(
    edited: EditableForm, values: Values, errors: Sequence[FieldError], add_row: str
) -> FormContents:
    typed: Typed = format_inputs(edited.form, values, language())
    return FormContents(
        typed=typed,
        errors=errors,
        totals=totals(edited.form, values),
        add_row=add_row,
        read_only=edited.read_only,
        hidden=edited.hidden,
        copied={name: edited.offers.copied(name, values.get(name)) for name in edited.offers.first},
    )


def _place(edited: EditableForm, section: Section) -> str:
    if not edited.paged:
        return ""
    number = edited.form.sections.index(section) + 1
    return t("form.section_of", number=number, of=len(edited.form.sections))


def section_links(
    edited: EditableForm, values: Values, current: Section
) -> tuple[SectionLink, ...]:
    """Every section with how far it has come, for a form of many pages."""
    states = states_of(services(), edited, values)
    missing = submission_errors(services(), edited, values)
    return tuple(
        SectionLink(
            section.label[language()],
            section_href(edited, section),
            _DRAWN[states[section.name]],
            _note(states[section.name], len(errors_in([section], missing))),
            current=section is current,
            name=section.name,
        )
        for section in edited.form.sections
    )


def _note(state: SectionState, wrong: int) -> str:
    if state is SectionState.COMPLETE:
        return t("ui.complete")
    return t("ui.to_correct" if state is SectionState.WRONG else "ui.to_fill", n=max(wrong, 1))


def _saved_notice(following: Section | None) -> str:
    if following:
        return t("form.kept_section", section=following.label[language()])
    return t("form.kept_whole")


def _go_on(edited: EditableForm, following: Section | None) -> str:
    if following or not edited.may_submit:
        return ""
    return t("form.review")


def _shared(edited: EditableForm) -> str:
    if edited.may_submit:
        return t("form.shared")
    return t("form.shared_other", who=offices(sorted(edited.taken.roles)))
