"""How people write amounts, numbers and days, in each language, and how we write them back.

Spanish, Portuguese and French write 1.234,56 or 1 234,56; English writes 1,234.56. The other
notation is understood where it can mean only one thing (1,234.56 in Spanish, 12,5 in English). A
text that could mean two amounts, such as 1,234 in Spanish, is not an amount: a guess would be
wrong by a thousand. Days are written day first in every language, or as ISO 8601.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import MAX_PREC, Decimal, localcontext
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal

from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money

LOCALES = {"es": "es", "en": "en_001", "pt": "pt", "fr": "fr"}
SIGNS = {"es": "US$", "en": "US$", "pt": "US$", "fr": "$\u00a0US"}
SIGN_AFTER = frozenset({"fr"})
_FIRST = {"fr": "er", "pt": "º"}  # 1er mai, 1º de maio
MINUS = "−"
_CURRENCY = re.compile(r"(?:US\$|USD|\$US|\$)", re.IGNORECASE)
_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u202f\u2009](?=[0-9])")
_ANY_SPACE = re.compile(r"[ \u00a0\u202f\u2009\t]+")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:[ .,][0-9]{3})+")
_PLAIN = re.compile(r"[0-9]{1,13}")
_CENTS = re.compile(r"[0-9]{1,2}")
_GROUP_SIZE = 3
_DAY_FIRST = re.compile(r"([0-9]{1,2})([ ./-])([0-9]{1,2})\2([0-9]{4})")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Parts(NamedTuple):
    """A number taken apart: its sign, whole digits and digits after the decimal mark."""

    negative: bool
    whole: str
    cents: str


def locale_of(lang: str) -> str:
    """The CLDR locale in which we write figures and days for `lang`."""
    return LOCALES.get(lang, "en_001")


def parse_amount(text: str, lang: str) -> Money | None:
    """The amount that `text` means in `lang`; None when it means none, or might mean two."""
    parts = _parts(_CURRENCY.sub("", text, count=1).strip(), lang)
    if parts is None:
        return None
    minor = int(parts.whole) * 100 + int(parts.cents.ljust(2, "0") or 0)
    if parts.negative and not minor:
        return None
    return Money(-minor if parts.negative else minor)


def parse_integer(text: str, lang: str) -> int | None:
    """The whole number that `text` means in `lang`; None when it means none, or might mean two."""
    parts = _parts(text.strip(), lang)
    if parts is None or parts.cents:
        return None
    number = int(parts.whole)
    if parts.negative:
        return -number if number else None
    return number


def _parts(text: str, lang: str) -> _Parts | None:
    negative = text.startswith(("-", "−"))
    text = _SPACES.sub(" ", text.lstrip("-−").strip() if negative else text)
    whole, mark, cents = _split(text, lang)
    if whole is None or (mark and not _CENTS.fullmatch(cents)):
        return None
    digits = re.sub(r"[ .,]", "", whole)
    grouped = digits != whole
    if grouped and (not _GROUPS.fullmatch(whole) or len(set(whole) & set(" .,")) > 1):
        return None
    return _Parts(negative, digits, cents) if _PLAIN.fullmatch(digits) else None


def _split(text: str, lang: str) -> tuple[str | None, str, str]:
    """The part before the decimal mark, the mark and the part after it."""
    marks = re.findall(r"[.,]", text)
    if len(set(marks)) == 2 or (marks and " " in text and len(marks) == 1):
        head, mark, tail = text.rpartition(marks[-1])
        return (head, mark, tail) if mark not in head else (None, "", "")
    if len(marks) != 1:
        return text, "", ""
    head, mark, tail = text.rpartition(marks[0])
    if len(tail) != _GROUP_SIZE:
        return head, mark, tail
    decimal = "." if lang == "en" else ","
    return (None, "", "") if mark == decimal else (text, "", "")


def parse_day(text: str) -> date | None:
    """The day written `31/08/2011`, `31 8 2011` or `2011-08-31`; None for anything else."""
    text = _ANY_SPACE.sub(" ", text.strip())
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[4]), int(found[3]), int(found[1]))
    except ValueError:
        return None
    return None


def _exact(amount: Money) -> Decimal:
    return Decimal(f"{amount.minor}E-2")  # exact at any length


def amount_input(amount: Money, lang: str) -> str:
    """An amount as it is written into a field: two decimals, no currency."""
    return format_number(_exact(amount), "#,##0.00", lang)


def format_integer(number: int, lang: str) -> str:
    """A whole number as the language writes it."""
    return format_number(number, "#,##0", lang)


def format_number(number: int | Decimal, pattern: str, lang: str) -> str:
    """A figure of any length: what was typed by mistake is shown too, not refused."""
    with localcontext(prec=MAX_PREC):
        return format_decimal(number, pattern, locale=locale_of(lang))


def percent_input(figure: Decimal, lang: str) -> str:
    """A percentage as it is written into a field: no sign, no empty decimals."""
    return format_number(figure, "#,##0.##", lang)


def format_percent(figure: Decimal, lang: str) -> str:
    """A percentage to be read, with its sign as the language sets it."""
    gap = {"es": "\u00a0", "fr": "\u202f"}.get(lang, "")
    return f"{percent_input(figure, lang).replace('-', MINUS)}{gap}%"


def day_input(day: date) -> str:
    """A day as it is written into a field: `31/08/2011`, day first in every language."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_decimals(number: Decimal, lang: str) -> str:
    """A number with two decimals, to be read: a score."""
    return format_number(number, "#,##0.00", lang).replace("-", MINUS)


def format_amount(amount: Money, lang: str) -> str:
    """An amount without its currency, to be read: no cents when they are zero, a true minus."""
    pattern = "#,##0.00" if amount.minor % 100 else "#,##0"
    return format_number(_exact(amount), pattern, lang).replace("-", MINUS)


def format_money(amount: Money, lang: str) -> str:
    """An amount with its currency, to be read: `US$ 130.000`, in French `130 000 $ US`.

    Another currency than the US dollar is told by its code: `EUR 1.000`.
    """
    sign = SIGNS[lang] if amount.currency == BOOK_CURRENCY else amount.currency
    parts = (format_amount(amount, lang), sign)
    return "\u00a0".join(parts if lang in SIGN_AFTER else parts[::-1])


def format_day(day: date, lang: str) -> str:
    """A day in words, to be read."""
    return ordinal_first(format_date(day, "long", locale=locale_of(lang)), lang)


def ordinal_first(told: str, lang: str) -> str:
    """A day that was written, its first of a month as French and Portuguese write it."""
    sign = _FIRST.get(lang)
    return f"1{sign}{told[1:]}" if sign and told.startswith("1 ") else told
