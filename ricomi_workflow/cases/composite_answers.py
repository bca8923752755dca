"""Answers that consist of pieces: the rows of a table, the languages of a text.

Two people who change different pieces of one answer need not choose between them. A mark names
the answer and each of its pieces, so that the writer's beginning need not be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ricomi_workflow.kernel.canonical import Json, digest

TAG_LENGTH, PIECE_LENGTH = 12, 8
_OVER = "!"
Pieces = Mapping[str, Json]


def value_tag(value: Json) -> str:
    """A short name for a value and its pieces: two with the same mark say the same."""
    pieces = "".join(f".{key}={_short(piece)}" for key, piece in _pieces(value).items())
    return digest(value)[:TAG_LENGTH] + pieces


def overriding_tag(began: str, seen: str) -> str:
    """The mark of who began with `began`, was shown `seen` and wants their own to stand."""
    return f"{began.partition(_OVER)[0]}{_OVER}{seen}"


def parse_tag(mark: str) -> tuple[str, str]:
    """The mark with which a writer began, and that of the other answer which theirs is to outdo."""
    began, _, seen = mark.partition(_OVER)
    return began, seen


def merge_values(theirs: Json, own: Json, began: str, *, mine: bool = False) -> Json:
    """Both answers in one, where no piece was changed by both; None when that cannot be told.

    `began`: the mark of the answer with which both began. `mine`: in a piece that both changed
    `own` stands.
    """
    before = _marked(began)
    if not before and began != value_tag(None):
        return None
    if isinstance(theirs, Mapping) and isinstance(own, Mapping):
        return _texts(theirs, own, before, mine=mine)
    rows = _rows_in(theirs), _rows_in(own)
    return _rows(*rows, before, mine=mine) if all(rows) else None


def _rows(
    theirs: Sequence[Json], own: Sequence[Json], before: Mapping[str, str], *, mine: bool
) -> Json:
    """Row by row; who removed one moved the others, and nothing can be told any more."""
    if min(len(theirs), len(own)) < len(before):
        return None
    rows: list[Json] = []
    for n, was in enumerate(before.values()):
        row = _one(theirs[n], own[n], was, mine=mine)
        if row is None:
            return None
        rows.append(row)
    added, more = theirs[len(before) :], own[len(before) :]
    return [*rows, *added, *(row for row in more if row not in added)]


def _texts(theirs: Pieces, own: Pieces, before: Mapping[str, str], *, mine: bool) -> Json:
    """Language by language; one that was emptied is not there."""
    found: dict[str, Json] = {}
    for lang in dict.fromkeys([*theirs, *own, *before]):
        was = before.get(lang, _short(""))
        text = _one(theirs.get(lang, ""), own.get(lang, ""), was, mine=mine)
        if text is None:
            return None
        if text:
            found[lang] = text
    return found


def _one(theirs: Json, own: Json, was: str, *, mine: bool) -> Json:
    """The piece that stands; None when both changed it, unless `mine`."""
    if theirs == own or _short(own) == was:
        return theirs
    return own if mine or _short(theirs) == was else None


def _pieces(value: Json) -> Pieces:
    if isinstance(value, Mapping):
        return value
    return {str(n): row for n, row in enumerate(_rows_in(value))}


def _rows_in(value: Json) -> Sequence[Json]:
    """The rows of a table; none for anything else."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return value if all(isinstance(row, Mapping) for row in value) else ()


def _short(piece: Json) -> str:
    return digest(piece)[:PIECE_LENGTH]


def _marked(mark: str) -> Mapping[str, str]:
    """The marks of the pieces in the mark of a whole, in their order."""
    pairs = (part.partition("=") for part in mark.split(".")[1:])
    return {key: short for key, _, short in pairs}
