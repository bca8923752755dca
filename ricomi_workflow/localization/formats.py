"""Days, instants, amounts and names as one language writes them (CLDR, through Babel).

Pages, mails and the command line write them alike.

Amounts have no cents when they are whole and a true minus sign; the currency is `US$`,
before the figure, and in French after it. Sums of money are in minor units inside `Money`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list

from ricomi_workflow.definitions.number_formats import (
    MINUS,
    format_amount,
    format_day,
    format_decimals,
    format_integer,
    format_money,
    format_number,
    locale_of,
    ordinal_first,
)
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.country_names import country_name

PLACES = {"America/New_York": "Washington"}
_SOUNDS_LIKE_Y = re.compile(r"h?[ií](?!e)", re.IGNORECASE)


def number(value: int, lang: str) -> str:
    """A whole number of any length with the separators of `lang` and a true minus."""
    return format_integer(value, lang).replace("-", MINUS)


def decimal(text: str, lang: str) -> str:
    """A number with decimals, which travels as `83.50`: a score."""
    return format_decimals(Decimal(text), lang)


def exact_decimal(value: Decimal, lang: str) -> str:
    """A number with all of its decimals, up to eight: an exchange rate."""
    return format_number(value, "#,##0.########", lang)


def amount(amount: Money, lang: str) -> str:
    """The figure of an amount without its currency: `130.000`, `−1.053,50`."""
    return format_amount(amount, lang)


def money(amount: Money, lang: str) -> str:
    """An amount as plain text: `US$ 130.000`, in French `130 000 $ US`."""
    return format_money(amount, lang)


def day(value: date, lang: str) -> str:
    """A day in words: `25 de septiembre de 2026`."""
    return format_day(value, lang)


def short_day(value: date, lang: str) -> str:
    """A day in short: `25 sept 2026`."""
    return ordinal_first(format_date(value, "medium", locale=locale_of(lang)), lang)


def month(value: date, lang: str) -> str:
    """The month of a day with its year: `septiembre de 2026`."""
    return format_skeleton("yMMMM", value, locale=locale_of(lang))


def brief_day(value: date, lang: str, year: int) -> str:
    """A day without its year when that is `year`: `25 sept`."""
    if value.year != year:
        return short_day(value, lang)
    return ordinal_first(format_skeleton("MMMd", value, locale=locale_of(lang)), lang)


def city(zone: str, lang: str) -> str:
    """The city by which the time of `zone` is called."""
    return PLACES.get(zone) or get_timezone_location(zone, locale_of(lang), return_city=True)


def instant(value: datetime, lang: str, zone: str) -> str:
    """An instant in short, in the time of `zone`: `3 sept 2026, 10:02`."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{short_day(local.date(), lang)}, {_clock(local, lang)}"


def instant_at(value: datetime, lang: str, zone: str) -> str:
    """An instant in words with its place: `25 de septiembre de 2026, 17:00 (Washington)`."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), lang)}, {_clock(local, lang)} ({city(zone, lang)})"


def instant_in(value: datetime, lang: str, zone: str) -> str:
    """An instant in short with its place: `25 sept 2026, 17:00 (Washington)`."""
    return f"{instant(value, lang, zone)} ({city(zone, lang)})"


def instant_beside(value: datetime, lang: str, official: str, own: str) -> str:
    """The same instant in the reader's zone, its day only where that differs; empty if all agree.

    `18:00 (Asunción)`, or `26 sept 2026, 1:00 (Madrid)`.
    """
    there, here = value.astimezone(ZoneInfo(official)), value.astimezone(ZoneInfo(own))
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return ""
    if there.date() == here.date():
        return f"{_clock(here, lang)} ({city(own, lang)})"
    return instant_in(value, lang, own)


def _clock(local: datetime, lang: str) -> str:
    return format_time(local.time(), "short", locale=locale_of(lang))


def country(code: str, lang: str) -> str:
    """The name of the country with ISO 3166-1 alpha-2 `code`; the code itself if unknown."""
    return country_name(code, lang)


def plain(value: object, lang: str, zone: str) -> object:
    """`value` as a sentence takes it: amounts, days and instants written, the rest unchanged."""
    match value:
        case Money():
            return money(value, lang)
        case datetime():
            return instant_at(value, lang, zone)
        case date():
            return day(value, lang)
        case LocalizedText():
            return value[lang]
        case _:
            return value


def list_text(items: Sequence[str], lang: str) -> str:
    """Items in a sentence: `Paraguay, Chile y Perú`; in Spanish `e` before the sound of an i."""
    told = format_list(items, locale=locale_of(lang))
    if lang == "es" and len(items) > 1 and _SOUNDS_LIKE_Y.match(items[-1]):
        head = told.removesuffix(f" y {items[-1]}")
        return f"{head} e {items[-1]}"
    return told
