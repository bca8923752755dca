"""Sentences for refusals and mistakes: a code with figures becomes words of one language.

The domain gives codes: amounts and days as text, offices, states and sources by their names. Here
each becomes what a reader calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from ricomi_workflow.bodies import formats
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import FieldError, Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.i18n import language, t

_AMOUNT = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")


def reason(refusal: Refusal) -> Reason:
    """Why an act is not possible, and what or who would make it possible."""
    code, params = refusal.code, said(refusal.params)
    return Reason(t(f"refusals.{code}", **params), t(f"refusals.{code}.need", **params), code)


def mistake(error: FieldError) -> str:
    """What is wrong with a field, with its figures."""
    if error.message is not None:
        return error.message[language()]
    return t(f"validation.{error.code}", **said(error.params))


def said(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as a sentence of the reader's language takes them."""
    return {name: _said(name, value) for name, value in params.items()}


def offices(roles: Sequence[str]) -> str:
    """The names of offices in a sentence."""
    return formats.listed([t(f"ui.role_{role}") for role in roles], language())


def countries(codes: Sequence[str]) -> str:
    """The names of countries in a sentence, in the order of the reader's alphabet."""
    return formats.listed(sorted(formats.country(c, language()) for c in codes), language())


def _items(texts: Sequence[str]) -> str:
    return formats.listed(texts, language())


_NAMED: Mapping[str, Callable[[Sequence[str]], str]] = {"roles": offices, "countries": countries}


def _said(name: str, value: object) -> object:
    if isinstance(value, tuple | list | frozenset | set):
        return _NAMED.get(name, _items)(sorted(map(str, value)))
    if not isinstance(value, str):
        return value
    if name == "country":
        return formats.country(value, language())
    return t(f"ui.source_{value}") if name == "source" else _figure(value)


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
