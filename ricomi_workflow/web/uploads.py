"""Files on their way in: a body may be large where files are sent, one file only up to its limit.

What goes beyond the limit of a file is counted and not kept, so that a file that is too large is
refused at its field and everything else of the form is saved.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, BinaryIO, cast

from flask import Flask, Request, Response, request

from ricomi_workflow.files.commands import MEGABYTE, Upload
from ricomi_workflow.files.folder_store import CHUNK
from ricomi_workflow.files.queries import Attachment
from ricomi_workflow.files.rules import KINDS
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.nul_bytes import Words
from ricomi_workflow.web.problems import API

PREFIX = "_file."
LOST = "_lost."
FILES_AT_ONCE = 20
ACCEPTED = ",".join(f".{name}" for name in KINDS)
_IN_MEMORY = 512 * 1024
_TAKING = frozenset(
    {
        "forms.save_form",
        "drafts.save_field",
        "documents.add",
        "recorded_votes.recorded",
        "api_v1.add_case_file",
        "meeting_admin.issue_document",
        "bank.send",
    }
)


class _Bounded(tempfile.SpooledTemporaryFile[bytes]):
    """A file of one upload: it counts everything and keeps no more than its limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(max_size=_IN_MEMORY)
        self.limit = limit
        self.received = 0

    def write(self, part: Any) -> int:
        """Keep `part`, or only count it beyond the limit."""
        self.received += len(part)
        return super().write(part) if self.received <= self.limit else len(part)


class UploadRequest(Request):
    """A request whose files are bounded; what people send holds no NUL, a program is told of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.path.startswith(API):
            self.parameter_storage_class = Words

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where a file goes while the request is read."""
        del total_content_length, content_type, filename, content_length
        return _Bounded(services().max_upload * MEGABYTE)


def install(app: Flask) -> None:
    """Bound files, and let bodies be large where files are sent; before anything reads a body."""
    app.request_class = UploadRequest
    app.config["MAX_FORM_PARTS"] = 20_000  # a budget of 500 lines beside a file
    app.before_request(_allow)


def _allow() -> None:
    if request.endpoint in _TAKING:
        room = FILES_AT_ONCE * services().max_upload * MEGABYTE
        request.max_content_length = room + (request.max_content_length or 0)


def max_upload() -> int:
    """How many megabytes one file may have."""
    return services().max_upload


def sent_files(name: str) -> Iterator[Upload]:
    """The files that were sent under `name`; controls left empty send none."""
    for file in request.files.getlist(name):
        if file.filename:
            stream = cast("Any", file.stream)
            yield Upload(file.filename, file.mimetype, stream, stream.received)


def lost_files() -> Mapping[str, list[str]]:
    """By field: names of files that were chosen before a session ended and did not come along."""
    named = request.form.to_dict(flat=False).items()
    return {k.removeprefix(LOST): v for k, v in named if k.startswith(LOST)}


def send_download(file: Attachment, content: BinaryIO, until: ExitStack) -> Response:
    """The content part by part; `until` closes it when the answer is sent or given up."""

    def parts() -> Iterator[bytes]:
        while part := content.read(CHUNK):
            yield part

    answer = Response(parts(), content_type=file.media_type)
    answer.call_on_close(until.close)
    answer.content_length = file.size
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    seal = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    answer.headers["Repr-Digest"] = f"sha-256=:{seal}:"
    answer.headers["Cache-Control"] = "no-store"
    return answer
