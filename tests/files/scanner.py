"""A scanner's daemon as far as a client meets it: the INSTREAM command over TCP."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.noted import EICAR


@dataclass
class Daemon:
    """What the daemon was sent, and what it is made to do instead of giving a verdict.

    `says` is its answer instead; of more than `most` bytes it hangs up as the real one does; it
    never answers on what holds `hangs_on`.
    """

    port: int = 0
    contents: list[bytes] = field(default_factory=list)
    says: str = ""
    most: int = 1 << 30
    hangs_on: bytes = b"text that hangs the daemon"
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def daemon() -> Iterator[Daemon]:
    """A daemon on a port of this machine; it calls harmful what holds the EICAR text."""
    state = Daemon()

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                if len(content) + size > state.most:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
                content += self.rfile.read(size)
            state.contents.append(content)
            if state.hangs_on in content:
                state.over.wait(60)
                return
            found = "Eicar-Signature FOUND" if EICAR in content else "OK"
            self.wfile.write(f"stream: {state.says or found}\0".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Line) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        state.over.set()
        server.shutdown()
        thread.join()
