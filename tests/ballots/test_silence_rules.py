"""When the clock of a silence procedure starts, when it ends, and whose notice is missing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.ballots.voting_methods import (
    Means,
    ObjectionPeriod,
    Proof,
    compute_period,
    earliest_proofs,
    states_not_served,
)
from ricomi_workflow.reference_data.calendars import secretariat_calendar

MONDAY = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)
STATES = ("AR", "BO", "BR")
CALENDAR = secretariat_calendar()


def _served(country: str, hours: int = 0, means: Means = Means.MESSAGE) -> Proof:
    return Proof(country, means, MONDAY + timedelta(hours=hours))


def test_a_seat_is_served_by_the_earliest_proof() -> None:
    late, early = _served("AR", 5), _served("AR", 1, Means.OTHER)
    assert earliest_proofs([late, early]) == earliest_proofs([early, late]) == {"AR": early}


def test_the_clock_waits_for_the_last_seat() -> None:
    found = earliest_proofs([_served("AR"), _served("BR", 3)])
    assert states_not_served(STATES, found) == ("BO",)
    assert compute_period(STATES, found, 5, CALENDAR) is None


def test_the_clock_starts_with_the_last_service_and_ends_with_the_working_day() -> None:
    found = earliest_proofs([_served("AR"), _served("BR", 3), _served("BO", 26)])
    ends = datetime(2026, 9, 22, 21, 0, tzinfo=UTC)  # five working days after Tuesday, at 17:00
    assert compute_period(STATES, found, 5, CALENDAR) == ObjectionPeriod(
        MONDAY + timedelta(hours=26), ends
    )


def test_a_state_that_is_not_counted_moves_nothing() -> None:
    found = earliest_proofs([*(_served(c) for c in STATES), _served("CU", 99)])
    started = compute_period(STATES, found, 5, CALENDAR)
    assert started is not None
    assert started.starts_at == MONDAY


def test_nobody_to_be_served_starts_nothing() -> None:
    assert compute_period((), {}, 5, CALENDAR) is None


@given(st.permutations([_served(c, h) for c, h in zip("ABCDEF", (4, 1, 9, 2, 7, 3), strict=True)]))
def test_the_order_in_which_proof_arrives_says_nothing(proof: list[Proof]) -> None:
    started = compute_period(tuple("ABCDEF"), earliest_proofs(proof), 3, CALENDAR)
    assert started is not None
    assert started.starts_at == MONDAY + timedelta(hours=9)


@given(st.integers(1, 30), st.integers(0, 400))
def test_a_later_proof_never_moves_a_clock_that_runs(days: int, hours: int) -> None:
    proof = [_served(c, n) for n, c in enumerate(STATES)]
    before = compute_period(STATES, earliest_proofs(proof), days, CALENDAR)
    again = compute_period(
        STATES, earliest_proofs([*proof, _served("BO", hours + 2)]), days, CALENDAR
    )
    assert before == again
