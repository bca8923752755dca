"""Documents of a case: listed, added, opened, removed with a reason."""

from __future__ import annotations

from contextlib import ExitStack
from typing import NoReturn

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.files.commands import add_document, remove_file
from ricomi_workflow.files.queries import Attachment, get_attachment, may_download, may_remove_file
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.documents_view import documents_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.file_answer import send_download
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed
from ricomi_workflow.web.uploads import LOST, sent_files

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
    return render_template("cases/documents.html", page=page)


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
