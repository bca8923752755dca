"""Decisions about gifts, without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.contributions.rules import (
    CalledAmount,
    Limits,
    OpenPledge,
    OverdueBand,
    Purpose,
    Rate,
    age_outstanding,
    apply_to_oldest,
    average_book_value,
    half_year,
    outstanding_calls,
    parse_rate,
)
from ricomi_workflow.kernel.money import Money, total

DAY = date(2026, 9, 14)
EURO = Rate(Decimal("1.10"), "European Central Bank", DAY)


def usd(units: int) -> Money:
    """Whole dollars."""
    return Money(units * 100)


def eur(units: int) -> Money:
    """Whole euros."""
    return Money(units * 100, "EUR")


def test_money_goes_to_the_oldest_pledge_first() -> None:
    pledges = [OpenPledge("B", DAY, usd(50)), OpenPledge("A", date(2025, 1, 1), usd(30))]
    parts, left = apply_to_oldest(pledges, usd(40), None)
    assert [(p.ref, p.amount) for p in parts] == [("A", usd(30)), ("B", usd(10))]
    assert not left


def test_what_finds_no_pledge_is_left() -> None:
    assert apply_to_oldest([OpenPledge("A", DAY, usd(30))], usd(40), None)[1] == usd(10)


def test_a_pledge_in_dollars_takes_euros_at_their_value() -> None:
    parts, left = apply_to_oldest(
        [OpenPledge("A", DAY, usd(110)), OpenPledge("B", DAY, usd(200))], eur(200), EURO
    )
    assert [(p.ref, p.amount, p.credited, p.value) for p in parts] == [
        ("A", eur(100), usd(110), usd(110)),
        ("B", eur(100), usd(110), usd(110)),
    ]
    assert left == eur(0)


def test_a_pledge_in_a_third_currency_is_passed_over() -> None:
    assert apply_to_oldest([OpenPledge("A", DAY, Money(100, "CAD"))], eur(1), EURO)[0] == ()


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["USD", "EUR"])), max_size=6),
    st.integers(1, 10**7),
    st.decimals("0.01", "90", places=4),
)
def test_nothing_is_lost_between_a_receipt_and_its_parts(
    promised: list[tuple[int, str]], arrived: int, per_unit: Decimal
) -> None:
    rate = Rate(per_unit, "bank", DAY)
    pledges = [OpenPledge(str(n), DAY, Money(*each)) for n, each in enumerate(promised)]
    parts, left = apply_to_oldest(pledges, Money(arrived, "EUR"), rate)
    assert total((p.amount for p in parts), "EUR") + left == Money(arrived, "EUR")
    for part in parts:
        assert part.credited <= pledges[int(part.ref)].outstanding
    if not left:
        assert total(p.value for p in parts) == rate.value(Money(arrived, "EUR"))


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        (Limits(), True),
        (Limits(countries=("PY",)), True),
        (Limits(countries=("BR",)), False),
        (Limits(topics=("legislation", "human_rights")), True),
        (Limits(topics=("human_rights",)), False),  # one topic of the case is outside
        (Limits(modalities=("workshop",)), True),
        (Limits(countries=("PY",), modalities=("internship",)), False),
    ],
)
def test_money_pays_only_for_what_is_inside_its_limits(limits: Limits, *, allowed: bool) -> None:
    topics = frozenset({"legislation", "human_rights"})
    case = Purpose("PY", topics, frozenset({"workshop"}))
    assert limits.allow(case) is allowed


def test_a_case_that_names_no_topic_is_outside_a_limit_of_topics() -> None:
    nothing = Purpose("PY", frozenset(), frozenset())
    assert not Limits(topics=("legislation",)).allow(nothing)


def test_what_came_before_a_call_pays_nothing_of_it() -> None:
    calls = [
        CalledAmount(usd(15), date(2026, 8, 1), usd(40)),
        CalledAmount(usd(5), date(2026, 12, 1), usd(40)),
    ]
    assert [each.amount for each in outstanding_calls(usd(30), usd(40), calls)] == [usd(15), usd(5)]
    assert [each.amount for each in outstanding_calls(usd(20), usd(50), calls)] == [usd(5), usd(5)]
    assert outstanding_calls(usd(10), usd(60), calls) == []


def test_what_arrived_pays_the_earliest_call_and_the_rest_ages() -> None:
    calls = [CalledAmount(usd(40), date(2026, 8, 1)), CalledAmount(usd(30), date(2026, 12, 1))]
    found = age_outstanding(usd(70), usd(30), calls, None, DAY)
    assert found == {
        OverdueBand.UP_TO_90: usd(10),
        OverdueBand.NOT_DUE: usd(30),
        OverdueBand.NOT_CALLED: usd(30),
    }


def test_what_nobody_called_is_late_from_the_day_it_was_promised_for() -> None:
    assert age_outstanding(usd(70), usd(0), [], date(2025, 1, 1), DAY) == {
        OverdueBand.OVER_365: usd(70)
    }


@given(st.integers(0, 500), st.integers(0, 500), st.lists(st.integers(1, 300), max_size=4))
def test_ages_add_up_to_what_is_outstanding(left: int, paid: int, called: list[int]) -> None:
    calls = [CalledAmount(usd(each), date(2026, 1 + n, 1)) for n, each in enumerate(called)]
    assert total(age_outstanding(usd(left), usd(paid), calls, None, DAY).values()) == usd(left)


def test_who_sells_all_sells_all_of_its_value() -> None:
    assert average_book_value(eur(100), eur(100), usd(107)) == usd(107)
    assert average_book_value(eur(50), eur(200), usd(220)) == usd(55)


@pytest.mark.parametrize(
    ("text", "found"),
    [("1.0825", Decimal("1.0825")), ("0", None), ("-1", None), ("a", None), ("NaN", None)],
)
def test_a_rate_is_a_plain_positive_number(text: str, found: Decimal | None) -> None:
    assert parse_rate(text) == found
    assert parse_rate("0.000000001") is None  # more decimals than are kept


def test_a_half_year_has_a_first_and_a_last_day() -> None:
    assert half_year(date(2026, 6, 30)) == (date(2026, 1, 1), date(2026, 6, 30))
    assert half_year(DAY) == (date(2026, 7, 1), date(2026, 12, 31))
