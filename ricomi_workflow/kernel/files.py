"""Where the bytes of files are kept and who looks at them: ports that the `files` slice fills.

A file is its content: its name in the store is the SHA-256 of its bytes, so it is never changed,
and the same file sent twice is kept once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Content:
    """What was put into a store: its digest, and its length in bytes."""

    sha256: str
    size: int


class Store(Protocol):
    """Keeps contents by their digests."""

    def put(self, source: BinaryIO) -> Content:
        """Keep what can be read from `source`; it is whole and safe when this answers."""
        ...

    def open(self, sha256: str) -> AbstractContextManager[BinaryIO]:
        """The content with this digest, for reading. Raises FileNotFoundError."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget a content; nothing happens where there is none."""
        ...

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every digest with the instant at which it was last put."""
        ...


class NoStore:
    """An installation that keeps no files: there is nothing in it, and nothing can be put."""

    def put(self, source: BinaryIO) -> Content:
        """Refuse."""
        raise OSError(f"no store is set for {source}")

    def open(self, sha256: str) -> AbstractContextManager[BinaryIO]:
        """Nothing is there."""
        raise FileNotFoundError(sha256)

    def remove(self, sha256: str) -> None:
        """Nothing is there."""

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Nothing."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of a content; `found` names what is harmful in it."""

    clean: bool
    found: str = ""


class NoVerdict(OSError):
    """The scanner has the content and gives no verdict on it; `silent`: it said nothing in time."""

    def __init__(self, why: str, *, silent: bool = False) -> None:
        super().__init__(why)
        self.silent = silent


class Scanner(Protocol):
    """Looks for harmful programs."""

    def scan(self, source: BinaryIO) -> Verdict:
        """Look through a content.

        Raises `NoVerdict` when there is none on this content, another OSError when the scanner
        cannot be reached.
        """
        ...
