"""Loads the definition folders into one `Library`, or tells every mistake of every file.

`workflows/<kind>/v<n>.yaml`, `forms/<name>/v<n>.yaml` and `notifications/<name>.yaml`. The folders
are the packaged ones, or those of a deployment: `root`, else the folder named by
`RICOMI_DEFINITIONS`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ricomi_workflow import resources
from ricomi_workflow.definitions.check_message import check_message_part
from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.model import FormDef, Library, MessageDef, WorkflowDef
from ricomi_workflow.definitions.read_form import read_form, read_message, read_message_parts
from ricomi_workflow.definitions.read_workflow import read_workflow
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import DefinitionError, Mistake

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
    """The messages of a folder, composed with the parts that `shared.yaml` holds."""
    if not root.is_dir():
        mistakes.append(Mistake("notifications", "folder", "nothing", "a folder"))
        return {}
    nodes = dict(_message_nodes(root, mistakes))
    shared = nodes.pop("shared", None)
    parts = read_message_parts(shared) if shared else {}
    for name, part in parts.items():
        mistakes += check_message_part(name, part)
    return {name: read_message(node, name, parts) for name, node in nodes.items()}


def _message_nodes(root: Path, mistakes: list[Mistake]) -> Iterator[tuple[str, YamlNode]]:
    for file in sorted(root.iterdir()):
        here = f"notifications/{file.name}"
        if file.suffix == ".yaml":
            value, notation = read_yaml(file.read_bytes(), here)
            mistakes.extend(notation)
            if value is not None:
                yield file.stem, YamlNode(here, "", value, mistakes)
        elif file.suffix == ".yml":
            mistakes.append(Mistake(here, "file", file.name, f"{file.stem}.yaml"))
