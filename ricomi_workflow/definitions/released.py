"""Released files never change: their digests stand in `workflows/RELEASED.sha256`.

A running case keeps the version it began with, and a submission the form it was written in; both
would lie if the file behind them changed. A change is a new version in a new file. The digest of a
file that extends an earlier version covers the whole definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.load import definitions_root
from ricomi_workflow.kernel.errors import DefinitionError, Mistake

RELEASED = "RELEASED.sha256"
FOLDERS = ("workflows", "forms")
_LINE = re.compile(r"([0-9a-f]{64})  ((?:workflows|forms)/[a-z0-9_]+/v[0-9]+\.yaml)")


def verify(root: Path | None = None) -> list[Mistake]:
    """Every released workflow and form that was changed or removed since its release."""
    mistakes: list[Mistake] = []
    for path, digest in _released(root, mistakes).items():
        folder, _, rest = path.partition("/")
        file = definitions_root(folder, root) / rest
        if not file.is_file():
            mistakes.append(Mistake(path, "file", "nothing", "the released file"))
        elif read_source(file, path).digest != digest:
            allowed = "the released file as it was; a change is a new version"
            mistakes.append(Mistake(path, "file", "changed since its release", allowed))
    return mistakes


def release(root: Path | None = None) -> list[str]:
    """Append every workflow and form that is not released yet; their paths.

    Raises: DefinitionError when a released file was changed: nothing is released then.
    """
    mistakes = verify(root)
    if mistakes:
        raise DefinitionError(mistakes)
    released = _released(root, mistakes)
    fresh = [(path, digest) for path, digest in _present(root) if path not in released]
    if fresh:
        with (definitions_root("workflows", root) / RELEASED).open("a", encoding="ascii") as file:
            file.writelines(f"{digest}  {path}\n" for path, digest in fresh)
    return [path for path, _ in fresh]


def _present(root: Path | None) -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        base = definitions_root(folder, root)
        for file in sorted(base.glob("*/v*.yaml")):
            path = f"{folder}/{file.relative_to(base).as_posix()}"
            yield path, read_source(file, path).digest


def _released(root: Path | None, mistakes: list[Mistake]) -> dict[str, str]:
    """The released digests by path; malformed and repeated lines are mistakes."""
    file = definitions_root("workflows", root) / RELEASED
    if not file.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="ascii").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            allowed = "one line `digest  path` a file, each path once"
            mistakes.append(Mistake(f"workflows/{RELEASED}", f"line {number}", line, allowed))
        else:
            found[match[2]] = match[1]
    return found
