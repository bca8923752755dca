"""What the fund may spend on besides projects: `reference/spending.yaml`, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root

FILE = "spending.yaml"
ADMINISTRATION = "administration"


@cache
def expense_categories() -> Mapping[str, LocalizedText]:
    """The kinds of spending by code, with their names; raises `DefinitionError`."""
    return read_expense_categories(root("reference"))


def read_expense_categories(folder: Path) -> Mapping[str, LocalizedText]:
    """The kinds of spending in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    place = top.record("source terms")["terms"]
    found = by_key(_terms(place))
    if ADMINISTRATION not in found and not mistakes:
        place.wrong(f"a kind of spending called {ADMINISTRATION}")
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _terms(place: YamlNode) -> Iterable[tuple[YamlNode, str, LocalizedText]]:
    for row in rows(place):
        at = row.record("value label")
        yield at["value"], at["value"].name(), at["label"].localized()
