"""Loads the definition folders into one `Library`, or tells every mistake of every file.

`workflows/<kind>/v<n>.yaml`, `forms/<name>/v<n>.yaml` and `notifications/<name>/` with
`message.yaml` and one text per language. The folders are the packaged ones, or those of a
deployment: `root`, else the folder named by `RICOMI_DEFINITIONS`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ricomi_workflow import resources
from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.model import FormDef, Library, MessageDef, WorkflowDef
from ricomi_workflow.definitions.read_form import read_form, read_message
from ricomi_workflow.definitions.read_workflow import read_workflow
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LANGUAGES

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
        messages=_messages(definitions_root("notifications", root), mistakes),
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


def _messages(root: Path, mistakes: list[Mistake]) -> dict[str, MessageDef]:
    found: dict[str, MessageDef] = {}
    for folder in _folders(root, "notifications", mistakes):
        here = f"notifications/{folder.name}"
        bodies: dict[str, str] = {}
        for lang in LANGUAGES:
            template = folder / f"{lang}.txt"
            if template.is_file():
                bodies[lang] = template.read_text(encoding="utf-8")
            else:
                mistakes.append(Mistake(f"{here}/{lang}.txt", "file", "nothing", "a template"))
        file = folder / "message.yaml"
        if not file.is_file():
            mistakes.append(Mistake(f"{here}/message.yaml", "file", "nothing", "a file"))
            continue
        value, notation = read_yaml(file.read_bytes(), f"{here}/message.yaml")
        mistakes.extend(notation)
        if value is not None:
            node = YamlNode(f"{here}/message.yaml", "", value, mistakes)
            found[folder.name] = read_message(node, folder.name, bodies)
    return found
