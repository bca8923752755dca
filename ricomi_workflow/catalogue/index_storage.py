"""Store the sets of a large catalogue now and then, and check them against its entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from pyroaring import BitMap64 as BitMap
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.catalogue import stored_index
from ricomi_workflow.catalogue.cache import current_index, read_sets
from ricomi_workflow.catalogue.index import Index
from ricomi_workflow.catalogue.models import LONGEST_WORD, catalogue_entry, catalogue_set
from ricomi_workflow.catalogue.search_query import has_id
from ricomi_workflow.catalogue.stored_index import WORD, changed_since, read_stored_rows
from ricomi_workflow.catalogue.tokenizer import BREAK
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM

if TYPE_CHECKING:
    from sqlalchemy import Connection


WORDS = 1_024  # whose sets are stored: at most an eighth of a byte for each entry and word
FREQUENT = 64  # a word is frequent that more than one of so many entries has
_SAMPLE = 2_000  # entries, by which it is judged which words are
_AT_ONCE = 10_000


def store_sets(uow: UnitOfWork) -> int:
    """Store the sets of a large catalogue if much has changed since; answers how many sets.

    Those of words are what was stored and what has changed since, or every entry is read.
    Transaction: one reading, and one act of its own, which writes all sets.
    """
    with uow.read() as connection:
        index = current_index(connection)
        if index is None or not index.is_large or _is_fresh(connection):
            return 0
        words = stored_index.stored_words(connection) or word_sets(
            connection, _frequent(connection, index)
        )
        sets = [*_sets_of(index), *((stored_index.WORD, *each) for each in words.items())]
        server = connection.execute(select(stored_index.server_id(connection))).scalar_one()
    rows = [
        {"facet": f, "value": v, "token": index.token, "server": server, "entries": s.serialize()}
        for f, v, s in sets
    ]
    with uow.begin(SYSTEM) as tx:
        if tx.connection.dialect.name == "postgresql":
            tx.execute(text("LOCK TABLE catalogue_set IN EXCLUSIVE MODE"))
        if _is_fresh(tx.connection):  # somebody else was faster
            return 0
        tx.execute(delete(catalogue_set))
        tx.connection.execute(insert(catalogue_set), rows)
    return len(rows)


def _is_fresh(connection: Connection) -> bool:
    token = stored_index.stored_token(connection)
    return (
        token is not None
        and stored_index.compare_token(connection, token)[1] <= stored_index.TOO_MANY // 2
    )


def _sets_of(index: Index) -> Iterator[tuple[str, str, BitMap]]:
    for facet, values in index.values.items():
        yield from ((facet, value, entries) for value, entries in values.items() if entries)


def _frequent(connection: Connection, index: Index) -> AbstractSet[str]:
    """The words that more than one of `FREQUENT` entries has, judged by some of them."""
    some = index.entries[:: max(1, len(index.entries) // _SAMPLE)]
    asked = select(catalogue_entry.c.words).where(has_id(connection, some))
    numbers: Counter[str] = Counter()
    for words in connection.execute(asked).scalars():
        numbers.update({word for word in words.split() if len(word) <= LONGEST_WORD} - {BREAK})
    most = numbers.most_common(WORDS)
    return {word for word, number in most if number * FREQUENT > len(some)}


def word_sets(connection: Connection, words: AbstractSet[str]) -> dict[str, BitMap]:
    """For each of `words`, the entries that have a word which begins with it."""
    lengths = sorted({len(word) for word in words})
    sets = {word: BitMap() for word in words}
    asked = select(catalogue_entry.c.entry_id, catalogue_entry.c.words)
    found = connection.execute(asked.execution_options(yield_per=_AT_ONCE))
    for part in found.partitions():
        told: dict[str, list[int]] = defaultdict(list)
        for entry_id, written in part:
            for word in set(written.split()):
                told[word].append(entry_id)
        for word, entry_ids in told.items():
            for beginning in {word[:length] for length in lengths} & words:
                sets[beginning].update(entry_ids)
    return sets


MARK = "token"
Name = tuple[str, str]


def list_wrong_sets(connection: Connection) -> Iterator[str]:
    """The stored sets, as `facet=value`, that are not what the entries make them.

    What acts have changed since the sets were stored is left out on both sides; sets of which too
    much has changed, or of another server, answer nothing and are not judged. What is kept at a
    time is as large as the index of a process. `token`: that which they have seen cannot be read.
    """
    rows = read_stored_rows(connection)
    if not rows:
        return
    token = Counter(row.token for row in rows).most_common(1)[0][0]
    stored: dict[Name, BitMap | None] = {
        (row.facet, row.value): _read(row.entries) if row.token == token else None for row in rows
    }
    told = {(facet, value): entries for facet, value, entries in read_sets(connection)}
    words = word_sets(connection, {value for facet, value in stored if facet == WORD})
    told |= {(WORD, word): entries for word, entries in words.items()}
    try:
        changed = changed_since(connection, token)  # last: it tells what came after the readings
    except DBAPIError:
        yield MARK
        return
    if changed is not None:
        yield from _unlike(stored, told, BitMap(entry_id for entry_id, _ in changed))


def _unlike(
    stored: dict[Name, BitMap | None], told: dict[Name, BitMap], gone: BitMap
) -> Iterator[str]:
    for name in sorted({*stored, *told}):
        kept = stored.get(name, BitMap())
        if kept is None or kept - gone != told.get(name, BitMap()) - gone:
            yield "=".join(name).rstrip("=")


def _read(entries: bytes) -> BitMap | None:
    try:
        return BitMap.deserialize(entries)
    except (ValueError, IndexError):
        return None
