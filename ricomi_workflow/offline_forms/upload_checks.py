"""Whether a file from an unknown hand may be opened at all: asked before any of it is read.

A workbook is a ZIP archive of XML. Refused are: what is no such archive; more parts or bytes than
a form can need, also when they only unfold to them; anything that is not data (programs, links to
other files, embedded objects); XML that declares entities.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from io import BytesIO

from ricomi_workflow.kernel.errors import Refusal, Refused

LARGEST_FILE = 1_000_000
LARGEST_UNFOLDED = 30_000_000
MOST_PARTS = 200
_STRANGE = ("externallink", "vbaproject", "embeddings/", "connections", "activex", "querytable",
            "oleobject", "webextension", "customui", "macrosheet", "dialogsheet")  # fmt: skip
_CHUNK = 1 << 16
_BROKEN = (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError, zlib.error,
           lzma.LZMAError)  # fmt: skip


def require_harmless(data: bytes) -> None:
    """Raises `Refused` with what is wrong with the file as such."""
    if len(data) > LARGEST_FILE:
        raise Refused([Refusal("packet_too_large", {"limit": LARGEST_FILE // 1_000_000})])
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _require_parts(archive.infolist())
            unfolded = sum(_unfolded(archive, part) for part in archive.infolist())
    except _BROKEN as error:
        raise _unreadable() from error
    if unfolded > LARGEST_UNFOLDED:
        raise _hostile()


def _require_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if "[content_types].xml" not in names:
        raise _unreadable()
    strange = any(word in name for name in names for word in _STRANGE)
    doubled = len(set(names)) != len(names)
    declared = sum(part.file_size for part in parts)
    if strange or doubled or len(parts) > MOST_PARTS or declared > LARGEST_UNFOLDED:
        raise _hostile()


def _unfolded(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many bytes a part really unfolds to; stops at the limit, whatever the archive says."""
    found, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            found += len(chunk)
            text = (tail + chunk).lower()
            if found > LARGEST_UNFOLDED or b"<!doctype" in text or b"<!entity" in text:
                raise _hostile()
            if part.filename.lower().endswith((".xml", ".rels")) and b"\x00" in chunk:
                raise _hostile()  # XML in another code, in which the words above look different
            tail = chunk[-16:]
    return found


def _unreadable() -> Refused:
    return Refused([Refusal("packet_unreadable")])


def _hostile() -> Refused:
    return Refused([Refusal("packet_hostile")])
