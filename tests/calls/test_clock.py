"""A call opens and closes by its own clock: instants are compared, no job is waited for."""

from datetime import timedelta

import pytest

from ricomi_workflow.calls.commands import open_and_close_due_calls
from ricomi_workflow.calls.rules import Phase
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refused
from tests.support import papers
from tests.support.calls import Calling, day
from tests.support.story import APPLICANT, INSTITUTION, SECRETARIAT, answer_of, codes


def submission(calling: Calling) -> list[str]:
    """What is said to a request that is submitted at this very instant."""
    story = calling.story
    story.clock.advance(timedelta(minutes=-1))  # an act of a story comes a minute after the last
    error = answer_of(lambda: story.do(APPLICANT, "submit", papers.request(story.today)))
    return codes(error)


def test_a_call_is_announced_with_local_day_zone_and_instant(calling: Calling) -> None:
    calling.announce()
    terms = calling.now.terms
    assert (terms.closes_on.isoformat(), terms.zone) == ("2026-11-04", "America/New_York")
    assert iso(terms.closes_at) == "2026-11-04T22:00:00.000000Z"  # 17:00, after the clocks change
    assert iso(terms.opens_at) == "2026-09-15T04:00:00.000000Z"  # midnight in Washington
    assert calling.now.phase(calling.story.clock.now()) is Phase.ANNOUNCED
    assert not calling.story.faults()


@pytest.mark.parametrize("seconds", [0, 1, 3_600])
def test_from_the_close_on_a_submission_is_refused_with_the_exact_hour(
    calling: Calling, seconds: int
) -> None:
    calling.announce()
    calling.open()
    calling.to_close(seconds)
    story = calling.story
    assert submission(calling) == ["call_closed"]
    story.clock.advance(timedelta(minutes=-1))
    error = answer_of(lambda: story.do(APPLICANT, "submit", papers.request(story.today)))
    assert isinstance(error, Refused)
    assert error.refusals[0].params == {
        "number": "1/2026",
        "closed_at": "2026-11-04T22:00:00.000000Z",
    }
    assert (story.state, calling.now.phase(story.clock.now())) == ("draft", Phase.CLOSED)


def test_one_second_before_the_close_a_submission_is_received(calling: Calling) -> None:
    calling.announce()
    calling.open()
    calling.to_close(-1)
    calling.story.clock.advance(timedelta(minutes=-1))
    calling.story.do(APPLICANT, "submit", papers.request(calling.story.today))
    assert calling.story.state == "submitted"
    assert calling.story.entries()[-1].detail["proposal"] == {
        "call": calling.ref,
        "institution": "direccion de migraciones",
        "asked": "10000.00",
    }
    assert not calling.story.faults()


def test_one_second_before_the_opening_a_submission_is_refused(calling: Calling) -> None:
    calling.announce()
    calling.open()
    calling.at_opening()
    calling.story.clock.advance(timedelta(seconds=-1))
    assert submission(calling) == ["call_not_open_yet"]
    calling.at_opening()
    calling.story.clock.advance(timedelta(minutes=-1))
    calling.story.do(APPLICANT, "submit", papers.request(calling.story.today))
    assert calling.story.state == "submitted"


def test_the_option_to_submit_says_that_the_call_is_closed(calling: Calling) -> None:
    calling.announce()
    calling.open()
    calling.to_close()
    assert calling.story.why_not(APPLICANT, "submit") == ["call_closed"]


def test_the_worker_moves_the_case_of_the_call_and_nobody_waits_for_it(calling: Calling) -> None:
    calling.announce()
    calling.to_close()
    assert dict(open_and_close_due_calls(calling.story.services)) == {
        "open_call": 1,
        "close_call": 1,
    }
    assert dict(open_and_close_due_calls(calling.story.services)) == {}
    calling.story.ref = calling.ref
    assert calling.story.acts()[-2:] == [
        "3 case.open_call announced>open system",
        "4 case.close_call open>call_closed system",
    ]


def test_an_extension_holds_for_all_and_is_told_to_all(calling: Calling) -> None:
    calling.announce()
    calling.open("institution_user:PY")
    calling.at_opening()
    today = calling.story.today
    calling.extend(day(today, 60), day(today, 95))
    calling.story.ref = calling.ref
    told = calling.story.told()["call_extended"]
    assert {"focal_point:AR", "focal_point:BR", APPLICANT, INSTITUTION} <= set(told)
    entry = calling.story.entries()[-1]
    assert (entry.act, entry.reason) == ("case.extend_call", "Feriado.")
    assert entry.detail["closed_before"] == "2026-11-04T22:00:00.000000Z"
    assert entry.detail["closes_at"] == iso(calling.now.terms.closes_at)
    assert not calling.story.faults()


def test_an_extension_only_moves_later(calling: Calling) -> None:
    calling.announce()
    today = calling.story.today
    earlier = answer_of(lambda: calling.extend(day(today, 51), day(today, 86)))
    assert codes(earlier) == ["closes_on: call_only_later"]
    results = answer_of(lambda: calling.extend(day(today, 60), day(today, 70)))
    assert codes(results) == ["results_on: call_not_earlier"]


def test_a_closed_call_is_not_extended(calling: Calling) -> None:
    calling.announce()
    calling.to_close()
    today = calling.story.today
    error = answer_of(lambda: calling.extend(day(today, 60), day(today, 95)))
    assert codes(error) == ["call_over"]


def test_the_review_does_not_begin_before_the_close(calling: Calling) -> None:
    calling.announce()
    calling.at_opening()
    open_and_close_due_calls(calling.story.services)
    early = answer_of(lambda: calling.story.do(SECRETARIAT, "begin_call_review", ref=calling.ref))
    assert codes(early) == ["call_running"]
    calling.to_close()  # the worker sleeps
    calling.story.do(SECRETARIAT, "begin_call_review", ref=calling.ref)
    assert calling.story.case(calling.ref).state == "call_review"
