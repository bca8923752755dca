"""A receiver of webhooks: a real HTTP server that keeps what it is sent and answers as told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from ricomi_workflow.kernel.network_address import HostPort


@dataclass(frozen=True)
class Sent:
    """One request that arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What it says."""
        value: dict[str, Any] = json.loads(self.body)
        return value


@dataclass
class Receiver:
    """What arrived at `place`, and the statuses to answer with before all is taken (200)."""

    place: HostPort
    sent: list[Sent] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://{self.place.host}:{self.place.port}/hook?for=ministry"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port of this machine, for as long as the block lasts."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.sent.append(Sent(self.path, headers, body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    receiver = Receiver(HostPort("127.0.0.1", server.server_port))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
