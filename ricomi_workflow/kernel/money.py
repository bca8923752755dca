"""Exact money: whole minor units and a currency, never floats.

Debit is positive, credit negative wherever a sign means a side (`fund/models.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BOOK_CURRENCY = "USD"
_PLAIN = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")


class NotMoney(ValueError):
    """The text is not an amount with at most two decimals."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of `currency` (ISO 4217)."""

    minor: int
    currency: str = BOOK_CURRENCY

    @classmethod
    def parse(cls, text: str, currency: str = BOOK_CURRENCY) -> Money:
        """The amount written plainly as `1234.5`; raises `NotMoney` for anything else."""
        if not _PLAIN.fullmatch(text):
            raise NotMoney(text)
        units, _, cents = text.lstrip("-").partition(".")
        minor = int(units) * 100 + int(cents.ljust(2, "0") or 0)
        return cls(-minor if text.startswith("-") else minor, currency)

    def __str__(self) -> str:
        """The plain text form with two decimals, read back by `parse`."""
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, factor: int) -> Money:
        return Money(self.minor * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise AssertionError(f"{self.currency} and {other.currency} do not mix")
        return other

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by `weights`; the remainder goes a cent each to the first weighted shares."""
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise AssertionError("weights must be non-negative and not all zero")
        shares = [self.minor * weight // whole for weight in weights]
        weighted = [n for n, weight in enumerate(weights) if weight]
        for n in range(self.minor - sum(shares)):
            shares[weighted[n % len(weighted)]] += 1
        return [Money(share, self.currency) for share in shares]


def total(amounts: Iterable[Money], currency: str = BOOK_CURRENCY) -> Money:
    """The sum of `amounts`, zero of `currency` when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result
