"""Whether the sets that are stored of a large catalogue are true to its entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyroaring import BitMap64 as BitMap  # numbers of entries have 63 bits
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.catalogue.cache import read_sets
from ricomi_workflow.catalogue.index_storage import word_sets
from ricomi_workflow.catalogue.stored_index import WORD, changed_since, read_stored_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
