"""Sentences for refusals and mistakes: a code with figures becomes words of one language."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from ricomi_workflow.kernel.errors import FieldError, Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.i18n import language, t

_AMOUNT = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def reason(refusal: Refusal) -> Reason:
    """Why an act is not possible, and what or who would make it possible."""
    code, params = refusal.code, dict(refusal.params)
    return Reason(t(f"refusals.{code}", **params), t(f"refusals.{code}.need", **params), code)


def mistake(error: FieldError) -> str:
    """What is wrong with a field, with its figures."""
    if error.message is not None:
        return error.message[language()]
    return t(f"validation.{error.code}", **{k: _figure(v) for k, v in error.params.items()})


def _figure(value: object) -> object:
    """An amount or a day that travels as text, to be written in the reader's language."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Money.parse(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):  # 2026-02-31 was typed and stays as it is
            return date.fromisoformat(value)
    return value
