"""A scanner that speaks to ClamAV's daemon: `tcp://host:3310` or `unix:/run/clamav/clamd.ctl`."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from ricomi_workflow.kernel.files import NoVerdict, Verdict

PATIENCE_SECONDS = 150  # longer than a daemon looks at one file by its own setting (MaxScanTime)
_CHUNK = 64 * 1024
_PORT = 3310
_LONGEST_ANSWER = 4_096
_HUNG_UP = "the daemon hung up; a file larger than its StreamMaxLength makes it do so"
_SILENT = "the daemon took the content and did not answer"


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon at one address; it is given `patience` seconds for each step."""

    host: str = ""
    port: int = _PORT
    path: str = ""  # of a socket on this machine
    patience: float = PATIENCE_SECONDS

    @classmethod
    def from_url(cls, url: str) -> Clamd:
        """The scanner that `url` names. Raises: ValueError when it names none."""
        parts = urlsplit(url)
        if parts.scheme == "tcp" and parts.hostname:
            return cls(host=parts.hostname, port=parts.port or _PORT)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(path=parts.path)
        raise ValueError("it has the form tcp://host:3310 or unix:/folder/socket")

    def scan(self, source: BinaryIO) -> Verdict:
        """Send the content and read the verdict.

        Raises `NoVerdict` when there is none on this content, another OSError when the daemon
        cannot be reached.
        """
        with self._line() as line:
            answer = _asked(line, source)
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Verdict(clean=True)
        if said.endswith(" FOUND"):
            return Verdict(clean=False, found=said.removesuffix(" FOUND")[:200])
        raise NoVerdict(said or "no answer")

    @contextmanager
    def _line(self) -> Iterator[socket.socket]:
        if not self.path:
            with socket.create_connection((self.host, self.port), self.patience) as line:
                yield line
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(self.patience)
            line.connect(self.path)
            yield line


def _asked(line: socket.socket, source: BinaryIO) -> str:
    """What the daemon says of a content once it has all of it."""
    try:
        _send(line, source)
        return _answer(line)
    except ConnectionError as error:
        raise NoVerdict(_last_words(line)) from error
    except TimeoutError as error:
        raise NoVerdict(_SILENT, silent=True) from error


def _send(line: socket.socket, source: BinaryIO) -> None:
    line.sendall(b"zINSTREAM\0")
    while part := source.read(_CHUNK):
        line.sendall(struct.pack("!L", len(part)) + part)
    line.sendall(struct.pack("!L", 0))


def _last_words(line: socket.socket) -> str:
    """What a daemon said before it hung up, where that can still be read; no verdict."""
    try:
        return _answer(line) or _HUNG_UP
    except OSError:
        return _HUNG_UP


def _answer(line: socket.socket) -> str:
    """What stands before the closing zero."""
    received = b""
    while not received.endswith(b"\0") and len(received) < _LONGEST_ANSWER:
        part = line.recv(_CHUNK)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n").decode("utf-8", "replace").strip()
