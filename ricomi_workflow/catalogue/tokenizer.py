"""The words of texts as both databases index them, and what a reader asks for: pure.

A text is folded in Python (no accents, no case, words only), so that SQLite and PostgreSQL have
nothing to decide. Between two texts stands a word that nobody writes: a phrase never runs from
the end of one text into the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ricomi_workflow.kernel.text import fold

BREAK = "ꙮ"  # a letter to both databases; it stands in a single manuscript of the psalms
_WORD = re.compile(r"\w+")
_QUOTES = re.compile(r'["“”„«»]')
_PART = re.compile(r'["“„«][^"“”„«»]*["”»]|[^\s"“”„«»]+')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: the beginning of a word, or whole words one after another."""

    words: tuple[str, ...]
    is_phrase: bool = False

    @property
    def pattern(self) -> str:
        """What a folded text that has it contains; neither % nor _, as all folded words."""
        return f" {' '.join(self.words)}{' ' if self.is_phrase else ''}"


def fold_words(texts: Iterable[str]) -> list[str]:
    """The words of `texts` without accents and case."""
    return [word for text in texts for word in _words(text)]


def fold_text(texts: Iterable[str]) -> str:
    """The words of `texts` as they are kept: a space around each, a break between two texts."""
    told = (" ".join(_words(text)) for text in texts)
    return f" {f' {BREAK} '.join(text for text in told if text)} "


def parse_terms(asked: str) -> tuple[Term, ...]:
    """What `asked` asks for: each word as a beginning, and each quotation as a phrase."""
    return tuple(dict.fromkeys(_terms(asked)))


def split_query(asked: str) -> tuple[str, ...]:
    """The quotations and words of `asked` as they were written."""
    return tuple(part for part in _PART.findall(asked) if parse_terms(part))


def _terms(asked: str) -> Iterator[Term]:
    parts = _QUOTES.split(asked)
    for number, part in enumerate(parts):
        words = tuple(_words(part))
        if number % 2 and number < len(parts) - 1:  # a quotation that is closed
            if words:
                yield Term(words, is_phrase=True)
        else:
            yield from (Term((word,)) for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text).replace("_", " ").replace(BREAK, " "))
