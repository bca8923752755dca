"""A real HTTP server for tests: the product's own, in a thread, on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol

from flask import Flask
from waitress.server import create_server

THREADS = 8  # as `ricomi serve` starts


class Closing(Protocol):
    """What listens or is connected."""

    def close(self) -> None:
        """Hang up."""


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve `app` on a free local port and give its address, without a closing slash."""
    sockets: dict[int, Closing] = {}  # the loop ends when the last socket in it is closed
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=THREADS, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: _hang_up(sockets))
        thread.join()


def _hang_up(sockets: dict[int, Closing]) -> None:
    """Close what listens and every connection that a browser left open, in the server's thread."""
    for connected in list(sockets.values()):
        connected.close()
