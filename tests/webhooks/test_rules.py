"""Addresses, signatures and pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from ricomi_workflow.kernel.network_address import HostPort
from ricomi_workflow.webhooks.rules import (
    PAUSES,
    Outcome,
    derive_secret,
    is_public,
    outcome_of,
    retry_delay,
    sign,
    url_faults,
)

EXERCISE = HostPort("127.0.0.1", 9999)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),  # this machine
        ("0.0.0.0", False),  # noqa: S104 - judged, not bound
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # of a provider
        ("169.254.169.254", False),  # of the link: the metadata of a cloud
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),  # IPv4 in other words
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::a00:1", False),  # translated
        ("2002:a00:1::", False),  # by tunnels
        ("2001:0:a00:1::", False),
        ("ff02::1", False),
        ("example.org", False),
    ],
)
def test_only_addresses_of_the_internet_at_large_are_reached(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://migraciones.example.org/hook", ""),
        ("https://migraciones.example.org:8443/hook?a=1", ""),
        ("http://127.0.0.1:9999/x", ""),  # of the exercise
        ("http://127.0.0.1:9998/x", "webhook_https"),
        ("http://migraciones.example.org/", "webhook_https"),
        ("https://10.0.0.7/", "webhook_not_public"),
        ("https://[::1]/", "webhook_not_public"),
        ("https://localhost/", "webhook_not_public"),
        ("https://intranet:8443/", "webhook_not_public"),
        ("https://servidor.local./", "webhook_not_public"),
        ("https://user:word@example.org/", "webhook_url"),
        ("https://example.org/#part", "webhook_url"),
        ("https://example.org:99999/", "webhook_url"),
        ("ftp://example.org/", "webhook_url"),
        ("https://exa mple.org/", "webhook_url"),
        ("https://ejemplo.org/ñ", "webhook_url"),
        ("https:///nowhere", "webhook_url"),
        ("", "required"),
        ("https://example.org/" + "x" * 500, "max_length"),
    ],
)
def test_an_address_is_judged_before_it_is_kept(url: str, code: str) -> None:
    assert [fault.code for fault in url_faults(url, EXERCISE)] == ([code] if code else [])


@given(st.binary(max_size=200), st.integers(1, 2**62))
def test_a_signature_is_the_one_of_the_standard(body: bytes, key: int) -> None:
    at = datetime(2026, 11, 29, 20, 0, 1, 999, tzinfo=UTC)
    secrets = [derive_secret("k" * 40, key, nonce) for nonce in ("one", "two")]
    text = body.hex()
    made = sign(secrets, "msg_1", at, text.encode())
    assert made.split() == [Webhook(secret).sign("msg_1", at, text) for secret in secrets]
    assert secrets[0] != secrets[1] != derive_secret("another key", key, "two")


def test_pauses_grow_and_end() -> None:
    assert [retry_delay(n) for n in (1, 2, len(PAUSES))] == [PAUSES[0], PAUSES[1], PAUSES[-1]]
    assert retry_delay(len(PAUSES) + 1) is None
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=4)


def test_only_2xx_is_taken() -> None:
    answered = [outcome_of(code) for code in (200, 204, 301, 404, 410, 500)]
    refused = Outcome.REFUSED
    assert answered == [*[Outcome.DELIVERED] * 2, refused, refused, Outcome.GONE, refused]
