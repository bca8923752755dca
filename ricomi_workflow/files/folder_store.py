"""Contents in a folder: `ab/abcd…`, each written aside and put in its place as a whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ricomi_workflow.kernel.files import Content

CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder on a disk that all processes of the installation see."""

    folder: Path

    def put(self, source: BinaryIO) -> Content:
        """Write, make sure that the disk has it, and only then give it its name."""
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        aside = incoming / secrets.token_hex(16)
        try:
            content = _copied(source, aside)
            target = self._path(content.sha256)
            target.parent.mkdir(exist_ok=True)
            aside.replace(target)  # over an equal one: its instant is new, so no sweep takes it
            _settle(target.parent)
        finally:
            aside.unlink(missing_ok=True)
        return content

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """The file with this digest."""
        with self._path(sha256).open("rb") as content:
            yield content

    def remove(self, sha256: str) -> None:
        """Delete the file with this digest."""
        self._path(sha256).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every file with the instant at which it was put."""
        for path in sorted(self.folder.glob("??/*")):
            if _DIGEST.fullmatch(path.name):
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self.folder / sha256[:2] / sha256


def _copied(source: BinaryIO, aside: Path) -> Content:
    seal, size = hashlib.sha256(), 0
    with aside.open("xb") as target:
        while part := source.read(CHUNK):
            seal.update(part)
            size += len(part)
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
    return Content(seal.hexdigest(), size)


def _settle(folder: Path) -> None:
    """Make sure that the disk knows the new name, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
