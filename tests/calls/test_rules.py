"""The terms of a call by themselves: read back as written, late by comparison only."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ricomi_workflow.calls.rules import (
    Phase,
    Proposal,
    Terms,
    announced_terms,
    extended_terms,
    limit_refusals,
    normalized_name,
    phase_of,
)
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.kernel.money import Money
from tests.support.calls import day, terms

TODAY = date(2026, 9, 14)
NOW = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)
CALENDAR = BusinessCalendar("America/New_York", time(17))
TERMS = announced_terms(terms(TODAY), CALENDAR, NOW)


def test_stored_terms_are_read_back_as_they_were() -> None:
    assert Terms.from_json(TERMS.as_json()) == TERMS


@pytest.mark.parametrize(
    ("changes", "now", "wrong"),
    [
        ({"questions_on": day(TODAY, 1)}, NOW, []),  # on the day it opens
        ({"questions_on": day(TODAY, 0)}, NOW, ["call_questions_between"]),
        ({"questions_on": day(TODAY, 51)}, NOW, ["call_questions_between"]),  # as it closes
        ({"results_on": day(TODAY, 51)}, NOW, ["call_after"]),
        ({}, TERMS.closes_at, ["call_already_over"]),  # at its last instant
    ],
)
def test_the_days_of_a_call_follow_one_another(
    changes: dict[str, str], now: datetime, wrong: list[str]
) -> None:
    said = []
    try:
        announced_terms(terms(TODAY, **changes), CALENDAR, now)
    except Invalid as error:
        said = [each.code for each in error.fields]
    assert said == wrong


@given(st.integers(-10_000_000, 10_000_000))
@example(round((TERMS.opens_at - TERMS.closes_at).total_seconds()))
@example(0)
def test_a_call_is_open_from_its_opening_to_just_before_its_close(seconds: int) -> None:
    now = TERMS.closes_at + timedelta(seconds=seconds)
    found = phase_of(TERMS, "open", final=False, now=now)
    assert (found is Phase.OPEN) == (TERMS.opens_at <= now < TERMS.closes_at)
    assert (found is Phase.CLOSED) == (now >= TERMS.closes_at)


@given(st.integers(52, 400))
def test_an_extension_closes_at_the_same_hour_of_a_later_day(after: int) -> None:
    given_dates = {"closes_on": day(TODAY, after), "results_on": day(TODAY, after + 40)}
    later = extended_terms(TERMS, given_dates, CALENDAR, NOW)
    assert later.closes_at > TERMS.closes_at
    assert CALENDAR.closing(later.closes_on) == later.closes_at
    assert (later.opens_at, later.weights) == (TERMS.opens_at, TERMS.weights)


@given(st.integers(0, 3_000_000), st.integers(0, 3))
def test_limits_are_kept_to_the_cent_and_to_the_request(asked: int, others: int) -> None:
    proposal = Proposal("x", Money(asked), frozenset({"es"}), others)
    found = {refusal.code for refusal in limit_refusals(TERMS, proposal)}
    assert ("call_ceiling_exceeded" in found) == (asked > TERMS.ceiling.minor)
    assert ("call_limit_reached" in found) == (others >= 1)


def test_two_spellings_of_an_institution_are_one() -> None:
    assert normalized_name("Dirección  General de Migraciones (DGM)") == normalized_name(
        "DIRECCION GENERAL DE MIGRACIONES, DGM"
    )
