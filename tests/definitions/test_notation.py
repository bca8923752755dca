"""Amounts, numbers and days are read as the reader's language writes them, never guessed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.definitions.number_formats import (
    amount_input,
    day_input,
    format_integer,
    format_money,
    parse_amount,
    parse_day,
    parse_integer,
)
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.formats import exact_decimal, number

languages = st.sampled_from(LANGUAGES)
ROMANCE, ENGLISH = ("es", "pt", "fr"), ("en",)


@pytest.mark.parametrize(
    ("langs", "text", "plain"),
    [
        (LANGUAGES, "65000", "65000.00"),
        (LANGUAGES, "1.234,56", "1234.56"),
        (LANGUAGES, "1,234.56", "1234.56"),
        (LANGUAGES, "1 234,56", "1234.56"),
        (LANGUAGES, "1\u202f234\u202f567,5", "1234567.50"),
        (LANGUAGES, "1 234.5", "1234.50"),
        (LANGUAGES, "1.234.567", "1234567.00"),
        (LANGUAGES, "1,234,567", "1234567.00"),
        (LANGUAGES, "12,5", "12.50"),
        (LANGUAGES, "12.5", "12.50"),
        (LANGUAGES, "US$ 5", "5.00"),
        (LANGUAGES, "-5", "-5.00"),
        (ROMANCE, "1.234", "1234.00"),
        (ENGLISH, "1,234", "1234.00"),
        (ROMANCE, "1,234", None),  # a thousand in English: could be meant
        (ENGLISH, "1.234", None),
        (LANGUAGES, "1234.567", None),
        (LANGUAGES, "1234,567", None),
        (LANGUAGES, "1.234,567", None),
        (LANGUAGES, "0.123", None),
        (LANGUAGES, "12 34", None),
        (LANGUAGES, "1.23.456", None),
        (LANGUAGES, "1,2,3.4", None),
        (LANGUAGES, "1.234 567", None),
        (LANGUAGES, ".5", None),
        (LANGUAGES, "5.", None),
        (LANGUAGES, "1e3", None),
        (LANGUAGES, "-0", None),
        (LANGUAGES, "٥", None),
        (LANGUAGES, "", None),
        (LANGUAGES, "12345678901234", None),
    ],
)
def test_an_amount_means_one_thing_or_nothing(
    langs: tuple[str, ...], text: str, plain: str | None
) -> None:
    for lang in langs:
        amount = parse_amount(text, lang)
        assert (None if amount is None else str(amount)) == plain


@pytest.mark.parametrize(
    ("lang", "text", "number"),
    [
        ("es", "1.234", 1234),
        ("en", "1,234", 1234),
        ("es", "1,234", None),
        ("fr", "1 234", 1234),
        ("es", "12,00", None),
        ("es", "-3", -3),
        ("es", "-0", None),
        ("es", "twelve", None),
    ],
)
def test_a_whole_number_has_no_decimals(lang: str, text: str, number: int | None) -> None:
    assert parse_integer(text, lang) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/08/2011", date(2011, 8, 31)),
        ("31 8 2011", date(2011, 8, 31)),
        (" 31  08 2011 ", date(2011, 8, 31)),
        ("31-08-2011", date(2011, 8, 31)),
        ("31.08.2011", date(2011, 8, 31)),
        ("2011-08-31", date(2011, 8, 31)),
        ("03/04/2011", date(2011, 4, 3)),  # day first, in English too
        ("08/31/2011", None),
        ("29/02/2011", None),
        ("31/08-2011", None),
        ("31/08/11", None),
        ("2011/08/31", None),
        ("20110831", None),
    ],
)
def test_a_day_is_written_day_first_or_as_iso(text: str, day: date | None) -> None:
    assert parse_day(text) == day


@given(st.integers(1 - 10**15, 10**15 - 1), languages)
def test_an_amount_survives_the_trip_through_a_field(minor: int, lang: str) -> None:
    amount = Money(minor)
    assert parse_amount(amount_input(amount, lang), lang) == amount
    assert parse_amount(str(amount), lang) == amount  # plain notation is understood everywhere


@given(st.integers(1 - 10**13, 10**13 - 1), languages)
def test_a_whole_number_survives_the_trip_through_a_field(number: int, lang: str) -> None:
    assert parse_integer(format_integer(number, lang), lang) == number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_figure_too_long_for_any_field_is_written_all_the_same(lang: str) -> None:
    assert re.sub(r"[^0-9]", "", format_integer(10**40, lang)) == str(10**40)
    assert re.sub(r"[^0-9]", "", number(-(10**40), lang)) == str(10**40)
    assert re.sub(r"[^0-9]", "", exact_decimal(Decimal(10**40), lang)) == str(10**40)
    assert re.sub(r"[^0-9]", "", format_money(Money(10**40 + 5), lang)) == str(10**40 + 5)


@given(st.dates())
def test_a_day_survives_the_trip_through_a_field(day: date) -> None:
    assert parse_day(day_input(day)) == day
    assert parse_day(day.isoformat()) == day


@given(st.text(alphabet="0123456789.,- \u202f", max_size=14), languages, languages)
def test_no_text_means_different_amounts_of_cents(text: str, one: str, other: str) -> None:
    first, second = parse_amount(text, one), parse_amount(text, other)
    if first is not None and second is not None:
        assert first == second


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "US$ 65.000"),
        ("en", "US$ 65,000"),
        ("pt", "US$ 65.000"),
        ("fr", "65 000 $ US"),
    ],
)
def test_an_amount_is_shown_with_its_currency(lang: str, text: str) -> None:
    shown = format_money(Money(65_000_00), lang)
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == text


def test_an_amount_shows_its_cents_where_it_has_some_and_a_true_minus() -> None:
    assert format_money(Money(-65_000_50), "en") == "US$\u00a0−65,000.50"
