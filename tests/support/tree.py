"""The source tree as house tests see it: which files are ours, and what a Python file declares."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON_ROOTS = ("ricomi_workflow", "tests", "benchmarks", "verifier", "migrations")
DATA_ROOTS = ("forms", "migrations", "notifications", "reference", "texts", "verifier", "workflows")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, eq=False)
class Source:
    """A Python file of ours; it is parsed when its tree is first used."""

    path: Path
    text: str

    @cached_property
    def name(self) -> str:
        """Its path from the root of the project."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def tree(self) -> ast.Module:
        """What it declares."""
        return ast.parse(self.text)

    @cached_property
    def _definitions(self) -> tuple[Definition, ...]:
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, Definition))

    def definitions(self) -> Iterator[Definition]:
        """Every function and class, however deep."""
        return iter(self._definitions)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of `folders`, of all that hold Python when none is named."""
    found = [file for folder in folders or PYTHON_ROOTS for file in (ROOT / folder).rglob("*.py")]
    return tuple(
        _source(file) for file in sorted({*found, *(() if folders else ROOT.glob("*.py"))})
    )


@cache
def _source(file: Path) -> Source:
    return Source(file, file.read_text(encoding="utf-8"))


def texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Every text file of ours with one of `suffixes`: its path from the root, and its text."""
    for folder in sorted({*PYTHON_ROOTS, *DATA_ROOTS}):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in suffixes:
                yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def shipped_files(folder: Path) -> set[str]:
    """Every file under `folder` that an installed product needs, by its path from there."""
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
