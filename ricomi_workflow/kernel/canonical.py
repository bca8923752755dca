"""Canonical bytes of a value and their digest.

The bytes are those of RFC 8785 for the values we allow: text, whole numbers, booleans, null,
lists, and objects whose keys are ASCII. Floats are refused: nothing signed here has any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Json) -> bytes:
    """The one byte string that stands for `value`."""
    return _encoder.encode(value).encode()


def digest(value: Json) -> str:
    """SHA-256 of the canonical bytes, in lower-case hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
