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
    FileStatus,
    get_attachment,
    list_readable,
    may_download,
    may_edit_form,
)
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, question, resource
from ricomi_workflow.web.uploads import send_download

_GROUP = Group("files")
_LARGEST_KEY = 2**63


NewFile = question(
    "NewFile",
    name=fields.Text("Name with its ending: `nota.pdf`", longest=300, required=True),
    media_type=fields.Text("Media type as the sender declares it", longest=100, load_default=""),
    content=fields.Text("The content, in base64", required=True),
    access=fields.Choice(Access, "Who may open a document", load_default=str(Access.LIMITED)),
    form=fields.Text("Form, without version, whose answer the file is for", longest=40),
    field=fields.Text("Field of that form", longest=60),
)
FileRemoval = question(
    "FileRemoval",
    reason=fields.Text("Kept with the name and the digest", longest=2000, required=True),
)
FileView = resource(
    "FileView",
    Attachment,
    exclude="case_id kind by seq verdict found removal",
    id=fields.Text("Key of the file"),
    name="Its name",
    ref=fields.Text("How the answer of a form names it: `sha256:<digest>/<name>`"),
    media_type="Media type that its content shows",
    size=fields.Whole("Bytes", most=2**53),
    sha256="Digest of its content",
    access="Who may open it",
    form=fields.Formatted(
        lambda draft: draft.partition("@")[0],
        "Form whose answer names it; null: a document of the case",
        allow_none=True,
    ),
    field="Field of that form",
    at="When it was sent",
    status=fields.Choice(FileStatus, "What may be done with its content"),
    removed_at=fields.Instant("When it was removed", allow_none=True, attribute="removal.at"),
    reason=fields.Text("Why it was removed", allow_none=True, attribute="removal.reason"),
)
FilesView = resource("FilesView", files=many(FileView, "Oldest first"))


def list_case_files(call: Call, ref: str) -> object:
    """List the files of a case of which the caller may know, removed ones by name and digest."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    files = list_readable(call.tx.connection, call.services, call.tx.actor, found)
    return {"files": [_file(call, each) for each in files]}


def add_case_file(call: Call, ref: str) -> object:
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


def remove_case_file(call: Call, ref: str, file: str) -> object:
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


def _file(call: Call, each: Attachment) -> object:
    return Extended(each, status=each.status(scanned=call.services.scanner is not None))


OPERATIONS = (
    _GROUP.read(list_case_files, "/cases/{ref}/files", FilesView),
    _GROUP.act(add_case_file, "/cases/{ref}/files", NewFile, FileView),
    _GROUP.read(read_case_file, "/cases/{ref}/files/{file}/content", None, is_content=True),
    _GROUP.act(
        remove_case_file,
        "/cases/{ref}/files/{file}/removal",
        FileRemoval,
        FileView,
        status=200,
    ),
)
