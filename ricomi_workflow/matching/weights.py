"""Reads `reference/matching.yaml`: what each thing in common is worth."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.matching.rules import Weights
from ricomi_workflow.reference_data.reader import open_file
from ricomi_workflow.resources import root

FILE = "matching.yaml"
POINTS = (
    "topic further_topic population further_population modality further_modality language"
    " subregion served time room experience"
)


@cache
def weights() -> Weights:
    """The weights that are shipped, read once; raises `DefinitionError`."""
    return read_weights(root("reference"))


def read_weights(folder: Path) -> Weights:
    """The weights in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    at = top.record("source confirmed floor candidates notified points most time_days")
    at["source"].text()
    at["confirmed"].flag()
    found = Weights(
        floor=at["floor"].whole(),
        candidates=at["candidates"].whole(least=1),
        notified=at["notified"].whole(),
        points=_numbers(at["points"], POINTS),
        most=_numbers(at["most"], "topics populations modality experience", least=1),
        time_days=at["time_days"].whole(),
    )
    if not mistakes and found.floor > found.highest:
        at["floor"].wrong(f"at most {found.highest}, the most points that a match can have")
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _numbers(place: YamlNode, names: str, least: int = 0) -> dict[str, int]:
    return {name: each.whole(least=least) for name, each in place.record(names).items()}
