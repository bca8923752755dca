"""Money is exact: parsed strictly, never rounded, split without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.kernel.money import Money, NotMoney, total

amounts = st.integers(min_value=-(10**14), max_value=10**14)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("0", 0), ("3000", 300000), ("0.1", 10), ("19.05", 1905), ("-19000.00", -1900000)],
)
def test_plain_amounts_are_read_to_the_cent(text: str, minor: int) -> None:
    assert Money.parse(text).minor == minor


@pytest.mark.parametrize("text", ["", "1.005", "1e3", "1,5", " 1", "--1", "٣", "1.", "NaN"])
def test_anything_else_is_refused_and_never_rounded(text: str) -> None:
    with pytest.raises(NotMoney):
        Money.parse(text)


@given(amounts)
def test_what_is_written_is_read_back(minor: int) -> None:
    assert Money.parse(str(Money(minor))) == Money(minor)


@given(
    st.integers(min_value=0, max_value=10**13),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any),
)
def test_shares_add_up_and_differ_by_at_most_one_cent_from_exact(
    minor: int, weights: list[int]
) -> None:
    shares = Money(minor).allocate(weights)

    assert total(shares) == Money(minor)
    for share, weight in zip(shares, weights, strict=True):
        exact = minor * weight / sum(weights)
        assert abs(share.minor - exact) <= len(weights)
        assert weight or not share


def test_currencies_do_not_mix() -> None:
    with pytest.raises(AssertionError):
        _ = Money(1, "USD") + Money(1, "CAD")
