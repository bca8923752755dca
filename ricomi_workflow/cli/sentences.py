"""What the domain answers, in words for a terminal, in the language of the terminal.

The language is that of `LC_ALL`, `LC_MESSAGES` or `LANG`; English where it is none of ours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date

from ricomi_workflow.bodies import formats
from ricomi_workflow.bootstrap import SettingsError
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel import errors
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import DomainError, FieldError, Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES

ZONE = "America/New_York"  # the Secretariat's: a terminal may stand anywhere
_AMOUNT = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")


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
    match error:
        case errors.Invalid():
            for fault in error.fields:
                yield from _mistake(fault, texts, lang, form)
        case errors.Refused():
            for refusal in error.refusals:
                yield from _refusal(refusal, texts, lang)
        case errors.DefinitionError() | SettingsError():
            yield from (str(mistake) for mistake in error.mistakes)
        case _:
            key = f"ui.error_{error.code}_title"
            title = texts.text(key, lang) if texts.has(key) else error.code
            yield f"{title} ({error})" if str(error) else title


def _refusal(refusal: Refusal, texts: Texts, lang: str) -> Iterator[str]:
    params = {name: _said(name, value, texts, lang) for name, value in refusal.params.items()}
    for key in (f"refusals.{refusal.code}", f"refusals.{refusal.code}.need"):
        if texts.has(key):
            yield texts.text(key, lang, **params)


def _mistake(fault: FieldError, texts: Texts, lang: str, form: FormDef | None) -> Iterator[str]:
    if fault.message is not None:
        words = fault.message[lang]
    else:
        params = {name: _said(name, value, texts, lang) for name, value in fault.params.items()}
        words = texts.text(f"validation.{fault.code}", lang, **params)
    yield f"{_place(fault.path, lang, form)}: {words}"
    if fault.also:
        also = ", ".join(_place(path, lang, form) for path in fault.also)
        yield f"    {texts.text('cli.also', lang, places=also)}"


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


def _said(name: str, value: object, texts: Texts, lang: str) -> object:
    """A parameter as a sentence takes it."""
    if isinstance(value, tuple | list | frozenset | set):
        singular = {"roles": "role", "countries": "country"}.get(name, "")
        items = (str(_said(singular, item, texts, lang)) for item in value)
        return formats.listed(sorted(items), lang)
    if not isinstance(value, str):
        return formats.plain(value, lang, ZONE)
    for prefix in ("role", "source"):
        if name == prefix and texts.has(f"ui.{prefix}_{value}"):
            return texts.text(f"ui.{prefix}_{value}", lang)
    if name == "country":
        return formats.country(value, lang)
    return formats.plain(_figure(value), lang, ZONE)


def _figure(text: str) -> object:
    """An amount, a day or an instant that travels as text; any other text is itself."""
    if _AMOUNT.fullmatch(text):
        return Money.parse(text)
    with suppress(ValueError):  # 2026-02-31 was typed and stays as it is
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return parse_iso(text)
    return text
