"""A version may extend an earlier one: its file holds only what differs.

`extends: request/v1` names an earlier version of the same workflow or form. The rest of the file
is merged into it:

- A mapping is merged key by key; `null` removes the key.
- A list of mappings is changed by a mapping: its keys are the names of the items (`name`, `code`,
  `value`, `trigger`; `trigger#2` is the second of that name; an item without a name has its
  number, counted from 0). `null` removes the item, a new key adds one.
- `after: KEY` or `before: KEY` places an item that is added or moved; without it, it comes last.
- Any other value, and each condition or computation, is replaced as a whole.

The result is the whole definition. Its digest covers the whole, so it also changes with the version
that is extended. `Source` remembers the file and key path of each part, where mistakes are named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ricomi_workflow.definitions.yaml_reader import Yaml, read_yaml
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.errors import Mistake

_VERSION = re.compile(r"v([1-9][0-9]*)")
_NAMED_BY = ("name", "code", "value", "trigger")
_REPLACED = frozenset({"when", "required_when", "computed", "prefill", "min", "max"})
_POSITION = ("after", "before")
Origins = dict[str, tuple[str, str]]  # by key path of the whole: file and key path there


def digest_file(content: bytes) -> str:
    """SHA-256 of a file's bytes, by which a case and a submission name their definition."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """The whole value of a definition file, and where each part of it is written."""

    value: Yaml
    digest: str
    mistakes: tuple[Mistake, ...] = ()  # of notation, and of what it changes
    origins: Origins = field(default_factory=dict)

    def origin(self, path: str) -> tuple[str, str]:
        """The file and key path in which the part at `path` of the whole is written."""
        known = path
        while known not in self.origins:
            known = known.rpartition(".")[0]
        file, start = self.origins[known]
        rest = path[len(known) :].strip(".")
        return file, ".".join(part for part in (start, rest) if part)

    def located(self, mistake: Mistake) -> Mistake:
        """A mistake of the whole, at the place where its part is written."""
        file, path = self.origin("" if mistake.path == "file" else mistake.path)
        return replace(mistake, file=file, path=path or "file")


def read_source(file: Path, name: str) -> Source:
    """The whole definition of a file, which may extend earlier versions in the same folder."""
    content = file.read_bytes()
    value, mistakes = read_yaml(content, name)
    plain = Source(value, digest_file(content), tuple(mistakes), {"": (name, "")})
    if not isinstance(value, Mapping) or "extends" not in value:
        return plain
    earlier = _extended(file, str(value["extends"]))
    if earlier is None:
        allowed = f"an earlier version in the same folder, as {file.parent.name}/v1"
        wrong = Mistake(name, "extends", str(value["extends"]), allowed)
        return replace(plain, value=None, mistakes=(*mistakes, wrong))
    base = read_source(earlier, f"{name.partition('/')[0]}/{file.parent.name}/{earlier.name}")
    merging = _Merging(base, name, [*base.mistakes, *mistakes])
    whole = merging.mapping(
        base.value if isinstance(base.value, Mapping) else {},
        {key: each for key, each in value.items() if key != "extends"},
        ("", "", ""),
    )
    return Source(whole, digest(whole), tuple(merging.mistakes), merging.origins)


def _extended(file: Path, key: str) -> Path | None:
    """The file of the version that `key` names, if it is an earlier one of the same definition."""
    name, _, version = key.partition("/")
    own, other = _VERSION.fullmatch(file.stem), _VERSION.fullmatch(version)
    if name != file.parent.name or not own or not other or int(other[1]) >= int(own[1]):
        return None
    earlier = file.with_name(f"{version}.yaml")
    return earlier if earlier.is_file() else None


Paths = tuple[str, str, str]  # key paths: in the whole, in the version extended, in the changes


def _below(paths: Paths, whole: object, old: object, change: object) -> Paths:
    pairs = zip(paths, (whole, old, change), strict=True)
    here, there, own = (f"{path}.{key}" if path else str(key) for path, key in pairs)
    return here, there, own


@dataclass(slots=True)
class _Merging:
    """One file being merged into the version that it extends."""

    base: Source
    file: str
    mistakes: list[Mistake]
    origins: Origins = field(default_factory=dict)

    def mapping(
        self, old: Mapping[str, Yaml], changes: Mapping[str, Yaml], paths: Paths
    ) -> dict[str, Yaml]:
        """The keys of `old` as `changes` has them."""
        self.origins[paths[0]] = (self.file, paths[2])
        merged: dict[str, Yaml] = {}
        for key in self.order(list(old), changes, paths[2]):
            below = _below(paths, key, key, key)
            merged[key] = self.item(key, old, changes, below)
        return merged

    def items(self, old: Sequence[Yaml], changes: Mapping[str, Yaml], paths: Paths) -> list[Yaml]:
        """The items of a list as `changes`, by their names, has them."""
        self.origins[paths[0]] = (self.file, paths[2])
        known = dict(zip(_keys(old), old, strict=True))
        numbers = {key: n for n, key in enumerate(known)}
        named_by = next(iter(_names(old)), None)
        merged: list[Yaml] = []
        for key in self.order(list(known), changes, paths[2]):
            below = _below(paths, len(merged), numbers.get(key, key), key)
            each = self.item(key, known, changes, below)
            if key not in known and isinstance(each, Mapping) and named_by:
                each = {named_by: key.partition("#")[0], **each}
            merged.append(each)
        return merged

    def item(
        self, key: str, old: Mapping[str, Yaml], changes: Mapping[str, Yaml], paths: Paths
    ) -> Yaml:
        """One part: as it was, changed or new."""
        if key not in changes:
            self.inherit(paths)
            return old[key]
        change = changes[key]
        if isinstance(change, Mapping):
            change = {name: each for name, each in change.items() if name not in _POSITION}
            before = None if key in _REPLACED else old.get(key)
            if isinstance(before, Mapping):
                return self.mapping(before, change, paths)
            if isinstance(before, list) and all(isinstance(each, Mapping) for each in before):
                return self.items(before, change, paths)
        self.origins[paths[0]] = (self.file, paths[2])
        return change

    def inherit(self, paths: Paths) -> None:
        """Note where an unchanged part is written, and each part of it."""
        here, there, _ = paths
        self.origins[here] = self.base.origin(there)
        for path, origin in self.base.origins.items():
            if path.startswith(f"{there}."):
                self.origins[here + path[len(there) :]] = origin

    def order(self, known: list[str], changes: Mapping[str, Yaml], path: str) -> list[str]:
        """The keys that remain, each at its place."""
        keys = list(known)
        for key, change in changes.items():
            at = f"{path}.{key}" if path else key
            if change is None:
                if key not in keys:
                    self.mistakes.append(Mistake(self.file, at, "nothing", _listed(known)))
                else:
                    keys.remove(key)
                continue
            position = change if isinstance(change, Mapping) else {}
            beside = next((name for name in _POSITION if name in position), None)
            if beside or key not in keys:
                keys = [each for each in keys if each != key]
                keys.insert(self.place(keys, position, beside, at), key)
        return keys

    def place(
        self, keys: list[str], position: Mapping[str, Yaml], beside: str | None, path: str
    ) -> int:
        """Where a key goes: after or before another, else last."""
        if beside is None:
            return len(keys)
        other = str(position[beside])
        if other not in keys:
            self.mistakes.append(Mistake(self.file, f"{path}.{beside}", other, _listed(keys)))
            return len(keys)
        return keys.index(other) + (beside == "after")


def _listed(keys: Sequence[str]) -> str:
    return f"something that is there: {', '.join(keys)}"


def _names(items: Sequence[Yaml]) -> Iterator[str]:
    """By which key the items of a list are named."""
    for item in items:
        if isinstance(item, Mapping):
            yield from (name for name in _NAMED_BY if name in item)


def _keys(items: Sequence[Yaml]) -> list[str]:
    """The key of each item: its name, or its number where it has none."""
    named = [next(_names([item]), None) for item in items]
    keys = [
        str(item[name]) if name and isinstance(item, Mapping) else str(n)
        for n, (item, name) in enumerate(zip(items, named, strict=True))
    ]
    earlier = [keys[:n].count(key) for n, key in enumerate(keys)]
    return [f"{key}#{n + 1}" if n else key for key, n in zip(keys, earlier, strict=True)]
