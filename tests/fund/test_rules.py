"""The lines of each movement: they add up to zero and go where they should."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.contributions.posting_lines import (
    ReceiptShare,
    earmark_account,
    pledge_lines,
    receipt_lines,
)
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.fund.rules import (
    budget_lines,
    commitment_lines,
    expenditure_lines,
    obligation_lines,
    payment_lines,
    planned_total,
    refund_lines,
    release_lines,
    reservation_lines,
    source_shares,
    sums_by_line,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import (
    SIDES,
    Account,
    Kind,
    Line,
    Memo,
    Owner,
    Source,
    available_account,
    case_cash_account,
    cash_account,
    is_balanced,
    owned_account,
)

CASE = Owner(1, "RICOMI-2026-0001")
GIFT = Owner(2, "FUND-2026-0001")
ARRIVING = ReceiptShare(GIFT, Source.OTHER, Money(9), Money(8), Money(1), earmarked=False)
SHARES = {
    available_account(Source.MEMBER_STATES): Money(60),
    available_account(Source.PERMANENT_OBSERVERS): Money(40),
}
amounts = st.integers(1, 10**13).map(Money)
purses = st.sampled_from([*map(available_account, Source), earmark_account(Source.OTHER, GIFT)])
shares = st.dictionaries(purses, amounts, min_size=1)


def moved(lines: tuple[Line, ...]) -> dict[str, int]:
    """What the lines do to each account, positive when it grows on its own side."""
    result: dict[str, int] = {}
    for line in lines:
        code = line.account.code
        result[code] = result.get(code, 0) + line.amount.minor * line.account.side
    return result


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # a promise stands beside the books
        (pledge_lines(GIFT, Money(9)), {"pledged:FUND-2026-0001": 9, "pledges": 9}),
        # money arrives and the promise shrinks
        (
            receipt_lines(cash_account(), Money(9), (ARRIVING,)),
            {
                "cash:usd-main": 9,
                "available:other": 8,
                "icr:other": 1,
                "pledged:FUND-2026-0001": -9,
                "pledges": -9,
            },
        ),
        # each source gives its share
        (
            reservation_lines(CASE, SHARES),
            {
                "available:member_states": -60,
                "available:permanent_observers": -40,
                "reserved:RICOMI-2026-0001": 100,
            },
        ),
        (
            commitment_lines(CASE, Money(9)),
            {"reserved:RICOMI-2026-0001": -9, "committed:RICOMI-2026-0001": 9},
        ),
        (
            obligation_lines(CASE, Money(9)),
            {"committed:RICOMI-2026-0001": -9, "obligated:RICOMI-2026-0001": 9},
        ),
        (
            payment_lines(CASE, Money(9)),
            {
                "obligated:RICOMI-2026-0001": -9,
                "disbursed:RICOMI-2026-0001": 9,
                "advances:RICOMI-2026-0001": 9,
                "cash:usd-main": -9,
            },
        ),
        # what comes back is committed again, and may be asked for again
        (
            refund_lines(CASE, Money(9)),
            {
                "committed:RICOMI-2026-0001": 9,
                "disbursed:RICOMI-2026-0001": -9,
                "advances:RICOMI-2026-0001": -9,
                "cash:usd-main": 9,
            },
        ),
        (
            expenditure_lines(CASE, {"fares": Money(4), "nothing": Money(0), "hotel": Money(5)}),
            {"expenditure:RICOMI-2026-0001": 9, "advances:RICOMI-2026-0001": -9},
        ),
        # what is left goes back as it was taken, the odd cent to the first source
        (
            release_lines(CASE, {Kind.RESERVED: Money(0), Kind.COMMITTED: Money(9)}, SHARES),
            {
                "committed:RICOMI-2026-0001": -9,
                "available:member_states": 6,
                "available:permanent_observers": 3,
            },
        ),
    ],
)
def test_each_movement_goes_where_it_should(
    lines: tuple[Line, ...], expected: Mapping[str, int]
) -> None:
    assert is_balanced(lines)
    assert moved(lines) == expected


def test_expenditure_keeps_the_line_of_the_budget() -> None:
    lines = expenditure_lines(CASE, {"fares": Money(4), "hotel": Money(5)})
    assert [line.note for line in lines] == ["fares", "hotel", None]


@given(taken=shares, rest=amounts)
def test_a_release_gives_back_all_that_is_left_to_those_who_gave(
    taken: dict[Account, Money], rest: Money
) -> None:
    lines = release_lines(CASE, {Kind.COMMITTED: rest}, taken)
    assert is_balanced(lines)
    assert sum(x for code, x in moved(lines).items() if code.startswith("available")) == rest.minor
    assert {line.account for line in lines[1:]} <= set(taken)


@given(taken=shares)
def test_what_was_reserved_and_is_released_whole_comes_back_to_the_cent(
    taken: dict[Account, Money],
) -> None:
    there = moved(reservation_lines(CASE, taken))
    back = moved(release_lines(CASE, {Kind.RESERVED: total(taken.values())}, taken))
    assert {code: there[code] + back.get(code, 0) for code in there} == dict.fromkeys(there, 0)


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        ((), False),
        ((Line(cash_account(), Money(5)),), False),
        ((Line(cash_account(), Money(5)), Line(available_account(Source.OTHER), Money(-5))), True),
        ((Line(cash_account(), Money(5)), Line(available_account(Source.OTHER), Money(-4))), False),
        (
            (
                Line(cash_account(), Money(5)),
                Line(available_account(Source.OTHER), Money(-5, "CAD")),
            ),
            False,
        ),
        ((Line(cash_account(), Money(0)), Line(available_account(Source.OTHER), Money(0))), False),
    ],
)
def test_lines_are_balanced_in_each_currency(lines: tuple[Line, ...], holds: bool) -> None:
    assert is_balanced(lines) is holds


def test_accounts_are_named_by_kind_and_owner() -> None:
    assert owned_account(Kind.RESERVED, CASE) == Account(Kind.RESERVED, CASE.ref, CASE.id)
    assert [owned_account(Kind.RESERVED, CASE).code, case_cash_account(CASE).code] == [
        "reserved:RICOMI-2026-0001",
        "cash:usd-main",
    ]
    assert set(SIDES) == set(Kind)


def test_tables_of_forms_are_read_as_money() -> None:
    financing: Json = [
        {"source": "permanent_observers", "amount": "10.00"},
        {"source": "member_states", "amount": "5.50"},
        {"source": "permanent_observers", "amount": "1.00"},
    ]
    assert source_shares(financing) == {
        Source.MEMBER_STATES: Money(550),
        Source.PERMANENT_OBSERVERS: Money(1100),
    }
    spent: Json = [{"line": "a", "amount": "1.00"}, {"line": "b", "amount": "2"},
                   {"line": "a", "amount": "0.50"}]  # fmt: skip
    assert sums_by_line(spent) == {"a": Money(150), "b": Money(200)}
    assert planned_total(spent) == Money(350)
    assert [line.total for line in budget_lines([{"line": "a", "total": "9.00"}])] == [Money(900)]
    assert source_shares(None) == {}


def test_every_word_of_the_books_has_its_label() -> None:
    texts = load_texts()
    wanted = [f"kind_{kind}" for kind in Kind] + [f"kind_{kind}_help" for kind in Kind]
    wanted += [f"source_{source}" for source in Source] + [f"memo_{memo}" for memo in Memo]
    assert [key for key in wanted if not texts.has(f"fund.{key}")] == []
