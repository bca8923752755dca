"""What decides is what is told: a verdict in words, and a rule in words."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.ballots.closing import if_closed_now, outcome_reason
from ricomi_workflow.ballots.rules import Outcome, Tally, judge
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.decision_rule_labels import setting_text
from ricomi_workflow.reference_data.decision_rules import Basis, Rule, Share, Tie
from ricomi_workflow.reference_data.loader import load
from tests.ballots.random_rules import Ballot, ballots, counted, rules
from tests.support.committee import majority

TEXTS = load_texts()


@given(ballots(), rules, st.sampled_from(LANGUAGES))
def test_every_verdict_has_a_sentence_with_its_figures(
    ballot: Ballot, rule: Rule, lang: str
) -> None:
    found = judge(counted(ballot), rule)
    told = outcome_reason(found, TEXTS, lang)
    assert told.endswith(".")
    if found.outcome is Outcome.CARRIED:
        assert str(found.in_favour) in told
    assert told in if_closed_now(found, TEXTS, lang)


@given(rules, st.sampled_from(LANGUAGES))
def test_every_setting_of_every_rule_has_its_words(rule: Rule, lang: str) -> None:
    names = [setting.name for setting in load().body("ceam").rule.settings]
    assert len(names) == 8
    assert all(setting_text(rule, name, TEXTS, lang).endswith(".") for name in names)


@pytest.mark.parametrize(
    ("tally", "told"),
    [
        (Tally(33, 20, 3), "It carries: 20 in favour and 3 against (needed to carry: 17)."),
        (Tally(33, 15, 3), "It is lost: 15 in favour and 3 against (needed to carry: 17)."),
        (Tally(33, 9, 3), "Nothing is decided for lack of a quorum: 12 of at least 17."),
        (Tally(33, 0, 20), "It is lost: no state is in favour (needed to carry: 17)."),
    ],
)
def test_why_a_majority_of_members_carries_or_not(tally: Tally, told: str) -> None:
    assert outcome_reason(judge(tally, load().body("ceam").rule), TEXTS, "en") == told


def test_silence_that_consents_is_told_apart() -> None:
    rule = load().body("ceam").rule_named("silence")
    assert outcome_reason(judge(Tally(33, 2), rule), TEXTS, "en") == (
        "It carries: 33 in favour and 0 against (needed to carry: 33). "
        "31 states do not object and count in favour."
    )
    assert "objects" in outcome_reason(judge(Tally(33, 2, 1), rule), TEXTS, "en")


def test_a_tie_is_told_as_the_rule_takes_it() -> None:
    rule = majority(basis=Basis.PRESENT_AND_VOTING)
    even = Tally(9, 3, 3)
    told = {
        tie: outcome_reason(judge(even, replace(rule, tie=tie)), TEXTS, "en").partition(":")[0]
        for tie in Tie
    }
    assert told == {
        Tie.LOST: "It is lost",
        Tie.UNDECIDED: "Nothing is decided",
        Tie.CHAIR: "It is lost",
    }


def test_the_shipped_rules_in_words() -> None:
    ceam = load().body("ceam")
    told = {name: setting_text(rule, "threshold", TEXTS, "en") for name, rule in ceam.rules.items()}
    assert told == {
        "ordinary": "More than half of the eligible states.",
        "agenda_addition": "At least two thirds of the states present.",
        "consensus": "All of the votes in favour and against.",
        "silence": "All of the votes in favour and against.",
        "election": "More than half of the eligible states.",
    }
    silence = ceam.rule_named("silence")
    assert setting_text(silence, "quorum_to_decide", TEXTS, "en") == "None."
    assert setting_text(silence, "blocking", TEXTS, "en") == "1 state is enough: against."
    three = replace(ceam.rule, threshold=Share(Fraction(0), more_than=False, number=3))
    assert setting_text(three, "threshold", TEXTS, "en") == "At least 3."
    fifths = replace(ceam.rule, threshold=Share(Fraction(3, 5), more_than=False))
    assert setting_text(fifths, "threshold", TEXTS, "en") == "At least 3/5 of the eligible states."
