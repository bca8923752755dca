"""The reader of rulesets, by which activities are judged, on what pyIATI ships to try its own."""

from datetime import date

import pytest
from lxml import etree

from tests.exports.ruleset import broken
from tests.exports.standard import resources, standard

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
