"""Two people at the same moment on real cases: one of them acts, the other reads why not."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, func, select

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.models import ballot_outcome
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.models import submission
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    CHAIR,
    FUND,
    SECRETARIAT,
    Story,
    codes,
)
from tests.support.threads import at_once

ROUNDS = 4


def fires(
    story: Story,
    office: str,
    trigger: str,
    inputs: Mapping[str, Json] | None = None,
    ref: str | None = None,
) -> Callable[[], object]:
    """An act for a thread: it leaves the clock alone."""

    def act() -> None:
        with story.services.uow.begin(story.people[office]) as tx:
            found = lock(tx, story.services, ref or story.ref)
            advance(tx, story.services, found, trigger, inputs=inputs, reason="Example.")

    return act


def votes(story: Story, country: str) -> Callable[[], object]:
    def act() -> None:
        with story.services.uow.begin(story.people[f"ceam_delegate:{country}"]) as tx:
            found = lock(tx, story.services, story.ref)
            cast_vote(tx, story.services, found, country, "in_favour")

    return act


def refused(raised: list[Exception]) -> list[str]:
    """Why the one who came second could not act."""
    (error,) = raised
    assert isinstance(error, DomainError)
    return codes(error)


def test_two_deciding_votes_give_one_approval(story: Story) -> None:
    for _ in range(ROUNDS):
        story.after("open_ballot")
        for country in story.voters[:16]:
            story.vote(country)
        assert refused(at_once(*(votes(story, c) for c in story.voters[16:18]))) == [
            "ballot_not_open"
        ]
        assert story.state == "approved_awaiting_funds"
        assert [act.split()[1] for act in story.acts()].count("case.decide") == 1
    with story.services.uow.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ballot_outcome)) == ROUNDS
    assert not story.faults()


def test_the_last_money_goes_to_one_of_two_ballots(engine: Engine) -> None:
    story = Story(engine)
    for _ in range(ROUNDS):
        story.fill_the_fund(papers.MEMBERS, papers.OBSERVERS)
        refs = [story.after("record_opinion") for _ in range(2)]
        raised = at_once(*(fires(story, SECRETARIAT, "open_ballot", ref=ref) for ref in refs))
        assert set(refused(raised)) == {"funds_missing"}
        assert sorted(story.money(ref)[0] for ref in refs) == [0, 10_000]
        assert story.available() == (0, 0)
    assert not story.faults()


@pytest.mark.parametrize(
    ("last", "office", "trigger", "code"),
    [
        ("request_tranche", CERTIFIER, "certify_tranche", "tranche_not_requested"),
        ("certify_tranche", FUND, "pay_tranche", "tranche_not_certified"),
    ],
)
def test_a_tranche_is_certified_and_paid_once(
    story: Story, last: str, office: str, trigger: str, code: str
) -> None:
    for number in range(ROUNDS):
        story.after(last)
        paper = partial(papers.payment, story.today) if trigger == "pay_tranche" else None
        raised = at_once(
            *(
                fires(story, office, trigger, paper(f"TRF {number}{side}") if paper else None)
                for side in "AB"
            )
        )
        assert refused(raised) == [code]
    assert not story.faults()


@pytest.mark.parametrize(
    ("last", "one", "other"),
    [
        ("decide", (FUND, "fund"), (APPLICANT, "withdraw")),
        ("open_ballot", (CHAIR, "defer"), (CHAIR, "defer")),
        ("submit_report", (SECRETARIAT, "accept_report"), (SECRETARIAT, "return_report")),
        ("start_review", (SECRETARIAT, "return_for_clarification"), (APPLICANT, "withdraw")),
        ("start_execution", (SECRETARIAT, "suspend"), (CHAIR, "cancel")),
    ],
)
def test_of_two_acts_that_exclude_each_other_one_happens(
    story: Story, last: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    for _ in range(ROUNDS):
        story.after(last)
        before = story.case().version
        raised = at_once(fires(story, *one), fires(story, *other))
        done = story.case().version - before
        assert done + len(raised) == 2
        if raised:
            assert refused(raised)[0] in {"not_offered", "conflict"}
        else:  # a returned case, and a suspended one, may still be ended: one came after the other
            assert story.state in {"withdrawn", "cancelled"}
    assert not story.faults()


def test_a_draft_is_submitted_once(story: Story) -> None:
    form = story.services.library.forms["request/v2"]
    for _ in range(ROUNDS):
        story.open()
        with story.act(APPLICANT) as tx:
            found = lock(tx, story.services, story.ref)
            save_draft(tx, story.services, found, form, papers.request(story.today))
        raised = at_once(*[fires(story, APPLICANT, "submit")] * 2)
        assert refused(raised) == ["not_offered"]
        assert story.case().version == 2
    with story.services.uow.read() as connection:
        assert connection.scalar(select(func.count()).select_from(submission)) == ROUNDS


def test_two_workers_do_nothing_twice(story: Story) -> None:
    refs = [story.after("open_ballot") for _ in range(3)] + [story.open() for _ in range(3)]
    for days in (12, 10, 130, 30):
        story.clock.advance(timedelta(days=days))
        assert at_once(story.sweep, story.sweep) == []
    states = [story.case(ref).state for ref in refs]
    assert states == ["deferred"] * 3 + ["discarded"] * 3
    with story.services.uow.read() as connection:
        left = (
            select(func.count())
            .select_from(deadline)
            .where(deadline.c.done_at.is_(None), deadline.c.at <= story.clock.now())
        )
        assert connection.scalar(left) == 0
    assert not story.faults()


def test_a_vote_and_the_closing_time_decide_once(story: Story) -> None:
    for _ in range(ROUNDS):
        story.after("open_ballot")
        for country in story.voters[:16]:
            story.vote(country)
        due = story.due()
        assert due is not None
        story.clock.at = due
        raised = at_once(votes(story, story.voters[16]), story.sweep)
        assert refused(raised)[0] in {"ballot_closed", "ballot_not_open"}
        assert story.state == "deferred"
    assert not story.faults()


def test_two_states_confirm_at_once(story: Story) -> None:
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today, participants=["AR", "BR", "CL"]))
    offices = [f"focal_point:{country}" for country in ("AR", "BR", "CL")]
    assert at_once(*(fires(story, who, "confirm_participation") for who in offices)) == []
    assert all(p.confirmed_seq for p in story.case().participants)
    assert not story.faults()
