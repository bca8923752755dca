"""How an answer names a file: by the digest of its content, with the name it was given.

`sha256:<64 hexadecimal digits>/<name>`. The digest says which bytes are meant, for ever; the name
stays readable when the file itself was removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ricomi_workflow.kernel.canonical import Json

PATTERN = r"^sha256:[0-9a-f]{64}/[^/\x00-\x1f]{1,200}$"
MAX_FILES = 20
_REFERENCE = re.compile(r"sha256:([0-9a-f]{64})/([^/\x00-\x1f]{1,200})")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as an answer names it."""

    sha256: str
    name: str

    def __str__(self) -> str:
        return f"sha256:{self.sha256}/{self.name}"


def parse_ref(text: object) -> FileRef | None:
    """The file that `text` names; None when it names none."""
    found = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
    return FileRef(found[1], found[2]) if found else None


def refs_in(value: Json) -> tuple[FileRef, ...]:
    """The files that an answer names."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return tuple(ref for ref in map(parse_ref, listed) if ref)


def file_name(text: str) -> str:
    """The name by which a reader sees a file; what names none is itself."""
    ref = parse_ref(text)
    return ref.name if ref else text
