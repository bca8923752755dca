"""In which line of its file a mistake stands, found by its key path after the fact.

Reading keeps no lines; whoever tells a mistake to its author looks the place up here.
"""

from __future__ import annotations

import re

import yaml

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAMES = ("name", "trigger", "code", "value")
_NUMBERED = re.compile(r"(\d+) \(([^)]*)\)")  # `transitions.9 (submit)`


def line_of(content: bytes, path: str) -> int | None:
    """The line of the deepest part of `path` that is there; None when nothing of it is."""
    try:
        node = yaml.compose(content, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return None
    line = None
    for step in path.split("."):
        found = _step(node, step) or (_field(node, step) if line is None else None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


Found = tuple[yaml.Node, yaml.Node]  # where it begins, and what it holds


def _step(node: yaml.Node | None, step: str) -> Found | None:
    """What a step of a path names; a file that extends another has names in place of numbers."""
    numbered = _NUMBERED.fullmatch(step)
    if numbered is None:
        return _below(node, step)
    return _below(node, numbered[2 if isinstance(node, yaml.MappingNode) else 1])


def _below(node: yaml.Node | None, step: str) -> Found | None:
    """What `step` names in a mapping by its key, in a list by its number or its own name."""
    if isinstance(node, yaml.MappingNode):
        own = next(((key, value) for key, value in node.value if key.value == step), None)
        columns = [value for key, value in node.value if key.value == "columns"]
        return own or (_below(columns[0], step) if columns else None)
    if not isinstance(node, yaml.SequenceNode):
        return None
    if step.isdecimal():
        number = int(step)
        return (node.value[number],) * 2 if number < len(node.value) else None
    return next(((each, each) for each in node.value if _named(each, step)), None)


def _named(node: yaml.Node, step: str) -> bool:
    if not isinstance(node, yaml.MappingNode):
        return False
    return any(key.value in _NAMES and value.value == step for key, value in node.value)


def _field(form: yaml.Node | None, name: str) -> Found | None:
    """A field of a form, which a path names without its section."""
    sections = _below(form, "sections")
    for each in sections[1].value if sections else ():
        section = (
            each[1] if isinstance(each, tuple) else each
        )  # by name, where a file extends another
        fields = _below(section, "fields")
        found = _below(fields[1], name) if fields else None
        if found:
            return found
    return None
