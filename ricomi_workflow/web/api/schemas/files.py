"""The shapes of files of a case."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.files.queries import FileStatus
from ricomi_workflow.files.rules import Access
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Instant,
    Question,
    Several,
    Text,
    Whole,
)

_ACCESS = tuple(str(each) for each in Access)


class NewFile(Question):
    """A file to add: a document of the case, or for the answer of a form in the making."""

    name = Text("Name with its ending: `nota.pdf`", longest=300, required=True)
    media_type = Text("Media type as the sender declares it", longest=100, load_default="")
    content = Text("The content, in base64", required=True)
    access = Choice(_ACCESS, "Who may open a document", load_default=str(Access.LIMITED))
    form = Text("Form, without version, whose answer the file is for", longest=40)
    field = Text("Field of that form", longest=60)


class FileRemoval(Question):
    """Why a document is removed."""

    reason = Text("Kept with the name and the digest", longest=2_000, required=True)


class FileView(Answer):
    """A file of a case."""

    id = Text("Key of the file")
    name = Text("Its name")
    ref = Text("How the answer of a form names it: `sha256:<digest>/<name>`")
    media_type = Text("Media type that its content shows")
    size = Whole("Bytes", most=2**53)
    sha256 = Text("Digest of its content")
    access = Choice(_ACCESS, "Who may open it")
    form = Text("Form whose answer names it; null: a document of the case", allow_none=True)
    field = Text("Field of that form", allow_none=True)
    at = Instant("When it was sent")
    standing = Choice(tuple(str(each) for each in FileStatus), "What may be done with its content")
    removed_at = Instant("When it was removed", allow_none=True)
    reason = Text("Why it was removed", allow_none=True)


class FilesView(Answer):
    """The files of a case of which the caller may know."""

    files = Several(fields.Nested(FileView), "Oldest first")
