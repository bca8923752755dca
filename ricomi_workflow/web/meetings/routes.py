"""Meetings for everybody: the list, the page of each, its documents and minutes; own tasks."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from ricomi_workflow.documents.meeting_documents import minutes_pdf, notice_pdf, order_pdf
from ricomi_workflow.files.queries import FileStatus, get_attachment
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.meetings.queries import list_meetings, view_meeting
from ricomi_workflow.meetings.tasks import complete_task, list_open_tasks
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.meetings.meetings_view import (
    may_prepare,
    meeting_page,
    meeting_state,
    meeting_title,
)
from ricomi_workflow.web.meetings.minutes_view import compared_page, minutes_page
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.uploads import send_download

blueprint = Blueprint("meetings", __name__, url_prefix=PREFIX)
task_blueprint = Blueprint("meeting_tasks", __name__, url_prefix=PREFIX)
Page = str | Answer | tuple[str, int]
_DONE = ("written", "proposed", "answered", "certified")


@blueprint.app_template_test("past")
def is_past(at: datetime) -> bool:
    """Whether an instant has come."""
    return at <= services().uow.clock.now()


for each in (meeting_title, meeting_state):
    blueprint.add_app_template_filter(each)


@blueprint.get("/meetings")
@for_everybody
def meeting_list() -> str:
    """List the meetings of the committee."""
    with services().uow.read() as connection:
        found = list_meetings(connection, actor())
    return render_template(
        "meetings/meetings.html", meetings=found, may_prepare=may_prepare(actor())
    )


@blueprint.get("/meetings/<ref>")
@for_everybody
def meeting(ref: str) -> str:
    """Show a meeting as far as the reader may see it."""
    with services().uow.read() as connection:
        page = meeting_page(connection, ref, actor())
    return render_template("meetings/meeting.html", page=page)


@blueprint.get("/meetings/<ref>/documents/<int:key>")
@for_everybody
def document(ref: str, key: int) -> Response:
    """Give the file of a document to those who may read it."""
    with services().uow.read() as connection:
        shown = view_meeting(connection, actor(), ref)
        found = next((each for each in shown.documents if each.id == key), None)
        case_id, file_id = shown.meeting.id, found.file_id if found else None
        file = get_attachment(connection, case_id, file_id) if file_id else None
    scanned = services().scanner is not None
    if file is None or file.status(scanned=scanned) is not FileStatus.OFFERED:
        raise NotFound("document", str(key))
    until = ExitStack()
    content = until.enter_context(services().store.open(file.sha256))
    return send_download(file, content, until)


@blueprint.get("/meetings/<ref>/notice.pdf")
@for_everybody
def notice(ref: str) -> Response:
    """The notice of the meeting as a PDF."""
    made = notice_pdf(services(), actor(), ref, language())
    return _pdf_answer(made, f"{ref}-notice-{language()}.pdf")


@blueprint.get("/meetings/<ref>/order-of-business.pdf")
@for_everybody
def order_of_business(ref: str) -> Response:
    """The order of business as a PDF, with the items that the reader may see."""
    made = order_pdf(services(), actor(), ref, language())
    return _pdf_answer(made, f"{ref}-order-{language()}.pdf")


@blueprint.get("/meetings/<ref>/minutes.pdf")
@for_everybody
def minutes_paper(ref: str) -> Response:
    """The minutes as a PDF."""
    made = minutes_pdf(services(), actor(), ref, language())
    return _pdf_answer(made, f"{ref}-minutes-{language()}.pdf")


@blueprint.get("/meetings/<ref>/minutes")
@for_everybody
def minutes(ref: str) -> Page:
    """Show the minutes: to the committee at once, to everybody when they are approved."""
    return shown_minutes(ref, PlainForm(), done(*_DONE))


@blueprint.get("/meetings/<ref>/minutes/<int:new>/since/<int:old>")
@for_everybody
def compare(ref: str, new: int, old: int) -> str:
    """Show what one version of the minutes changed in another."""
    with services().uow.read() as connection:
        page = compared_page(connection, ref, actor(), (old, new))
    return render_template("meetings/minutes_compared.html", page=page)


@task_blueprint.get("/meeting-tasks")
@for_signed_in
def own() -> str:
    """List the open tasks of the reader's offices."""
    return _own_tasks(PlainForm(), done("finished"))


@task_blueprint.post("/meeting-tasks/<ref>/<int:number>")
@for_signed_in
def finish(ref: str, number: int) -> Page:
    """Record that a task is done."""
    sent = typed("words")
    try:
        with services().uow.begin(actor()) as tx:
            complete_task(tx, ref, number, sent["words"])
    except Invalid as error:
        return _own_tasks(refused(sent, error)), 422
    return redirect(url_for("meeting_tasks.own", done="finished"), 303)


def _own_tasks(form: PlainForm, said: str = "") -> str:
    with services().uow.read() as connection:
        tasks = list_open_tasks(connection, actor())
    return render_template("meetings/meeting_tasks.html", tasks=tasks, form=form, done=said)


def shown_minutes(ref: str, form: PlainForm, said: str = "") -> str:
    """The page of the minutes with what was typed into one of its forms."""
    with services().uow.read() as connection:
        page = minutes_page(connection, ref, actor())
    return render_template(
        "meetings/minutes.html", page=page, form=form, done=said, languages=LANGUAGE_NAMES
    )


def _pdf_answer(made: bytes, name: str) -> Response:
    answer = make_response(made)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
