"""Ceiling, languages and the limit of one institution hold a request to its call."""

import pytest

from ricomi_workflow.calls.commands import open_in_call
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid, NotFound, Refused
from ricomi_workflow.kernel.money import Money
from tests.support import papers
from tests.support.calls import Calling, terms, weights
from tests.support.story import APPLICANT, SECRETARIAT, answer_of, codes


def opened(calling: Calling, **changes: Json) -> Calling:
    """The call, open, with a request of Paraguay in it."""
    calling.announce(exercise=False, **changes)
    calling.at_opening()
    calling.open()
    return calling


def test_terms_that_do_not_fit_together_are_refused_with_every_mistake(calling: Calling) -> None:
    today = calling.story.today
    wrong = terms(
        today,
        closes_on=today.isoformat(),
        questions_on=today.isoformat(),
        results_on=today.isoformat(),
        ceiling=papers.usd(30_000),
        criteria=[*weights(capacity=10)[1:], {"criterion": "priority_groups", "weight": 30}],
        tie_break="sustainability",
    )
    calling.prepare()
    error = answer_of(lambda: calling.story.do(SECRETARIAT, "announce", wrong, ref=calling.ref))
    assert isinstance(error, Invalid)
    assert codes(error) == [
        "closes_on: call_after",
        "questions_on: call_questions_between",
        "results_on: call_after",
        "criteria: call_criteria_missing",
        "criteria: call_weights",
        "tie_break: call_tie_break",
        "ceiling: call_ceiling",
    ]


def test_what_goes_beyond_the_call_is_refused_with_every_figure(calling: Calling) -> None:
    opened(calling)
    story = calling.story
    dear = papers.request(
        story.today,
        title={"en": "Register"},
        summary={"en": "Two countries share."},
        objectives={"en": "Know it."},
        budget=[papers.line(papers.FARES, 4, 5_000, category="airfare")],
        financing=papers.financing(15_000, 5_000),
    )
    error = answer_of(lambda: story.do(APPLICANT, "submit", dear))
    assert isinstance(error, Refused)
    assert [(r.code, dict(r.params)) for r in error.refusals] == [
        (
            "call_ceiling_exceeded",
            {"asked": Money(2_000_000), "ceiling": Money(1_200_000), "number": "1/2026"},
        ),
        ("call_language", {"languages": ("Español", "Português"), "number": "1/2026"}),
    ]
    assert story.state == "draft"


def test_the_limit_of_an_institution_counts_however_its_name_is_spelled(calling: Calling) -> None:
    opened(calling)
    story = calling.story
    story.do(APPLICANT, "submit", papers.request(story.today))
    first = story.ref
    calling.open()
    same = papers.request(story.today, requesting_institution="DIRECCION  de migraciones.")
    error = answer_of(lambda: story.do(APPLICANT, "submit", same))
    assert codes(error) == ["call_limit_reached"]
    story.do(APPLICANT, "withdraw", reason="Se unifica.", ref=first)
    story.do(APPLICANT, "submit", same)
    assert story.state == "submitted"
    assert not story.faults()


def test_the_same_name_in_another_state_is_another_institution(calling: Calling) -> None:
    opened(calling)
    calling.story.do(APPLICANT, "submit", papers.request(calling.story.today))
    calling.submit("focal_point:AR", participants=["CL"])
    assert calling.story.state == "submitted"


def test_a_request_says_in_its_trail_to_which_call_it_belongs(calling: Calling) -> None:
    opened(calling)
    story = calling.story
    assert story.acts() == [
        "1 case.opened >draft focal_point:PY",
        "2 call.joined draft>draft focal_point:PY",
    ]
    assert story.entries()[1].detail["call"] == calling.ref


def test_nothing_is_opened_in_a_closed_or_unknown_call(calling: Calling) -> None:
    calling.announce()
    calling.to_close()
    assert codes(answer_of(calling.open)) == ["call_closed"]
    calling.ref = "RICOMI-2026-9999"
    assert isinstance(answer_of(calling.open), NotFound)


def test_a_cancelled_call_receives_nothing_and_tells_why(calling: Calling) -> None:
    opened(calling)
    story, request = calling.story, calling.story.ref
    story.do(SECRETARIAT, "cancel_call", reason="Sin fondos este año.", ref=calling.ref)
    story.ref = calling.ref
    assert APPLICANT in story.told()["call_cancelled"]
    story.ref = request
    assert story.why_not(APPLICANT, "submit") == ["call_cancelled"]


def test_a_rolling_request_knows_no_call(calling: Calling) -> None:
    calling.announce()
    calling.to_close()
    calling.story.open()
    calling.story.do(APPLICANT, "submit", papers.request(calling.story.today))
    assert calling.story.state == "submitted"


def test_an_exercise_does_not_join_a_call(calling: Calling) -> None:
    calling.announce()
    story = calling.story

    def join() -> None:
        with story.act(APPLICANT) as tx:
            kind = "cooperation_request"
            open_in_call(tx, story.services, kind, "PY", calling.ref, exercise=True)

    assert isinstance(answer_of(join), NotFound)


@pytest.mark.parametrize("statement", ["closes_at = '2020-01-01'", "number = '9/9999'"])
def test_the_database_keeps_a_call_as_announced(calling: Calling, statement: str) -> None:
    calling.announce()
    engine = calling.story.engine
    with engine.connect() as connection, pytest.raises(Exception, match="call_moves_later"):
        connection.exec_driver_sql(f'UPDATE "call" SET {statement}, seq = seq + 1')
