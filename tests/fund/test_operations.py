"""What the fund spends itself: prepared by one, paid by another, from one source, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.operating_expenses import (
    ADMINISTRATION,
    ExpenseRequest,
    cancel_expense,
    expense_categories,
    get_expense,
    list_expenses,
    pay_expense,
    prepare_expense,
)
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Kind, Memo, transfer
from ricomi_workflow.ledger.posting import post
from ricomi_workflow.reports.results import read_results
from ricomi_workflow.reports.results_text import money_figures, values
from ricomi_workflow.statements.ledger_facts import list_postings
from ricomi_workflow.statements.rules import PostingQuery
from tests.fund.desk import APPLICANT, CERTIFIER, PAYER, TODAY, Desk, person, usd
from tests.fund.test_races import at_once, losers

PAPER = ExpenseRequest("administration", "member_states", usd(40), "Work plan 2026, 3")
SECOND = person(15, Role.FUND_ADMINISTRATOR)


def prepared(desk: Desk, spending: ExpenseRequest = PAPER, by: Actor = PAYER) -> str:
    with desk.uow.begin(by) as tx:
        return prepare_expense(tx, spending)


def paid(desk: Desk, ref: str, by: Actor = CERTIFIER, reference: str = "BANK-7") -> int:
    with desk.uow.begin(by) as tx:
        return pay_expense(tx, ref, paid_on=TODAY, bank_reference=reference)


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as told:
        act()
    return [refusal.code for refusal in told.value.refusals]


def test_own_spending_leaves_the_bank_and_says_for_what_and_by_which_decision(desk: Desk) -> None:
    desk.give(100, 50)
    ref = prepared(desk)
    assert desk.available() == (100, 50)  # nothing is booked yet
    with desk.uow.read() as connection:
        assert [(each.ref, each.waits) for each in list_expenses(connection)] == [(ref, True)]
    paid(desk, ref)
    with desk.uow.read() as connection:
        (found,) = list_postings(connection, PostingQuery((Kind.OPERATIONS,)), {})
        told = get_expense(connection, ref)
        assert not told.waits
        assert list_expenses(connection) == [told]
        assert list_expenses(connection, before=ref) == []
    assert (found.account, found.amount, found.note, found.reference, found.memo) == (
        "operations:administration/member_states",
        usd(40),
        "Work plan 2026, 3",
        "BANK-7",
        Memo.OPERATION,
    )
    assert (told.prepared_by, told.ended, told.ended_by, told.paid_on) == (4, "paid", 3, TODAY)
    assert desk.available() == (60, 50)
    assert desk.faults() == []


def test_the_report_of_results_tells_own_spending_apart_from_what_projects_were_paid(
    desk: Desk,
) -> None:
    desk.executing(60, 40)
    desk.paid(50)
    desk.give(100)
    desk.spend(PAPER)
    with desk.uow.read() as connection:
        made = read_results(connection, desk.services, TODAY, TODAY)
        assert made.after.disbursed == usd(90)
        (project,) = made.after.projects
    fund = values(desk.services, made, "en")["fund"]
    assert isinstance(fund, dict)
    assert (fund["disbursed"], fund["operations"]) == (str(project.disbursed), str(usd(40)))
    assert ("Paid to projects", usd(50)) in money_figures(desk.services, made, "en")


def test_two_persons_of_the_fund_do_it(desk: Desk) -> None:
    desk.give(100)
    for nobody in (APPLICANT, SYSTEM):
        with pytest.raises(Forbidden):
            prepared(desk, by=nobody)
    ref = prepared(desk)
    assert codes(lambda: paid(desk, ref, PAYER)) == ["own_spending"]
    with pytest.raises(Forbidden):
        paid(desk, ref, APPLICANT)
    assert desk.available() == (100, 0)
    paid(desk, ref, SECOND)
    assert codes(lambda: paid(desk, ref)) == ["spending_ended"]
    assert desk.available() == (60, 0)


def test_what_was_given_up_is_never_paid(desk: Desk) -> None:
    desk.give(100)
    ref = prepared(desk)
    with desk.uow.begin(PAYER) as tx:
        cancel_expense(tx, ref, reason=" The workshop was called off. ")
    with desk.uow.read() as connection:
        told = get_expense(connection, ref)
    assert (told.ended, told.reason) == ("dropped", "The workshop was called off.")
    assert codes(lambda: paid(desk, ref)) == ["spending_ended"]


def test_no_more_is_spent_than_the_source_has(desk: Desk) -> None:
    desk.give(30, 50)
    ref = prepared(desk)
    assert codes(lambda: paid(desk, ref)) == ["funds_missing"]
    assert desk.available() == (30, 50)


def test_a_payment_is_recorded_once(desk: Desk) -> None:
    desk.give(100)
    one, other = prepared(desk), prepared(desk)
    lost = losers(at_once(lambda: paid(desk, one), lambda: paid(desk, one, SECOND, "BANK-8")))
    assert len(lost) == 1
    assert isinstance(lost[0], Refused | Conflict)
    with desk.uow.read() as connection:
        reference = get_expense(connection, one).bank_reference
    with pytest.raises(Conflict):  # the bank shows it once
        paid(desk, other, reference=reference)
    assert desk.available()[0] == 60
    assert desk.faults() == []


def test_the_database_books_only_what_another_person_prepared(desk: Desk) -> None:
    desk.give(100)
    ref = prepared(desk)

    def book(tx: Tx) -> None:
        account = Account(Kind.OPERATIONS, "administration/member_states")
        lines = transfer(account, Account(Kind.DISBURSED, "operations"), usd(40))
        post(tx, Memo.OPERATION, lines, key=f"operation:{ref}", at=TODAY)

    with pytest.raises(DBAPIError, match="no_spending"), desk.uow.begin(SYSTEM) as tx:
        book(tx)
    with pytest.raises(DBAPIError, match="own_spending"), desk.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO spending_event (spending_id, event, at, actor_id, paid_on,"
                " bank_reference) SELECT id, 'paid', prepared_at, prepared_by, '2026-09-14', 'X'"
                " FROM spending"
            )
        )
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"category": "gifts"}, "category"),
        ({"source": "somebody"}, "source"),
        ({"amount": usd(0)}, "amount"),
        ({"amount": Money(1, "EUR")}, "amount"),
        ({"document": ""}, "document"),
        ({"document": "x" * 121}, "document"),
    ],
)
def test_a_mistake_is_told_at_its_field(
    desk: Desk, change: dict[str, str | Money], path: str
) -> None:
    with pytest.raises(Invalid) as told:
        prepared(desk, replace(PAPER, **change))  # type: ignore[arg-type]  # wrong on purpose
    assert [field.path for field in told.value.fields] == [path]


def test_a_mistake_of_the_payment_is_told_at_its_field(desk: Desk) -> None:
    ref = prepared(desk)
    for day, reference, path in (
        (TODAY + timedelta(days=1), "BANK-7", "paid_on"),
        (TODAY, " ", "bank_reference"),
    ):
        with pytest.raises(Invalid) as told, desk.uow.begin(CERTIFIER) as tx:
            pay_expense(tx, ref, paid_on=day, bank_reference=reference)
        assert [field.path for field in told.value.fields] == [path]


def test_administration_is_a_kind_of_spending() -> None:
    assert ADMINISTRATION in expense_categories()
