"""The money of a case from the pledge to the closing, on both databases."""

from datetime import date, timedelta

import pytest

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.queries import list_contributions, list_outstanding
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.fund.desk import (
    APPLICANT,
    PAYER,
    PLAN,
    SECRETARY,
    TODAY,
    Desk,
    final,
    spending,
    usd,
)


def refund(units: int) -> dict[str, str]:
    return {
        "amount": str(usd(units)),
        "bank_reference": "BACK-1",
        "received_on": TODAY.isoformat(),
    }


def test_a_pledge_is_not_spendable_until_it_arrives(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(100))
    assert ref == "FUND-2026-0001"
    assert desk.available() == (0, 0)

    with desk.uow.begin(PAYER) as tx:
        record_receipt(tx, ref, usd(30), bank_reference="A", received_on=TODAY, icr=NO_ICR)
        record_receipt(tx, ref, usd(20), bank_reference="B", received_on=TODAY, icr=NO_ICR)
    assert desk.available() == (50, 0)
    with desk.uow.read() as connection:
        waiting = list_outstanding(connection)
        assert [(c.ref, c.received, c.outstanding) for c in waiting] == [(ref, usd(50), usd(50))]
    assert desk.faults() == []


def test_contributions_are_numbered_by_year_and_listed_by_reference(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        for day in (TODAY, date(2025, 5, 1), TODAY):
            record_pledge(tx, "ES", Source.PERMANENT_OBSERVERS, usd(1), pledged_on=day)
    with desk.uow.read() as connection:
        found = [c.ref for c in list_contributions(connection)]
        assert found == ["FUND-2025-0001", "FUND-2026-0001", "FUND-2026-0002"]
        after = list_contributions(connection, donor_class=Source.OTHER)
        assert after == []
        assert [c.ref for c in list_contributions(connection, after=found[0], limit=1)] == [
            "FUND-2026-0001"
        ]


def test_more_than_the_pledge_is_refused_with_the_figures(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(100))
    with pytest.raises(Refused) as refused, desk.uow.begin(PAYER) as tx:
        record_receipt(tx, ref, usd(101), bank_reference="A", received_on=TODAY, icr=NO_ICR)
    assert refused.value.refusals[0].code == "receipt_over_pledge"
    assert refused.value.refusals[0].params == {
        "contribution": ref,
        "left": "100.00",
        "asked": "101.00",
    }
    assert desk.available() == (0, 0)


def test_the_same_bank_reference_is_received_once(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(100))
        record_receipt(tx, ref, usd(10), bank_reference="A", received_on=TODAY, icr=NO_ICR)
    with pytest.raises(Conflict), desk.uow.begin(PAYER) as tx:
        record_receipt(tx, ref, usd(10), bank_reference=" A ", received_on=TODAY, icr=NO_ICR)
    assert desk.available() == (10, 0)


@pytest.mark.parametrize(
    ("amount", "reference", "day"),
    [
        (Money(0), "A", TODAY),
        (Money(-1), "A", TODAY),
        (Money(100, "CAD"), "A", TODAY),
        (usd(1), "  ", TODAY),
        (usd(1), "A" * 121, TODAY),
        (usd(1), "A", TODAY + timedelta(days=1)),  # not yet
        (usd(1), "A", TODAY - timedelta(days=1)),  # before the promise
    ],
)
def test_a_receipt_that_does_not_fit_is_invalid(
    desk: Desk, amount: Money, reference: str, day: date
) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(100))
    with pytest.raises(Invalid), desk.uow.begin(PAYER) as tx:
        record_receipt(tx, ref, amount, bank_reference=reference, received_on=day, icr=NO_ICR)


def test_only_the_fund_administration_records_gifts(desk: Desk) -> None:
    with pytest.raises(Forbidden), desk.uow.begin(SECRETARY) as tx:
        record_pledge(tx, "CA", Source.MEMBER_STATES, usd(100))
    with pytest.raises(Forbidden), desk.uow.begin(APPLICANT) as tx:
        record_receipt(
            tx, "FUND-2026-0001", usd(1), bank_reference="A", received_on=TODAY, icr=NO_ICR
        )
    with pytest.raises(NotFound), desk.uow.begin(PAYER) as tx:
        record_receipt(
            tx, "FUND-2026-0001", usd(1), bank_reference="A", received_on=TODAY, icr=NO_ICR
        )


def test_money_walks_from_available_to_spent_and_the_rest_goes_back(desk: Desk) -> None:
    desk.give(100, 50)
    desk.case(60, 40, lines={"fares": 70, "per diem": 30})
    desk.act("open_ballot", SECRETARY)
    assert (desk.held(), desk.available()) == ((100, 0, 0, 0, 0), (40, 10))
    reserved = desk.trail()[-1].detail
    assert reserved["amount"] == "100.00"
    assert reserved["sources"] == {"member_states": "60.00", "permanent_observers": "40.00"}

    desk.acts(("decide", SYSTEM), ("fund", PAYER))
    assert desk.held() == (0, 100, 0, 0, 0)
    desk.acts(("record_agreement", APPLICANT, PLAN), ("start_execution", PAYER))
    desk.paid(50)
    assert desk.held() == (0, 50, 50, 50, 0)
    desk.acts(("submit_report", APPLICANT, spending(fares=20)), ("accept_report", SECRETARY))
    assert desk.held() == (0, 50, 50, 30, 20)
    desk.acts(("submit_final_report", APPLICANT, final(fares=10)))
    desk.acts(("accept_final_accounts", SECRETARY), ("record_refund", PAYER, refund(20)))
    assert desk.held() == (0, 70, 30, 0, 30)
    desk.acts(("close", SECRETARY))
    assert desk.held() == (0, 0, 30, 0, 30)
    assert desk.available() == (40 + 42, 10 + 28)  # 70 left, in the proportion 60 to 40
    assert [line.spent for line in desk.money().lines] == [usd(30), usd(0)]
    assert desk.money().granted == usd(100)
    assert desk.faults() == []
