"""Foreign money is sold for US$; what it brings above or below its value in the books is named.

The value of what is sold is the average of what is held in its currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.input_checks import (
    amount_text,
    recorded_columns,
    require_amount,
    require_fund,
    require_past,
    required_text,
)
from ricomi_workflow.contributions.models import conversion
from ricomi_workflow.contributions.posting_lines import (
    conversion_lines,
    foreign_position_account,
    foreign_value_account,
)
from ricomi_workflow.contributions.rules import average_book_value
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Memo, cash_account
from ricomi_workflow.ledger.balances import list_balances, lock_accounts
from ricomi_workflow.ledger.posting import post

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class CurrencySale:
    """Foreign money that the bank turned into US$."""

    sold: Money
    bought: Money
    on: date
    bank_reference: str


@dataclass(frozen=True, slots=True)
class CurrencyHolding:
    """What is held in a foreign currency, and what it is worth in the books."""

    amount: Money
    book: Money


def get_currency_holding(connection: Connection, currency: str) -> CurrencyHolding:
    """What the fund holds in a foreign currency now."""
    bank, value = cash_account(currency), foreign_value_account(currency)
    there = list_balances(connection, [bank, value])
    return CurrencyHolding(Money(there[bank].minor, currency), there[value])


def book_value_of_sale(sale: CurrencySale, held: CurrencyHolding) -> Money:
    """The value in the books of what is sold.

    Raises `Invalid` for what is no sale of a foreign currency for US$; `Refused`
    (`conversion_over_cash`) for more than is held.
    """
    if sale.sold.currency == BOOK_CURRENCY:
        raise Invalid([FieldError("currency", "not_an_option", {"value": BOOK_CURRENCY})])
    require_amount(sale.sold, "sold")
    require_amount(sale.bought, "bought")
    if sale.sold > held.amount:
        facts = {"left": amount_text(held.amount), "asked": amount_text(sale.sold)}
        raise Refused([Refusal("conversion_over_cash", facts)])
    return average_book_value(sale.sold, held.amount, held.book)


def convert_currency(tx: Tx, sale: CurrencySale) -> Money:
    """Record a sale of foreign money; answer the gain in US$, negative for a loss.

    Raises what `book_value_of_sale` does; `Forbidden` unless the fund administration, or the
    system, acts; `Conflict` when this bank reference is recorded for a sale already.
    """
    require_fund(tx)
    require_past(tx, "converted_on", sale.on)
    reference = required_text("bank_reference", sale.bank_reference)
    currency = sale.sold.currency
    bank, value, paid_to = cash_account(currency), foreign_value_account(currency), cash_account()
    there = lock_accounts(tx, [bank, value, paid_to, foreign_position_account(currency)])
    held = CurrencyHolding(
        Money(there[bank.code].balance, currency), Money(there[value.code].balance * value.side)
    )
    book = book_value_of_sale(sale, held)
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
        **recorded_columns(tx),
    }
    tx.insert(conversion, row)
    return sale.bought - book
