"""Files of a case: listed, added, read, removed."""

from __future__ import annotations

import base64
import binascii
import io
from contextlib import ExitStack

from flask import Response

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case, draft_name
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.files.commands import Place, Upload, add_document, add_form_file, remove_file
from ricomi_workflow.files.queries import (
    Attachment,
    get_attachment,
    list_readable,
    may_download,
    may_edit_form,
)
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import files as shapes
from ricomi_workflow.web.api.v1.case_shapes import Shape
from ricomi_workflow.web.file_answer import send_download

_GROUP = Group("files")
_LARGEST_KEY = 2**63


def list_case_files(call: Call, ref: str) -> Shape:
    """List the files of a case of which the caller may know, removed ones by name and digest."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    files = list_readable(call.tx.connection, call.services, call.tx.actor, found)
    return {"files": [_file(call, each) for each in files]}


def add_case_file(call: Call, ref: str) -> Shape:
    """Add a document to a case, or keep a file for the answer of a form in the making.

    The answer names the file by `ref`; the act that hands the form in puts it into the trail.
    """
    found = lock(call.tx, call.services, ref)
    upload = _upload(call)
    if form := call.body.get("form"):
        kept = add_form_file(call.tx, call.services, found, upload, _place(call, found, form))
    else:
        kept = add_document(call.tx, call.services, found, upload, Access(call.body["access"]))
    return _file(call, kept)


def read_case_file(call: Call, ref: str, file: str) -> Response:
    """Read the content of a file that the caller may open now."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    held = _held(call, found, file)
    if not may_download(call.tx.connection, call.services, call.tx.actor, found, held):
        raise NotFound("file", file)
    stack = ExitStack()
    try:
        content = stack.enter_context(call.services.store.open(held.sha256))
    except FileNotFoundError:
        raise NotFound("content", held.sha256) from None
    return send_download(held, content, stack)


def remove_case_file(call: Call, ref: str, file: str) -> Shape:
    """Remove a document; its name, its digest and the reason stay."""
    found = lock(call.tx, call.services, ref)
    held = _held(call, found, file)
    if held.form is not None:
        raise Forbidden("file")
    remove_file(call.tx, found, held.id, call.body["reason"])
    call.tx.flush()  # so that it is read as it is now
    return _file(call, _held(call, found, file))


def _upload(call: Call) -> Upload:
    try:
        content = base64.b64decode(call.body["content"], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid([FieldError("content", "not_base64")]) from None
    name, declared = call.body["name"], call.body["media_type"]
    return Upload(name, declared, io.BytesIO(content), len(content))


def _place(call: Call, found: Case, form: str) -> Place:
    field, state = call.body.get("field", ""), call.services.state(found)
    called = draft_name(state, call.tx.actor, found, form)
    if not may_edit_form(call.services, call.tx.actor, found, called, field):
        raise Forbidden(form)
    return Place(called, field)


def _held(call: Call, found: Case, file: str) -> Attachment:
    key = int(file) if file.isascii() and file.isdecimal() else 0
    held = get_attachment(call.tx.connection, found.id, key) if 0 < key < _LARGEST_KEY else None
    if held is None:
        raise NotFound("file", file)
    return held


def _file(call: Call, each: Attachment) -> Shape:
    return {
        "id": str(each.id),
        "name": each.name,
        "ref": str(each.ref),
        "media_type": each.media_type,
        "size": each.size,
        "sha256": each.sha256,
        "access": str(each.access),
        "form": each.form.partition("@")[0] if each.form else None,
        "field": each.field,
        "at": each.at,
        "standing": str(each.status(scanned=call.services.scanner is not None)),
        "removed_at": each.removal.at if each.removal else None,
        "reason": each.removal.reason if each.removal else None,
    }


OPERATIONS = (
    _GROUP.read(list_case_files, "/cases/{ref}/files", shapes.FilesView),
    _GROUP.act(add_case_file, "/cases/{ref}/files", shapes.NewFile, shapes.FileView),
    _GROUP.read(read_case_file, "/cases/{ref}/files/{file}/content", None, is_content=True),
    _GROUP.act(
        remove_case_file,
        "/cases/{ref}/files/{file}/removal",
        shapes.FileRemoval,
        shapes.FileView,
        status=200,
    ),
)
