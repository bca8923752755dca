"""Drafts among several people: one field saved by a script, who is at work, and the upgrade."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.drafts import renew_presence
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import domain_error
from ricomi_workflow.web.forms.draft_answers import field_saved, presence_answer
from ricomi_workflow.web.forms.form_editing import (
    EditableForm,
    SentAnswers,
    in_sent_version,
    open_form,
    save,
    save_answers,
)
from ricomi_workflow.web.forms.shared_draft import other_editors, read_marks
from ricomi_workflow.web.forms.stale_submission import show_submitted
from ricomi_workflow.web.forms.upgrade_view import upgrade_draft_values, upgrade_view
from ricomi_workflow.web.i18n import PREFIX, language

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
