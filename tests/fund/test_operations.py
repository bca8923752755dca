"""What the fund spends itself: from one source, never more than it has, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ricomi_workflow.fund.operations import Spending, spend
from ricomi_workflow.fund.spending import ADMINISTRATION, categories
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.reading import postings_of
from ricomi_workflow.statements.rules import Ask
from tests.fund.desk import CERTIFIER, PAYER, TODAY, Desk, usd

PAPER = Spending("administration", "member_states", usd(40), TODAY, "BANK-7", "Work plan 2026, 3")


def paid(desk: Desk, spending: Spending, by: Actor = PAYER) -> int:
    with desk.uow.begin(by) as tx:
        return spend(tx, spending)


def test_own_spending_leaves_the_bank_and_says_for_what_and_by_which_decision(desk: Desk) -> None:
    desk.give(100, 50)
    paid(desk, PAPER)
    with desk.uow.read() as connection:
        (found,) = postings_of(connection, Ask((Kind.OPERATIONS,)), {})
    assert (found.account, found.amount, found.note, found.reference, found.memo) == (
        "operations:administration/member_states",
        usd(40),
        "Work plan 2026, 3",
        "BANK-7",
        Memo.OPERATION,
    )
    assert desk.available() == (60, 50)
    assert desk.faults() == []


def test_no_more_is_spent_than_the_source_has(desk: Desk) -> None:
    desk.give(30, 50)
    with pytest.raises(Refused) as told:
        paid(desk, PAPER)
    assert [refusal.code for refusal in told.value.refusals] == ["funds_missing"]
    assert desk.available() == (30, 50)


def test_the_same_payment_is_recorded_once(desk: Desk) -> None:
    desk.give(100)
    paid(desk, PAPER)
    with pytest.raises(Conflict):
        paid(desk, replace(PAPER, amount=usd(1)))
    assert desk.available()[0] == 60


def test_only_the_fund_administration_spends(desk: Desk) -> None:
    desk.give(100)
    with pytest.raises(Forbidden):
        paid(desk, PAPER, CERTIFIER)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"category": "gifts"}, "category"),
        ({"source": "somebody"}, "source"),
        ({"amount": usd(0)}, "amount"),
        ({"amount": Money(1, "EUR")}, "amount"),
        ({"paid_on": TODAY + timedelta(days=1)}, "paid_on"),
        ({"bank_reference": " "}, "bank_reference"),
        ({"document": ""}, "document"),
        ({"document": "x" * 121}, "document"),
    ],
)
def test_a_mistake_is_told_at_its_field(
    desk: Desk, change: dict[str, str | Money | date], path: str
) -> None:
    desk.give(100)
    with pytest.raises(Invalid) as told:
        paid(desk, replace(PAPER, **change))  # type: ignore[arg-type]  # wrong on purpose
    assert [field.path for field in told.value.fields] == [path]


def test_administration_is_a_kind_of_spending() -> None:
    assert ADMINISTRATION in categories()
