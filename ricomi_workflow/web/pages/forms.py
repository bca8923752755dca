"""Forms of a case: filled in section by section, saved as a draft that keeps everything typed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.definitions.model import Section
from ricomi_workflow.web.audience import for_signed_in
from ricomi_workflow.web.form_desk import (
    Desk,
    Saving,
    Values,
    errors_in,
    merged,
    open_desk,
    overtaken,
    save,
    whole_errors,
)
from ricomi_workflow.web.form_page import Asked, new_row_id, section_href
from ricomi_workflow.web.form_page import form_page as put_together
from ricomi_workflow.web.form_view import field_id
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.viewer import actor, services

blueprint = Blueprint("forms", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/forms/<name>"
Answer = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@blueprint.get(f"{_ADDRESS}/<section>")
@for_signed_in
def form_page(ref: str, name: str, section: str | None = None) -> str:
    """Show a form, or one section of it, with what stands in it."""
    with services().uow.look(actor()) as tx:
        desk = open_desk(tx, services(), ref, name)
    asked = Asked(section, request.args.get("add", ""), check="check" in request.args)
    return _shown(desk, desk.values, asked)


@blueprint.post(_ADDRESS)
@blueprint.post(f"{_ADDRESS}/<section>")
@for_signed_in
def save_form(ref: str, name: str, section: str | None = None) -> Answer:
    """Save what was typed and go where the button leads; mistakes are told beside their fields."""
    with services().uow.begin(actor()) as tx:
        desk = open_desk(tx, services(), ref, name, hold=True)
        saving = _sent(desk, section)
        values = merged(desk, saving)
        late = overtaken(services(), desk, saving)
        if not late:
            desk = save(tx, services(), desk, values)
    if late:
        return _shown(desk, values, Asked(section, overtaken=True)), 409
    return _next(desk, saving.sections, values, section)


@blueprint.post(f"{_ADDRESS}/copy")
@for_signed_in
def copy_previous(ref: str, name: str) -> Response:
    """Begin with what was handed in the time before."""
    with services().uow.begin(actor()) as tx:
        desk = open_desk(tx, services(), ref, name, hold=True)
        if desk.previous and not desk.draft.revision:
            save(tx, services(), desk, desk.previous.values)
    return redirect(section_href(desk, None), 303)


def _shown(desk: Desk, values: Values, asked: Asked) -> str:
    return render_template("pages/form.html", page=put_together(desk, values, asked))


def _sent(desk: Desk, section: str | None) -> Saving:
    """What was sent; the row that is to be removed is left out."""
    removed = request.form.get("_remove", "")
    posted = {
        name: texts
        for name, texts in request.form.to_dict(flat=False).items()
        if not (removed and name.startswith(f"{removed}."))
    }
    return Saving(desk.sections(section), posted, request.form.get("_seen", ""), language())


def _next(desk: Desk, sections: tuple[Section, ...], values: Values, section: str | None) -> Answer:
    """Where the button that was pressed leads."""
    here = sections[0] if desk.paged else None
    if table := request.form.get("_add"):
        anchor = new_row_id(desk, values, table)
        return redirect(section_href(desk, here, add=table, _anchor=anchor), 303)
    if removed := request.form.get("_remove"):
        anchor = f"{field_id(removed.partition('.')[0])}-table"
        return redirect(section_href(desk, here, _anchor=anchor), 303)
    if request.form.get("_action") != "continue":
        return redirect(section_href(desk, here, saved=1), 303)
    if errors_in(sections, whole_errors(services(), desk, values)):
        return _shown(desk, values, Asked(section, check=True)), 422
    return redirect(_onward(desk, sections[0]), 303)


def _onward(desk: Desk, section: Section) -> str:
    following = desk.after(section)
    if following:
        return section_href(desk, following)
    if desk.may_hand_in:
        return url_for("acts.confirm", ref=desk.case.ref, trigger=desk.taken.trigger)
    return url_for("cases.case_page", ref=desk.case.ref)
