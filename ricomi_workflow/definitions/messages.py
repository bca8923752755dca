"""Messages: one file each in `notifications/`, read and checked.

A message is composed of its own text and of parts that `shared.yaml` holds. Its templates compile
and use only what they declare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from ricomi_workflow.definitions.model import USUAL_PARTS, MessageDef, MessagePart
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText


@cache
def template_environment() -> SandboxedEnvironment:
    """Where the text of messages is compiled: undefined names are errors, no reach into code."""
    return SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def check_message(message: MessageDef) -> list[Mistake]:
    """Every mistake of a message's templates."""
    file = f"notifications/{message.name}.yaml"
    return [
        *_templates(message.subject, message.params, file, "subject"),
        *_templates(message.text, message.params, file, "text"),
    ]


def check_message_part(name: str, part: MessagePart) -> list[Mistake]:
    """Every mistake of the templates of a part that messages share."""
    return list(_templates(part.text, part.params, "notifications/shared.yaml", f"{name}.text"))


def _templates(
    texts: LocalizedText, params: Sequence[str], file: str, path: str
) -> Iterator[Mistake]:
    for lang in LANGUAGES:
        yield from _template(texts[lang], params, file, f"{path}.{lang}")


def _template(source: str, params: Sequence[str], file: str, path: str) -> Iterator[Mistake]:
    try:
        # This writes the code of the template as well, and so meets filters that there are not.
        used = meta.find_undeclared_variables(template_environment().parse(source))
    except TemplateSyntaxError as error:
        yield Mistake(file, f"{path}, line {error.lineno}", str(error.message), "a Jinja template")
        return
    for name in sorted(used - set(params)):
        yield Mistake(file, path, f"undeclared {name}", ", ".join(params) or "no params")


def _message_parts(node: YamlNode) -> dict[str, MessagePart]:
    """The parts that messages share, by name."""
    parts = {}
    for name, each in node.mapping().items():
        at = each.record("text", "params")
        parts[name] = MessagePart(at["params"].names(), at["text"].localized())
    return parts


def _message(node: YamlNode, name: str, shared: Mapping[str, MessagePart]) -> MessageDef:
    """The message written at `node`, composed with the parts that it shares with others."""
    at = node.record("subject why text", "params parts")
    own = MessagePart(at["params"].names(), at["text"].localized())
    known = {**shared, "text": own}
    names = USUAL_PARTS if at["parts"].absent else at["parts"].names()
    for unknown in (each for each in names if each not in known):
        at["parts"].wrong(", ".join(known), found=unknown)
    parts = [known[each] for each in names if each in known]
    params = dict.fromkeys(param for part in (*parts, own) for param in part.params)
    bodies = {lang: "\n\n".join(part.text[lang] for part in parts) for lang in LANGUAGES}
    subject, why = at["subject"].localized(), at["why"].localized()
    return MessageDef(name, subject, why, tuple(params), own.text, bodies)


def read_messages(root: Path, mistakes: list[Mistake]) -> dict[str, MessageDef]:
    """The messages of a folder, composed with the parts that `shared.yaml` holds."""
    if not root.is_dir():
        mistakes.append(Mistake("notifications", "folder", "nothing", "a folder"))
        return {}
    nodes = dict(_message_nodes(root, mistakes))
    shared = nodes.pop("shared", None)
    parts = _message_parts(shared) if shared else {}
    for name, part in parts.items():
        mistakes += check_message_part(name, part)
    return {name: _message(node, name, parts) for name, node in nodes.items()}


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
