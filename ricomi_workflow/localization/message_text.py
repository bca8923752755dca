"""Codes with figures become sentences of one language: for pages, API, mail and terminal alike.

The domain answers in codes: amounts and days travel as text, offices, states and sources by their
names. Here each becomes what a reader calls it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ricomi_workflow.definitions.number_formats import format_percent
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import FieldError, Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.localization import formats

_AMOUNT = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}")
_FOREIGN = re.compile(r"[A-Z]{3} -?[0-9]{1,13}\.[0-9]{2}")  # another currency than US$
_PERCENT = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,2})? %")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_SINGULAR = {"roles": "role", "countries": "country"}
_COUNTED = frozenset({"found", "limit"})  # words and signs; other numbers are names: acts, years
_OF_DAYS = {"too_small": "before_first_day", "too_large": "after_last_day"}  # a day is not small


@dataclass(frozen=True, slots=True)
class MessageText:
    """Who puts it into words: the texts, a language, the zone in which times are told."""

    texts: Texts
    lang: str
    zone: str

    def why(self, refusal: Refusal) -> str:
        """What stands against an act."""
        return self._sentence(f"refusals.{refusal.code}", refusal.params)

    def need(self, refusal: Refusal) -> str:
        """What or who would make the act possible."""
        return self._sentence(f"refusals.{refusal.code}.need", refusal.params)

    def mistake(self, fault: FieldError) -> str:
        """What is wrong with a field, and how to mend it."""
        if fault.message is not None:
            return fault.message[self.lang]
        limit, code = fault.params.get("limit"), fault.code
        if isinstance(limit, str) and _DAY.fullmatch(limit):
            code = _OF_DAYS.get(code, code)
        return self._sentence(f"validation.{code}", fault.params)

    def said(self, params: Mapping[str, object]) -> dict[str, object]:
        """Parameters as a sentence takes them."""
        return {name: self._said(name, value) for name, value in params.items()}

    def offices(self, roles: Sequence[str]) -> str:
        """The names of offices in a sentence."""
        return str(self._said("roles", tuple(roles)))

    def countries(self, codes: Sequence[str]) -> str:
        """The names of countries in a sentence, in the order of the reader's alphabet."""
        return str(self._said("countries", tuple(codes)))

    def _sentence(self, key: str, params: Mapping[str, object]) -> str:
        return self.texts.text(key, self.lang, **self.said(params))

    def _said(self, name: str, value: object) -> object:
        if isinstance(value, tuple | list | frozenset | set):
            singular = _SINGULAR.get(name, "")
            return formats.list_text(
                sorted(str(self._said(singular, item)) for item in value), self.lang
            )
        if isinstance(value, int) and name in _COUNTED:
            return formats.number(value, self.lang)
        if not isinstance(value, str):
            plain = value[self.lang] if isinstance(value, LocalizedText) else value
            return formats.plain(plain, self.lang, self.zone)
        if name == "country":
            return formats.country(value, self.lang)
        key = f"ui.{name}_{value}"
        if name in {"role", "source", "decision_rule"} and self.texts.has(key):
            return self.texts.text(key, self.lang)
        return formats.plain(_figure(value, self.lang), self.lang, self.zone)


def _figure(text: str, lang: str) -> object:
    """An amount, a share, a day or an instant that travels as text; any other text is itself."""
    if _PERCENT.fullmatch(text):
        return format_percent(Decimal(text[:-2]), lang)
    if _AMOUNT.fullmatch(text):
        return Money.parse(text)
    if _FOREIGN.fullmatch(text):
        return Money.parse(text[4:], text[:3])
    with suppress(ValueError):  # 2026-02-31 was typed and stays as it is
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return parse_iso(text)
    return text
