"""The bank accounts of the fund, which are reference data: `reference/bank_accounts.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, FieldError, Invalid, Mistake, NotFound
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root

FILE = "bank_accounts.yaml"
_CODE = re.compile(r"[a-z]{3}-[a-z0-9-]{1,16}")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account of the fund at a bank: its short code, its currency, its name."""

    code: str
    currency: str  # ISO 4217
    name: LocalizedText
    illustrative: bool


@cache
def bank_accounts() -> Mapping[str, BankAccount]:
    """The accounts by code, in the order of the file; raises `DefinitionError`."""
    return read_bank_accounts(root("reference"))


def read_bank_accounts(folder: Path) -> Mapping[str, BankAccount]:
    """The accounts of the file in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    found = by_key(_accounts(top.record("accounts")["accounts"]))
    if not any(each.currency == BOOK_CURRENCY for each in found.values()):
        top.wrong(f"an account in {BOOK_CURRENCY}", found="none")
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def bank_account(code: str) -> BankAccount:
    """The account of this code. Raises `NotFound`."""
    try:
        return bank_accounts()[code]
    except KeyError:
        raise NotFound("bank_account", code) from None


def bank_account_in(currency: str) -> BankAccount:
    """The first account in `currency`. Raises `Invalid` (field `currency`)."""
    for each in bank_accounts().values():
        if each.currency == currency:
            return each
    raise Invalid([FieldError("currency", "not_an_option", {"value": currency})])


def bank_currencies() -> tuple[str, ...]:
    """The currencies in which the fund has an account, US$ first."""
    known = dict.fromkeys(each.currency for each in bank_accounts().values())
    return tuple(sorted(known, key=lambda currency: currency != BOOK_CURRENCY))


def _accounts(place: YamlNode) -> Iterable[tuple[YamlNode, str, BankAccount]]:
    for row in rows(place):
        at = row.record("code currency name", "illustrative")
        code, currency = at["code"].text(), at["currency"].text()
        if not _CURRENCY.fullmatch(currency):
            at["currency"].wrong("a currency of ISO 4217, as USD")
        if not _CODE.fullmatch(code) or not code.startswith(f"{currency.lower()}-"):
            at["code"].wrong("the currency in small letters, a hyphen and a name, as usd-main")
        illustrative = at["illustrative"].flag()
        yield at["code"], code, BankAccount(code, currency, at["name"].localized(), illustrative)
