"""Who is counted on a day: the acceptance facts of the vote of 1 June 2011 and around it."""

from dataclasses import replace
from datetime import date

import pytest

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.reference_data import loader
from ricomi_workflow.reference_data.membership import Electorate, electorate


def on(day: str, *, counts_disputed: bool = False) -> Electorate:
    shipped = loader.load()
    body = shipped.body("ceam")
    body = replace(body, disputed=replace(body.disputed, counted=counts_disputed))
    return electorate(body, shipped, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("1990-12-31", 32),  # Canada is in; Belize and Guyana are not yet; Cuba is excluded
        ("1991-12-31", 34),  # all but Cuba
        ("2009-06-02", 34),  # Cuba still excluded
        ("2009-06-03", 34),  # exclusion without effect, Cuba does not take part
        ("2009-07-03", 34),  # the day before Honduras was suspended
        ("2009-07-04", 33),  # Honduras suspended
        ("2009-08-15", 33),
        ("2011-05-31", 33),  # what the proposal means by "33 member countries"
        ("2011-06-01", 33),  # the vote that lifts the suspension is taken without Honduras
        ("2011-06-02", 34),  # Honduras is back
        ("2019-04-26", 34),
        ("2019-04-27", 33),  # Venezuela disputed, not counted until confirmed
        ("2023-11-18", 33),
        ("2023-11-19", 32),  # Nicaragua out
        ("2024-06-01", 32),
    ],
)
def test_the_number_of_states_counted_depends_on_the_day(day: str, count: int) -> None:
    found = on(day)
    assert (found.count, len(found.counted), len(found.seats)) == (count, count, 35)


def test_the_vote_of_1_june_2011_had_33_eligible_states_and_32_were_enough() -> None:
    shipped = loader.load()
    found = on("2011-06-01")
    rule = shipped.body("ceam").rule
    in_favour, against = 32, 1
    assert in_favour + against == found.count
    assert rule.quorum_to_decide.is_met(in_favour + against, found.count)
    assert rule.threshold.is_met(in_favour, found.count)
    assert "EC" in found.counted
    assert "HN" not in found.counted


def test_cuba_is_never_counted_after_2009_and_the_seat_says_why() -> None:
    for year in range(2009, 2041):
        seat = on(f"{year}-12-31").seat("CU")
        assert not seat.counted
        assert seat.reason_code == "does_not_participate"
        assert seat.params == {"since": "2009-06-03"}
        assert seat.note is not None
        assert "AG/RES. 2438" in seat.note.en
        assert seat.source


def test_honduras_is_suspended_with_the_lifting_in_words() -> None:
    seat = on("2011-05-31").seat("HN")
    assert (seat.counted, seat.reason_code) == (False, "suspended")
    assert seat.params == {"since": "2009-07-04", "until": "2011-06-01"}
    assert seat.note is not None
    assert "Suspension lifted 1 June 2011, immediate effect" in seat.note.en


def test_nicaragua_is_out_two_years_after_denouncing_the_charter() -> None:
    assert on("2023-11-18").seat("NI").counted
    seat = on("2023-11-19").seat("NI")
    assert (seat.counted, seat.reason_code) == (False, "withdrawn")


def test_venezuela_is_disputed_unconfirmed_and_counted_only_by_configuration() -> None:
    seat = on("2024-06-01").seat("VE")
    assert (seat.counted, seat.reason_code, seat.confirmed) == (False, "disputed", False)
    counted = on("2024-06-01", counts_disputed=True)
    assert counted.seat("VE").counted
    assert counted.count == 33
    assert on("2022-04-21", counts_disputed=True).count == 34  # as the Organization counted then
    reason = loader.load().body("ceam").disputed.reason
    assert "Secretariat confirms" in reason.en


def test_a_state_that_had_not_entered_has_a_seat_that_is_not_counted() -> None:
    seat = on("1985-01-01").seat("CA")
    assert (seat.counted, seat.reason_code, seat.params) == (
        False,
        "not_yet_member",
        {"entered": "1990"},
    )


def test_the_observer_has_no_seat() -> None:
    with pytest.raises(NotFound):
        on("2024-06-01").seat("ES")
