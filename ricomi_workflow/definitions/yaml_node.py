"""A place in a definition file: its value, its key path, and a typed way to read it.

Reading never stops at a mistake: it writes it down and goes on with a blank value, so that one
run tells the author everything. Whoever reads must ask `mistakes` before using what came out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ricomi_workflow.definitions.yaml_reader import Yaml
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText, space_french

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEY = re.compile(r"[a-z][a-z0-9_]*/v[1-9][0-9]*")
_SHOWN = 60
E = TypeVar("E", bound=StrEnum)


class Absent:
    """The value of a key that is not there."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One value of a file with its key path; `mistakes` is shared by the whole reading."""

    file: str
    path: str
    value: Yaml | Absent
    mistakes: list[Mistake]

    @property
    def absent(self) -> bool:
        """Whether the key is not there."""
        return isinstance(self.value, Absent)

    def wrong(self, allowed: str, found: str | None = None) -> None:
        """Write down a mistake at this place."""
        shown = found if found is not None else _shown(self.value)
        self.mistakes.append(Mistake(self.file, self.path or "file", shown, allowed))

    def at(self, key: str | int, value: Yaml | Absent) -> YamlNode:
        """The place `key` below this one."""
        path = f"{self.path}.{key}" if self.path else str(key)
        return YamlNode(self.file, path, value, self.mistakes)

    def record(self, required: str, optional: str = "") -> Mapping[str, YamlNode]:
        """The places of a mapping with known keys (names separated by blanks).

        Every known key is in the answer; unknown and missing ones are mistakes.
        """
        must, may = required.split(), optional.split()
        known = [*must, *may]
        value = self.value if isinstance(self.value, Mapping) else {}
        if not isinstance(self.value, Mapping):
            if not self.absent:
                self.wrong(f"a mapping with the keys {', '.join(known)}")
            return {key: self.at(key, ABSENT) for key in known}
        for key in value:
            if key not in known:
                self.at(key, None).wrong(", ".join(known), found="an unknown key")
        for key in must:
            if key not in value:
                self.at(key, None).wrong("this key is required", found="nothing")
        return {key: self.at(key, value.get(key, ABSENT)) for key in known}

    def mapping(self) -> dict[str, YamlNode]:
        """The places of a mapping whose keys are names chosen by the author."""
        if self.absent:
            return {}
        if not isinstance(self.value, Mapping):
            self.wrong("a mapping")
            return {}
        for key in self.value:
            if not _NAME.fullmatch(key):
                self.at(key, None).wrong("a name: a-z, 0-9 and _", found=key)
        return {key: self.at(key, value) for key, value in self.value.items()}

    def each(self) -> list[YamlNode]:
        """The places of a list."""
        if self.absent:
            return []
        if isinstance(self.value, str) or not isinstance(self.value, Sequence):
            self.wrong("a list")
            return []
        return [self.at(n, value) for n, value in enumerate(self.value)]

    def text(self, default: str = "") -> str:
        """A text that is not blank."""
        if self.absent:
            return default
        if not isinstance(self.value, str) or not self.value.strip():
            self.wrong("text that is not blank")
            return default
        return self.value.strip()

    def name(self, default: str = "") -> str:
        """A name: small letters, digits and underscores."""
        return self._matching(_NAME, "a name: a-z, 0-9 and _", default)

    def key(self) -> str | None:
        """A name with a version, `request/v1`; None when it is not there."""
        return None if self.absent else self._matching(_KEY, "a key like request/v1", "")

    def _matching(self, pattern: re.Pattern[str], allowed: str, default: str) -> str:
        if self.absent:
            return default
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            self.wrong(allowed)
            return default
        return self.value

    def whole(self, default: int = 0, least: int = 0) -> int:
        """A whole number, at least `least`."""
        if self.absent:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            self.wrong(f"a whole number from {least}")
            return default
        return self.value

    def flag(self, *, default: bool = False) -> bool:
        """`true` or `false`."""
        if self.absent:
            return default
        if not isinstance(self.value, bool):
            self.wrong("true or false")
            return default
        return self.value

    def one_of(self, kind: type[E], default: E) -> E:
        """A member of `kind`, written by its value."""
        if self.absent:
            return default
        try:
            return kind(str(self.value))
        except ValueError:
            self.wrong(", ".join(kind))
            return default

    def roles(self) -> tuple[Role, ...]:
        """A list of roles, each once, in the author's order."""
        nodes = self.each()
        found = [(node, node.one_of(Role, Role.AUDITOR)) for node in nodes]
        self._once([str(role) for node, role in found if node.value == role])
        return tuple(dict.fromkeys(role for _, role in found))

    def some_roles(self) -> tuple[Role, ...]:
        """The same, where an empty list would say the opposite of what leaving it out says."""
        if isinstance(self.value, Sequence) and not self.value:
            self.wrong("at least one role, or no such key")
        return self.roles()

    def names(self) -> tuple[str, ...]:
        """A list of names, each once."""
        found = [node.name() for node in self.each()]
        self._once(found)
        return tuple(found)

    def _once(self, names: Sequence[str]) -> None:
        for name in dict.fromkeys(names):
            if name and names.count(name) > 1:
                self.wrong("each name once", found=f"{name} more than once")

    def localized(self) -> LocalizedText:
        """A text in each of the four languages."""
        nodes = self.record(" ".join(LANGUAGES))
        texts = {lang: nodes[lang].text() for lang in LANGUAGES}
        return LocalizedText(**{**texts, "fr": space_french(texts["fr"])})

    def optional_localized(self) -> LocalizedText | None:
        """The same, or None when the key is not there."""
        return None if self.absent else self.localized()


def _shown(value: Yaml | Absent) -> str:
    if isinstance(value, Absent) or value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
