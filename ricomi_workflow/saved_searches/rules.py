"""What a saved question is, when it is looked at next, and the links by which it is ruled: pure."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ricomi_workflow.kernel.canonical import Json, digest

PACES: Mapping[str, timedelta] = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
CONFIRM, END = "confirm", "end"
CONFIRM_WITHIN = timedelta(hours=48)
OVERLAP = timedelta(hours=1)  # how long an act may take from its instant until it can be read
MOST_SAVED = 50
ASKED_A_DAY = 3  # by one address, before it has confirmed any
ASKED_AN_HOUR = 10  # from one place


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """Words, and codes by facet; the same question in whatever language it was asked."""

    words: str
    chosen: Mapping[str, Sequence[str]]

    def as_json(self) -> dict[str, Json]:
        """As it is stored: facets and codes in order, no empty choice."""
        chosen = {name: sorted(set(codes)) for name, codes in sorted(self.chosen.items()) if codes}
        return {"words": " ".join(self.words.split()), "chosen": chosen}

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address that asks it."""
        words = [("q", self.words)] if self.words else []
        chosen = ((name, code) for name, codes in sorted(self.chosen.items()) for code in codes)
        return [*words, *chosen]

    @property
    def digest(self) -> str:
        """By which the same question is known."""
        return digest(self.as_json())


def since(asked_at: datetime, last: datetime) -> datetime:
    """From when on a change counts; `last`: when it was looked at last.

    A little before that, as an act may be read later than its instant; what was told is kept.
    """
    return max(asked_at, last - OVERLAP)


def make_token(secret_key: str, key: int, purpose: str, nonce: str) -> str:
    """The link of a saved search for a purpose; only this installation's key makes it."""
    said = f"ricomi saved search\n{purpose}\n{key}\n{nonce}"
    mac = hmac.digest(secret_key.encode(), said.encode(), "sha256")
    return f"{key:x}-{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def parse_token(token: str) -> int | None:
    """The number of the search that a token names; None where it names none."""
    head, _, mac = token.partition("-")
    try:
        key = int(head, 16) if mac and head.isascii() and head.isalnum() else -1
    except ValueError:
        return None
    return key if 0 <= key < 2**63 else None


def hash_origin(secret_key: str, address: str, day: str) -> str:
    """From where something was asked, without saying where: another word on another day."""
    return hmac.digest(secret_key.encode(), f"{day}\n{address}".encode(), "sha256").hex()
