"""Every example of docs/rules.md, judged."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from ricomi_workflow.ballots.rules import Position, Tally, judge
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.loader import read_rule
from tests.support.tree import ROOT

PAGE = ROOT / "docs" / "rules.md"
CITED = {"citation": "an example", "confirmed": False}
USUAL: dict[str, Any] = {
    "quorum_to_open": {"at_least": "1/3"},
    "quorum_to_decide": {"more_than": "1/2"},
    "threshold": {"more_than": "1/2", "of": "members"},
    "abstention": {"is": "not_voting"},
    "recusal": {"is": "stays"},
    "blocking": {"positions": []},
    "silence": {"is": "nothing"},
    "tie": {"is": "lost"},
}


def examples() -> Iterator[Mapping[str, Any]]:
    """The examples of the page, in its order."""
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL):
        yield from yaml.safe_load_all(block)


def whole(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule of an example with the settings that it leaves out, and citations."""
    written = {k: {"is": v} if isinstance(v, str) else v for k, v in rule.items()}
    found = {name: {**value, **CITED} for name, value in (USUAL | written).items()}
    return {**found, "note": dict.fromkeys(LANGUAGES, "an example")}


@pytest.mark.parametrize("example", list(examples()), ids=lambda e: f"{e['rule']} {e['tally']}")
def test_an_example_comes_out_as_the_page_says(example: Mapping[str, Any]) -> None:
    mistakes: list[Mistake] = []
    rule = read_rule(YamlNode("an example", "rule", whole(example["rule"]), mistakes))
    assert not mistakes
    figures = dict(example["tally"])
    if "chair" in figures:
        figures["chair"] = Position(figures["chair"])
    assert judge(Tally(**figures), rule).outcome.value == example["outcome"]


def test_the_page_has_examples() -> None:
    assert len(list(examples())) == 13
