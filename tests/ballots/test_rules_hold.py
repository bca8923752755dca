"""What must hold for every rule that can be written: tried with random rules and ballots."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.ballots.rules import (
    FAVOURABLE,
    Ground,
    Outcome,
    Position,
    Tally,
    Verdict,
    at_closing,
    count,
    decided,
    find_deciding_votes,
    judge,
    tally,
)
from ricomi_workflow.reference_data.decision_rules import (
    Abstention,
    Basis,
    Blocking,
    Recusal,
    Rule,
    Share,
    Tie,
)
from ricomi_workflow.reference_data.loader import load
from tests.ballots.random_rules import STATES, Ballot, ballots, counted, rules
from tests.support.committee import majority, words

FOR, NO, ABSTAIN = Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN
THREE_YES_AND_NO_CONCERN = Rule(
    quorum_to_open=Share(Fraction(0), more_than=False),
    quorum_to_decide=Share(Fraction(0), more_than=False, number=0),
    threshold=Share(Fraction(0), more_than=False, number=3),
    basis=Basis.PRESENT,
    note=words("three yes and no open concern"),
    blocking=Blocking((NO,)),
)


@given(ballots(), rules, st.sampled_from(sorted(FAVOURABLE)))
def test_a_further_favourable_position_never_turns_carried_into_anything_else(
    ballot: Ballot, rule: Rule, favourable: Position
) -> None:
    now = counted(ballot)
    if now.unanswered and at_closing(now, rule) is Outcome.CARRIED:
        assert at_closing(now.plus(favourable), rule) is Outcome.CARRIED


@given(ballots(), rules, st.sampled_from(STATES), st.sampled_from(sorted(FAVOURABLE)))
def test_a_state_that_comes_round_to_favour_never_turns_carried_into_anything_else(
    ballot: Ballot, rule: Rule, state: str, favourable: Position
) -> None:
    size, positions, present = ballot
    if state in positions and at_closing(counted(ballot), rule) is Outcome.CARRIED:
        there = None if present is None else min(size, present + 1)
        changed = (size, {**positions, state: favourable}, there)
        assert at_closing(counted(changed), rule) is Outcome.CARRIED


@given(ballots(), rules)
def test_reservations_stand_beside_a_vote_and_do_not_weaken_it(ballot: Ballot, rule: Rule) -> None:
    size, positions, present = ballot
    plain = {s: FOR if p in FAVOURABLE else p for s, p in positions.items()}
    assert decided(counted(ballot), rule) == decided(counted((size, plain, present)), rule)


@given(ballots(), rules, st.randoms())
def test_the_order_of_positions_does_not_matter(
    ballot: Ballot, rule: Rule, rnd: random.Random
) -> None:
    size, positions, _ = ballot
    shuffled = list(positions.items())
    rnd.shuffle(shuffled)
    for closed in (False, True):
        first = tally(positions, size, rule, closed=closed)
        assert tally(dict(shuffled), size, rule, closed=closed) == first


@given(ballots(), rules)
def test_a_recusal_changes_the_denominators_exactly_as_declared(ballot: Ballot, rule: Rule) -> None:
    now = replace(counted(ballot), present=None)
    if rule.consents or not now.unanswered:
        return
    before, after = judge(now, rule), judge(now.plus(Position.RECUSED), rule)
    leaves = rule.recusal is Recusal.LEAVES
    grows = {
        Basis.MEMBERS: 0,
        Basis.ELIGIBLE: -1 if leaves else 0,
        Basis.PRESENT: 0 if leaves else 1,
        Basis.PRESENT_AND_VOTING: 0,
    }
    assert after.whole - before.whole == grows[rule.basis]
    assert after.present - before.present == (0 if leaves else 1)
    whole = now.electorate - (now.recused + 1 if leaves else 0)
    assert after.quorum == rule.quorum_to_decide.needed(whole)


@given(ballots(), rules)
def test_what_decides_explains_by_figures_that_bear_it_out(ballot: Ballot, rule: Rule) -> None:
    found = judge(counted(ballot), rule)
    assert (found.outcome is Outcome.CARRIED) == (
        found.ground in {Ground.ENOUGH, Ground.CASTING_VOTE}
    )
    if found.ground is Ground.ENOUGH:
        assert found.in_favour >= max(found.needed, 1)
        assert found.present >= found.quorum
    elif found.ground is Ground.TOO_FEW:
        assert found.in_favour < found.needed
    elif found.ground is Ground.NO_QUORUM:
        assert found.present < found.quorum


@given(rules)
def test_a_rule_that_is_frozen_reads_back_the_same(rule: Rule) -> None:
    assert Rule.from_json(json.loads(json.dumps(rule.as_json()))) == rule


@pytest.mark.parametrize(
    ("yes", "concerns", "early", "closed"),
    [
        (0, 0, None, Outcome.LOST),
        (2, 0, None, Outcome.LOST),
        (3, 0, None, Outcome.CARRIED),  # a concern may still be raised
        (3, 1, Outcome.LOST, Outcome.LOST),
        (7, 0, Outcome.CARRIED, Outcome.CARRIED),
    ],
)
def test_three_yes_and_no_open_concern_is_a_rule_like_any_other(
    yes: int, concerns: int, early: Outcome | None, closed: Outcome
) -> None:
    now = Tally(7, in_favour=yes, against=concerns)
    assert decided(now, THREE_YES_AND_NO_CONCERN) is early
    assert at_closing(now, THREE_YES_AND_NO_CONCERN) is closed


def test_the_shortest_sets_name_the_concern_that_would_stop_it() -> None:
    ways = find_deciding_votes(Tally(7, in_favour=3), THREE_YES_AND_NO_CONCERN)
    assert ways.defeating == ({NO: 1},)
    assert {FOR: 4} in ways.carrying


def test_whichever_way_to_lose_a_majority_of_members_is_listed() -> None:
    ways = find_deciding_votes(Tally(33, in_favour=15), majority())
    assert ways.carrying == ({FOR: 2},)
    assert {NO: 17} in ways.defeating
    assert {ABSTAIN: 17} in ways.defeating
    assert ways.defeat is Outcome.LOST


def test_the_chair_breaks_a_tie_of_the_votes_cast() -> None:
    rule = replace(majority(basis=Basis.PRESENT_AND_VOTING), tie=Tie.CHAIR)
    positions = {"AR": FOR, "BR": NO, "CL": ABSTAIN}
    assert at_closing(count(positions, 4, chair="AR"), rule) is Outcome.CARRIED
    assert at_closing(count(positions, 4, chair="BR"), rule) is Outcome.LOST
    assert at_closing(count(positions, 4, chair="CL"), rule) is Outcome.LOST
    assert at_closing(count(positions, 4), rule) is Outcome.LOST
    undecided = replace(rule, tie=Tie.UNDECIDED)
    assert at_closing(count(positions, 4), undecided) is Outcome.UNDECIDED


def test_an_abstention_that_counts_is_among_the_votes() -> None:
    rule = majority(basis=Basis.PRESENT_AND_VOTING)
    now = Tally(9, in_favour=3, against=1, abstain=2)
    assert at_closing(now, rule) is Outcome.CARRIED
    counts = replace(rule, abstention=Abstention.COUNTS)
    assert at_closing(now, counts) is Outcome.LOST  # three of six are not more than half


def test_once_a_roll_was_called_only_those_it_found_may_answer_or_consent() -> None:
    consensus = load().body("ceam").rule_named("consensus")
    assert judge(Tally(33, in_favour=1, present=20), consensus) == Verdict(
        Outcome.CARRIED,
        Ground.ENOUGH,
        in_favour=20,
        against=0,
        consenting=19,
        needed=20,
        whole=20,
        present=20,
        quorum=17,
    )
    assert Tally(33, in_favour=1, present=20).unanswered == 19
    assert at_closing(Tally(33, present=16), consensus) is Outcome.UNDECIDED


@pytest.mark.parametrize("name", ["consensus", "silence"])
def test_one_objection_breaks_at_once_and_an_abstention_does_not(name: str) -> None:
    rule = load().body("ceam").rule_named(name)
    assert decided(Tally(33, against=1), rule) is Outcome.BROKEN
    assert decided(Tally(33), rule) is None
    assert at_closing(Tally(33, abstain=3), rule) is Outcome.CARRIED
    assert find_deciding_votes(Tally(33), rule).defeating == ({NO: 1},)


def test_an_addition_to_an_agenda_needs_two_thirds_of_those_present() -> None:
    rule = load().body("ceam").rule_named("agenda_addition")
    assert at_closing(Tally(33, 14, 7, 0, present=21), rule) is Outcome.CARRIED
    assert at_closing(Tally(33, 14, 7, 1, present=22), rule) is Outcome.LOST
