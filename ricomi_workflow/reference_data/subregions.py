"""The subregions by which states are grouped, read from `reference/subregions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.reader import by_key, code, open_file, rows
from ricomi_workflow.resources import root


@dataclass(frozen=True, slots=True)
class Subregions:
    """What each subregion is called, in the order of the file, and in which one a state lies."""

    labels: Mapping[str, LocalizedText]
    by_state: Mapping[str, str]


@cache
def subregions() -> Subregions:
    """What is shipped, read once. Raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    found = read_subregions(open_file(root("reference") / "subregions.yaml", mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def read_subregions(top: YamlNode) -> Subregions:
    """What the file says; mistakes go to the list of `top`."""
    at = top.record("source subregions")
    at["source"].text()
    labels, states = [], []
    for row in rows(at["subregions"]):
        each = row.record("name label states")
        name = each["name"].name()
        labels.append((each["name"], name, each["label"].localized()))
        states += [(node, code(node), name) for node in rows(each["states"])]
    return Subregions(by_key(labels), by_key(states))
