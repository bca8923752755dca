"""Every end other than closing: what it gives back, what the public still reads, who is told."""

from collections.abc import Callable
from functools import partial

import pytest

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from tests.support import papers
from tests.support.databases import Databases
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


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """SQLite alone: how a case ends is decided by rules that both databases share."""
    return sqlite_databases


NOTHING = (0, 0, 0, 0, 0)
ALL_FREE = (100_000, 100_000)
WHY = "The conditions have changed."
TEAM = [APPLICANT, INSTITUTION]


ENDS: dict[str, Callable[[Story], object]] = {
    "close": lambda s: s.after("close"),
    "cancel": lambda s: (s.after("fund"), s.do(CHAIR, "cancel", reason=WHY)),
    "withdraw": lambda s: (s.after("submit"), s.do(APPLICANT, "withdraw", reason=WHY)),
    "reject": lambda s: (s.after("open_ballot"), s.vote_until_decided("against")),
    "lapse": lambda s: (s.open(), s.sweep_at_due()),
}


def bring(story: Story, last: str) -> None:
    """Bring a new case to where the act `last` leads; no act leaves it in draft."""
    if last == "return_for_clarification":
        story.after("start_review")
        story.do(SECRETARIAT, last, reason=WHY)
    elif last == "defer":
        story.after("open_ballot")
        story.do(CHAIR, last, reason=WHY)
    elif last:
        story.after(last)
    else:
        story.open()


def test_a_lost_ballot_rejects_the_case_and_frees_its_money(story: Story) -> None:
    story.after("open_ballot")
    assert story.vote_until_decided("against") == 17  # sixteen of thirty-two are no quorum yet
    assert (story.state, story.status(), story.due_day()) == ("rejected", "", "")
    assert (story.money(), story.available()) == (NOTHING, ALL_FREE)
    last = story.entries()[-1]
    assert (last.act, last.office, last.cause_seq) == ("case.decide", "system", last.seq - 1)
    assert last.detail["outcome"] == "lost"
    assert FUND in story.told()["rejected"]
    assert not story.faults()


def test_a_request_that_fails_the_checklist_is_declared_inadmissible(story: Story) -> None:
    story.after("confirm_participation")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility("within_mandate"))
    assert story.why_not(SECRETARIAT, "record_opinion") == ["not_admissible"]
    assert "not_admissible" in (story.why_not(SECRETARIAT, "open_ballot") or [])
    story.do(SECRETARIAT, "declare_inadmissible", reason=WHY)
    assert (story.state, story.status()) == ("rejected", "")
    assert story.told() == {"inadmissible": [PARTNER, *TEAM]}
    assert story.entries()[-1].reason == WHY


def test_an_admissible_request_is_not_declared_inadmissible(story: Story) -> None:
    story.after("record_admissibility")
    error = answer_of(lambda: story.do(SECRETARIAT, "declare_inadmissible", reason=WHY))
    assert codes(error) == ["not_inadmissible"]


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ("", "draft"),
        ("submit", "submitted"),
        ("record_opinion", "secretariat_review"),
        ("return_for_clarification", "returned"),
        ("defer", "deferred"),
        ("decide", "approved_awaiting_funds"),
    ],
)
def test_a_state_withdraws_its_request_until_it_is_funded(
    story: Story, last: str, state: str
) -> None:
    bring(story, last)
    assert story.state == state
    story.do(APPLICANT, "withdraw", reason=WHY)
    end = "discarded" if state == "draft" else "withdrawn"
    assert (story.state, story.status(), story.due_day()) == (end, "", "")
    assert (story.money(), story.available()) == (NOTHING, ALL_FREE)
    assert list(story.told()) == ["withdrawn"]
    assert (PARTNER in story.told()["withdrawn"]) == (state != "draft")
    assert not story.faults()


@pytest.mark.parametrize("last", ["open_ballot", "fund", "pay_tranche", "submit_final_report"])
def test_nothing_is_withdrawn_during_the_vote_or_once_funded(story: Story, last: str) -> None:
    story.after(last)
    assert codes(answer_of(lambda: story.do(APPLICANT, "withdraw", reason=WHY))) == ["not_offered"]


def test_the_withdrawal_of_an_approved_case_takes_its_entry_away(story: Story) -> None:
    story.after("decide")
    assert story.status() == "funded"
    story.do(APPLICANT, "withdraw", reason=WHY)
    assert story.public() is None


@pytest.mark.parametrize("from_state", ["draft", "returned", "approved_awaiting_funds"])
def test_the_clock_alone_lets_a_case_lapse(story: Story, from_state: str) -> None:
    bring(story, {"draft": "", "returned": "return_for_clarification"}.get(from_state, "decide"))
    assert story.state == from_state
    assert story.sweep_at_due()["fired"] == 1
    end = "discarded" if from_state == "draft" else "lapsed"
    assert story.acts()[-1].split()[1:] == ["case.lapse", f"{from_state}>{end}", "system"]
    assert (story.money(), story.available(), story.status()) == (NOTHING, ALL_FREE, "")
    assert set(TEAM) <= set(story.told()["lapsed"])
    assert story.sweep() == {}
    assert not story.faults()


def test_a_cancelled_project_gives_back_what_was_not_paid_and_stays_public(story: Story) -> None:
    story.after("accept_report")
    assert story.why_not(SECRETARIAT, "cancel") == ["accounts_open"]
    story.do(FUND, "record_refund", papers.refund(story.today, 3_000))
    story.do(CHAIR, "cancel", reason=WHY)
    assert (story.state, story.status()) == ("cancelled", "cancelled")
    assert story.money() == (0, 0, 5_000, 0, 5_000)
    assert story.available() == (97_000, 98_000)
    assert "ceam_delegate" in story.told()["cancelled"]
    assert not story.faults()


def test_a_cancelled_project_does_not_publish_the_report_that_was_returned(story: Story) -> None:
    story.after("accept_final_accounts")
    story.do(SECRETARIAT, "return_final_report", reason=WHY)
    story.do(FUND, "record_refund", papers.refund(story.today, 500))
    story.do(SECRETARIAT, "cancel", reason=WHY)
    entry = story.public()
    assert entry is not None
    assert "what_changed" not in entry.public
    assert not story.faults()


@pytest.mark.parametrize("end", ["close", "cancel", "withdraw", "reject", "lapse"])
def test_no_act_leads_out_of_an_end(story: Story, end: str) -> None:
    ENDS[end](story)
    version = story.case().version
    process = story.services.process(story.case())
    for transition in process.workflow.transitions:
        if story.state not in transition.sources:
            error = answer_of(partial(story.do, APPLICANT, transition.trigger, reason=WHY))
            assert codes(error) == ["not_offered"]
    assert story.case().version == version


@pytest.mark.parametrize("end", ["withdraw", "lapse"])
def test_a_draft_that_was_never_submitted_stays_private_when_it_ends(
    story: Story, end: str
) -> None:
    ref = story.open()
    if end == "withdraw":
        story.do(APPLICANT, "withdraw", reason=WHY)
    else:
        story.sweep_at_due()
    for office in (SECRETARIAT, CHAIR, FUND, PARTNER, "ceam_delegate:PY"):
        with story.services.uow.read() as connection, pytest.raises(NotFound):
            get_case(connection, story.services, story.people[office], ref)
    for office in TEAM:
        with story.services.uow.read() as connection:
            assert get_case(connection, story.services, story.people[office], ref).ref == ref


def test_what_never_left_its_state_stays_its_own_secret(story: Story) -> None:
    ref = story.open()
    for office in (SECRETARIAT, CHAIR, FUND, PARTNER, "focal_point:AR", "ceam_delegate:PY"):
        actor = story.people[office]
        with story.services.uow.read() as connection, pytest.raises(NotFound):
            get_case(connection, story.services, actor, ref)
        with story.services.uow.begin(actor) as tx, pytest.raises(NotFound):
            lock(tx, story.services, ref)
    LIFE["submit"](story)
    with story.services.uow.read() as connection:
        assert get_case(connection, story.services, story.people[SECRETARIAT], ref).ref == ref
