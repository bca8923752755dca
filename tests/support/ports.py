"""Ports by number, for programs that are told one: a free port is not free a moment later.

Whoever can, listens on port 0 and asks which one it was given.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from socket import socket
from typing import Final

# What asks for any port is given one above these, on Linux from 32768, elsewhere from 49152.
_OURS: Final = range(20_000, 32_768)


@contextmanager
def unanswered() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can meanwhile."""
    with socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


def port_to_take() -> int:
    """A free port for a program of this test: one that the system gives to nobody by itself.

    Processes that run tests at the same time begin to look at different places.
    """
    first = os.getpid() % len(_OURS)
    for port in chain(_OURS[first:], _OURS[:first]):
        if _is_free(port):
            return port
    raise OSError("no port is free")


def _is_free(port: int) -> bool:
    with socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
