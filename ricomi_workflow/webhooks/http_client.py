"""Handing one message over: to the very address that was judged, once, within a few seconds.

The name of the host is resolved here and the connection goes to the address that was found, so
that a name cannot mean one thing when it is judged and another when it is called. Redirects are
answers like others, and of an answer only its status counts.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from ricomi_workflow.kernel.network_address import HostPort
from ricomi_workflow.webhooks.rules import Outcome, is_public, outcome_of, parse_host

SECONDS = 10.0  # for everything: name, connection, certificate, answer
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of it: the outcome, the status of the answer, how long it took."""

    outcome: Outcome
    code: int | None
    milliseconds: int


class _NotPublic(OSError):
    """The host lies inside a network."""


class _Connection(HTTPConnection):
    """A connection to an address that may be reached, with the host's certificate where asked."""

    def __init__(self, place: HostPort, *, secure: bool, anywhere: bool) -> None:
        super().__init__(place.host, place.port, timeout=SECONDS)
        self._secure = secure
        self._anywhere = anywhere
        self._until = monotonic() + SECONDS
        self.was_cut = False

    def connect(self) -> None:
        """Resolve, judge, connect; with https also prove the certificate."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        if not self._anywhere and not all(is_public(str(each[4][0])) for each in found):
            raise _NotPublic(self.host)
        self.sock = _first(found, self._left)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self._left()  # the clock cuts what is connected; what is now may have been too slow for it

    def cut(self) -> None:
        """End what takes too long, whatever it waits for."""
        self.was_cut = True  # before the one who waits wakes up and asks
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # leaves TLS to its reader

    def _left(self) -> float:
        """The seconds that are left. Raises TimeoutError when there are none."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def send(url: str, headers: Mapping[str, str], body: bytes, exercise: HostPort | None) -> Reply:
    """Post `body` to `url`; answer what came of it and never raise for what the other side does.

    `exercise`: the one place that may lie inside a network and needs no https.
    """
    begun = monotonic()
    outcome, code = _sent(url, headers, body, exercise)
    return Reply(outcome, code, int((monotonic() - begun) * _MILLISECONDS))


def _sent(
    url: str, headers: Mapping[str, str], body: bytes, exercise: HostPort | None
) -> tuple[Outcome, int | None]:
    parts, place = urlsplit(url), parse_host(url)
    if place is None or (parts.scheme != "https" and place != exercise):
        return Outcome.UNREACHABLE, None
    way = _Connection(place, secure=parts.scheme == "https", anywhere=place == exercise)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(way):
        clock = Timer(SECONDS, way.cut)
        clock.daemon = True
        clock.start()
        try:
            way.request("POST", target, body, dict(headers))
            code = way.getresponse().status
        except _NotPublic:
            return Outcome.NOT_PUBLIC, None
        except ssl.SSLCertVerificationError:
            return Outcome.UNTRUSTED, None
        except TimeoutError:
            return Outcome.TIMED_OUT, None
        except (OSError, HTTPException, ValueError):
            return (Outcome.TIMED_OUT if way.was_cut else Outcome.UNREACHABLE), None
        finally:
            clock.cancel()
    return outcome_of(code), code


def _first(
    found: Sequence[tuple[int, int, int, str, tuple[Any, ...]]], left: Callable[[], float]
) -> socket.socket:
    """A socket to the first of the addresses that takes the connection. Raises OSError."""
    last: OSError = OSError("the name has no address")
    for family, kind, protocol, _, address in found:
        seconds = left()
        made = socket.socket(family, kind, protocol)
        made.settimeout(seconds)
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            last = error
        else:
            return made
    raise last
