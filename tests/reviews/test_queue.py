"""The queue of approved requests: its order, and whose money is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.reviews.funding_queue import (
    Coverage,
    WaitingRequest,
    get_funding_queue,
    queue_rank,
    with_coverage,
)
from tests.support import papers
from tests.support.reviewing import Panel
from tests.support.story import FUND, SECRETARIAT

NOW = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)
CASE = Case(
    id=1,
    ref="RICOMI-2026-0001",
    kind="cooperation_request",
    definition="cooperation_request/v2",
    country="PY",
    illustrative=True,
    opened_at=NOW,
    version=1,
    head="",
    state="approved_awaiting_funds",
    entered=1,
    entered_at=NOW,
    updated_at=NOW,
    title=None,
)


def line(ref: str, score: int | None, dollars: int = 10, **facts: object) -> WaitingRequest:
    """One request that waits for money of member states."""
    made = WaitingRequest(
        case=replace(CASE, ref=ref),
        score=None if score is None else Fraction(score),
        by_reviews=True,
        decided_at=NOW,
        subregion="south_america",
        funded_there=0,
        shares={Source.MEMBER_STATES: Money(dollars * 100)},
        held=Money(0),
        lapses_at=None,
    )
    return replace(made, **facts)  # type: ignore[arg-type]  # fields of a line


def test_score_then_decision_then_balance_decide_the_place() -> None:
    lines = [
        line("d", None),
        line("c", 80, funded_there=3),
        line("b", 80, funded_there=1),
        line("e", 80, decided_at=NOW - timedelta(days=1), funded_there=9),
        line("a", 90, decided_at=NOW + timedelta(days=1)),
    ]
    assert [each.case.ref for each in sorted(lines, key=queue_rank)] == ["a", "e", "b", "c", "d"]


def test_those_before_are_served_first_and_reserved_money_is_theirs() -> None:
    lines = [
        line("a", 9, 30, held=Money(3_000)),
        line("b", 8, 60),
        line("c", 7, 50),
        line("d", 6, 40),
    ]
    free = {Source.MEMBER_STATES: Money(10_000)}
    assert [each.cover for each in with_coverage(lines, free)] == [
        Coverage.HELD,
        Coverage.FITS,
        Coverage.SHORT,
        Coverage.FITS,
    ]


@given(st.lists(st.integers(1, 80), max_size=8), st.integers(0, 200))
def test_what_fits_is_never_more_than_what_is_free(asked: list[int], free: int) -> None:
    lines = [line(str(n), 50, dollars) for n, dollars in enumerate(asked)]
    found = with_coverage(lines, {Source.MEMBER_STATES: Money(free * 100)})
    fitting = [each.asked.minor for each in found if each.cover is Coverage.FITS]
    assert sum(fitting) <= free * 100


def test_an_approved_request_waits_with_its_score_and_lapse(panel: Panel) -> None:
    story = panel.story
    panel.reviewed(Ana=10, Bruno=20)
    story.do(SECRETARIAT, "end_technical_review")
    story.do("focal_point:CL", "confirm_participation")
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    story.vote_until_decided()
    with story.services.uow.read() as connection:
        (found,) = get_funding_queue(connection, story.services).lines
    assert (found.case.ref, found.score, found.by_reviews) == (story.ref, Fraction(75), True)
    assert (found.cover, found.asked, found.subregion) == (
        Coverage.HELD,
        Money(1_000_000),
        "south_america",
    )
    assert found.lapses_at == story.due()
    story.do(FUND, "fund")
    with story.services.uow.read() as connection:
        assert get_funding_queue(connection, story.services).lines == ()
