"""Indirect cost recovery: dated rates, what is charged, the line of a budget."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.contributions.indirect_costs import (
    NO_ICR,
    IcrRates,
    RatePeriod,
    icr_beside_share,
    icr_budget_line,
    icr_on_receipt,
    icr_rates,
    parse_percent,
    rate_text,
    read_icr_rates,
)
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source

DAY = date(2026, 9, 14)
ROWS = """source: a source
rates:
  - {class: member_states, rate: "11"}
  - {class: permanent_observers, rate: "12"}
  - {class: other, rate: "12"}
"""


def test_the_first_rates_are_eleven_and_twelve_percent() -> None:
    rates = icr_rates()
    assert [rate_text(rates.on(source, DAY)) for source in Source] == ["11", "12", "12"]
    assert not rates.confirmed


def test_a_rate_holds_from_its_day_on() -> None:
    rates = IcrRates({Source.OTHER: (RatePeriod(date.min, 1200), RatePeriod(DAY, 1300))})
    assert rates.on(Source.OTHER, date(2026, 9, 13)) == 1200
    assert rates.on(Source.OTHER, DAY) == 1300
    assert rates.on(Source.MEMBER_STATES, DAY) == NO_ICR.on(Source.OTHER, DAY) == 0


def test_what_is_charged_is_rounded_to_the_cent() -> None:
    assert icr_on_receipt(Money(10_000), 1100) == Money(1_100)
    assert icr_on_receipt(Money(5), 1000) == Money(1)  # half a cent


def test_the_line_of_a_budget_is_what_had_to_be_given_beside_it() -> None:
    assert icr_beside_share(Money(8_900), 1100) == Money(1_100)
    shares = {Source.MEMBER_STATES: Money(8_900), Source.OTHER: Money(8_800)}
    made = icr_budget_line(shares, icr_rates(), DAY)
    assert [(x.source, x.rate, x.amount) for x in made.parts] == [
        (Source.MEMBER_STATES, 1100, Money(1_100)),
        (Source.OTHER, 1200, Money(1_200)),
    ]
    assert made.amount == Money(2_300)
    assert (made.at, made.confirmed) == (DAY, False)


def test_a_budget_that_nobody_pays_has_no_line() -> None:
    made = icr_budget_line({}, icr_rates(), DAY)
    assert (made.parts, made.amount) == ((), Money(0))


@given(st.integers(0, 10**9), st.integers(0, 5_000))
def test_charging_what_a_budget_line_was_reckoned_for_gives_it_back(minor: int, rate: int) -> None:
    share = Money(minor)
    gross = share + icr_beside_share(share, rate)
    assert abs((gross - icr_on_receipt(gross, rate) - share).minor) <= 1


@pytest.mark.parametrize(
    ("text", "rate"),
    [("11", 1100), ("7.5", 750), ("0", 0), ("100", None), ("-1", None), ("1.234", None)],
)
def test_a_percentage_is_read_as_it_is_written(text: str, rate: int | None) -> None:
    assert parse_percent(text) == rate
    if rate is not None:
        assert rate_text(rate) == text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (('"11"', "11"), "text that is not blank"),
        (('"11"', '"110"'), "below 100"),
        (("class: other", "class: member_states"), "a day after"),
        (('  - {class: other, rate: "12"}\n', ""), "a rate of other"),
    ],
)
def test_a_mistake_in_the_table_is_told(
    tmp_path: Path, change: tuple[str, str], wrong: str
) -> None:
    (tmp_path / "icr_rates.yaml").write_text(ROWS.replace(*change))
    with pytest.raises(DefinitionError, match=wrong):
        read_icr_rates(tmp_path)
