"""A scanner that speaks to ClamAV's daemon: `tcp://host:3310` or `unix:/run/clamav/clamd.ctl`."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from ricomi_workflow.kernel.files import Verdict

TIMEOUT_SECONDS = 60
_CHUNK = 64 * 1024
_PORT = 3310
_LONGEST_ANSWER = 4_096


class NoVerdict(OSError):
    """The daemon answered, and said neither clean nor harmful."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon at one address."""

    host: str = ""
    port: int = _PORT
    path: str = ""  # of a socket on this machine

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
        """Send the content and read the verdict. Raises OSError when there is none."""
        with self._line() as line:
            line.sendall(b"zINSTREAM\0")
            while part := source.read(_CHUNK):
                line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Verdict(clean=True)
        if said.endswith(" FOUND"):
            return Verdict(clean=False, found=said.removesuffix(" FOUND")[:200])
        raise NoVerdict(said or "no answer")

    @contextmanager
    def _line(self) -> Iterator[socket.socket]:
        if not self.path:
            with socket.create_connection((self.host, self.port), TIMEOUT_SECONDS) as line:
                yield line
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT_SECONDS)
            line.connect(self.path)
            yield line


def _answer(line: socket.socket) -> str:
    """What stands before the closing zero."""
    received = b""
    while not received.endswith(b"\0") and len(received) < _LONGEST_ANSWER:
        part = line.recv(_CHUNK)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n").decode("utf-8", "replace").strip()
