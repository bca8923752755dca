"""Documents of a case: files with their removal, submitted forms with their changes, PDFs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import NoReturn

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.documents.dossier import dossier_pdf, read_submission, submission_pdf
from ricomi_workflow.files.commands import add_document, remove_file
from ricomi_workflow.files.queries import Attachment, get_attachment, may_download, may_remove_file
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.changes_view import (
    Version,
    answered_requests,
    changes_href,
    changes_page,
)
from ricomi_workflow.web.cases.documents_view import documents_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.form_view import read_sections
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.messages import case_title
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed
from ricomi_workflow.web.uploads import LOST, send_download, sent_files

blueprint = Blueprint("documents", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/documents"
Page = str | Answer | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def documents(ref: str) -> Page:
    """Show the files of a case that the reader may know of."""
    return _listed(ref, PlainForm())


@blueprint.post(_ADDRESS)
@for_signed_in
def add(ref: str) -> Page:
    """Add documents to a case; what is refused is told at its control."""
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            uploads = list(sent_files("file")) or _nothing_sent()
            for upload in uploads:
                add_document(tx, services(), case, upload, _access())
                tx.flush()  # each is an entry of its own
    except Invalid as error:
        return _listed(ref, refused(typed("access"), error)), 422
    return redirect(url_for("documents.documents", ref=ref), 303)


@blueprint.get(f"{_ADDRESS}/<int:key>")
@for_signed_in
def download(ref: str, key: int) -> Response:
    """Give the content of a file to those who may open it; it is saved, never shown in place."""
    with services().uow.look(actor()) as tx:
        file = _found(tx, ref, key)
    open_content = ExitStack()
    try:
        content = open_content.enter_context(services().store.open(file.sha256))
    except FileNotFoundError:
        raise NotFound("content", file.sha256) from None
    return send_download(file, content, open_content)


@blueprint.get(f"{_ADDRESS}/<int:key>/remove")
@for_signed_in
def remove(ref: str, key: int) -> Page:
    """Ask why a document is removed, and say what stays of it."""
    with services().uow.look(actor()) as tx:
        file = _removable(tx, ref, key)
    return render_template("cases/remove_file.html", ref=ref, file=file, form=PlainForm())


@blueprint.post(f"{_ADDRESS}/<int:key>/remove")
@for_signed_in
def remove_for_good(ref: str, key: int) -> Page:
    """Remove a document; its name, digest and the reason stay."""
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            _removable(tx, ref, key)
            remove_file(tx, case, key, request.form.get("reason", ""))
    except Invalid as error:
        with services().uow.look(actor()) as tx:
            file = _removable(tx, ref, key)
        form = refused(typed("reason"), error)
        return render_template("cases/remove_file.html", ref=ref, file=file, form=form), 422
    return redirect(url_for("documents.documents", ref=ref), 303)


def _listed(ref: str, form: PlainForm) -> str:
    with services().uow.look(actor()) as tx:
        page = documents_page(tx, ref, form)
    return render_template("cases/documents.html", page=page, levels=[*Access])


def _nothing_sent() -> NoReturn:
    lost = request.form.getlist(f"{LOST}file")
    code, name = ("file_again", lost[0]) if lost else ("required", "")
    raise Invalid([FieldError("file", code, {"name": name})])


def _access() -> Access:
    wanted = request.form.get("access", "")
    if wanted not in set(Access):
        raise Invalid([FieldError("access", "required")])
    return Access(wanted)


def _found(tx: Tx, ref: str, key: int) -> Attachment:
    """The file, for somebody who may open it; raises `NotFound` for everybody else."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    file = get_attachment(tx.connection, case.id, key)
    if file is None or not may_download(tx.connection, services(), tx.actor, case, file):
        raise NotFound("file", str(key))
    return file


def _removable(tx: Tx, ref: str, key: int) -> Attachment:
    case = get_case(tx.connection, services(), tx.actor, ref)
    file = get_attachment(tx.connection, case.id, key)
    if file is None or file.removal or file.form is not None:
        raise NotFound("file", str(key))
    if not may_remove_file(tx.actor, case, file):
        raise Forbidden("file")
    return file


dossier_blueprint = Blueprint("case_documents", __name__, url_prefix=PREFIX)
_PAPER = "/cases/<ref>/dossier/<form>/<int:number>"


@dossier_blueprint.get(_PAPER)
@for_signed_in
def submission(ref: str, form: str, number: int) -> str:
    """Show one version of a form as it was handed in."""
    with services().uow.read() as connection:
        case, paper, values = read_submission(connection, services(), actor(), ref, (form, number))
    definition = services().library.forms[paper.form_key]
    return render_template(
        "cases/submission.html",
        case=case,
        title=case_title(case.title),
        label=definition.label[language()],
        paper=paper,
        changes=changes_href(ref, form, number),
        sections=read_sections(definition, values),
        languages=LANGUAGE_NAMES,
    )


@dossier_blueprint.get(f"{_PAPER}/changes")
@for_signed_in
def changes(ref: str, form: str, number: int) -> str:
    """Show what a version changed in the one before it, and what had been asked."""
    with services().uow.read() as connection:
        reader = (connection, services(), actor(), ref)
        case, new, new_values = read_submission(*reader, (form, number))
        _, old, old_values = read_submission(*reader, (form, number - 1))
        entry = next(e for e in list_entries(connection, case.id) if e.seq == new.seq)
        workflow = services().process(case).workflow
        points = answered_requests(connection, workflow, case, old, new)
    page = changes_page(case, Version(old, old_values), Version(new, new_values), entry, points)
    return render_template("cases/submission_changes.html", page=page)


@dossier_blueprint.get(f"{_PAPER}.pdf")
@for_signed_in
def submission_file(ref: str, form: str, number: int) -> Response:
    """One version of a form as a PDF."""
    made = submission_pdf(services(), actor(), ref, (form, number), language())
    return _pdf_answer(made, f"{ref}-{form}-{number}-{language()}.pdf")


@dossier_blueprint.get("/cases/<ref>/dossier.pdf")
@for_signed_in
def dossier_file(ref: str) -> Response:
    """The whole case as one PDF."""
    made = dossier_pdf(services(), actor(), ref, language())
    return _pdf_answer(made, f"{ref}-{language()}.pdf")


def _pdf_answer(made: bytes, name: str) -> Response:
    answer = make_response(made)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
