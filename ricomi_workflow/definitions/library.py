"""The library: every workflow, form and message of the definition folders, checked file by file.

`workflows/<kind>/v<n>.yaml`, `forms/<name>/v<n>.yaml` and `notifications/<name>.yaml`. The folders
are the packaged ones, or those of a deployment: `root`, else the folder that `RICOMI_DEFINITIONS`
names. Mistakes of every file are reported together.

A released file never changes: its digest stands in `workflows/RELEASED.sha256`. Running cases keep
the version they began with, and submissions their form. A change is a new version in a new file;
the digest of a file that extends an earlier version covers the whole definition.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ricomi_workflow import resources
from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.messages import read_messages
from ricomi_workflow.definitions.model import FormDef, MessageDef, RecordType, WorkflowDef
from ricomi_workflow.definitions.read_form import read_form
from ricomi_workflow.definitions.read_workflow import read_workflow
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that the definition folders hold, checked as a whole."""

    workflows: Mapping[str, WorkflowDef]  # by key, `cooperation_request/v1`
    forms: Mapping[str, FormDef]  # by key, `request/v1`
    messages: Mapping[str, MessageDef]  # by name

    def latest(self, kind: str) -> WorkflowDef:
        """The newest version of `kind`, which new cases take; KeyError when there is none."""
        found = [w for w in self.workflows.values() if w.kind == kind]
        if not found:
            raise KeyError(kind)
        return max(found, key=lambda w: w.version)

    def latest_form(self, name: str) -> FormDef:
        """The newest version of the form `name`; KeyError when there is none."""
        found = [form for form in self.forms.values() if form.name == name]
        if not found:
            raise KeyError(name)
        return max(found, key=lambda form: form.version)


def list_latest(library: Library) -> tuple[WorkflowDef, ...]:
    """The newest version of each kind: first those that a committee decides, the longest first."""
    kinds = {workflow.kind for workflow in library.workflows.values()}
    return tuple(sorted((library.latest(kind) for kind in kinds), key=_rank))


def main_workflow(library: Library) -> WorkflowDef:
    """The process that is shown where only one can be: the first of `list_latest`."""
    return list_latest(library)[0]


def list_versions(library: Library, kind: str) -> tuple[WorkflowDef, ...]:
    """Every version of `kind`, oldest first."""
    found = (w for w in library.workflows.values() if w.kind == kind)
    return tuple(sorted(found, key=lambda workflow: workflow.version))


def kinds_catalogued_as(library: Library, *sorts: RecordType) -> tuple[str, ...]:
    """The kinds whose newest version says that their entries are one of `sorts`, in its order."""
    found = {
        sort: [w.kind for w in list_latest(library) if w.catalogued_as is sort] for sort in sorts
    }
    return tuple(kind for kinds in found.values() for kind in kinds)


def record_type_of(library: Library, kind: str) -> RecordType | None:
    """What entries of `kind` are to cooperation, by its newest version; None: nothing."""
    known = list_versions(library, kind)
    return known[-1].catalogued_as if known else None


def opening_form(workflow: WorkflowDef) -> str:
    """The name, without version, of the form that opens a case of this process."""
    return workflow.form.partition("/")[0]


def list_forms(workflow: WorkflowDef, library: Library) -> tuple[FormDef, ...]:
    """The forms that the process takes, the one that opens a case first, each once."""
    keys = dict.fromkeys([workflow.form, *(x.form for x in workflow.transitions if x.form)])
    return tuple(library.forms[key] for key in keys if key in library.forms)


def _rank(workflow: WorkflowDef) -> tuple[bool, int, str]:
    return workflow.body is None, -len(workflow.states), workflow.kind


FOLDERS = ("workflows", "forms", "notifications")
_VERSION = re.compile(r"v[1-9][0-9]*\.yaml")
T = TypeVar("T", WorkflowDef, FormDef)


def definitions_root(name: str, root: Path | None = None) -> Path:
    """The folder `name` of a deployment's definitions, or the packaged one."""
    if root is None and os.environ.get("RICOMI_DEFINITIONS"):
        root = Path(os.environ["RICOMI_DEFINITIONS"])
    return resources.root(name) if root is None else root / name


def load(root: Path | None = None) -> Library:
    """Every workflow, form and message, each file checked by itself.

    What only the whole can show (an unknown state or form) is `check.check`.
    Raises: DefinitionError with every mistake of all files.
    """
    mistakes: list[Mistake] = []
    library = Library(
        workflows=_versions("workflows", root, read_workflow, mistakes),
        forms=_versions("forms", root, read_form, mistakes),
        messages=read_messages(definitions_root("notifications", root), mistakes),
    )
    if mistakes:
        raise DefinitionError(list(dict.fromkeys(mistakes)))
    return library


def _folders(root: Path, what: str, mistakes: list[Mistake]) -> Iterator[Path]:
    if not root.is_dir():
        mistakes.append(Mistake(what, "folder", "nothing", "a folder"))
        return
    for folder in sorted(root.iterdir(), key=lambda entry: entry.name):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            yield folder


def _versions(
    what: str, root: Path | None, read: Callable[[YamlNode, str], T], mistakes: list[Mistake]
) -> dict[str, T]:
    found: dict[str, T] = {}
    for folder in _folders(definitions_root(what, root), what, mistakes):
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            here = f"{what}/{folder.name}/{file.name}"
            if file.suffix not in {".yaml", ".yml"}:
                continue
            if not _VERSION.fullmatch(file.name):
                mistakes.append(Mistake(here, "file", file.name, "v1.yaml, v2.yaml, …"))
                continue
            definition = _one(file, here, read, mistakes)
            found[definition.key] = definition
    return found


def _one(file: Path, name: str, read: Callable[[YamlNode, str], T], mistakes: list[Mistake]) -> T:
    """One versioned file; what it says must agree with its path: `<name>/v<version>.yaml`."""
    source = read_source(file, name)
    mine: list[Mistake] = []
    node = YamlNode(name, "", source.value, mine)
    definition = read(node, source.digest)
    expected = name.partition("/")[2]
    if not mine and not source.mistakes and f"{definition.key}.yaml" != expected:
        node.wrong(f"the place of the file, {expected}", found=f"{definition.key}.yaml")
    mistakes.extend(source.mistakes)
    if source.value is not None:
        mistakes.extend(map(source.located, mine))
    return definition


RELEASED = "RELEASED.sha256"
RELEASED_FOLDERS = ("workflows", "forms")
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
    fresh = [(path, digest) for path, digest in _present_files(root) if path not in released]
    if fresh:
        with (definitions_root("workflows", root) / RELEASED).open("a", encoding="ascii") as file:
            file.writelines(f"{digest}  {path}\n" for path, digest in fresh)
    return [path for path, _ in fresh]


def _present_files(root: Path | None) -> Iterator[tuple[str, str]]:
    for folder in RELEASED_FOLDERS:
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
