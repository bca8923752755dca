"""Walks through the value of a reference file and collects what does not fit.

A cursor stands at one place of one file. Each reading answers a usable value even when the file is
wrong, so that one pass finds every mistake; the caller raises them together at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from ricomi_workflow.definitions.yaml_reader import Yaml
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText

_Word = TypeVar("_Word", bound=StrEnum)
_LAST_SHOWN = 60


class _Missing:
    """Stands where a required key is missing; the mistake was noted once."""


MISSING: Final = _Missing()


@dataclass(slots=True)
class Cursor:
    """A value of a file, where it stands, and the mistakes found so far in all files."""

    file: str
    value: Yaml | _Missing
    mistakes: list[Mistake]
    path: str = ""
    _known: dict[str, Cursor] = field(default_factory=dict)

    def wrong(self, allowed: str) -> None:
        """Note that what stands here may not stand here."""
        if not isinstance(self.value, _Missing):
            found = repr(self.value)[:_LAST_SHOWN]
            self.mistakes.append(Mistake(self.file, self.path or "file", found, allowed))

    def at(self, key: str | int, value: Yaml | _Missing) -> Cursor:
        """The cursor one step further."""
        path = f"{self.path}.{key}" if self.path else str(key)
        return Cursor(self.file, value, self.mistakes, path)

    def keys(self, required: Collection[str], optional: Collection[str] = ()) -> Cursor:
        """Check the keys of a mapping; afterwards `self[key]` reads one."""
        allowed = ", ".join((*required, *optional))
        entries: Mapping[str, Yaml] = {}
        if isinstance(self.value, Mapping):
            entries = self.value
        else:
            self.wrong(f"a mapping of {allowed}")
        for key in entries:
            if key not in required and key not in optional:
                place = f"{self.path}.{key}" if self.path else key
                self.mistakes.append(Mistake(self.file, place, f"key {key}", allowed))
        for key in required:
            if key not in entries and isinstance(self.value, Mapping):
                place = self.path or "file"
                self.mistakes.append(Mistake(self.file, place, f"no {key}", f"the key {key}"))
        for key in (*required, *optional):
            self._known[key] = self.at(key, entries.get(key, MISSING))
        return self

    def __getitem__(self, key: str) -> Cursor:
        return self._known[key]

    @property
    def given(self) -> bool:
        """Whether the key stands in the file."""
        return not isinstance(self.value, _Missing)

    def items(self) -> Iterator[Cursor]:
        """The elements of a list that is not empty."""
        if isinstance(self.value, list) and self.value:
            for number, value in enumerate(self.value):
                yield self.at(number, value)
        else:
            self.wrong("a list")

    def pairs(self) -> Iterator[tuple[str, Cursor]]:
        """The entries of a mapping whose keys are free."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                yield key, self.at(key, value)
        else:
            self.wrong("a mapping")

    def text(self) -> str:
        """A text that is not empty."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value.strip()
        self.wrong("text")
        return ""

    def number(self) -> int:
        """A whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        self.wrong("a whole number")
        return 1

    def flag(self, *, default: bool = True) -> bool:
        """True or false; `default` when left out."""
        if isinstance(self.value, bool):
            return self.value
        self.wrong("true or false")
        return default

    def day(self) -> date | None:
        """An ISO day; None when left out."""
        if isinstance(self.value, str):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                self.wrong("a day as 2011-08-31")
                return None
        self.wrong("a day as 2011-08-31")
        return None

    def word(self, words: type[_Word]) -> _Word:
        """One of a closed list of words."""
        for word in words:
            if self.value == word.value:
                return word
        self.wrong(", ".join(words))
        return next(iter(words))

    def fraction(self) -> Fraction:
        """A fraction between 0 and 1, written as 1/2."""
        if isinstance(self.value, str):
            try:
                found = Fraction(self.value)
            except (ValueError, ZeroDivisionError):
                found = Fraction(-1)
            if 0 <= found <= 1:
                return found
        self.wrong("a fraction from 0 to 1, as 1/2")
        return Fraction(1)

    def localized(self) -> LocalizedText:
        """A text in all four languages."""
        self.keys(LANGUAGES)
        return LocalizedText(**{lang: self[lang].text() for lang in LANGUAGES})
