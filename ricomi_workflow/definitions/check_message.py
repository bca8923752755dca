"""Static checks of one message: its templates compile and use only what they declare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from ricomi_workflow.definitions.model import MessageDef, MessagePart
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
