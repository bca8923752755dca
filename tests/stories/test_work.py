"""The work: plan and officials, changes of the budget, more time, and what lasted."""

from datetime import date, timedelta

import pytest

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import readable_values
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.execution.plans import latest_end
from ricomi_workflow.fund.budget import get_budget_in_force
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.fund.rules import expenditure_lines
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Memo, Owner
from ricomi_workflow.ledger.posting import CaseEntry, post
from tests.support import papers
from tests.support.papers import FARES, PER_DIEM
from tests.support.story import (
    APPLICANT,
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

WHY = "It is time."
ASKED = {FARES: 4_000, PER_DIEM: 6_000}


def budget(story: Story) -> dict[str, int]:
    """Whole dollars by line of the budget in force, as screens read it, too."""
    with story.services.uow.read() as connection:
        lines = get_budget_in_force(connection, story.case().id)
        shown = {
            line.line: line.budgeted for line in get_case_finances(connection, story.case()).lines
        }
    assert shown == lines
    return {line: amount.minor // 100 for line, amount in lines.items()}


def ask(story: Story, units: int, source: str = FARES, target: str = PER_DIEM) -> None:
    story.do(INSTITUTION, "ask_reallocation", papers.moves(source, target, units))


# --- plan and officials

EVIDENCE = {
    "agreement_recorded",
    "plan_accepted",
    "officials_designated",
    "reports_in_order",
    "accounts_not_overdue",
}


def test_the_work_starts_only_on_an_agreement_and_a_plan_that_was_accepted(story: Story) -> None:
    """The gates of every disbursement stand before the work (N11)."""
    story.after("fund")
    assert story.why_not(INSTITUTION, "submit_plan") == ["agreement_missing"]
    assert story.why_not(FUND, "start_execution") == ["agreement_missing", "plan_missing"]
    flow = story.services.process(story.case()).workflow
    (asked,) = (t for t in flow.transitions if t.trigger == "request_tranche")
    assert asked.sources == ("executing",)
    assert set(asked.guards) >= EVIDENCE
    LIFE["record_agreement"](story)
    assert story.why_not(FUND, "start_execution") == ["plan_missing"]
    LIFE["submit_plan"](story)
    story.do(SECRETARIAT, "return_plan", reason=WHY)
    assert story.told() == {"plan_returned": [APPLICANT, INSTITUTION]}
    assert story.why_not(FUND, "start_execution") == ["plan_waiting"]
    LIFE["submit_plan"](story)
    LIFE["accept_plan"](story)
    story.do(FUND, "start_execution")
    assert story.state == "executing"


def test_two_activities_of_a_plan_do_not_share_a_name(story: Story) -> None:
    story.after("record_agreement")
    plan = papers.plan(story.today)
    rows = plan["plan"]
    assert isinstance(rows, list)
    error = answer_of(lambda: story.do(INSTITUTION, "submit_plan", plan | {"plan": rows[:1] * 2}))
    assert codes(error) == ["plan.1.activity: duplicate_row"]


def test_each_state_that_receives_money_designates_who_answers_before_the_first_payment(
    story: Story,
) -> None:
    story.after("fund")
    both = papers.agreement(story.today, receiving=("PY", "CL"))
    story.do(APPLICANT, "record_agreement", both)
    for name in ("submit_plan", "accept_plan", "designate_official", "start_execution"):
        LIFE[name](story)
    assert story.why_not(INSTITUTION, "request_tranche") == ["officials_missing"]
    story.do(PARTNER, "designate_official", papers.official())
    assert story.entries()[-1].detail["official_of"] == "CL"
    assert story.why_not(INSTITUTION, "request_tranche") == []
    with story.services.uow.read() as connection:
        given = find_latest_submission(connection, story.case().id, "designated_official")
    assert given is not None
    form = story.services.library.forms[given.form_key]
    for office, sees in ((PARTNER, True), (FUND, True), ("ceam_delegate:AR", False)):
        actor = story.people[office]
        found = readable_values(story.services, actor, story.case(), form, given)
        assert (found is not None) is sees, office


def test_a_state_that_receives_no_money_designates_nobody(story: Story) -> None:
    story.after("record_agreement")
    assert story.why_not(PARTNER, "designate_official") == ["receives_no_money"]


def test_money_goes_only_to_states_of_the_case(story: Story) -> None:
    story.after("fund")
    elsewhere = papers.agreement(story.today, receiving=("PY", "AR"))
    error = answer_of(lambda: story.do(APPLICANT, "record_agreement", elsewhere))
    assert codes(error) == ["receiving: not_in_case"]


def test_progress_is_told_in_the_words_of_the_plan(story: Story) -> None:
    story.after("pay_tranche")
    report = papers.progress(story.today, {FARES: 1_000})
    rows = report["work"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    other = report | {"work": [{**rows[0], "activity": "Otra cosa"}]}
    error = answer_of(lambda: story.do(INSTITUTION, "submit_report", other))
    assert codes(error) == ["work.0.activity: not_in_plan"]
    story.do(INSTITUTION, "submit_report", report)
    with story.services.uow.read() as connection:
        given = find_latest_submission(connection, story.case().id, "progress_report")
    assert given is not None
    assert (given.values["women"], given.values["men"]) == (5, 4)


# --- budget


def test_within_the_margin_the_secretariat_changes_the_budget(story: Story) -> None:
    story.after("start_execution")
    ask(story, 1_000)
    assert (story.state, budget(story)) == ("reallocation_review", ASKED)
    assert story.why_not(SECRETARIAT, "put_reallocation_to_vote") == ["reallocation_in_margin"]
    story.do(SECRETARIAT, "approve_reallocation")
    assert (story.state, budget(story)) == ("executing", {FARES: 3_000, PER_DIEM: 7_000})
    assert story.entries()[-1].detail["moved"] == "1000.00"
    assert not story.faults()


def test_what_the_secretariat_approved_before_counts_against_its_margin(story: Story) -> None:
    story.after("start_execution")
    ask(story, 600)
    story.do(SECRETARIAT, "approve_reallocation")
    ask(story, 600)
    assert story.why_not(SECRETARIAT, "approve_reallocation") == ["reallocation_beyond"]
    story.do(SECRETARIAT, "put_reallocation_to_vote")
    story.vote_until_decided()
    assert budget(story) == {FARES: 2_800, PER_DIEM: 7_200}
    ask(story, 900)  # the committee has decided: the margin is whole again
    story.do(SECRETARIAT, "approve_reallocation")
    assert budget(story) == {FARES: 1_900, PER_DIEM: 8_100}


def test_beyond_the_margin_the_committee_votes_and_the_old_budget_holds_until_then(
    story: Story,
) -> None:
    story.after("start_execution")
    ask(story, 2_000)
    assert story.why_not(SECRETARIAT, "approve_reallocation") == ["reallocation_beyond"]
    story.do(SECRETARIAT, "put_reallocation_to_vote")
    assert (story.state, budget(story)) == ("reallocation_vote", ASKED)
    story.vote_until_decided()
    assert (story.state, budget(story)) == ("executing", {FARES: 2_000, PER_DIEM: 8_000})
    assert (story.money(), story.status()) == ((0, 10_000, 0, 0, 0), "executing")
    with story.services.uow.read() as connection:
        given = find_latest_submission(connection, story.case().id, "reallocation")
    assert given is not None
    assert story.entries()[-1].detail["reallocation"] == given.number
    assert not story.faults()


def test_a_vote_on_a_change_that_no_longer_fits_is_counted_and_brings_it_back(
    story: Story,
) -> None:
    story.after("pay_tranche")
    ask(story, 2_000)
    story.do(SECRETARIAT, "put_reallocation_to_vote")
    owner = Owner(story.case().id, story.ref)
    spent = expenditure_lines(owner, {FARES: Money(3_000_00)})  # by whatever way
    with story.services.uow.begin(SYSTEM) as tx:
        found = lock(tx, story.services, story.ref)
        seq = record(tx, found, "fund.corrected", office="system", detail={})
        day = story.today
        post(tx, Memo.EXPENDITURE, spent, key="meanwhile", at=day, entry=CaseEntry(owner, seq))
    story.vote_until_decided()
    assert (story.state, budget(story)) == ("reallocation_review", ASKED)
    assert "reallocation_impossible" in (story.why_not(SECRETARIAT, "approve_reallocation") or [])
    story.do(SECRETARIAT, "refuse_reallocation", reason=WHY)
    assert (story.state, budget(story)) == ("executing", ASKED)


def test_a_change_that_the_committee_rejects_leaves_the_budget_as_it_was(story: Story) -> None:
    story.after("start_execution")
    ask(story, 2_000)
    story.do(SECRETARIAT, "put_reallocation_to_vote")
    story.vote_until_decided("against")
    assert (story.state, budget(story)) == ("executing", ASKED)
    assert list(story.told()) == ["reallocation_refused"]


@pytest.mark.parametrize("how", ["the chair", "the clock"])
def test_a_ballot_without_decision_brings_the_change_back_to_the_secretariat(
    story: Story, how: str
) -> None:
    story.after("start_execution")
    ask(story, 2_000)
    story.do(SECRETARIAT, "put_reallocation_to_vote")
    if how == "the chair":
        story.do(CHAIR, "defer", reason=WHY)
    else:
        story.sweep_at_due()
    assert (story.state, budget(story)) == ("reallocation_review", ASKED)
    story.do(SECRETARIAT, "refuse_reallocation", reason=WHY)
    assert (story.state, budget(story)) == ("executing", ASKED)
    assert not story.faults()


def test_a_line_does_not_fall_below_what_was_spent_of_it(story: Story) -> None:
    story.after("accept_report")  # 4,000 of fares and 1,000 of per diem are spent
    error = answer_of(lambda: ask(story, 1_000))
    assert codes(error) == ["moves: line_too_low"]
    ask(story, 1_000, PER_DIEM, FARES)
    story.do(SECRETARIAT, "approve_reallocation")
    assert budget(story) == {FARES: 5_000, PER_DIEM: 5_000}


@pytest.mark.parametrize(
    ("source", "target", "fault"),
    [
        ("1.9 Tea", PER_DIEM, "moves.0.source: unknown_line"),
        (FARES, "1.9 Tea", "moves.0.target: unknown_line"),
        (FARES, FARES, "moves.0.target: same_line"),
    ],
)
def test_money_moves_between_two_lines_that_are_there(
    story: Story, source: str, target: str, fault: str
) -> None:
    story.after("start_execution")
    assert codes(answer_of(lambda: ask(story, 100, source, target))) == [fault]


def test_no_line_is_overspent_against_the_budget_in_force(story: Story) -> None:
    story.after("pay_tranche")
    story.do(INSTITUTION, "submit_report", papers.progress(story.today, {FARES: 4_500}))
    assert story.why_not(SECRETARIAT, "accept_report") == ["line_overspent"]
    story.do(SECRETARIAT, "return_report", reason=WHY)
    story.do(INSTITUTION, "submit_report", papers.progress(story.today, {FARES: 3_000}))
    story.do(SECRETARIAT, "accept_report")
    ask(story, 800, PER_DIEM, FARES)
    story.do(SECRETARIAT, "approve_reallocation")
    story.do(APPLICANT, "submit_final_report", papers.final({FARES: 1_800}))
    assert story.why_not(SECRETARIAT, "accept_final_accounts") == []


# --- time


def test_more_time_lets_disbursements_go_on_after_the_planned_end(story: Story) -> None:
    story.after("start_execution")
    end = story.today + timedelta(days=300)
    story.clock.advance(timedelta(days=301))
    assert "work_over" in (story.why_not(INSTITUTION, "request_tranche") or [])
    story.do(APPLICANT, "ask_extension", papers.extension(end + timedelta(days=60)))
    assert story.why_not(APPLICANT, "ask_extension") == ["extension_waiting"]
    story.do(SECRETARIAT, "grant_extension")
    assert story.told() == {
        "extension_granted": ["certifying_officer", PARTNER, APPLICANT, FUND, INSTITUTION]
    }
    assert story.why_not(INSTITUTION, "request_tranche") == []
    assert story.why_not(SECRETARIAT, "grant_extension") == ["extension_not_asked"]


def test_time_that_is_declined_changes_nothing_and_may_be_asked_for_again(story: Story) -> None:
    story.after("start_execution")
    story.do(APPLICANT, "ask_extension", papers.extension(story.today + timedelta(days=330)))
    story.do(SECRETARIAT, "refuse_extension", reason=WHY)
    assert story.why_not(APPLICANT, "ask_extension") == []


@pytest.mark.parametrize(
    ("days", "fault"), [(200, "new_end: not_later"), (600, "new_end: beyond_extension")]
)
def test_an_extension_is_later_than_the_end_and_within_the_limit(
    story: Story, days: int, fault: str
) -> None:
    story.after("start_execution")
    wanted = papers.extension(story.today + timedelta(days=days))
    assert codes(answer_of(lambda: story.do(APPLICANT, "ask_extension", wanted))) == [fault]


@pytest.mark.parametrize(
    ("planned", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # a shorter month
        (date(2026, 8, 31), 6, date(2027, 2, 28)),  # into the next year
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 7, 15), 5, date(2026, 12, 15)),  # December is no thirteenth month
    ],
)
def test_months_are_counted_by_the_calendar(planned: date, months: int, last: date) -> None:
    assert latest_end(planned, months) == last


# --- afterwards


def test_both_sides_say_how_it_went_each_in_its_own_name(story: Story) -> None:
    story.after("submit_final_report")
    story.do(PARTNER, "record_satisfaction", {"satisfaction_partner": 4})
    last = story.entries()[-1]
    assert (last.act, last.office) == ("case.record_satisfaction", "partner:CL")


def test_half_a_year_after_closing_what_lasted_is_told_and_published(story: Story) -> None:
    story.after("close")
    closed = story.public()
    assert closed is not None
    assert (closed.status, "what_changed" in closed.public) == ("closed", True)
    assert story.why_not(APPLICANT, "submit_follow_up") is None
    assert story.sweep_at_due()["fired"] == 1
    assert story.told() == {"follow_up_due": [APPLICANT, INSTITUTION]}
    assert (story.state, story.status()) == ("follow_up_due", "closed")
    story.do(INSTITUTION, "submit_follow_up", papers.follow_up())
    told = story.public()
    assert told is not None
    assert (story.state, told.status, told.public["in_use"]) == ("followed_up", "closed", "in_use")
    assert not story.faults()


def test_a_case_that_nobody_follows_up_stays_closed_and_public(story: Story) -> None:
    story.after("close")
    story.sweep_at_due()
    story.sweep_at_due()
    assert (story.state, story.status(), story.due_day()) == ("not_followed_up", "closed", "")
    assert not story.faults()


def test_what_is_no_longer_used_is_told_with_its_reason(story: Story) -> None:
    story.after("close")
    story.sweep_at_due()
    unused = papers.follow_up() | {"in_use": "not_in_use"}
    error = answer_of(lambda: story.do(APPLICANT, "submit_follow_up", unused))
    assert codes(error) == ["why_not: required"]
