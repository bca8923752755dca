"""Amounts, currencies, rates and keys as they are sent to the operations of the fund."""

from __future__ import annotations

from ricomi_workflow.contributions.rules import Rate, parse_rate
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, NotMoney
from ricomi_workflow.ledger.bank_accounts import bank_currencies
from ricomi_workflow.web.api.reading import Given

READERS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR, Role.SECRETARIAT)
TREASURERS = (Role.FUND_ADMINISTRATOR,)
OFFICES = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
_LARGEST_KEY = 2**63


def amount_in(sent: Given, name: str = "amount", currency: str = "") -> Money:
    """An amount of `currency`, or of the one that was sent. Raises `Invalid`."""
    try:
        return Money.parse(sent[name], currency or currency_in(sent))
    except NotMoney:
        raise Invalid([FieldError(name, "not_money")]) from None


def currency_in(sent: Given) -> str:
    """The currency that was sent, one in which the fund has an account. Raises `Invalid`."""
    code: str = sent.get("currency", BOOK_CURRENCY)
    if code not in bank_currencies():
        raise Invalid([FieldError("currency", "not_an_option", {"value": code})])
    return code


def rate_in(sent: Given) -> Rate | None:
    """The rate that was sent; None for US$. Raises `Invalid` where one is missing or is none."""
    if currency_in(sent) == BOOK_CURRENCY:
        return None
    missing = [name for name in ("rate", "rate_source", "rate_on") if name not in sent]
    if missing:
        raise Invalid([FieldError(name, "required") for name in missing])
    found = parse_rate(sent["rate"])
    if found is None:
        raise Invalid([FieldError("rate", "not_a_rate", {"found": sent["rate"]})])
    return Rate(found, sent["rate_source"], sent["rate_on"])


def key_in(text: str) -> int:
    """A key as a number; 0, which names nothing, for what can be no key."""
    key = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return key if key < _LARGEST_KEY else 0
