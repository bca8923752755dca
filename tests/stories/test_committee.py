"""The committee on a real request: quorum, closing time, stand-ins, changed minds, money."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    CHAIR,
    FUND,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

NOTHING = (0, 0, 0, 0, 0)
RESERVED = (10_000, 0, 0, 0, 0)


@pytest.fixture
def voting(story: Story) -> Story:
    """A story in which the committee votes; 32 states are counted, 17 carry."""
    story.after("open_ballot")
    assert len(story.voters) == 32
    return story


def test_without_a_quorum_the_closing_time_defers_the_case(voting: Story) -> None:
    for country in voting.voters[:16]:
        voting.vote(country)
    assert voting.sweep_at_due()["fired"] == 1
    assert (voting.state, voting.money(), voting.status()) == ("deferred", NOTHING, "")
    assert voting.entries()[-1].detail["outcome"] == "undecided"
    assert voting.acts()[-1].split()[1:] == ["case.decide", "ceam_vote>deferred", "system"]
    assert {SECRETARIAT, CHAIR, APPLICANT} <= set(voting.told()["deferred"])
    assert not voting.faults()


def test_with_a_quorum_the_closing_time_decides_by_the_votes_there_are(voting: Story) -> None:
    for country in voting.voters[:16]:
        voting.vote(country)
    voting.vote(voting.voters[16], "abstain")
    voting.vote(voting.voters[17], "abstain")
    assert voting.state == "ceam_vote"
    voting.sweep_at_due()
    assert voting.state == "rejected"  # sixteen of thirty-two are not more than half
    assert voting.entries()[-1].detail["tally"] == {
        "electorate": 32,
        "in_favour": 16,
        "with_reservations": 0,
        "against": 0,
        "abstain": 2,
        "not_participating": 0,
        "absent": 0,
        "recused": 0,
    }
    assert voting.money() == NOTHING


def test_a_vote_after_the_closing_is_refused_before_any_job_has_run(voting: Story) -> None:
    closing = voting.due()
    assert closing is not None
    voting.clock.at = closing - timedelta(minutes=1)
    error = answer_of(lambda: voting.vote("AR"))
    assert codes(error) == ["ballot_closed"]
    assert voting.state == "ceam_vote"
    voting.sweep()
    assert voting.state == "deferred"


def test_an_alternate_stands_in_and_the_delegate_may_change_the_vote(voting: Story) -> None:
    voting.vote("CL", "against", by="ceam_alternate:CL")
    voting.vote("CL", "in_favour")
    last = voting.entries()[-2:]
    assert [entry.office for entry in last] == ["ceam_alternate:CL", "ceam_delegate:CL"]
    assert voting.vote_until_decided() == 17
    assert voting.entries()[-1].detail["tally"] == {
        "electorate": 32,
        "in_favour": 17,
        "with_reservations": 0,
        "against": 0,
        "abstain": 0,
        "not_participating": 0,
        "absent": 0,
        "recused": 0,
    }


@pytest.mark.parametrize(
    ("country", "by", "expected"),
    [
        ("AR", "ceam_alternate:CL", ["role"]),  # for another state
        ("AR", "chair", ["role"]),  # no member of the committee
        ("AR", "focal_point:AR", ["not_found"]),  # may not even know of the case
        ("CU", "ceam_delegate:AR", ["role", "not_entitled"]),
    ],
)
def test_nobody_votes_for_a_state_without_being_its_delegate_or_alternate(
    voting: Story, country: str, by: str, expected: list[str]
) -> None:
    before = voting.case().version
    error = answer_of(lambda: voting.vote(country, by=by))
    assert codes(error) == expected
    assert voting.case().version == before


def test_the_vote_that_cannot_be_overturned_closes_the_ballot(voting: Story) -> None:
    for country in voting.voters[:16]:
        assert voting.vote(country).decided is None
    assert voting.vote(voting.voters[16]).decided is not None
    assert codes(answer_of(lambda: voting.vote(voting.voters[17]))) == ["ballot_not_open"]
    assert voting.money() == RESERVED


def test_reminders_go_to_the_silent_states_only(voting: Story) -> None:
    for country in voting.voters[:15]:
        voting.vote(country)
    voting.do(SECRETARIAT, "remind_voters")
    assert voting.entries()[-1].detail["reminded"] == list(voting.voters[15:])
    assert voting.told() == {"ballot_reminder": ["ceam_delegate"]}


def test_the_chair_defers_only_what_is_not_decided(voting: Story) -> None:
    closing = voting.due()
    assert closing is not None
    voting.clock.at = closing
    assert voting.why_not(CHAIR, "defer") == ["already_decided"]
    assert codes(answer_of(lambda: voting.do(CHAIR, "defer", reason="Late."))) == [
        "already_decided"
    ]


def test_no_ballot_opens_on_money_that_is_promised_elsewhere(story: Story) -> None:
    story.after("open_ballot")
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today, **papers.costing(100_000)))
    story.do(SECRETARIAT, "start_review")
    story.do("focal_point:CL", "confirm_participation")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    assert story.why_not(SECRETARIAT, "open_ballot") == ["funds_missing"]
    assert codes(answer_of(lambda: story.do(SECRETARIAT, "open_ballot"))) == ["funds_missing"]
    story.fill_the_fund(6_000, 0)
    story.do(SECRETARIAT, "open_ballot")
    assert story.available() == (0, 96_000)


def test_a_pledge_opens_no_ballot_until_it_is_received(engine: Engine) -> None:
    story = Story(engine)
    story.fill_the_fund(0, 4_000)
    story.after("record_opinion")
    with story.act(FUND) as tx:
        promised = record_pledge(tx, "US", Source.MEMBER_STATES, Money.parse("6000"))
    assert codes(answer_of(lambda: story.do(SECRETARIAT, "open_ballot"))) == ["funds_missing"]
    with story.act(FUND) as tx:
        record_receipt(
            tx,
            promised,
            Money.parse("6000"),
            bank_reference="REC",
            received_on=story.today,
            icr=NO_ICR,
        )
    story.do(SECRETARIAT, "open_ballot")
    assert (story.money(), story.available()) == (RESERVED, (0, 0))
