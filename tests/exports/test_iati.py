"""The reader of rulesets, by which activities are judged, on what pyIATI ships to try its own."""

from datetime import date

import pytest
from lxml import etree

from tests.exports.ruleset import broken
from tests.exports.standard import SINCE, resources, standard

TRIALS = resources() / "test_data" / "2-02"
TODAY = date(2018, 8, 1)


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("valid_std_ruleset", set()),
        ("ruleset-std/invalid_std_ruleset_bad_date_order", {"date_order"}),
        ("ruleset-std/invalid_std_ruleset_bad_identifier", {"regex_matches"}),
        ("ruleset-std/invalid_std_ruleset_does_not_sum_100", {"sum"}),
        ("ruleset-std/invalid_std_ruleset_missing_sector_element", {"atleast_one"}),
    ],
)
def test_the_reader_finds_what_the_publisher_made_wrong_on_purpose(
    name: str, rules: set[str]
) -> None:
    document = etree.parse(str(TRIALS / f"{name}.xml")).getroot()
    told = [*broken(standard(), document, TODAY)]
    assert {each.split(": ")[1].split()[0] for each in told} == rules


BUDGET = "<budget><period-start iso-date='2018-01-01'/><period-end iso-date='{}'/></budget>"
INDICATOR = "<result>{}<indicator>{}</indicator></result>"
MARK, REFERENCE = "<policy-marker {}>{}</policy-marker>", "<reference/>"


@pytest.mark.parametrize(
    ("fine", "wrong", "rule"),
    [
        (BUDGET.format("2018-12-31"), BUDGET.format("2019-12-31"), "time_limit"),
        ("<sector percentage='100'/>", "<sector percentage='99'/>", "sum"),
        ("<recipient-region percentage='0'/>", "<recipient-region percentage='-1'/>", "range"),
        (MARK.format("significance='1'", ""), MARK.format("", ""), "atleast_one"),
        (
            MARK.format("vocabulary='99'", "<narrative/>"),
            MARK.format("vocabulary='99'", ""),
            "atleast_one",
        ),
        (
            INDICATOR.format("", REFERENCE),
            INDICATOR.format(REFERENCE, REFERENCE),
            "no_more_than_one",
        ),
    ],
)
def test_the_reader_finds_what_breaks_the_rules_that_no_trial_breaks(
    fine: str, wrong: str, rule: str
) -> None:
    newer = {**SINCE, "//result/indicator": standard()["//result/indicator"]}

    def told(written: str) -> list[str]:
        document = etree.fromstring(f"<x><iati-activity>{written}</iati-activity></x>")
        return [each.split(": ")[1].split()[0] for each in broken(newer, document, TODAY)]

    assert (told(fine), told(wrong)) == ([], [rule])
