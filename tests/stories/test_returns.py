"""Every way back: what was returned, deferred, refused or suspended goes on afterwards."""

from ricomi_workflow.kernel.errors import Invalid, Refused
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    CHAIR,
    FUND,
    INSTITUTION,
    LIFE,
    PARTNER,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

RESERVED = (10_000, 0, 0, 0, 0)
NOTHING = (0, 0, 0, 0, 0)
WHY = "The dates do not fit."


def reviewed_again(story: Story) -> None:
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())


def test_a_returned_request_is_resubmitted_and_reviewed_anew(story: Story) -> None:
    story.after("record_opinion")
    story.do(SECRETARIAT, "return_for_clarification", reason=WHY)
    assert story.told() == {"returned": [PARTNER, APPLICANT, INSTITUTION]}
    assert (story.state, story.due_day()) == ("returned", "2026-11-10")
    story.do(APPLICANT, "resubmit", papers.request(story.today, months=9))
    assert story.state == "secretariat_review"
    assert story.why_not(SECRETARIAT, "open_ballot") == [
        "admissibility_voided",
        "opinion_voided",
        "participants_voided",
    ]
    reviewed_again(story)
    story.do(PARTNER, "confirm_participation")
    story.do(SECRETARIAT, "open_ballot")
    assert story.acts()[6:8] == [
        "7 case.return_for_clarification secretariat_review>returned secretariat",
        "8 case.resubmit returned>secretariat_review focal_point:PY",
    ]
    assert story.entries()[6].reason == WHY


def test_a_return_without_a_reason_is_refused_and_changes_nothing(story: Story) -> None:
    story.after("start_review")
    before = story.case()
    error = answer_of(lambda: story.do(SECRETARIAT, "return_for_clarification", reason="  "))
    assert isinstance(error, Invalid)
    assert codes(error) == ["reason: required"]
    assert story.case() == before


def test_a_resubmission_adds_and_removes_participants(story: Story) -> None:
    story.after("confirm_participation")
    story.do(SECRETARIAT, "return_for_clarification", reason=WHY)
    story.do(APPLICANT, "resubmit", papers.request(story.today, participants=["AR", "BR"]))
    assert story.told()["participation_asked"] == ["focal_point:AR", "focal_point:BR"]
    found = {p.country: p.confirmed_seq is not None for p in story.case().participants}
    assert found == {"AR": False, "BR": False}
    assert codes(answer_of(lambda: story.do(PARTNER, "confirm_participation"))) == ["not_found"]
    story.do("focal_point:AR", "confirm_participation")
    story.do(SECRETARIAT, "return_for_clarification", reason=WHY)
    story.do(APPLICANT, "resubmit", papers.request(story.today, participants=["AR", "CL"]))
    found = {p.country: p.confirmed_seq is not None for p in story.case().participants}
    assert found == {"AR": True, "CL": False}
    assert story.why_not("focal_point:AR", "confirm_participation") == ["participation_not_open"]
    assert story.why_not(PARTNER, "confirm_participation") == []


def test_a_deferred_case_comes_back_to_the_committee_in_a_second_ballot(story: Story) -> None:
    story.after("open_ballot")
    story.vote("AR")
    story.do(CHAIR, "defer", reason="More time is wanted.")
    assert (story.state, story.money(), story.due_day()) == ("deferred", NOTHING, "2026-12-10")
    assert story.moved()["available:member_states"] == -6_000
    assert story.entries()[-1].detail["outcome"] == "withdrawn"
    story.do(CHAIR, "open_ballot")
    assert (story.state, story.money()) == ("ceam_vote", RESERVED)
    assert story.entries()[-1].detail["ballot"] == 2
    assert story.vote_until_decided() == 17
    assert story.state == "approved_awaiting_funds"
    assert not story.faults()


def test_a_deferred_case_may_go_back_to_its_state(story: Story) -> None:
    story.after("open_ballot")
    story.do(CHAIR, "defer", reason="More time is wanted.")
    story.do(SECRETARIAT, "return_deferred", reason=WHY)
    assert story.told() == {"returned": [PARTNER, APPLICANT, INSTITUTION]}
    story.do(APPLICANT, "resubmit", papers.request(story.today, contact="Luz"))
    assert codes(answer_of(lambda: story.do(SECRETARIAT, "open_ballot"))) == [
        "admissibility_voided"
    ]
    reviewed_again(story)
    story.do(SECRETARIAT, "open_ballot")
    assert (story.state, story.money()) == ("ceam_vote", RESERVED)
    assert not story.faults()


def test_a_returned_report_is_written_again_before_any_spending_is_entered(story: Story) -> None:
    story.after("submit_report")
    story.do(SECRETARIAT, "return_report", reason=WHY)
    assert (story.state, story.money()) == ("report_due", (0, 2_000, 8_000, 8_000, 0))
    assert story.told() == {"report_returned": [APPLICANT, INSTITUTION]}
    LIFE["submit_report"](story)
    LIFE["accept_report"](story)
    assert (story.state, story.money()) == ("executing", (0, 2_000, 8_000, 3_000, 5_000))
    assert story.why_not(INSTITUTION, "request_tranche") == []


def test_a_returned_final_report_is_accounted_for_anew(story: Story) -> None:
    story.after("accept_final_accounts")
    story.do(SECRETARIAT, "return_final_report", reason=WHY)
    assert story.state == "report_due"
    story.do(APPLICANT, "submit_final_report", papers.final({papers.PER_DIEM: 3_000}))
    assert story.why_not(SECRETARIAT, "close") == ["accounts_open", "final_expenditure_missing"]
    story.do(SECRETARIAT, "accept_final_accounts")
    assert story.money() == (0, 2_000, 8_000, 0, 8_000)
    story.do(SECRETARIAT, "close")
    assert (story.state, story.money()) == ("closed", (0, 0, 8_000, 0, 8_000))
    assert not story.faults()


def test_a_refused_tranche_is_asked_for_again_and_paid(story: Story) -> None:
    story.after("request_tranche")
    story.do(CERTIFIER, "refuse_tranche", reason="No invoice.")
    assert story.told() == {"tranche_refused": [APPLICANT, INSTITUTION]}
    assert story.money() == (0, 10_000, 0, 0, 0)
    story.do(APPLICANT, "request_tranche", papers.tranche(3_000))
    story.do(CERTIFIER, "certify_tranche")
    story.do(CERTIFIER, "refuse_tranche", reason="Certified by mistake.")
    story.do(APPLICANT, "request_tranche", papers.tranche(10_000))
    story.do(CERTIFIER, "certify_tranche")
    story.do(FUND, "pay_tranche", papers.payment(story.today))
    assert story.money() == (0, 0, 10_000, 10_000, 0)
    assert [acts.split()[1] for acts in story.acts()].count("case.refuse_tranche") == 2
    assert not story.faults()


def test_no_second_tranche_before_the_report_on_the_first(story: Story) -> None:
    story.after("pay_tranche")
    error = answer_of(lambda: story.do(APPLICANT, "request_tranche", papers.tranche(1)))
    assert isinstance(error, Refused)
    assert codes(error) == ["report_missing"]
    LIFE["submit_report"](story)
    LIFE["accept_report"](story)
    story.do(APPLICANT, "request_tranche", papers.tranche(2_000))
    assert story.why_not(APPLICANT, "submit_final_report") == ["tranche_open"]


def test_a_suspended_project_goes_on_with_a_term_of_its_own(story: Story) -> None:
    story.after("start_execution")
    before = story.due_day()
    story.do(SECRETARIAT, "suspend", reason="Elections.")
    assert (story.state, story.status()) == ("suspended", "executing")
    assert story.why_not(APPLICANT, "request_tranche") is None
    story.clock.at = story.clock.at.replace(month=10, day=1)
    story.do(SECRETARIAT, "resume", reason="They are over.")
    assert story.state == "executing"
    assert story.due_day() > before
    assert "resumed" in story.told()
    assert not story.faults()


def test_the_report_falls_due_by_itself_and_may_be_asked_for(story: Story) -> None:
    story.after("pay_tranche")
    assert story.sweep_at_due()["fired"] == 1
    assert story.acts()[-1].split()[1:] == [
        "case.report_falls_due",
        "executing>report_due",
        "system",
    ]
    assert story.told() == {"report_due": [APPLICANT, INSTITUTION]}
    story.do(INSTITUTION, "submit_report", papers.progress(story.today, {papers.FARES: 100}))
    story.do(SECRETARIAT, "accept_report")
    story.do(SECRETARIAT, "ask_report")
    assert (story.state, story.told()) == ("report_due", {"report_due": [APPLICANT, INSTITUTION]})
