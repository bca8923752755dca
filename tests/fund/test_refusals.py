"""Why money does not move: each refusal with its figures, asked by screens and met by acts."""

from collections.abc import Callable, Mapping

import pytest

from ricomi_workflow.kernel.actors import SYSTEM, Actor
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.statements.treasury_worklist import list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from tests.fund.desk import (
    APPLICANT,
    CERTIFIER,
    CHAIR,
    EVERYTHING,
    PAYER,
    PAYMENT,
    PLAN,
    SECRETARY,
    Desk,
    final,
    spending,
    usd,
)


def refused(act: Callable[[], object]) -> list[tuple[str, Mapping[str, object]]]:
    """Codes and figures with which `act` is refused."""
    with pytest.raises(Refused) as caught:
        act()
    return [(refusal.code, refusal.params) for refusal in caught.value.refusals]


def codes(act: Callable[[], object]) -> list[str]:
    return [code for code, _ in refused(act)]


def missing(source: str, there: int, needed: int) -> tuple[str, Mapping[str, object]]:
    return (
        "funds_missing",
        {
            "source": source,
            "available": str(usd(there)),
            "needed": str(usd(needed)),
            "missing": str(usd(needed - there)),
        },
    )


def test_a_ballot_opens_only_with_money_from_each_source(desk: Desk) -> None:
    desk.give(100, 39)
    desk.case(60, 40)
    assert refused(lambda: desk.act("open_ballot", SECRETARY)) == [
        missing("permanent_observers", 39, 40)
    ]
    why = desk.why("funds_available")
    assert why is not None
    assert why.code == "funds_missing"
    assert desk.available() == (100, 39)
    assert len(desk.trail()) == 1

    desk.give(0, 1)
    assert desk.why("funds_available") is None
    desk.act("open_ballot", SECRETARY)
    assert desk.available() == (40, 0)


def test_an_effect_says_all_that_is_missing_at_once(desk: Desk) -> None:
    desk.case(60, 40)
    assert refused(lambda: desk.apply("reserve_grant", SECRETARY)) == [
        missing("member_states", 0, 60),
        missing("permanent_observers", 0, 40),
    ]


def test_a_deferred_case_gives_its_money_back_and_may_take_it_again(desk: Desk) -> None:
    desk.give(60, 40)
    desk.case(60, 40)
    desk.act("open_ballot", SECRETARY)
    desk.act("defer", CHAIR, reason="More time")
    assert (desk.held(), desk.available()) == ((0, 0, 0, 0, 0), (60, 40))
    desk.act("open_ballot", SECRETARY)
    desk.acts(("decide", SYSTEM))
    desk.act("withdraw", APPLICANT, reason="Not needed")
    assert (desk.held(), desk.available()) == ((0, 0, 0, 0, 0), (60, 40))
    assert desk.faults() == []


def test_releasing_where_nothing_is_reserved_does_nothing(desk: Desk) -> None:
    desk.case()
    desk.act("withdraw", APPLICANT, reason="Not needed")
    assert desk.trail()[-1].detail == {}
    assert desk.faults() == []


def test_funding_needs_the_reservation(desk: Desk) -> None:
    desk.case()
    why = desk.why("grant_reserved", PAYER)
    assert why is not None
    assert why.code == "grant_not_reserved"
    assert codes(lambda: desk.apply("commit_grant", PAYER)) == ["grant_not_reserved"]


def test_a_plan_does_not_exceed_the_commitment(desk: Desk) -> None:
    desk.give(60, 40)
    desk.case()
    desk.acts(("open_ballot", SECRETARY), ("decide", SYSTEM), ("fund", PAYER))
    rows = [{"number": n, "amount": "50.01", "purpose": "Travel"} for n in (1, 2)]
    asked = {**PLAN, "tranches": rows}
    assert refused(lambda: desk.act("record_agreement", APPLICANT, asked)) == [
        ("tranche_over_commitment", {"left": "100.00", "asked": "100.02"})
    ]


def test_a_tranche_does_not_exceed_what_is_left(desk: Desk) -> None:
    desk.executing()
    assert refused(lambda: desk.ask(101)) == [
        ("tranche_over_commitment", {"left": "100.00", "asked": "101.00"})
    ]
    desk.ask(100)
    assert [t.number for t in desk.money().tranches] == [1]


def test_one_tranche_is_open_at_a_time(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    assert refused(lambda: desk.ask(10)) == [("tranche_open", {"number": 1, "amount": "50.00"})]
    assert codes(lambda: desk.act("submit_final_report", APPLICANT, final())) == ["tranche_open"]


def waits(desk: Desk) -> list[tuple[str, Money, WorkKind]]:
    """What waits for somebody: of which case, how much, for what."""
    with desk.uow.read() as connection:
        found = list_worklists(connection, 5)
    disbursed = (found[WorkKind.CERTIFY], found[WorkKind.PAY])
    return [(row.ref, row.amount, row.wait) for queue in disbursed for row in queue.rows]


def test_steps_of_a_tranche_come_in_their_order(desk: Desk) -> None:
    desk.executing()
    assert codes(lambda: desk.act("certify_tranche", CERTIFIER)) == ["tranche_not_requested"]
    assert codes(lambda: desk.act("refuse_tranche", CERTIFIER, reason="No")) == [
        "tranche_not_requested"
    ]
    assert codes(lambda: desk.act("pay_tranche", PAYER, PAYMENT)) == ["tranche_not_certified"]
    desk.ask(50)
    assert codes(lambda: desk.act("pay_tranche", PAYER, PAYMENT)) == ["tranche_not_certified"]
    assert waits(desk) == [("RICOMI-2026-0001", usd(50), WorkKind.CERTIFY)]
    desk.act("certify_tranche", CERTIFIER)
    assert codes(lambda: desk.act("certify_tranche", CERTIFIER)) == ["tranche_not_requested"]
    assert waits(desk) == [("RICOMI-2026-0001", usd(50), WorkKind.PAY)]
    desk.act("pay_tranche", PAYER, PAYMENT)
    assert waits(desk) == []


def test_a_certified_tranche_can_still_be_refused_before_it_is_paid(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    desk.act("refuse_tranche", CERTIFIER, reason="The account is closed")
    assert [t.status for t in desk.money().tranches] == ["refused"]
    assert codes(lambda: desk.act("pay_tranche", PAYER, PAYMENT)) == ["tranche_not_certified"]
    desk.ask(40)
    assert [t.number for t in desk.money().tranches] == [1, 2]


@pytest.mark.parametrize(
    ("certifies", "pays", "code"),
    [
        (EVERYTHING, None, "own_request"),
        (CERTIFIER, EVERYTHING, "own_request"),  # who asked does not pay either
    ],
)
def test_who_asks_neither_certifies_nor_pays(
    desk: Desk, certifies: Actor, pays: Actor | None, code: str
) -> None:
    desk.executing()
    desk.ask(50, EVERYTHING)
    if pays is None:
        assert codes(lambda: desk.act("certify_tranche", certifies)) == [code]
        return
    desk.act("certify_tranche", certifies)
    assert codes(lambda: desk.act("pay_tranche", pays, PAYMENT)) == [code]


def test_who_certifies_does_not_pay(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", EVERYTHING)
    assert codes(lambda: desk.act("pay_tranche", EVERYTHING, PAYMENT)) == ["own_certification"]
    desk.act("pay_tranche", PAYER, PAYMENT)
    assert desk.held() == (0, 50, 50, 50, 0)


@pytest.mark.parametrize("day", ["2026-09-13", "2026-09-15"])
def test_a_payment_is_not_dated_before_its_certification_nor_tomorrow(desk: Desk, day: str) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    with pytest.raises(Invalid):
        desk.act("pay_tranche", PAYER, {**PAYMENT, "paid_on": day})
    assert (desk.held(), desk.money().obligated) == ((0, 50, 0, 0, 0), usd(50))


def test_the_next_tranche_needs_an_accepted_report(desk: Desk) -> None:
    desk.executing()
    assert codes(lambda: desk.act("submit_report", APPLICANT, spending(fares=1))) == [
        "nothing_paid"
    ]
    desk.paid(50)
    assert codes(lambda: desk.ask(10)) == ["report_missing"]
    desk.act("submit_report", APPLICANT, spending(fares=20))
    why = desk.why("reports_in_order", APPLICANT)
    assert why is not None
    assert why.code == "report_not_accepted"
    desk.act("accept_report", SECRETARY)
    desk.paid(40)
    assert codes(lambda: desk.ask(10)) == ["report_missing"]


def test_a_report_accounts_for_lines_of_the_budget_and_for_what_was_paid(desk: Desk) -> None:
    desk.executing()
    desk.paid(50)
    desk.act("submit_report", APPLICANT, spending(fares=20, hotel=5))
    assert refused(lambda: desk.act("accept_report", SECRETARY)) == [
        ("spending_unknown_line", {"line": "hotel"})
    ]
    desk.act("return_report", SECRETARY, reason="No such line")
    desk.act("submit_report", APPLICANT, spending(fares=51))
    assert refused(lambda: desk.act("accept_report", SECRETARY)) == [
        ("spending_over_advance", {"left": "50.00", "asked": "51.00"})
    ]
    assert desk.held() == (0, 50, 50, 50, 0)


def test_a_refund_does_not_exceed_the_advance(desk: Desk) -> None:
    desk.executing()
    desk.paid(50)
    inputs = {"amount": "50.01", "bank_reference": "B", "received_on": "2026-09-14"}
    assert refused(lambda: desk.act("record_refund", PAYER, inputs)) == [
        ("refund_over_advance", {"left": "50.00", "asked": "50.01"})
    ]
    with pytest.raises(Invalid):
        desk.act("record_refund", PAYER, {**inputs, "amount": "1.00", "received_on": "2026-09-13"})


def test_a_case_closes_when_its_accounts_are_settled(desk: Desk) -> None:
    desk.executing()
    desk.paid(50)
    desk.act("submit_final_report", APPLICANT, final(fares=30))
    assert refused(lambda: desk.act("close", SECRETARY)) == [
        ("accounts_open", {"outstanding": "50.00"}),
        ("final_expenditure_missing", {}),
    ]
    desk.act("accept_final_accounts", SECRETARY)
    assert codes(lambda: desk.act("accept_final_accounts", SECRETARY)) == ["final_expenditure_done"]
    assert refused(lambda: desk.act("close", SECRETARY)) == [
        ("accounts_open", {"outstanding": "20.00"})
    ]


def test_a_final_report_that_comes_again_replaces_what_the_first_accounted_for(
    desk: Desk,
) -> None:
    desk.executing()
    desk.paid(50)
    desk.act("submit_final_report", APPLICANT, final(fares=30))
    desk.act("accept_final_accounts", SECRETARY)
    desk.act("return_final_report", SECRETARY, reason="An invoice is missing")
    desk.act("submit_final_report", APPLICANT, final(fares=50))
    why = desk.why("final_expenditure_recorded")
    assert why is not None
    assert why.code == "final_expenditure_missing"
    desk.act("accept_final_accounts", SECRETARY)
    assert desk.held() == (0, 50, 50, 0, 50)
    desk.act("close", SECRETARY)
    assert desk.available() == (30, 20)
    assert desk.faults() == []


def test_a_case_with_an_advance_is_not_cancelled(desk: Desk) -> None:
    desk.executing()
    desk.paid(50)
    assert codes(lambda: desk.act("cancel", CHAIR, reason="Stop")) == ["accounts_open"]
    desk.act(
        "record_refund",
        PAYER,
        {"amount": "50.00", "bank_reference": "B", "received_on": "2026-09-14"},
    )
    desk.act("cancel", CHAIR, reason="Stop")
    assert (desk.held(), desk.available()) == ((0, 0, 0, 0, 0), (60, 40))


def test_nothing_is_spent_and_the_final_accounts_are_still_accepted(desk: Desk) -> None:
    desk.executing()
    desk.act("submit_final_report", APPLICANT, final())
    desk.acts(("accept_final_accounts", SECRETARY), ("close", SECRETARY))
    assert desk.available() == (60, 40)
    assert desk.faults() == []
