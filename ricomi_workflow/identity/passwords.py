"""Passwords: what is accepted, and the Argon2id hash that stands for one.

The parameters are those of RFC 9106 for memory-constrained machines (64 MiB, three passes), which
are argon2-cffi's own. A hash made with older parameters is replaced at the next sign-in.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ricomi_workflow.kernel.errors import FieldError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
_hasher = PasswordHasher()


def password_faults(password: str, email: str) -> list[FieldError]:
    """What is wrong with a new password; the empty list when nothing is."""
    plain = _normal(password)
    if len(plain) < MINIMUM_LENGTH:
        return [FieldError("password", "password_short", {"minimum": MINIMUM_LENGTH})]
    if len(plain) > MAXIMUM_LENGTH:
        return [FieldError("password", "password_long", {"maximum": MAXIMUM_LENGTH})]
    if plain.strip().casefold() == email.casefold():
        return [FieldError("password", "password_is_email")]
    if len(set(plain)) == 1:
        return [FieldError("password", "password_one_character")]
    return []


def hash_password(password: str) -> str:
    """The Argon2id hash to store for `password`."""
    return _hasher.hash(_normal(password))


def password_matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; as slow when there is none."""
    decoy = _decoy()  # made before it is needed, so that its first use costs nothing visible
    try:
        _hasher.verify(stored or decoy, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether `stored` was made with parameters other than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """One form for the accents that keyboards produce differently."""
    return unicodedata.normalize("NFKC", password)
