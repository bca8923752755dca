"""Votes that were really taken, and electorates of other years, computed again from dated facts."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ricomi_workflow.ballots.replay import (
    RecordedDecision,
    ReplayedDecision,
    read_recorded_decision,
    replay,
)
from ricomi_workflow.ballots.rules import Ground, Outcome, Position, count, judge
from ricomi_workflow.cli import main
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.reference_data.loader import load
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reference_data.model import Participation, Period, Reference
from ricomi_workflow.resources import root

VOTES = root("reference") / "votes"
HONDURAS_RETURNS = VOTES / "2011-06-01.yaml"


def recorded() -> RecordedDecision:
    return read_recorded_decision(HONDURAS_RETURNS)


def replayed() -> ReplayedDecision:
    return replay(recorded(), load())


def after_2030(reference: Reference) -> Reference:
    """The same facts as they might be known one day, when half the states had left in 2030."""
    states = dict(reference.states)
    for key in sorted(states)[::2]:
        state = states[key]
        last = replace(state.periods[-1], until=date(2029, 12, 31))
        gone = Period(date(2030, 1, 1), None, Participation.WITHDRAWN, "made up")
        states[key] = replace(state, periods=(*state.periods[:-1], last, gone))
    return replace(reference, states=states)


def test_the_vote_of_1_june_2011_replays_from_data() -> None:
    found = replayed()
    assert found.agrees
    assert found.electorate.count == 33
    assert (found.tally.in_favour, found.tally.with_reservations, found.tally.against) == (32, 1, 1)
    assert (found.verdict.outcome, found.verdict.ground) == (Outcome.CARRIED, Ground.ENOUGH)
    assert found.verdict.needed == 22
    assert not recorded().rule.confirmed


def test_honduras_does_not_vote_and_is_seated_at_once_afterwards() -> None:
    found = replayed()
    assert not found.electorate.seat("HN").counted
    assert found.electorate.seat("HN").reason_code == "suspended"
    assert found.found["seated_next_day"] == ("HN",)


def test_every_recorded_vote_comes_out_as_its_sources_say() -> None:
    files = sorted(VOTES.glob("*.yaml"))
    assert [file.stem for file in files] == ["2009-07-05", "2011-06-01"]
    assert all(replay(read_recorded_decision(file), load()).agrees for file in files)


def test_whatever_becomes_of_the_states_a_replay_gives_the_result_of_its_day() -> None:
    then = replay(recorded(), after_2030(load()))
    assert then.agrees
    assert (then.found, then.tally, then.verdict) == (
        replayed().found,
        replayed().tally,
        replayed().verdict,
    )


@pytest.mark.parametrize(
    ("day", "counted", "left_out"),
    [
        (date(2009, 6, 2), 34, {"CU"}),
        (date(2009, 7, 3), 34, {"CU"}),
        (date(2009, 7, 5), 33, {"CU", "HN"}),
        (date(2011, 6, 1), 33, {"CU", "HN"}),
        (date(2011, 6, 2), 34, {"CU"}),
        (date(2024, 6, 28), 32, {"CU", "NI", "VE"}),
    ],
)
def test_a_ballot_of_another_year_has_the_electorate_of_its_day(
    day: date, counted: int, left_out: set[str]
) -> None:
    ceam = load().body("ceam")
    for reference in (load(), after_2030(load())):
        seats = electorate(ceam, reference, day)
        assert seats.count == counted
        assert {seat.country for seat in seats.seats if not seat.counted} == left_out
        half = dict.fromkeys(seats.counted[: counted // 2], Position.IN_FAVOUR)
        more = dict.fromkeys(seats.counted[: counted // 2 + 1], Position.IN_FAVOUR)
        assert judge(count(half, counted), ceam.rule).outcome is not Outcome.CARRIED
        assert judge(count(more, counted), ceam.rule).outcome is Outcome.CARRIED


def test_a_position_of_a_state_that_is_not_counted_is_told_and_counts_nothing() -> None:
    wrong = replace(recorded(), positions={**recorded().positions, "HN": Position.IN_FAVOUR})
    found = replay(wrong, load())
    assert found.parts == ("positions.HN",)
    assert found.tally == replayed().tally


def test_the_command_says_why_and_answers_nought(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["ballot", "replay", str(HONDURAS_RETURNS)], env={"LANG": "en"})
    assert told.exit_code == 0
    assert "32 in favour and 1 against (needed to carry: 22)." in told.output
    assert "[unconfirmed]" in told.output
    as_json = CliRunner().invoke(main, ["ballot", "replay", "--json", str(HONDURAS_RETURNS)])
    assert json.loads(as_json.output)["found"]["eligible"] == 33
    altered = tmp_path / "altered.yaml"
    altered.write_text(HONDURAS_RETURNS.read_text("utf-8").replace("against: 1", "against: 2"))
    refused = CliRunner().invoke(main, ["ballot", "replay", str(altered)])
    assert refused.exit_code == 1
    assert "DIFFERS against: the file says 2, computed 1" in refused.output


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = HONDURAS_RETURNS.read_text("utf-8")
    for old, new in (
        ("day: 2011-06-01", "day: yesterday"),
        ("[EC]", "[EC, VE, QQ]"),
        ("others: in_favour", "others: maybe"),
        ("at_least: 2/3", "at_least: 3/2"),
        ("blocking: {positions: []", "blocking: {positions: [in_favour]"),
        ("tie: {is: lost", "tie: {is: chair"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_recorded_decision(tmp_path / "wrong.yaml")
    told = "\n".join(map(str, caught.value.mistakes))
    for expected in (
        "day: found 'yesterday'",
        "positions.against.1: found 'VE'; allowed: each state once",
        "positions.against.2: found 'QQ'",
        "others: found 'maybe'",
        "rule.threshold.at_least: found '3/2'; allowed: a fraction from 0 to 1",
        "rule.blocking.positions.0: found 'in_favour'; allowed: against, abstain",
        "rule.tie: found chair; allowed: is: chair, where the threshold is of present_and_voting",
    ):
        assert expected in told
