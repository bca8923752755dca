"""A fact is written once, however often and by however many it is said."""

from datetime import date

import pytest

from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import Conflict, KeyReused, Refused, Unbalanced
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Kind, Lines, Memo, cash_account, transfer
from ricomi_workflow.ledger.posting import Posted, post_once, reverse
from ricomi_workflow.web.errors import status_of
from tests.ledger.books import CASH, OTHERS, POOL, TODAY, Books, arriving, at_once, refused


def test_a_fact_said_again_is_answered_and_moves_nothing(books: Books) -> None:
    first = books.post_once(arriving(500), "bank:1")
    again = books.post_once(arriving(500), "bank:1")
    assert (first.replayed, again) == (False, Posted(first.journal_id, replayed=True))
    assert books.holds(CASH) == 500
    assert books.faults() == []


def test_a_fact_said_twice_in_one_act_is_written_once(books: Books) -> None:
    with books.uow.begin(SYSTEM) as tx:
        said = [
            post_once(tx, Memo.RECEIPT, arriving(5), key="bank:1", at=TODAY).replayed
            for _ in range(2)
        ]
    assert said == [False, True]
    assert books.holds(CASH) == 5


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (arriving(501), TODAY),
        (arriving(500, OTHERS), TODAY),
        (arriving(500), date(2026, 9, 13)),
        (tuple(reversed(arriving(500))), TODAY),
    ],
)
def test_the_key_of_a_fact_names_no_other(books: Books, lines: Lines, at: date) -> None:
    books.post_once(arriving(500), "bank:1")
    with pytest.raises(KeyReused) as caught:
        books.post_once(lines, "bank:1", at)
    assert [refusal.code for refusal in caught.value.refusals] == ["key_reused"]
    assert status_of(caught.value) == 422
    assert books.holds(CASH) == 500


def test_a_reversal_is_another_fact_than_what_it_undoes(books: Books) -> None:
    made = books.post_once(arriving(500), "bank:1")
    with books.uow.begin(SYSTEM) as tx:
        reverse(tx, made.journal_id, at=TODAY)
    with pytest.raises(KeyReused):
        books.post_once(transfer(POOL, CASH, Money(500)), f"reversal:{made.journal_id}")
    assert books.post_once(arriving(500), "bank:1").replayed
    assert books.holds(CASH) == 0


def test_the_same_key_at_the_same_moment_is_written_once(books: Books) -> None:
    results = at_once(*(lambda: books.post_once(arriving(500), "bank:1") for _ in range(6)))
    written = [r for r in results if isinstance(r, Posted)]
    assert [r.replayed for r in written].count(False) == 1
    assert len({r.journal_id for r in written}) == 1
    assert all(type(error) is Conflict for error in refused(results))
    assert books.holds(CASH) == 500
    assert books.faults() == []


def test_the_same_key_with_two_bodies_at_the_same_moment_is_one_of_them(books: Books) -> None:
    results = at_once(
        lambda: books.post_once(arriving(500), "bank:1"),
        lambda: books.post_once(arriving(300), "bank:1"),
    )
    assert len(refused(results)) == 1
    assert all(isinstance(error, (Conflict, KeyReused)) for error in refused(results))
    assert books.holds(CASH) in {300, 500}


def test_who_may_not_repeat_meets_a_conflict(books: Books) -> None:
    books.post(arriving(5), "one")
    with pytest.raises(Conflict):
        books.post(arriving(5), "one")
    with pytest.raises(Unbalanced):
        books.post(arriving(5)[:1], "two")
    with pytest.raises(Unbalanced):
        books.post(transfer(CASH, Account(Kind.PLEDGES), Money(5)), "three")
    assert books.holds(CASH) == 5


def test_foreign_money_stands_beside_its_value_and_falls_short_in_its_currency(
    books: Books,
) -> None:
    euros, position = cash_account("EUR"), Account(Kind.FOREIGN_POSITION, "EUR", currency="EUR")
    value = Account(Kind.FOREIGN_VALUE, "EUR")
    lines = (
        *transfer(euros, position, Money(100, "EUR")),
        *transfer(value, POOL, Money(110)),
    )
    books.post(lines, "in")
    assert (books.holds(euros), books.holds(value), books.holds(CASH)) == (100, 110, 0)
    with pytest.raises(Refused) as caught:
        books.post(transfer(position, euros, Money(101, "EUR")), "out")
    facts = [dict(refusal.params) for refusal in caught.value.refusals]
    assert {fact["source"]: fact["missing"] for fact in facts} == {
        "cash:eur-main": "EUR 0.01",
        "foreign_position:EUR": "EUR 0.01",
    }
    assert books.faults() == []
