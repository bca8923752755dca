"""The lines by which contributions move in the books. Pure; every function adds up to zero."""

from __future__ import annotations

from dataclasses import dataclass

from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Line,
    Lines,
    Owner,
    Source,
    available_account,
    owned_account,
    transfer,
)


def pledged_account(contribution: Owner, currency: str = BOOK_CURRENCY) -> Account:
    """The account of what a pledge has outstanding, in its own currency."""
    return Account(Kind.PLEDGED, contribution.ref, contribution.id, currency=currency)


def pledges_account(currency: str = BOOK_CURRENCY) -> Account:
    """The counterpart of all pledges in a currency."""
    of = "" if currency == BOOK_CURRENCY else currency
    return Account(Kind.PLEDGES, of, currency=currency)


def earmark_account(source: Source, contribution: Owner) -> Account:
    """The account of what a contribution with limits gave and nothing has taken yet."""
    return Account(Kind.AVAILABLE, f"{source}/{contribution.ref}", contribution.id)


def icr_account(source: Source) -> Account:
    """The account of indirect cost recovery charged on the contributions of a class of donors."""
    return Account(Kind.ICR, source.value)


def foreign_position_account(currency: str) -> Account:
    """The counterpart of the money held in a foreign currency, in that currency."""
    return Account(Kind.FOREIGN_POSITION, currency, currency=currency)


def foreign_value_account(currency: str) -> Account:
    """What the money held in a foreign currency is worth in the books, in US$."""
    return Account(Kind.FOREIGN_VALUE, currency)


def pledge_lines(contribution: Owner, amount: Money) -> Lines:
    """A pledge: it stands beside the books and can be spent by nobody."""
    return transfer(
        pledged_account(contribution, amount.currency), pledges_account(amount.currency), amount
    )


def reduction_lines(contribution: Owner, amount: Money) -> Lines:
    """Less will come than was pledged."""
    return transfer(
        pledges_account(amount.currency), pledged_account(contribution, amount.currency), amount
    )


def return_lines(own: Account, contribution: Owner, amount: Money) -> Lines:
    """What is left of a contribution leaves its account and is due to its donor."""
    return transfer(own, owned_account(Kind.DUE_TO_DONORS, contribution), amount)


def return_payment_lines(contribution: Owner, bank: Account, amount: Money) -> Lines:
    """What is due to a donor leaves the bank."""
    return transfer(owned_account(Kind.DUE_TO_DONORS, contribution), bank, amount)


@dataclass(frozen=True, slots=True)
class ReceiptShare:
    """A part of a receipt as the books see it: to whom it is credited, what of it is for work."""

    contribution: Owner
    source: Source
    credited: Money  # in the currency of the pledge
    net: Money  # US$
    icr: Money  # US$
    earmarked: bool

    @property
    def goes_to(self) -> Account:
        """Where what is for work becomes available."""
        pooled = available_account(self.source)
        return earmark_account(self.source, self.contribution) if self.earmarked else pooled


def receipt_lines(bank: Account, amount: Money, parts: tuple[ReceiptShare, ...]) -> Lines:
    """Money arrives in a bank account: pledges shrink, cash and what is available grow.

    In a foreign currency the account of the bank has its counterpart in that currency, and the
    value in US$ stands against what is available.
    """
    value = total(part.net + part.icr for part in parts)
    lines: list[Line] = []
    if amount.currency == BOOK_CURRENCY:
        lines.append(Line(bank, amount))
    else:
        lines += transfer(bank, foreign_position_account(amount.currency), amount)
        lines.append(Line(foreign_value_account(amount.currency), value))
    for part in parts:
        note = part.contribution.ref if len(parts) > 1 else None  # else the journal says for which
        lines += [
            Line(account, -minus, note)
            for account, minus in ((part.goes_to, part.net), (icr_account(part.source), part.icr))
            if minus
        ]
        currency = part.credited.currency
        pledged = pledged_account(part.contribution, currency)
        lines += transfer(pledges_account(currency), pledged, part.credited)
    return tuple(lines)


def conversion_lines(
    sold_from: Account, sold: Money, paid_to: Account, bought: Money, book: Money
) -> Lines:
    """Foreign money is sold for US$; what it brings above or below its value is gain or loss."""
    lines = [
        *transfer(foreign_position_account(sold.currency), sold_from, sold),
        Line(paid_to, bought),
        Line(foreign_value_account(sold.currency), -book),
    ]
    gain = bought - book
    if gain.minor > 0:
        lines.append(Line(Account(Kind.EXCHANGE_GAIN), -gain))
    elif gain:
        lines.append(Line(Account(Kind.EXCHANGE_LOSS), -gain))
    return tuple(lines)
