"""What a packet says of itself, and the seal by which we know that we wrote it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ricomi_workflow.kernel.canonical import canonical
from ricomi_workflow.kernel.errors import Refusal, Refused

_PURPOSE = b"offline packet, version 1"


@dataclass(frozen=True, slots=True)
class Claims:
    """A packet: of which case and form, made when and for whom, with which answers it began.

    `marks` are those of the answers by field. In a `blank` packet an empty cell says nothing; in
    any other it empties the answer that stood there.
    """

    packet: str
    ref: str
    form: str  # `request/v2`
    digest: str
    revision: int
    lang: str
    marks: Mapping[str, str]
    blank: bool
    by: int | None
    at: str

    @property
    def form_name(self) -> str:
        """The name of the form without its version."""
        return self.form.partition("/")[0]


def sign_claims(claims: Claims, secret: str) -> tuple[str, str]:
    """The claims as text, and their seal."""
    text = canonical(asdict(claims)).decode()
    return text, sign(text, secret)


def verify_claims(text: object, mac: object, secret: str) -> Claims:
    """The claims of a packet that we wrote; raises `Refused` for any other."""
    return Claims(**json.loads(require_signature(text, mac, secret)))


def require_signature(text: object, mac: object, secret: str, purpose: bytes = _PURPOSE) -> str:
    """The text, if we have sealed it for this purpose; raises `Refused` for any other."""
    there = isinstance(text, str) and isinstance(mac, str)
    right = sign(str(text), secret, purpose).encode()
    if not there or not hmac.compare_digest(right, str(mac).encode()):
        raise Refused([Refusal("packet_forged")])
    return str(text)


def sign(text: str, secret: str, purpose: bytes = _PURPOSE) -> str:
    """The seal of a text, for one purpose only."""
    key = hmac.digest(secret.encode(), purpose, "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()
