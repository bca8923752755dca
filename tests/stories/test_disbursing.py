"""Terms and exceptions of disbursements: what ends, what is owed, what blocks, who lets pass."""

from datetime import date, timedelta
from functools import partial

import pytest

from ricomi_workflow.fund.advances import list_case_advances, list_overdue
from ricomi_workflow.fund.disbursement_deadlines import (
    expire_certifications,
    expire_commitments,
    remind_of_advances,
)
from ricomi_workflow.fund.exceptions import list_granted_exceptions
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.statements.statement_types import make_breakdown
from ricomi_workflow.statements.treasury_worklist import list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from tests.support import papers
from tests.support.papers import Form
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    CHAIR,
    FUND,
    INSTITUTION,
    LIFE,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

WHY = "A flood closed the office that keeps the invoices."


def exception(gate: str = "reports_in_order") -> Form:
    """An exception to a gate, asked for."""
    return {"gate": gate, "justification": WHY}


def wait(story: Story, days: int) -> None:
    """Let days pass."""
    story.clock.advance(timedelta(days=days))


def pay(story: Story, units: int) -> None:
    """Another tranche, from the request to the payment."""
    story.do(INSTITUTION, "request_tranche", papers.tranche(units))
    story.do(CERTIFIER, "certify_tranche")
    story.do(FUND, "pay_tranche", papers.payment(story.today))


# --- certifications that end


def test_a_certification_that_is_not_used_in_its_term_gives_the_money_back(story: Story) -> None:
    story.after("certify_tranche")
    assert story.money() == (0, 2_000, 0, 0, 0)
    wait(story, 25)  # fewer than twenty business days, for a holiday is among them
    assert expire_certifications(story.services) == 0
    assert story.why_not(FUND, "pay_tranche") == []
    wait(story, 5)
    assert expire_certifications(story.services) == 1
    assert story.entries()[-1].act == "case.expire_tranche"
    assert story.entries()[-1].office == "system"
    assert story.money() == (0, 10_000, 0, 0, 0)
    assert story.told() == {
        "tranche_expired": [CERTIFIER, APPLICANT, FUND, INSTITUTION],
    }
    assert expire_certifications(story.services) == 0
    assert story.why_not(FUND, "pay_tranche") == ["tranche_not_certified"]
    with story.services.uow.read() as connection:
        assert list_worklists(connection, 5)[WorkKind.PAY].rows == ()  # nobody is asked to pay it
    pay(story, 8_000)
    assert story.money() == (0, 2_000, 8_000, 8_000, 0)


# --- commitments that end


def test_what_is_not_paid_by_the_end_of_the_next_year_goes_back_to_its_sources(
    story: Story,
) -> None:
    story.after("accept_report")
    assert story.money()[1] == 2_000
    with story.services.uow.read() as connection:
        cut = make_breakdown(connection, story.services, "expiring", story.today)
    (row,) = cut.rows
    assert row.day == date(2027, 12, 31)
    assert [figure.amount for figure in row.figures] == [Money(2_000_00), Money(0), Money(2_000_00)]
    wait(story, (date(2027, 12, 31) - story.today).days)
    assert expire_commitments(story.services) == 0
    assert "commitment_over" not in (story.why_not(INSTITUTION, "request_tranche") or [])
    wait(story, 1)
    assert "commitment_over" in (story.why_not(INSTITUTION, "request_tranche") or [])
    before = story.available()
    assert expire_commitments(story.services) == 1
    assert story.entries()[-1].act == "case.expire_commitment"
    assert story.entries()[-1].detail["released"] == "2000.00"
    assert story.money()[1] == 0
    assert sum(story.available()) == sum(before) + 2_000
    assert set(story.told()) == {"commitment_expired"}
    assert expire_commitments(story.services) == 0
    assert story.faults() == []
    assert not story.faults()


def test_a_refused_certification_gives_play_money_back_too(story: Story) -> None:
    story.open(exercise=True)
    for name, act in LIFE.items():
        act(story)
        if name == "certify_tranche":
            break
    story.do(CERTIFIER, "refuse_tranche", reason=WHY)
    assert story.money() == (0, 10_000, 0, 0, 0)
    assert not story.faults()


# --- accounts that are owed


def test_who_owes_accounts_is_told_before_after_and_when_it_blocks(story: Story) -> None:
    story.after("pay_tranche")
    told = []
    for days in (74, 1, 16, 30, 1):  # due after 90 days
        wait(story, days)
        told.append((remind_of_advances(story.services), sorted(story.told())))
    assert told == [
        (0, []),
        (1, ["accounts_near"]),
        (1, ["accounts_overdue"]),
        (1, ["accounts_blocking"]),
        (0, []),
    ]
    assert [e.act for e in story.entries()[-3:]] == ["fund.accounts_reminded"] * 3
    assert not story.faults()


def test_accounts_that_are_settled_are_not_asked_for(story: Story) -> None:
    story.after("pay_tranche")
    story.do(FUND, "record_refund", papers.refund(story.today, 8_000))
    wait(story, 200)
    assert remind_of_advances(story.services) == 0
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]


def test_thirty_days_of_delay_block_a_new_advance_to_the_case(story: Story) -> None:
    story.after("accept_report")  # 3,000 of 8,000 are still owed
    wait(story, 120)
    assert story.why_not(INSTITUTION, "request_tranche") == []
    wait(story, 1)
    assert story.why_not(INSTITUTION, "request_tranche") == ["accounts_overdue"]
    with story.services.uow.read() as connection:
        (late,) = list_overdue(connection, story.today)
        assert (late.ref, late.owed) == (story.ref, Money(300_000))
        (found,) = list_case_advances(connection)
        assert [(each.number, each.owed) for each in found.owing] == [(1, Money(300_000))]
    story.do(FUND, "record_refund", papers.refund(story.today, 3_000))
    assert story.why_not(INSTITUTION, "request_tranche") == []


def test_who_is_late_in_one_case_gets_no_advance_in_another(story: Story) -> None:
    late = story.after("accept_report")
    wait(story, 121)
    other = story.after("start_execution")
    error = answer_of(lambda: story.do(INSTITUTION, "request_tranche", papers.tranche(1_000)))
    assert codes(error) == ["official_overdue"]
    facts = error.refusals[0].params  # type: ignore[attr-defined]  # it is a refusal
    assert (facts["case"], facts["official"], facts["owed"]) == (late, "Ana", "3000.00")
    story.do(APPLICANT, "designate_official", papers.official() | {"name": "Luis"})
    assert story.why_not(INSTITUTION, "request_tranche") == []
    assert other == story.ref
    assert not story.faults()


# --- exceptions


def test_an_exception_lets_one_tranche_pass_and_is_public(story: Story) -> None:
    story.after("pay_tranche")
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]
    story.do(FUND, "ask_exception", exception())
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]
    assert story.why_not(SECRETARIAT, "ask_exception") == ["exception_waiting"]
    story.do(SECRETARIAT, "grant_exception")
    assert story.why_not(INSTITUTION, "request_tranche") == []
    pay(story, 1_000)
    asked = next(e for e in reversed(story.entries()) if e.act == "case.request_tranche")
    with story.services.uow.read() as connection:
        (given,) = list_granted_exceptions(connection, story.case().id)
    assert asked.detail["exceptions"] == [given.seq]
    assert (given.gate, given.reason) == ("reports_in_order", WHY)
    assert (given.asked_by, given.granted_by) == (FUND, SECRETARIAT)
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]  # it is used up
    assert not story.faults()


@pytest.mark.parametrize(("asks", "grants"), [(SECRETARIAT, CHAIR), (FUND, SECRETARIAT)])
def test_another_office_grants_what_one_asks_for(story: Story, asks: str, grants: str) -> None:
    story.after("pay_tranche")
    story.do(asks, "ask_exception", exception())
    if asks == SECRETARIAT:
        assert story.why_not(SECRETARIAT, "grant_exception") == ["exception_same_office"]
        error = answer_of(lambda: story.do(SECRETARIAT, "grant_exception"))
        assert codes(error) == ["exception_same_office"]
    story.do(grants, "grant_exception")
    assert story.why_not(INSTITUTION, "request_tranche") == []


def test_an_exception_sets_aside_the_gate_that_it_names_and_no_other(story: Story) -> None:
    story.after("pay_tranche")
    story.do(FUND, "ask_exception", exception("officials_designated"))
    story.do(CHAIR, "grant_exception")
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]
    assert story.why_not(CHAIR, "grant_exception") == ["exception_not_asked"]


def test_an_exception_that_is_declined_changes_nothing(story: Story) -> None:
    story.after("pay_tranche")
    story.do(FUND, "ask_exception", exception())
    story.do(CHAIR, "decline_exception", reason="The report is in the post.")
    assert story.why_not(INSTITUTION, "request_tranche") == ["report_missing"]
    assert list(story.told()) == ["exception_declined"]


def test_overdue_accounts_may_be_excepted_up_to_the_certification(story: Story) -> None:
    story.after("accept_report")
    wait(story, 121)
    story.do(FUND, "ask_exception", exception("accounts_not_overdue"))
    story.do(SECRETARIAT, "grant_exception")
    pay(story, 1_000)
    assert "accounts_overdue" in (story.why_not(INSTITUTION, "request_tranche") or ())


# --- refunds


def test_a_refund_names_a_tranche_that_was_paid(story: Story) -> None:
    story.after("accept_report")
    for number, units, code in (
        (2, 100, "tranche: not_a_paid_tranche"),
        (1, 3_001, "refund_over_advance"),
    ):
        back = papers.refund(story.today, units, number)
        assert codes(answer_of(partial(story.do, FUND, "record_refund", back))) == [code]
    pay(story, 1_500)
    story.do(FUND, "record_refund", papers.refund(story.today, 1_000, 2))
    too_much = papers.refund(story.today, 501, 2) | {"bank_reference": "DEV-2"}
    error = answer_of(lambda: story.do(FUND, "record_refund", too_much))
    assert codes(error) == ["refund_over_tranche"]
    LIFE["submit_report"](story)
    assert not story.faults()
