"""A form as a workbook: downloaded, filled in without a line, brought back."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from ricomi_workflow.cases.queries import get_case, readable_values
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.kernel.errors import Forbidden, NotFound, Refused
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.offline_forms.commands import import_answers, make_workbook, read_workbook
from ricomi_workflow.offline_forms.upload_checks import LARGEST_FILE
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.form_editing import open_form
from ricomi_workflow.web.forms.stale_submission import show_submitted
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.offline_forms.offline_form_view import (
    PACKET,
    closed_form_page,
    import_result_page,
    offline_form_page,
    sent_choices,
    sent_workbook,
)

blueprint = Blueprint("packets", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/packets/<name>"
Answer = str | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def page(ref: str, name: str) -> str:
    """Offer the workbook of a form, and take one back."""
    with services().uow.look(actor()) as tx:
        desk = open_form(tx, services(), ref, name)
    return render_template("offline_forms/packet.html", page=offline_form_page(desk))


@blueprint.get(f"{_ADDRESS}.xlsx")
@for_signed_in
def download(ref: str, name: str) -> Response:
    """The workbook, with the answers so far or, with `blank`, without."""
    with services().uow.look(actor()) as tx:
        desk = open_form(tx, services(), ref, name)
    blank = "blank" in request.args
    answer = make_response(make_workbook(desk, services(), actor(), language(), blank=blank))
    answer.headers["Content-Type"] = MEDIA_TYPE
    file = f"{ref}-{name}-{language()}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(_ADDRESS)
@for_signed_in
def upload(ref: str, name: str) -> Answer:
    """Take a workbook in, or ask which answers are to stand."""
    posted = request.form.to_dict(flat=False)
    data, choices = sent_workbook(posted, _uploaded()), sent_choices(posted)
    try:
        with services().uow.begin(actor()) as tx:
            desk = open_form(tx, services(), ref, name, hold=True)
            found = read_workbook(services(), data, desk.form) if data else None
            taken = import_answers(tx, services(), desk, found, choices) if found else None
    except Refused as error:
        return _refused(ref, name, error)
    except (Forbidden, NotFound):
        return _moved_on(ref, name, data)
    if taken is None:
        return _shown(offline_form_page(desk, no_file=True), 422)
    shown = import_result_page(desk, taken, data, choices, again=PACKET in posted)
    return _shown(shown, 409 if taken.conflicts else 200)


blueprint.register_error_handler(NotFound, show_submitted)


def _uploaded() -> bytes:
    file = request.files.get("file")
    return file.read(LARGEST_FILE + 1) if file else b""


def _shown(view: object, status: int) -> Answer:
    return render_template("offline_forms/packet.html", page=view), status


def _refused(ref: str, name: str, error: Refused) -> Answer:
    with services().uow.look(actor()) as tx:
        desk = open_form(tx, services(), ref, name)
    return _shown(offline_form_page(desk, error), 409)


def _moved_on(ref: str, name: str, data: bytes) -> Answer:
    """Both answers to read, for who may know of the case and read the form; else `NotFound`."""
    with services().uow.look(actor()) as tx:
        case = get_case(tx.connection, services(), actor(), ref)
        given = find_latest_submission(tx.connection, case.id, name)
    if not data or given is None:
        raise NotFound("form", name)
    form = services().library.forms[given.form_key]
    there = readable_values(services(), actor(), case, form, given)
    packet = read_workbook(services(), data, form)
    if there is None or packet.claims.ref != case.ref:
        raise NotFound("form", name)
    state = services().state(case).label[language()]
    view = closed_form_page((case.ref, case.title, state), form, packet, there)
    return render_template("offline_forms/packet_moved_on.html", page=view), 409
