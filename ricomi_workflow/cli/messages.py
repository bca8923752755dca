"""What the domain answers, in words for a terminal, in the language of the terminal.

The language is that of `LC_ALL`, `LC_MESSAGES` or `LANG`; English where it is none of ours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ricomi_workflow.bootstrap import SettingsError
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel import errors
from ricomi_workflow.kernel.errors import DomainError, FieldError
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.message_text import MessageText

ZONE = "America/New_York"  # the Secretariat's: a terminal may stand anywhere


def terminal_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language in which the terminal is read."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            lang = environ[name][:2].lower()
            return lang if lang in LANGUAGES else "en"
    return "en"


def explained(
    error: DomainError, texts: Texts, lang: str, form: FormDef | None = None
) -> Iterator[str]:
    """The lines that say what was answered; `form` gives fields their names."""
    speaker = MessageText(texts, lang, ZONE)
    match error:
        case errors.Invalid():
            for fault in error.fields:
                yield from _mistake(fault, speaker, form)
        case errors.Refused():
            for refusal in error.refusals:
                yield from (speaker.why(refusal), speaker.need(refusal))
        case errors.NotFound():
            yield texts.text("cli.not_found", lang, name=str(error))
        case errors.DefinitionError() | SettingsError():
            yield from (str(mistake) for mistake in error.mistakes)
        case _:
            key = f"ui.error_{error.code}_title"
            title = texts.text(key, lang) if texts.has(key) else error.code
            yield f"{title} ({error})" if str(error) else title


def _mistake(fault: FieldError, speaker: MessageText, form: FormDef | None) -> Iterator[str]:
    yield f"{_place(fault.path, speaker.lang, form)}: {speaker.mistake(fault)}"
    if fault.also:
        also = ", ".join(_place(path, speaker.lang, form) for path in fault.also)
        yield f"    {speaker.texts.text('cli.also', speaker.lang, places=also)}"


def _place(path: str, lang: str, form: FormDef | None) -> str:
    """`budget.3.unit_cost` as `Budget, 4, Unit cost [budget.3.unit_cost]`."""
    if form is None:
        return path
    fields: tuple[FieldDef, ...] = form.fields()
    names = []
    for part in path.split("."):
        known = next((field for field in fields if field.name == part), None)
        if known is not None:
            names.append(known.label[lang])
            fields = known.columns
        elif part.isdecimal():
            names.append(str(int(part) + 1))
        else:
            names.append(part)
    return f"{', '.join(names)} [{path}]"
