"""What is owed of each tranche, counted by hand."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.fund.advances import (
    AgeingBand,
    PaidTranche,
    ageing_band,
    allocate_refund,
    outstanding_advances,
    sum_by_band,
)
from ricomi_workflow.kernel.money import Money, total

DAY = date(2026, 3, 1)


def paid(number: int, units: int, refunded: int = 0, due: date | None = DAY) -> PaidTranche:
    return PaidTranche(number, Money(units * 100), date(2026, 1, 1), due, Money(refunded * 100))


def left(*parts: PaidTranche, spent: int) -> list[int]:
    return [each.owed.minor // 100 for each in outstanding_advances(parts, Money(spent * 100))]


def test_accounts_settle_the_oldest_tranche_first() -> None:
    assert left(paid(1, 100), paid(2, 50), spent=0) == [100, 50]
    assert left(paid(2, 50), paid(1, 100), spent=60) == [40, 50]
    assert left(paid(1, 100), paid(2, 50), spent=120) == [0, 30]


def test_a_refund_lowers_the_tranche_that_it_names() -> None:
    assert left(paid(1, 100), paid(2, 50, refunded=20), spent=60) == [40, 30]
    assert left(paid(1, 100, refunded=100), paid(2, 50), spent=10) == [0, 40]
    # what was accounted for of the first pays for the second, once the first came back
    assert left(paid(1, 100, refunded=20), paid(2, 50), spent=100) == [0, 30]


def test_overdue_is_counted_in_days_from_the_day_after() -> None:
    (one,) = outstanding_advances([paid(1, 100)], Money(0))
    assert [one.late(day) for day in (date(2026, 2, 1), DAY, date(2026, 3, 2))] == [0, 0, 1]
    (settled,) = outstanding_advances([paid(1, 100)], Money(10_000))
    (free,) = outstanding_advances([paid(1, 100, due=None)], Money(0))
    assert settled.late(date(2027, 1, 1)) == free.late(date(2027, 1, 1)) == 0


def test_bands_of_the_ageing_list() -> None:
    # at the last day of each band and the day after
    days = (0, 1, 30, 31, 60, 61, 90, 91, 4_000)
    assert [ageing_band(late).value for late in days] == [
        "current", "to_30", "to_30", "to_60", "to_60", "to_90", "to_90", "over_90", "over_90",
    ]  # fmt: skip
    sums = sum_by_band([(Money(1), AgeingBand.TO_30), (Money(2), AgeingBand.TO_30)])
    assert list(sums) == list(AgeingBand)
    assert sums[AgeingBand.TO_30] == Money(3)


def test_a_refund_that_names_no_tranche_pays_back_the_oldest() -> None:
    parts = outstanding_advances([paid(1, 100), paid(2, 50)], Money(9_000))
    assert allocate_refund(parts, Money(3_000)) == {1: Money(1_000), 2: Money(2_000)}
    assert allocate_refund(parts, Money(1_000)) == {1: Money(1_000)}


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 100)), max_size=6),
    st.integers(0, 100),
)
def test_what_is_owed_is_what_was_paid_less_what_came_back_and_was_spent(
    parts: list[tuple[int, int]], share: int
) -> None:
    made = [paid(n, units, units * back // 100) for n, (units, back) in enumerate(parts, 1)]
    there = total(one.amount - one.refunded for one in made)
    spent = Money(there.minor * share // 100)
    found = outstanding_advances(made, spent)
    assert total(each.owed for each in found) == there - spent
    assert all(Money(0) <= each.owed <= each.amount for each in found)
