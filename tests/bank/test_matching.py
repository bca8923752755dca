"""What may be the same is proposed on stated grounds, once each, and always in the same way."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.bank.matching import (
    BankLine,
    CashPosting,
    MatchGround,
    propose_matches,
    rank_candidates,
)
from ricomi_workflow.bank.rows import as_posting
from ricomi_workflow.kernel.money import Money

START = date(2026, 9, 1)
WINDOW = 7


def line(
    key: int, units: int, day: int = 0, *references: str, text: str = "", who: str = ""
) -> BankLine:
    return BankLine(key, START + timedelta(day), Money(units * 100), references, who, text)


def fact(  # noqa: PLR0917 - a row of the books in one line
    key: int, units: int, day: int = 0, reference: str = "", named: str = "", reverses: int = 0
) -> CashPosting:
    at = START + timedelta(day)
    amount = Money(units * 100)
    return CashPosting(key, 1, at, amount, "receipt", reference, named, None, reverses or None)


def told(lines: Sequence[BankLine], facts: Sequence[CashPosting]) -> list[tuple[object, ...]]:
    return [
        ([x.id for x in p.lines], [x.journal_id for x in p.facts], *p.grounds, p.is_sure)
        for p in propose_matches(lines, facts, WINDOW)
    ]


R, A = MatchGround.REFERENCE, MatchGround.AMOUNT


def test_the_reference_and_the_amount_are_sure() -> None:
    lines = [line(1, 50, 3, "bk-0901/77"), line(2, 50, 1)]
    assert told(lines, [fact(7, 50, 0, "BK 0901 77")]) == [([1], [7], R, A, True)]


def test_a_reference_in_the_text_counts_and_a_short_word_does_not() -> None:
    assert told([line(1, 5, 40, text="pay BANK-1 thanks")], [fact(7, 5, 0, "bank-1")])
    assert not told([line(1, 5, 40, text="on 15 a")], [fact(7, 5, 0, "15")])


def test_of_two_facts_with_one_reference_the_nearer_day_is_taken() -> None:
    facts = [fact(7, 5, 0, "REF1"), fact(8, 5, 3, "REF1")]
    assert told([line(1, 5, 3, "REF1")], facts) == [([1], [8], R, A, True)]


def test_a_sum_of_payments_is_found_by_their_references() -> None:
    facts = [fact(7, -20, 0, "PAY1"), fact(8, -10, 0, "PAY2"), fact(9, -10, 0, "PAY3")]
    assert told([line(1, -30, 1, "BATCH", "PAY1", "PAY2")], facts) == [
        ([1], [7, 8], R, MatchGround.SUM, True)
    ]


def test_a_payment_that_arrived_in_parts_is_found_by_its_reference() -> None:
    lines = [line(1, 20, 1, "GIFT1"), line(2, 10, 2, "GIFT1")]
    assert told(lines, [fact(7, 30, 0, "GIFT1")]) == [([1, 2], [7], R, MatchGround.SUM, True)]


def test_money_with_a_purpose_is_named_by_its_contribution_alone() -> None:
    names = ("journal_id", "line", "at", "amount", "currency", "memo", "reference", "named")
    facts = (7, 1, date(2026, 9, 14), 3000, "USD", "receipt", "B-1")
    for code in ("available:member_states/FUND-2026-0001", "pledged:FUND-2026-0001"):
        row = dict(zip(names, (*facts, code), strict=True))
        found = as_posting(cast("Any", SimpleNamespace(**row, actor_id=4, reverses=None)))
        assert found.named == "FUND-2026-0001"


def test_a_case_named_in_the_text_is_a_ground_and_not_sure() -> None:
    lines = [line(1, -30, 1, text="RICOMI-2026-0042 tranche 1"), line(2, -30, 1)]
    facts = [fact(7, -30, 0, named="RICOMI-2026-0042"), fact(8, -30, 0, named="RICOMI-2026-0043")]
    assert told(lines, facts) == [
        ([1], [7], MatchGround.NAMED, A, False),
        ([2], [8], A, MatchGround.ALONE, False),
    ]


def test_an_amount_alone_is_proposed_only_where_nothing_else_has_it() -> None:
    assert told([line(1, 30, 1)], [fact(7, 30, 8)]) == [([1], [7], A, MatchGround.ALONE, False)]
    assert not told([line(1, 30, 1)], [fact(7, 30, 9)])  # outside the window
    assert not told([line(1, 30, 1)], [fact(7, 30, 0), fact(8, 30, 2)])
    assert not told([line(1, 30, 1), line(2, 30, 1)], [fact(7, 30, 0)])
    assert not told([line(1, 30, 1)], [fact(7, -30, 1)])


def test_a_reference_with_another_amount_is_shown_with_its_difference() -> None:
    (found,) = propose_matches([line(1, 985, 1, "GIFT1")], [fact(7, 1000, 0, "GIFT1")], WINDOW)
    assert (found.difference, found.is_sure) == (Money(-15_00), False)


def test_what_the_books_undid_needs_no_line() -> None:
    facts = [fact(7, 30, 0), fact(8, -30, 40, reverses=7)]
    assert told([], facts) == [([], [7, 8], MatchGround.REVERSED, True)]


def test_candidates_put_the_likeliest_first() -> None:
    one = line(1, 30, 1, "REF1")
    facts = [fact(7, 10, 1), fact(8, 30, 5), fact(9, 40, 60, "REF1"), fact(10, -30, 1)]
    assert [found.journal_id for found in rank_candidates(one, facts, WINDOW)] == [9, 8, 7]


AMOUNTS = st.sampled_from([-30, -10, 10, 20, 30])
REFERENCES = st.sampled_from(["", "REF1", "REF2", "REF3"])
LINES = st.lists(st.tuples(AMOUNTS, st.integers(0, 20), REFERENCES), max_size=12)


@given(LINES, LINES, st.randoms(use_true_random=False))
def test_proposals_share_no_row_and_do_not_depend_on_the_order_of_rows(
    banked: list[tuple[int, int, str]], booked: list[tuple[int, int, str]], rng: Random
) -> None:
    lines = [line(n, units, day, ref) for n, (units, day, ref) in enumerate(banked)]
    facts = [fact(n, units, day, ref) for n, (units, day, ref) in enumerate(booked)]
    found = propose_matches(lines, facts, WINDOW)
    for rows in ([x.id for p in found for x in p.lines], [x.key for p in found for x in p.facts]):
        assert len(rows) == len(set(rows))
    assert all(not p.difference for p in found if p.grounds != (MatchGround.REFERENCE,))
    shuffled = (rng.sample(lines, len(lines)), rng.sample(facts, len(facts)))
    assert propose_matches(*shuffled, WINDOW) == found
