"""Reads `reference/review.yaml` and `subregions.yaml`, strictly and with every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.loader import read_subregions
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root
from ricomi_workflow.reviews.rules import Scheme

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class ReviewReference:
    """The scheme where no call says otherwise, and the subregion of each state."""

    scheme: Scheme
    source: str
    confirmed: bool
    subregions: Mapping[str, LocalizedText]
    subregion: Mapping[str, str]  # by state


@cache
def review_reference() -> ReviewReference:
    """What is shipped, read once. Raises `DefinitionError` with every mistake."""
    return read_review_reference(root("reference"))


def read_review_reference(folder: Path) -> ReviewReference:
    """What the files in `folder` say; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / "review.yaml", mistakes)
    at = top.record("source scale minimum disagreement criteria", "confirmed")
    scheme = Scheme(
        _weights(at["criteria"]),
        minimum=at["minimum"].whole(1, least=1),
        scale=at["scale"].whole(1, least=1),
        disagreement=at["disagreement"].whole(1, least=1),
    )
    grouped = read_subregions(open_file(folder / "subregions.yaml", mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    confirmed = at["confirmed"].flag(default=True)
    return ReviewReference(scheme, at["source"].text(), confirmed, grouped.labels, grouped.by_state)


def _weights(place: YamlNode) -> Mapping[str, int]:
    found = []
    for row in rows(place):
        at = row.record("name weight")
        found.append((at["name"], at["name"].name(), at["weight"].whole(1, least=1)))
    weights = by_key(found)
    if sum(weights.values()) != _WHOLE:
        place.wrong(f"weights that add up to {_WHOLE}")
    return weights
