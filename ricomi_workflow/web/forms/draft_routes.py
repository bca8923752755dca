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
    present_text,
    read_marks,
    saved_by,
    saved_text,
    shown_value,
)
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import mistake

ScriptJson = dict[str, Json]


def field_saved(outcome: SaveResult, company: OtherEditors, name: str) -> ScriptJson:
    """The answer to a saving of one field: saved, or what somebody else saved meanwhile."""
    desk = outcome.desk
    told: ScriptJson = {
        "saved": name not in outcome.taken,
        "revision": desk.draft.revision,
        "at": iso(desk.saved_at) if desk.saved_at else None,
        "words": saved_text(desk, company),
        "mark": value_tag(outcome.sent.get(name)),  # of what the page shows, others' rows apart
        "errors": _field_errors(outcome, name),
        "sections": _section_states(outcome, name),
        "present": [*present_text(desk, company)],
    }
    return told | {"taken": _saved_field(desk, company, name)} if name in outcome.taken else told


def presence_answer(
    desk: EditableForm, company: OtherEditors, began: Mapping[str, str]
) -> ScriptJson:
    """Who else is here, and the fields that they saved since the page was made."""
    changed = [
        name for name, mark in began.items()
        if name in desk.editable and value_tag(desk.values.get(name)) != mark
    ]  # fmt: skip
    return {
        "words": saved_text(desk, company),
        "present": [*present_text(desk, company)],
        "changed": {name: _saved_field(desk, company, name) for name in changed},
    }


def _saved_field(desk: EditableForm, company: OtherEditors, name: str) -> ScriptJson:
    """What stands in a field now: for reading, and as the texts of its controls."""
    texts = format_inputs(desk.form, desk.values, language())
    own = {k: [*v] for k, v in texts.items() if k == name or k.startswith(f"{name}.")}
    return {
        "mark": value_tag(desk.values.get(name)),
        "who": saved_by(desk, company, name),
        "text": shown_value(desk, name),
        "inputs": own,
    }


def _field_errors(outcome: SaveResult, name: str) -> list[Json]:
    _, found = validate_values(services(), outcome.desk, outcome.typed)
    return [
        {"id": field_id(e.path), "text": mistake(e)}
        for e in found
        if e.path.partition(".")[0] == name
    ]


def _section_states(outcome: SaveResult, name: str) -> list[Json]:
    """How far each section has come: complete is another fact than saved."""
    desk = outcome.desk
    current = section_of(desk.form, name)
    if not desk.paged or current is None:
        return []
    links = section_links(desk, outcome.typed, current)
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


def upgrade_draft_values(desk: EditableForm) -> Upgrade:
    """The draft of a desk in the version in force, with the report."""
    old = services().library.forms[f"{desk.form.name}/v{desk.draft.version}"]
    return upgrade(old, desk.form, desk.draft.values)


def upgrade_view(desk: EditableForm) -> UpgradePage:
    """The report in the reader's language: what is lost comes first."""
    found = upgrade_draft_values(desk)
    groups = (
        FieldGroup(t(f"draft.fate_{fate}"), tuple(_field_text(each) for each in found.of(fate)))
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
        desk = _current(open_form(tx, services(), ref, name, hold=True))
        outcome = save_answers(tx, services(), desk, _one(desk, field))
        others = other_editors(tx, outcome.desk)
    return field_saved(outcome, others, field), 409 if outcome.taken else 200


@blueprint.post(f"{_ADDRESS}/present/<section>")
@for_signed_in
def beat(ref: str, name: str, section: str) -> ScriptAnswer:
    """Say that the reader is at work in a section, if so; tell what the others did."""
    with services().uow.begin(actor()) as tx:
        desk = _current(open_form(tx, services(), ref, name))
        if request.form.get("editing") and desk.sections(section):
            renew_presence(tx, desk.case, desk.draft_name, section)
        others = other_editors(tx, desk)
    return presence_answer(desk, others, read_marks(request.form.get("_seen", "")))


@blueprint.errorhandler(NotFound)
def no_draft(error: NotFound) -> str | Response | tuple[str, int]:
    """Lead from a page to the case when its form was handed in; tell a script that it is gone."""
    of_page = request.endpoint in {"drafts.upgrade_page", "drafts.upgrade_draft"}
    return show_submitted(error) if of_page else domain_error(error)


def _current(desk: EditableForm) -> EditableForm:
    """The desk of the page that sent; raises `NotFound` when its draft is in another version."""
    desk = in_sent_version(services(), desk, request.form.get("_form", ""))
    if desk.outdated:
        raise NotFound("draft", desk.draft_name)
    return desk


def _one(desk: EditableForm, field: str) -> SentAnswers:
    if field not in desk.editable:
        raise NotFound("field", field)
    posted = request.form.to_dict(flat=False)
    began = read_marks(request.form.get("_seen", ""))
    saved = desk.draft.fields.get(field)
    if request.form.get("_again") and saved and saved.by == actor().user_id:
        began = {}  # the answer to the first attempt was lost on the way, the saving was not
    return SentAnswers(frozenset({field}), posted, began, language())


@blueprint.get(f"{_ADDRESS}/upgrade")
@for_signed_in
def upgrade_page(ref: str, name: str) -> str | Response:
    """Say what becomes of a draft that was begun with an older version of its form."""
    with services().uow.look(actor()) as tx:
        desk = open_form(tx, services(), ref, name)
    if not desk.outdated:
        return redirect(url_for("forms.form_page", ref=ref, name=name), 303)
    return render_template("forms/upgrade.html", page=upgrade_view(desk))


@blueprint.post(f"{_ADDRESS}/upgrade")
@for_signed_in
def upgrade_draft(ref: str, name: str) -> Response:
    """Take the draft to the version in force, as its reader agreed."""
    with services().uow.begin(actor()) as tx:
        desk = open_form(tx, services(), ref, name, hold=True)
        if desk.outdated and request.form.get("_revision") == str(desk.draft.revision):
            save(tx, services(), desk, upgrade_draft_values(desk).values)
    return redirect(url_for("forms.form_page", ref=ref, name=name), 303)
