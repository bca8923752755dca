"""Static checks of one message: its templates compile and use only what they declare."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from ricomi_workflow.definitions.model import MessageDef
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LANGUAGES


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
    here = f"notifications/{message.name}"
    found: list[Mistake] = []
    for lang in LANGUAGES:
        found += _template(
            message, message.subject[lang], f"{here}/message.yaml", f"subject.{lang}"
        )
        found += _template(message, message.bodies.get(lang, ""), f"{here}/{lang}.txt", "file")
    return found


def _template(message: MessageDef, source: str, file: str, path: str) -> Iterator[Mistake]:
    if not source.strip():
        yield Mistake(file, path, "nothing", "a text")
        return
    try:
        # This writes the code of the template as well, and so meets filters that there are not.
        used = meta.find_undeclared_variables(template_environment().parse(source))
    except TemplateSyntaxError as error:
        yield Mistake(file, f"{path}, line {error.lineno}", str(error.message), "a Jinja template")
        return
    for name in sorted(used - set(message.params)):
        yield Mistake(file, path, f"undeclared {name}", ", ".join(message.params) or "no params")
