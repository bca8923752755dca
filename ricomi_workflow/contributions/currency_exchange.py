"""Foreign money is sold for US$; what it brings above or below its value in the books is named.

The value of what is sold is the average of what is held in its currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.input_checks import (
    filled,
    recorded,
    require_amount,
    require_fund,
    require_past,
    shown,
)
from ricomi_workflow.contributions.models import conversion
from ricomi_workflow.contributions.posting_lines import book_value, conversion_lines, position
from ricomi_workflow.contributions.rules import converted
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Memo, cash_account
from ricomi_workflow.ledger.locked_accounts import hold
from ricomi_workflow.ledger.posting import post
from ricomi_workflow.ledger.rows import balances

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Sale:
    """Foreign money that the bank turned into US$."""

    sold: Money
    bought: Money
    on: date
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is held in a foreign currency, and what it is worth in the books."""

    amount: Money
    book: Money


def held_in(connection: Connection, currency: str) -> Held:
    """What the fund holds in a foreign currency now."""
    bank, value = cash_account(currency), book_value(currency)
    there = balances(connection, [bank, value])
    return Held(Money(there[bank].minor, currency), there[value])


def book_of(sale: Sale, held: Held) -> Money:
    """The value in the books of what is sold.

    Raises `Invalid` for what is no sale of a foreign currency for US$; `Refused`
    (`conversion_over_cash`) for more than is held.
    """
    if sale.sold.currency == BOOK_CURRENCY:
        raise Invalid([FieldError("currency", "not_an_option", {"value": BOOK_CURRENCY})])
    require_amount(sale.sold, "sold")
    require_amount(sale.bought, "bought")
    if sale.sold > held.amount:
        facts = {"left": shown(held.amount), "asked": shown(sale.sold)}
        raise Refused([Refusal("conversion_over_cash", facts)])
    return converted(sale.sold, held.amount, held.book)


def convert(tx: Tx, sale: Sale) -> Money:
    """Record a sale of foreign money; answer the gain in US$, negative for a loss.

    Raises what `book_of` does; `Forbidden` unless the fund administration, or the system, acts;
    `Conflict` when this bank reference is recorded for a sale already.
    """
    require_fund(tx)
    require_past(tx, "converted_on", sale.on)
    reference = filled("bank_reference", sale.bank_reference)
    currency = sale.sold.currency
    bank, value, paid_to = cash_account(currency), book_value(currency), cash_account()
    there = hold(tx, [bank, value, paid_to, position(currency)])
    held = Held(
        Money(there[bank.code].balance, currency), Money(there[value.code].balance * value.side)
    )
    book = book_of(sale, held)
    lines = conversion_lines(bank, sale.sold, paid_to, sale.bought, book)
    key = f"conversion:{bank.of}:{reference}"
    journal_id = post(tx, Memo.CONVERSION, lines, key=key, at=sale.on, reference=reference)
    row = {
        "id": new_id(),
        "currency": currency,
        "sold_minor": sale.sold.minor,
        "bought_minor": sale.bought.minor,
        "book_minor": book.minor,
        "converted_on": sale.on,
        "bank_reference": reference,
        "journal_id": journal_id,
        **recorded(tx),
    }
    tx.insert(conversion, row)
    return sale.bought - book
