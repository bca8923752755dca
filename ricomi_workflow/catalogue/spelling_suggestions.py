"""Did you mean: a question whose misspelt words are corrected, if that finds something.

Only a word that begins no indexed word is corrected. Candidates share its first two letters or its
last three and are at most two slips away (one in a word of up to five letters); both databases
give the same ones, and Python puts them in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from ricomi_workflow.catalogue.models import (
    ENDING,
    LONGEST_WORD,
    SHORTEST_WORD,
    STEM,
    catalogue_word,
)
from ricomi_workflow.catalogue.search_query import SearchQuery
from ricomi_workflow.catalogue.tokenizer import fold_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WORDS = 4  # of a question that are looked up
_CANDIDATES = 3  # for each of them
_QUESTIONS = 5
_SHORT = 5
_PIECE = re.compile(r"\w+")


def suggest_corrections(connection: Connection, filters: SearchQuery) -> Iterator[SearchQuery]:
    """The same question in other words, the nearest first: at most five, still to be counted.

    Queries: one or two for each of the first four words.
    """
    better = dict(islice(_better(connection, filters.words), _WORDS))
    for chosen in islice(product(*better.values()), _QUESTIONS if better else 0):
        yield replace(filters, words=_with(filters.words, dict(zip(better, chosen, strict=True))))


def _better(connection: Connection, asked: str) -> Iterator[tuple[str, Sequence[str]]]:
    for word in dict.fromkeys(fold_words([asked])):
        if SHORTEST_WORD <= len(word) <= LONGEST_WORD and not _begins(connection, word):
            found = _candidates(connection, word)
            if found:
                yield word, found


def _with(asked: str, better: Mapping[str, str]) -> str:
    """`asked` as it was written, with other words in the place of those corrected."""

    def other(piece: re.Match[str]) -> str:
        return better.get(" ".join(fold_words([piece[0]])), piece[0])

    return _PIECE.sub(other, asked)


def _begins(connection: Connection, word: str) -> bool:
    found = (
        select(catalogue_word.c.word)
        .where(catalogue_word.c.start == word[:STEM], catalogue_word.c.word.like(f"{word}%"))
        .limit(1)
    )
    return connection.execute(found).first() is not None


def _candidates(connection: Connection, word: str) -> list[str]:
    most = 1 if len(word) <= _SHORT else 2
    alike = or_(catalogue_word.c.start == word[:STEM], catalogue_word.c.ending == word[-ENDING:])
    lengths = catalogue_word.c.length.between(len(word) - most, len(word) + most)
    near = []
    for other in connection.execute(select(catalogue_word.c.word).where(alike, lengths)).scalars():
        slips = edit_distance(word, other, most)
        if slips <= most:
            near.append((slips, abs(len(other) - len(word)), other))
    return [other for _, _, other in sorted(near)[:_CANDIDATES]]


def edit_distance(one: str, two: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped with the next; or `most` + 1."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
