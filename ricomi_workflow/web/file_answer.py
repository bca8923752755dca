"""The answer that gives the content of a file: saved by the reader's browser, never shown here."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO

from flask import Response

from ricomi_workflow.files.folder_store import CHUNK
from ricomi_workflow.files.queries import Attachment


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
