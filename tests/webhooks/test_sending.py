"""One message over the wire: what is reached, what is not, and how long is waited."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from time import sleep
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ricomi_workflow.kernel.network_address import HostPort
from ricomi_workflow.webhooks import http_client
from ricomi_workflow.webhooks.rules import Outcome
from tests.support.ports import unanswered
from tests.support.receiving import Receiver


def outcome(url: str, exercise: HostPort | None) -> Outcome:
    return http_client.send(url, {}, b"{}", exercise).outcome


def test_a_name_that_leads_inside_is_not_called(receiver: Receiver) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]"):
        url = f"https://{host}:{receiver.place.port}/"
        assert outcome(url, None) is Outcome.NOT_PUBLIC
        assert outcome(url, HostPort("127.0.0.1", 1)) is Outcome.NOT_PUBLIC
    assert receiver.sent == []


def test_a_port_on_which_nobody_listens_is_not_reached() -> None:
    with unanswered() as port:
        place = HostPort("127.0.0.1", port)
        assert outcome(f"http://127.0.0.1:{port}/", place) is Outcome.UNREACHABLE


def test_who_takes_a_connection_and_says_nothing_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_client, "SECONDS", 0.02)
    with create_server(("127.0.0.1", 0)) as silent:
        place = HostPort("127.0.0.1", silent.getsockname()[1])
        answers = {outcome(f"http://127.0.0.1:{place.port}/", place) for _ in range(20)}
    assert answers == {Outcome.TIMED_OUT}  # every time: the clock and the wait end together


def test_a_name_that_is_slow_to_be_found_buys_no_time_for_what_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = socket.getaddrinfo

    def slowly(*args: Any, **kwargs: Any) -> Any:
        sleep(0.4)
        return found(*args, **kwargs)

    def drip(server: socket.socket) -> None:
        with suppress(OSError):  # the other side hangs up
            way = server.accept()[0]
            way.send(b"HTTP/1.1 200 OK\r\n")
            while True:
                way.send(b"X")
                sleep(0.05)

    monkeypatch.setattr(http_client, "SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=drip, args=[server], daemon=True).start()
        place = HostPort("127.0.0.1", server.getsockname()[1])
        assert outcome(f"http://127.0.0.1:{place.port}/", place) is Outcome.TIMED_OUT


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    with secured(tmp_path) as place:
        assert outcome(f"https://127.0.0.1:{place.port}/", place) is Outcome.UNTRUSTED


@contextmanager
def secured(folder: Path) -> Iterator[HostPort]:
    """A server with a certificate that it made itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    held = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(held + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the other side hangs up
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield HostPort("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
