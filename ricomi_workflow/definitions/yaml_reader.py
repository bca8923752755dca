"""Reads one YAML file into plain values, strictly.

YAML has surprises: `no` is false, `2011-08-31` is a date, a key may stand twice and the last one
wins. Here a scalar is a whole number, `true`, `false`, null or text, and nothing else; a bare
`yes`, `no`, `on` or `off` is refused because nobody can tell which was meant; a repeated key is
refused; files are limited in size, depth and, because of aliases, in unfolded size. Values are
built from the parser's events, so a file of a million brackets meets our limit and no stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from ricomi_workflow.kernel.errors import DefinitionError, Mistake

Yaml = None | bool | int | str | Sequence["Yaml"] | Mapping[str, "Yaml"]

MAX_BYTES = 1_000_000
MAX_VALUES = 200_000
MAX_DEPTH = 40
_AMBIGUOUS = frozenset({"yes", "no", "on", "off"})
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER_LIKE = re.compile(r"[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_NULL = frozenset({"", "~", "null"})
_TEXT_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TooMuch(Exception):
    """The file nests or repeats more than a definition can need."""


class _Builder:
    """Builds the value of one file from its events and collects what is wrong."""

    def __init__(self, events: Iterator[yaml.Event], file: str) -> None:
        self.events = events
        self.file = file
        self.mistakes: list[Mistake] = []
        self.anchors: dict[str, tuple[Yaml, int]] = {}
        self.count = 0

    def wrong(self, path: str, found: str, allowed: str, event: yaml.Event) -> None:
        line = f" (line {event.start_mark.line + 1})" if event.start_mark else ""
        self.mistakes.append(Mistake(self.file, path or "file", found + line, allowed))

    def counted(self, number: int = 1) -> None:
        self.count += number
        if self.count > MAX_VALUES:
            raise _TooMuch(f"more than {MAX_VALUES} values")

    def document(self) -> Yaml:
        """The value of the only document; None when the file holds none."""
        event = next(self.events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            self.wrong("", "an empty file", "a YAML document", event)
            return None
        value = self.value(event, "", 0)
        next(self.events)  # the end of the document
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            self.wrong("", "a second document", "one document", event)
        return value

    def value(self, event: yaml.Event, path: str, depth: int) -> Yaml:
        self.counted()
        if depth > MAX_DEPTH:
            raise _TooMuch(f"more than {MAX_DEPTH} levels at {path[:80]}")
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        before = self.count
        value: Yaml
        if getattr(event, "tag", None) not in _TEXT_TAGS:
            self.wrong(path, f"tag {getattr(event, 'tag', '')}", "no tags", event)
        if isinstance(event, yaml.MappingStartEvent):
            value = self.mapping(path, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(path, depth)
        else:
            value = self.scalar(event, path) if isinstance(event, yaml.ScalarEvent) else None
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = (value, self.count - before + 1)
        return value

    def alias(self, event: yaml.AliasEvent, path: str) -> Yaml:
        if event.anchor not in self.anchors:
            self.wrong(path, f"*{event.anchor}", "the name of an earlier anchor", event)
            return None
        value, size = self.anchors[event.anchor]
        self.counted(size)
        return value

    def sequence(self, path: str, depth: int) -> list[Yaml]:
        result: list[Yaml] = []
        prefix = f"{path}." if path else ""
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.value(event, f"{prefix}{len(result)}", depth + 1))
        return result

    def mapping(self, path: str, depth: int) -> dict[str, Yaml]:
        result: dict[str, Yaml] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path, depth)
            here = f"{path}.{key}" if path else key
            value = self.value(next(self.events), here, depth + 1)
            if key in result:
                self.wrong(here, "the same key twice", "each key once", event)
            else:
                result[key] = value
        return result

    def key(self, event: yaml.Event, path: str, depth: int) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.wrong(path, "a list or mapping as key", "text as key", event)
            return str(self.value(event, path, depth + 1))[:40]
        text = str(event.value)
        if not event.style and text.lower() in _AMBIGUOUS:
            self.wrong(path, f"bare {text} as key", f'"{text}" in quotes', event)
        return text

    def scalar(self, event: yaml.ScalarEvent, path: str) -> Yaml:
        text = str(event.value)
        return text if event.style or event.tag else self.plain(text, path, event)

    def plain(self, text: str, path: str, event: yaml.Event) -> Yaml:
        """What an unquoted scalar means."""
        if text.lower() in _AMBIGUOUS:
            self.wrong(path, f"bare {text}", f'true, false, or "{text}" in quotes', event)
        if text in _NULL:
            return None
        if text in {"true", "false"}:
            return text == "true"
        if _INT.fullmatch(text):
            return int(text)
        if _NUMBER_LIKE.fullmatch(text):
            self.wrong(path, f"bare {text}", f'a whole number, or "{text}" in quotes', event)
        return text


def read_yaml(content: bytes, file: str) -> tuple[Yaml, list[Mistake]]:
    """The value of a YAML document and every mistake of its notation.

    Dates stay text; floats are refused. When the text is not YAML at all, the value is None.
    """
    if len(content) > MAX_BYTES:
        found = f"{len(content)} bytes"
        return None, [Mistake(file, "file", found, f"at most {MAX_BYTES} bytes")]
    builder = _Builder(yaml.parse(content, Loader=_LOADER), file)
    try:
        return builder.document(), builder.mistakes
    except _TooMuch as error:
        found, allowed = str(error), "a definition of reasonable size"
    except (yaml.YAMLError, UnicodeError) as error:
        found, allowed = _error_text(error), "well-formed YAML in UTF-8"
    return None, [*builder.mistakes, Mistake(file, "file", found, allowed)]


def _error_text(error: Exception) -> str:
    """What is not YAML, and in which line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem and error.problem_mark:
        problem = error.problem.removeprefix("found ")  # a mistake says "found" by itself
        return f"{problem} (line {error.problem_mark.line + 1})"
    return " ".join(str(error).replace('in "<byte string>", ', "").split())


def parse_yaml(content: bytes, file: str) -> Yaml:
    """The value of a YAML document; raises `DefinitionError` with every mistake of notation."""
    value, mistakes = read_yaml(content, file)
    if mistakes:
        raise DefinitionError(mistakes)
    return value


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
