"""Files held against the trail: entries say which were added, handed in with a form, removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.files.commands import file_facts
from ricomi_workflow.files.queries import Attachment, list_attachments
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a file or its removal is not true."""
    files = {file.id: file for file in list_attachments(connection, case_id)}
    added = {entry.seq: entry for entry in entries if "file" in entry.detail}
    removed = {entry.seq: entry for entry in entries if "removed" in entry.detail}
    for entry in entries:
        if not all(_agrees(files, said) for said in _files_of_entry(entry)):
            yield Mismatch(entry.seq, "file")
        if entry.seq in removed and not _is_removed(files, entry):
            yield Mismatch(entry.seq, "file")
    for file in files.values():
        if file.seq is not None and not _adds(added.get(file.seq), file):
            yield Mismatch(file.seq, "file")
        if file.removal and not _explained(file, removed, entries):
            yield Mismatch(file.removal.seq or entries[-1].seq, "file")


def _files_of_entry(entry: Entry) -> Iterator[Mapping[str, Json]]:
    """What an entry says of files."""
    one, several = entry.detail.get("file"), entry.detail.get("files")
    if isinstance(one, Mapping):
        yield one
    yield from several if isinstance(several, list) else ()


def _agrees(files: Mapping[int, Attachment], said: Mapping[str, Json]) -> bool:
    key = said.get("id")
    found = files.get(key) if isinstance(key, int) else None
    return found is not None and file_facts(found) == {
        k: v for k, v in said.items() if k != "field"
    }


def _adds(entry: Entry | None, file: Attachment) -> bool:
    said = entry.detail.get("file") if entry else None
    return (
        entry is not None
        and isinstance(said, Mapping)
        and said.get("id") == file.id
        and (entry.actor_id, entry.at) == (file.by, file.at)
    )


def _explained(file: Attachment, removed: Mapping[int, Entry], entries: Sequence[Entry]) -> bool:
    """Whether a removal has its entry; a file that no entry names may go without one."""
    if file.removal and file.removal.seq is not None:
        entry = removed.get(file.removal.seq)
        return entry is not None and _removes(entry, file)
    return not any(
        said.get("id") == file.id for entry in entries for said in _files_of_entry(entry)
    )


def _is_removed(files: Mapping[int, Attachment], entry: Entry) -> bool:
    said = entry.detail.get("removed")
    key = said.get("id") if isinstance(said, Mapping) else None
    found = files.get(key) if isinstance(key, int) else None
    return found is not None and _removes(entry, found)


def _removes(entry: Entry, file: Attachment) -> bool:
    said, removal = entry.detail.get("removed"), file.removal
    return (
        isinstance(said, Mapping)
        and said.get("id") == file.id
        and removal is not None
        and (entry.actor_id, entry.at, entry.reason) == (removal.by, removal.at, removal.reason)
    )
