"""Text in the four official languages, as it is stored, and folded for search.

Source: the OAS works in English, French, Portuguese and Spanish (domain §3.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LANGUAGES = ("es", "en", "pt", "fr")
_CONTROL = {"Cc", "Cs"}
_HIGH = re.compile(r" (?=[;:!?»])|(?<=«) ")
LANGUAGE_NAMES = {"es": "Español", "en": "English", "pt": "Português", "fr": "Français"}
_LINES = "\n\r\t"
_NO_CHARACTERS = "\ufffe\uffff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet may drop the white space


def space_french(text: str) -> str:
    """A French text whose high signs stay on the line of the word that they belong to."""
    return _HIGH.sub("\u00a0", text)


def join_clauses(parts: Iterable[str], lang: str) -> str:
    """Parts of a sentence between semicolons, which French sets apart."""
    return ("\u00a0; " if lang == "fr" else "; ").join(parts)


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """One text, complete in the four languages: labels, helps and messages of definitions."""

    es: str
    en: str
    pt: str
    fr: str

    def __getitem__(self, lang: str) -> str:
        return str(getattr(self, lang if lang in LANGUAGES else "en"))

    def as_dict(self) -> dict[str, str]:
        """The texts by language."""
        return {lang: self[lang] for lang in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as one reader sees it: its language, and whether it is a fallback.

    `translates` is the language of the original, of which this is a translation.
    """

    text: str
    lang: str
    is_original: bool
    translates: str = ""


def show(texts: Mapping[str, str], lang: str) -> Shown:
    """What people wrote, in `lang` if it exists, else in its first language, and says so.

    `texts` holds at least one language; the first key is the original.
    """
    if texts.get(lang):
        first = next(own for own, text in texts.items() if text)
        return Shown(
            texts[lang], lang, is_original=False, translates="" if first == lang else first
        )
    for own, text in texts.items():
        if text:
            return Shown(text, own, is_original=True)
    return Shown("", lang, is_original=False)


def fold_title(title: Mapping[str, object]) -> str:
    """A title in all its languages as a search reads it."""
    return fold(" ".join(str(text) for text in title.values()))


def fold(text: str) -> str:
    """`text` without accents and case: what both databases index and compare."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def clean(text: str, *, lines: bool) -> str:
    """Text as it is stored: NFC, no control characters, blanks trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL)
    if lines:
        return "\n".join(line.rstrip() for line in kept.split("\n")).strip()
    return " ".join(kept.split())


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
