"""Drafts among several people: one field saved by a script, who is at work, and the upgrade.

A draft that was begun with an older version of its form is upgraded when its reader agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import renew_presence
from ricomi_workflow.definitions.draft_upgrade import FieldReport, FieldStatus, Upgrade, upgrade
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import domain_error
from ricomi_workflow.web.forms.form_editing import (
    EditableForm,
    SaveResult,
    SentAnswers,
    in_sent_version,
    open_form,
    save,
    save_answers,
    validate_values,
)
from ricomi_workflow.web.forms.form_page import section_links, section_of
from ricomi_workflow.web.forms.form_view import field_id
from ricomi_workflow.web.forms.routes import show_submitted
from ricomi_workflow.web.forms.shared_draft import (
    OtherEditors,
    other_editors,
    parse_tokens,
    present_text,
    saved_by,
    saved_text,
    shown_value,
)
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import mistake

ScriptJson = dict[str, Json]


def field_saved(outcome: SaveResult, company: OtherEditors, name: str) -> ScriptJson:
    """The answer to a saving of one field: saved, or what somebody else saved meanwhile."""
    edited = outcome.edited
    told: ScriptJson = {
        "saved": name not in outcome.taken,
        "revision": edited.draft.revision,
        "at": iso(edited.saved_at) if edited.saved_at else None,
        "words": saved_text(edited, company),
        "mark": value_tag(outcome.sent.get(name)),  # of what the page shows, others' rows apart
        "errors": _field_errors(outcome, name),
        "sections": _section_states(outcome, name),
        "present": [*present_text(edited, company)],
    }
    return told | {"taken": _saved_field(edited, company, name)} if name in outcome.taken else told


def presence_answer(
    edited: EditableForm, company: OtherEditors, began: Mapping[str, str]
) -> ScriptJson:
    """Who else is here, and the fields that they saved since the page was made."""
    changed = [
        name for name, mark in began.items()
        if name in edited.editable and value_tag(edited.values.get(name)) != mark
    ]  # fmt: skip
    return {
        "words": saved_text(edited, company),
        "present": [*present_text(edited, company)],
        "changed": {name: _saved_field(edited, company, name) for name in changed},
    }


def _saved_field(edited: EditableForm, company: OtherEditors, name: str) -> ScriptJson:
    """What stands in a field now: for reading, and as the texts of its controls."""
    texts = format_inputs(edited.form, edited.values, language())
    own = {k: [*v] for k, v in texts.items() if k == name or k.startswith(f"{name}.")}
    return {
        "mark": value_tag(edited.values.get(name)),
        "who": saved_by(edited, company, name),
        "text": shown_value(edited, name),
        "inputs": own,
    }


def _field_errors(outcome: SaveResult, name: str) -> list[Json]:
    _, found = validate_values(services(), outcome.edited, outcome.typed)
    return [
        {"id": field_id(e.path), "text": mistake(e)}
        for e in found
        if e.path.partition(".")[0] == name
    ]


def _section_states(outcome: SaveResult, name: str) -> list[Json]:
    """How far each section has come: complete is another fact than saved."""
    edited = outcome.edited
    current = section_of(edited.form, name)
    if not edited.paged or current is None:
        return []
    links = section_links(edited, outcome.typed, current)
    return [{"name": x.name, "state": x.state, "note": x.note} for x in links]


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


def upgrade_draft_values(edited: EditableForm) -> Upgrade:
    """The draft of a form in the version in force, with the report."""
    old = services().library.forms[f"{edited.form.name}/v{edited.draft.version}"]
    return upgrade(old, edited.form, edited.draft.values)


def upgrade_view(edited: EditableForm) -> UpgradePage:
    """The report in the reader's language: what is lost comes first."""
    found = upgrade_draft_values(edited)
    groups = (
        FieldGroup(t(f"draft.fate_{fate}"), tuple(_field_text(each) for each in found.of(fate)))
        for fate in (FieldStatus.DROPPED, FieldStatus.RETYPED, FieldStatus.NEW, FieldStatus.KEPT)
    )
    return UpgradePage(
        ref=edited.case.ref,
        name=edited.form.name,
        label=edited.form.label[language()],
        old=edited.draft.version or 0,
        new=edited.form.version,
        revision=edited.draft.revision,
        groups=tuple(group for group in groups if group.fields),
        loses=found.loses,
    )


def _field_text(field: FieldReport) -> tuple[str, str]:
    lost = "" if field.lost is None else t("draft.lost", text=_plain_text(field.lost))
    return field.label[language()], lost


def _plain_text(value: Json) -> str:
    """A value of a field that the new form does not know, as words."""
    if isinstance(value, str | int | bool):
        return str(value)
    if isinstance(value, Mapping):
        return " · ".join(_plain_text(inner) for inner in value.values())
    return join_clauses((_plain_text(inner) for inner in value or ()), language())


blueprint = Blueprint("drafts", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/forms/<name>"
ScriptAnswer = tuple[dict[str, Json], int] | dict[str, Json] | Response


@blueprint.post(f"{_ADDRESS}/fields/<field>")
@for_signed_in
def save_field(ref: str, name: str, field: str) -> ScriptAnswer:
    """Save one field as it is typed; the answer says what is wrong with it, or who was first."""
    with services().uow.begin(actor()) as tx:
        edited = _current(open_form(tx, services(), ref, name, hold=True))
        outcome = save_answers(tx, services(), edited, _one(edited, field))
        others = other_editors(tx, outcome.edited)
    return field_saved(outcome, others, field), 409 if outcome.taken else 200


@blueprint.post(f"{_ADDRESS}/present/<section>")
@for_signed_in
def beat(ref: str, name: str, section: str) -> ScriptAnswer:
    """Say that the reader is at work in a section, if so; tell what the others did."""
    with services().uow.begin(actor()) as tx:
        edited = _current(open_form(tx, services(), ref, name))
        if request.form.get("editing") and edited.sections(section):
            renew_presence(tx, edited.case, edited.draft_name, section)
        others = other_editors(tx, edited)
    return presence_answer(edited, others, parse_tokens(request.form.get("_seen", "")))


@blueprint.errorhandler(NotFound)
def no_draft(error: NotFound) -> str | Response | tuple[str, int]:
    """Lead from a page to the case when its form was handed in; tell a script that it is gone."""
    of_page = request.endpoint in {"drafts.upgrade_page", "drafts.upgrade_draft"}
    return show_submitted(error) if of_page else domain_error(error)


def _current(edited: EditableForm) -> EditableForm:
    """The form of the page that sent; raises `NotFound` when its draft is in another version."""
    edited = in_sent_version(services(), edited, request.form.get("_form", ""))
    if edited.outdated:
        raise NotFound("draft", edited.draft_name)
    return edited


def _one(edited: EditableForm, field: str) -> SentAnswers:
    if field not in edited.editable:
        raise NotFound("field", field)
    posted = request.form.to_dict(flat=False)
    began = parse_tokens(request.form.get("_seen", ""))
    saved = edited.draft.fields.get(field)
    if request.form.get("_again") and saved and saved.by == actor().user_id:
        began = {}  # the answer to the first attempt was lost on the way, the saving was not
    return SentAnswers(frozenset({field}), posted, began, language())


@blueprint.get(f"{_ADDRESS}/upgrade")
@for_signed_in
def upgrade_page(ref: str, name: str) -> str | Response:
    """Say what becomes of a draft that was begun with an older version of its form."""
    with services().uow.look(actor()) as tx:
        edited = open_form(tx, services(), ref, name)
    if not edited.outdated:
        return redirect(url_for("forms.form_page", ref=ref, name=name), 303)
    return render_template("forms/upgrade.html", page=upgrade_view(edited))


@blueprint.post(f"{_ADDRESS}/upgrade")
@for_signed_in
def upgrade_draft(ref: str, name: str) -> Response:
    """Take the draft to the version in force, as its reader agreed."""
    with services().uow.begin(actor()) as tx:
        edited = open_form(tx, services(), ref, name, hold=True)
        if edited.outdated and request.form.get("_revision") == str(edited.draft.revision):
            save(tx, services(), edited, upgrade_draft_values(edited).values)
    return redirect(url_for("forms.form_page", ref=ref, name=name), 303)
