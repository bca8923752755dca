"""Which signs of a text can be set on paper and kept in a table, and which begin a formula."""

from __future__ import annotations

import unicodedata

_LINES = "\n\r\t"
_NO_CHARACTERS = "\ufffe\uffff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet may drop the white space


def printable(text: str) -> str:
    """The text without control characters and what is no character; line ends and tabs stay.

    No workbook takes the others, and whoever sends one meant nothing by it.
    """
    return "".join(sign for sign in text if sign in _LINES or _is_printable(sign))


def escape_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it reads it from a plain table."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _is_printable(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in _NO_CHARACTERS
