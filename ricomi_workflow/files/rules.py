"""What may be kept, and who may add, open and remove it: pure decisions.

The name of a file declares its kind; its content must be of that kind. Office documents are ZIP
folders: what they hold decides, and how large they would be when unpacked.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

import puremagic

from ricomi_workflow.kernel.actors import Role

HEAD = 8_192
LONGEST_NAME = 200
MOST_ENTRIES = 10_000
LARGEST_UNPACKED = 300 * 1024 * 1024
LARGEST_RATIO = 200
TEXT = "text"
LONGEST_TYPE = 100
_ZIP = "application/zip"
_BROKEN = (  # what a folder raises that says of itself what it is not
    zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, RuntimeError, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


class Access(StrEnum):
    """Who may open a document of a case."""

    PUBLIC = "public"  # whoever may read the case; fit for the public dossier
    LIMITED = "limited"  # whoever may read the case
    RESTRICTED = "restricted"  # the offices of the network, and whoever sent it


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and what its content shows."""

    name: str
    media_type: str
    seen_as: str = ""  # the media type that its first bytes show; TEXT: none
    holds: str = ""  # a ZIP folder: what must be in it


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", "application/pdf"),
        Kind("png", "image/png", "image/png"),
        Kind("jpg", "image/jpeg", "image/jpeg"),
        Kind("jpeg", "image/jpeg", "image/jpeg"),
        Kind("docx", f"{_OFFICE}wordprocessingml.document", _ZIP, "word/"),
        Kind("xlsx", f"{_OFFICE}spreadsheetml.sheet", _ZIP, "xl/"),
        Kind("pptx", f"{_OFFICE}presentationml.presentation", _ZIP, "ppt/"),
        Kind("odt", f"{_OPEN}text", _ZIP, "mimetype"),
        Kind("ods", f"{_OPEN}spreadsheet", _ZIP, "mimetype"),
        Kind("odp", f"{_OPEN}presentation", _ZIP, "mimetype"),
        Kind("zip", _ZIP, _ZIP),
        Kind("csv", "text/csv", TEXT),
        Kind("txt", "text/plain", TEXT),
    )
}
ALLOWED = ", ".join(name.upper() for name in KINDS if name != "jpeg")
_ADDING = frozenset(
    {
        Role.FOCAL_POINT,
        Role.INSTITUTION_USER,
        Role.PARTNER,
        Role.SECRETARIAT,
        Role.FUND_ADMINISTRATOR,
        Role.CERTIFYING_OFFICER,
    }
)
_INSIDE = frozenset(
    {Role.SECRETARIAT, Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR}
)


class RejectedFile(Exception):
    """A file that is not kept: the code of the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean_name(name: str) -> str:
    """The last part of what a browser calls a file, without what no name may hold."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    shown = " ".join("".join(c if c.isprintable() else " " for c in last).split())
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME and dot:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return shown[:LONGEST_NAME]


def kind_of(name: str, content: BinaryIO) -> Kind:
    """The kind that name and content agree on. Raises Unfit; `content` is at its beginning after.

    Codes: file_type, file_empty, file_content, file_bomb.
    """
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise RejectedFile("file_type")
    head = content.read(HEAD)
    content.seek(0)
    if not head:
        raise RejectedFile("file_empty")
    if kind.seen_as == TEXT:
        _require_text(head)
    elif kind.seen_as == _ZIP:
        _require_folder(kind, content)
    elif kind.seen_as not in _shown_by(head):
        raise RejectedFile("file_content")
    content.seek(0)
    return kind


def may_add(roles: frozenset[Role], *, final: bool) -> bool:
    """Whether somebody with `roles` on a case may add a document; at its end, the Secretariat."""
    return Role.SECRETARIAT in roles or (not final and bool(roles & _ADDING))


def may_open(access: Access, roles: frozenset[Role], *, own: bool) -> bool:
    """Whether a document of a case that one may read may be opened."""
    if roles == {Role.CANDIDATE}:  # who might only come in
        return own or access is Access.PUBLIC
    return own or access is not Access.RESTRICTED or bool(roles & _INSIDE)


def may_remove(roles: frozenset[Role], *, own: bool) -> bool:
    """Whether a document may be removed: by whoever sent it, and by the Secretariat."""
    return own or Role.SECRETARIAT in roles


def _shown_by(head: bytes) -> set[str]:
    """The media types that the first bytes may be."""
    try:
        return {found.mime_type for found in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _require_text(head: bytes) -> None:
    """Words and figures, in Unicode or a Western code page; no program, no mark-up of another."""
    if any(c < 32 and c not in b"\t\n\r\f" for c in head):
        raise RejectedFile("file_content")
    if any(not seen.startswith("text/") or seen == "text/html" for seen in _shown_by(head)):
        raise RejectedFile("file_content")


def _require_folder(kind: Kind, content: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(content) as folder:
            entries = folder.infolist()
            _require_moderate(entries)
            if kind.holds == "mimetype":
                fits = _declared(folder) == kind.media_type
            else:
                fits = not kind.holds or _is_office(entries, kind.holds)
    except _BROKEN:
        raise RejectedFile("file_content") from None
    if not fits:
        raise RejectedFile("file_content")


def _declared(folder: zipfile.ZipFile) -> str:
    """The media type that an open document names in itself; no more of it is unpacked."""
    with folder.open("mimetype") as part:
        return part.read(LONGEST_TYPE).decode("ascii").strip()


def _is_office(entries: list[zipfile.ZipInfo], holds: str) -> bool:
    names = {entry.filename for entry in entries}
    programs = any(name.lower().endswith("vbaproject.bin") for name in names)
    return (
        "[Content_Types].xml" in names
        and not programs
        and any(name.startswith(holds) for name in names)
    )


def _require_moderate(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a folder that would fill the disk of whoever opens it."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED:
        raise RejectedFile("file_bomb")
    if unpacked > io.DEFAULT_BUFFER_SIZE * 128 and unpacked / packed > LARGEST_RATIO:
        raise RejectedFile("file_bomb")
