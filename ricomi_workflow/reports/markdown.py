"""Texts of people inside Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_SPACES = re.compile(r"[ \t\r\n]+")  # those that do not break stay


def plain(text: str) -> str:
    """A text on one line whose marks of Markdown are only letters."""
    return _MARKS.sub(r"\\\1", _SPACES.sub(" ", text).strip())
