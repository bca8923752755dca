"""Slips: what a sealed ballot puts into the trail in place of a position.

A slip is the digest of what was answered and of a random nonce, so it tells nothing and nothing
else can be put in its place later. In a secret ballot it does not name the state.
"""

from __future__ import annotations

import secrets

from ricomi_workflow.kernel.canonical import Json, digest

_LENGTH = 32  # bytes of a nonce


def new_nonce() -> str:
    """A nonce that nobody can guess."""
    return secrets.token_hex(_LENGTH)


def vote_commitment(ballot: str, nonce: str, said: dict[str, Json], country: str | None) -> str:
    """The slip of a position: `ballot` is the reference of its case with the round, `REF/2`.

    `said` holds position, explanation and reservation; `country` is None in a secret ballot.
    """
    named: dict[str, Json] = {} if country is None else {"country": country}
    return digest({"ballot": ballot, "nonce": nonce, **named, **said})
