"""What may be told to whom, where it may be sent, how it is signed, when it is tried again. Pure.

Source of the signature and of the pauses: the specification of Standard Webhooks, version 1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ricomi_workflow.kernel.actors import Grant, Role
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.network_address import HostPort

CHANGED, TEST = "case.changed", "webhook.test"
PUBLISHED, UPDATED, WITHDRAWN = "entry.published", "entry.changed", "entry.withdrawn"
EVENTS = (PUBLISHED, UPDATED, WITHDRAWN, CHANGED)
# A ministry speaks through its focal point; who administers, through an office of the network.
SUBSCRIBERS = (Role.FOCAL_POINT, Role.SECRETARIAT, Role.ADMINISTRATOR)
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
PATIENCE = timedelta(days=5)  # of failure, after which a subscription is stopped
OVERLAP = timedelta(hours=24)  # in which the former secret counts beside the new one
KEPT = timedelta(days=30)  # how long what was told can be looked up and sent again
LONGEST_URL, LONGEST_NAME = 500, 80
_NEAR = (".localhost", ".local", ".internal")
SECRET_PREFIX = "whsec_"  # noqa: S105 - the beginning of every secret, no secret
_GONE = 410
_INTERNET = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))  # to any address of IPv4


class Outcome(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # an answer other than 2xx; redirects are not followed
    GONE = "gone"  # 410: the receiver wants nothing more
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNTRUSTED = "untrusted"  # its certificate does not hold
    NOT_PUBLIC = "not_public"  # its address lies inside a network
    NOT_PERMITTED = "not_permitted"  # the office may not know of it any more


def outcome_of(code: int) -> Outcome:
    """What an answer with the status `code` says."""
    if code == _GONE:
        return Outcome.GONE
    return Outcome.DELIVERED if code // 100 == 2 else Outcome.REFUSED


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large.

    Not those of networks, of this machine, of links, of groups, and none of IPv6 that leads to an
    address of IPv4 by a tunnel or a translation.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast
    return _is_public_six(found)


def _is_public_six(found: IPv6Address) -> bool:
    if found.scope_id or found not in _INTERNET or any(found in each for each in _TUNNELS):
        return False
    return found.is_global


def url_faults(url: str, exercise: HostPort | None) -> list[FieldError]:
    """What is wrong with an address to be told at; nothing when it may be tried.

    It begins with https://, unless it is of the `exercise` host that the installation names.
    """
    if not url:
        return [FieldError("url", "required")]
    if len(url) > LONGEST_URL:
        return [FieldError("url", "max_length", {"maximum": LONGEST_URL})]
    place = parse_host(url)
    if place is None:
        return [FieldError("url", "webhook_url")]
    if place == exercise:
        return []
    faults = []
    if not url.startswith("https://"):
        faults.append(FieldError("url", "webhook_https"))
    elif _is_near(place.host):
        faults.append(FieldError("url", "webhook_not_public"))
    return faults


def parse_host(url: str) -> HostPort | None:
    """Host and port of an address of the web; None when it is none that may be called."""
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    named = parts.scheme in {"http", "https"} and parts.hostname and not parts.fragment
    if not named or parts.username is not None or parts.password is not None:
        return None
    return HostPort(parts.hostname or "", port)


def _is_near(host: str) -> bool:
    """Whether a host is one of this machine or network by the way it is written."""
    if _is_address(host):
        return not is_public(host)
    name = host.removesuffix(".")
    return "." not in name or name.endswith(_NEAR)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def derive_secret(key: str, webhook: int, nonce: str) -> str:
    """The secret that `nonce` stands for, with the installation's `key`: `whsec_…`, 32 bytes."""
    made = hmac.digest(key.encode(), f"webhook {webhook} {nonce}".encode(), "sha256")
    return SECRET_PREFIX + base64.b64encode(made).decode()


def sign(secrets: Iterable[str], message: str, at: datetime, body: bytes) -> str:
    """The header `webhook-signature`: one `v1,…` for each secret that counts."""
    signed = f"{message}.{int(at.timestamp())}.".encode() + body
    return " ".join(f"v1,{each}" for each in _signed(secrets, signed))


def _signed(secrets: Iterable[str], content: bytes) -> Iterator[str]:
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
        yield base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def retry_delay(failures: int) -> timedelta | None:
    """How long to wait after so many failures; None when it is given up."""
    return PAUSES[failures - 1] if failures <= len(PAUSES) else None


def concerns_office(office: Grant, name: str, countries: Iterable[str]) -> bool:
    """Whether what happened is of an office: a State is told of what concerns it."""
    return name == TEST or office.country is None or office.country in set(countries)
