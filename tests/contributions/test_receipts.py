"""Promises, calls and what arrives, in any currency, on both databases."""

import sqlite3
from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.contributions import models
from ricomi_workflow.contributions.balances import list_outstanding_by_age
from ricomi_workflow.contributions.commands import (
    InKindDetails,
    issue_call,
    record_in_kind,
    record_pledge,
    record_waiver,
)
from ricomi_workflow.contributions.currency_exchange import CurrencySale, convert_currency
from ricomi_workflow.contributions.indirect_costs import get_icr_report, icr_rates
from ricomi_workflow.contributions.queries import list_calls
from ricomi_workflow.contributions.receipts import plan_receipt, reverse_receipt
from ricomi_workflow.contributions.rules import InKindKind, OverdueBand, half_year
from ricomi_workflow.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
)
from ricomi_workflow.ledger.accounts import Source
from tests.contributions.treasury import ADMINISTRATOR, EURO, TODAY, Treasury, eur, usd
from tests.fund.desk import CERTIFIER

EARLY = date(2025, 3, 1)


def codes(error: Refused) -> list[str]:
    """The codes of a refusal."""
    return [refusal.code for refusal in error.refusals]


def test_what_arrives_pays_the_oldest_promise_first(treasury: Treasury) -> None:
    new, old = treasury.pledge(usd(50)), treasury.pledge(usd(30), EARLY)
    found = treasury.receipt(treasury.receive_from("CA", usd(40)))
    assert [(p.contribution, p.amount) for p in found.parts] == [(old, usd(30)), (new, usd(10))]
    assert not found.instructed
    assert treasury.contribution(new).outstanding == usd(40)
    assert treasury.faults() == []


def test_a_donor_may_say_which_promise_is_paid(treasury: Treasury) -> None:
    new, old = treasury.pledge(usd(50)), treasury.pledge(usd(30), EARLY)
    assert treasury.receipt(treasury.receive(new, usd(40))).instructed
    assert treasury.contribution(old).outstanding == usd(30)


def test_more_than_all_promises_is_refused_with_the_figures(treasury: Treasury) -> None:
    treasury.pledge(usd(30))
    with pytest.raises(Refused) as told:
        treasury.receive_from("CA", usd(31))
    assert codes(told.value) == ["receipt_over_pledges"]
    assert dict(told.value.refusals[0].params) == {
        "asked": "31.00",
        "left": "30.00",
        "rest": "1.00",
    }


def test_a_promise_made_later_takes_no_money_that_came_before(treasury: Treasury) -> None:
    treasury.pledge(usd(30))
    with pytest.raises(Refused):
        treasury.receive_from("CA", usd(10), EARLY)
    with pytest.raises(NotFound):
        treasury.receive_from("BR", usd(10))


def test_euros_stand_beside_their_value_in_dollars(treasury: Treasury) -> None:
    ref = treasury.pledge(eur(200))
    assert treasury.contribution(ref).value == usd(220)
    treasury.receive(ref, eur(100))
    assert treasury.books() == {
        "cash:eur-main": 100_00,
        "foreign_position:EUR": 100_00,
        "foreign_value:EUR": 110_00,
        "available:member_states": 110_00,
        "pledged:FUND-2026-0001": 100_00,
        "pledges:EUR": 100_00,
    }
    assert treasury.receipt("REC-2026-0001").rate == EURO
    assert treasury.faults() == []


def test_a_promise_in_dollars_takes_euros_at_their_value(treasury: Treasury) -> None:
    ref = treasury.pledge(usd(220))
    treasury.receive(ref, eur(100))
    assert treasury.contribution(ref).outstanding == usd(110)
    assert treasury.faults() == []


def test_a_third_currency_needs_the_word_of_the_donor(treasury: Treasury) -> None:
    ref = treasury.pledge(eur(200))
    with pytest.raises(Invalid) as told:
        treasury.receive(ref, usd(110))
    assert [fault.path for fault in told.value.fields] == ["credited"]


def test_what_is_planned_is_what_is_recorded(treasury: Treasury) -> None:
    treasury.icr = icr_rates()
    treasury.pledge(usd(30), EARLY)
    treasury.pledge(usd(100))
    with treasury.uow.read() as connection:
        made = plan_receipt(connection, treasury.icr, treasury.arrived(eur(90)), donor="CA")
    found = treasury.receipt(treasury.receive_from("CA", eur(90)))
    assert [(p.part.amount, p.part.value, p.icr) for p in made.parts] == [
        (p.amount, p.value, p.icr) for p in found.parts
    ]
    assert made.value == found.value == usd(99)


def test_indirect_costs_are_charged_when_money_arrives(treasury: Treasury) -> None:
    treasury.icr = icr_rates()
    treasury.receive(treasury.pledge(usd(100)), usd(100))
    spain = treasury.pledge(usd(50), donor="ES", source=Source.PERMANENT_OBSERVERS)
    treasury.receive(spain, usd(50))
    books = treasury.books()
    assert (books["icr:member_states"], books["available:member_states"]) == (11_00, 89_00)
    assert (books["icr:permanent_observers"], books["available:permanent_observers"]) == (
        6_00,
        44_00,
    )
    assert treasury.faults() == []


def test_a_waiver_holds_from_its_day_on_and_is_reported(treasury: Treasury) -> None:
    treasury.icr = icr_rates()
    ref = treasury.pledge(usd(300), EARLY)
    treasury.receive(ref, usd(100), date(2026, 7, 2))
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        record_waiver(tx, ref, 500, from_on=date(2026, 8, 1), reason="Agreed", document="Memo 3")
    treasury.receive(ref, usd(100))
    with treasury.uow.read() as connection:
        made = get_icr_report(connection, treasury.icr, *half_year(TODAY))
        before = get_icr_report(connection, treasury.icr, *half_year(EARLY))
    assert [(x.rate, x.icr, x.waived, x.document, x.reason) for x in made.lines] == [
        (1100, usd(11), usd(0), "", ""),
        (500, usd(5), usd(6), "Memo 3", "Agreed"),
    ]
    assert made.holds
    assert (made.value, made.icr, made.waived) == (usd(200), usd(16), usd(6))
    assert (before.value, before.holds) == (usd(0), True)


def test_a_receipt_that_is_taken_back_is_taken_off_where_it_is_taken_back(
    treasury: Treasury,
) -> None:
    treasury.icr = icr_rates()
    ref = treasury.pledge(usd(300), EARLY)
    wrong = treasury.receive(ref, usd(100), date(2026, 2, 1), "SAME")
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        reverse_receipt(tx, wrong, reason="It was for another fund.")
    with pytest.raises(NotFound):
        treasury.receipt(wrong)
    assert treasury.statement(as_of=date(2026, 2, 1)).value == usd(100)
    assert treasury.statement().value == usd(0)
    with treasury.uow.read() as connection:
        made = get_icr_report(connection, treasury.icr, *half_year(TODAY))
        first = get_icr_report(connection, treasury.icr, *half_year(date(2026, 2, 1)))
    assert (first.icr, made.icr, first.holds, made.holds) == (usd(11), usd(-11), True, True)
    treasury.receive(ref, usd(90), reference="SAME")  # recorded anew, as it should be
    assert treasury.faults() == []


def test_the_bank_shows_a_fact_once(treasury: Treasury) -> None:
    ref = treasury.pledge(usd(30))
    treasury.receive(ref, usd(10), reference="A")
    with pytest.raises(Conflict):
        treasury.receive(ref, usd(10), reference=" A ")
    assert treasury.contribution(ref).outstanding == usd(20)


def test_a_call_asks_for_no_more_than_is_promised_and_open(treasury: Treasury) -> None:
    ref = treasury.pledge(usd(100))
    treasury.receive(ref, usd(30))
    assert treasury.call(ref, usd(50), TODAY) == 1
    with pytest.raises(Refused) as told:
        treasury.call(ref, usd(21), TODAY)
    assert codes(told.value) == ["call_over_pledge"]
    assert told.value.refusals[0].params["left"] == "20.00"  # neither received nor called
    with pytest.raises(Invalid):
        treasury.call(ref, usd(1), date(2026, 9, 13))


def test_promises_age_from_the_day_they_were_called_for(treasury: Treasury) -> None:
    late = treasury.pledge(usd(100), EARLY, due_on=date(2025, 6, 1))
    new = treasury.pledge(usd(60))
    treasury.call(new, usd(20), date(2026, 10, 1))
    with treasury.uow.read() as connection:
        found = list_outstanding_by_age(connection, TODAY)
        then = list_outstanding_by_age(connection, EARLY)
    assert [(x.contribution.ref, dict(x.ages)) for x in found] == [
        (late, {OverdueBand.OVER_365: usd(100)}),
        (new, {OverdueBand.NOT_DUE: usd(20), OverdueBand.NOT_CALLED: usd(40)}),
    ]
    assert [(x.contribution.ref, dict(x.ages), x.overdue) for x in then] == [
        (late, {OverdueBand.NOT_DUE: usd(100)}, usd(0))
    ]


def test_foreign_money_is_sold_at_its_average_and_the_gain_is_named(treasury: Treasury) -> None:
    treasury.receive(treasury.pledge(eur(200)), eur(200))
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        assert convert_currency(tx, CurrencySale(eur(50), usd(60), TODAY, "FX-1")) == usd(5)
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        assert convert_currency(tx, CurrencySale(eur(150), usd(160), TODAY, "FX-2")) == usd(-5)
    books = treasury.books()
    assert (books["cash:usd-main"], books["exchange_gain"], books["exchange_loss"]) == (
        220_00,
        5_00,
        5_00,
    )
    assert not {"cash:eur-main", "foreign_value:EUR", "foreign_position:EUR"} & books.keys()
    assert treasury.faults() == []
    with pytest.raises(Refused), treasury.uow.begin(ADMINISTRATOR) as tx:
        convert_currency(tx, CurrencySale(eur(1), usd(1), TODAY, "FX-3"))


def test_gifts_in_kind_stand_apart_from_money(treasury: Treasury) -> None:
    given = InKindDetails(InKindKind.IN_KIND, "Rooms", usd(80), "Rent of like rooms", TODAY)
    shared = InKindDetails(InKindKind.COFINANCING, "Travel", usd(20), "Invoices", TODAY)
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        refs = [record_in_kind(tx, "US", Source.MEMBER_STATES, each) for each in (given, shared)]
    assert refs == ["KIND-2026-0001", "KIND-2026-0002"]
    assert treasury.books() == {
        "in_kind": 80_00,
        "in_kind_given": 80_00,
        "cofinanced": 20_00,
        "cofinancing": 20_00,
    }
    assert [each.value for each in treasury.statement("US").in_kind] == [usd(80), usd(20)]
    assert treasury.faults() == []


def test_an_agreement_binds_only_promises_of_its_donor(treasury: Treasury) -> None:
    agreed = treasury.agree(topics="legislation human_rights")
    ref = treasury.pledge(usd(10), agreement=agreed)
    given = treasury.contribution(ref)
    assert (given.agreement, given.limits.topics) == ("MoU 7", ("legislation", "human_rights"))
    with pytest.raises(Invalid):
        treasury.pledge(usd(10), donor="BR", agreement=agreed)
    with pytest.raises(NotFound):
        treasury.pledge(usd(10), agreement="AGR-2026-0099")


def test_money_for_a_purpose_stands_on_an_account_of_its_own(treasury: Treasury) -> None:
    ref = treasury.pledge(usd(10), agreement=treasury.agree(topics="legislation"))
    treasury.receive(ref, usd(10))
    assert treasury.books()[f"available:member_states/{ref}"] == 10_00
    assert treasury.statement().contributions[0].available == usd(10)
    assert treasury.faults() == []


def test_only_the_fund_administration_records(treasury: Treasury) -> None:
    with pytest.raises(Forbidden), treasury.uow.begin(CERTIFIER) as tx:
        record_pledge(tx, "CA", Source.MEMBER_STATES, usd(1))


@pytest.mark.parametrize("name", ["agreement", "receipt", "receipt_part", "payment_call"])
def test_raw_sql_cannot_change_what_was_given(treasury: Treasury, name: str) -> None:
    ref = treasury.pledge(usd(10), agreement=treasury.agree(topics="legislation"))
    treasury.call(ref, usd(5), TODAY)
    treasury.receive(ref, usd(5))
    table = getattr(models, name)
    column = next(iter(table.c))
    for statement in (delete(table), update(table).values({column.name: text(column.name)})):
        with pytest.raises(DBAPIError), treasury.engine.begin() as connection:
            connection.execute(statement)


def test_of_two_who_take_in_the_last_dollar_one_is_refused(treasury: Treasury) -> None:
    ref, start = treasury.pledge(usd(10)), Barrier(2)
    failed: list[DomainError] = []

    def take() -> None:
        start.wait()
        try:
            treasury.receive(ref, usd(10))
        except DomainError as error:
            failed.append(error)

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1
    assert treasury.contribution(ref).outstanding == usd(0)
    assert treasury.faults() == []


def test_a_trial_is_judged_as_an_act_waits_as_one_and_leaves_nothing(treasury: Treasury) -> None:
    ref = treasury.pledge(usd(10))
    due_on = date(2026, 12, 1)
    with treasury.uow.trial(ADMINISTRATOR) as tx:
        assert issue_call(tx, ref, usd(10), due_on=due_on) == 1
        if tx.driver.is_sqlite:  # nobody writes between what it reads and what it tries
            other = sqlite3.connect(str(treasury.engine.url.database), timeout=0)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()
    with treasury.uow.read() as connection:
        assert list_calls(connection, ref) == []
    with pytest.raises(Refused), treasury.uow.trial(ADMINISTRATOR) as tx:
        issue_call(tx, ref, usd(11), due_on=due_on)
