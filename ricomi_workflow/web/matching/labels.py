"""The reasons of a score in words, for pages and lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ricomi_workflow.localization import formats
from ricomi_workflow.matching.rules import Reason
from ricomi_workflow.reference_data.country_names import language_name
from ricomi_workflow.web.catalogue.catalogue_view import Labels
from ricomi_workflow.web.i18n import language, t

_FACETS = {
    "topics": "topic",
    "populations": "population",
    "modality": "modality",
    "subregion": "subregion",
    "served": "country",
}


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One part of a score: what it is, what is in common, and its points."""

    label: str
    detail: str
    points: int


def reason_rows(parts: Iterable[Reason]) -> tuple[ReasonRow, ...]:
    """The parts of a score in the reader's language."""
    labels = Labels()
    return tuple(
        ReasonRow(t(f"matching.part_{part.name}"), _detail(part, labels), part.points)
        for part in parts
    )


def _detail(part: Reason, labels: Labels) -> str:
    if part.number:
        return t(f"matching.number_{part.name}", n=part.number)
    if part.name == "languages":
        names = [language_name(code, language()) for code in part.values]
    else:
        names = [labels.of(_FACETS[part.name], code) or code for code in part.values]
    return formats.list_text(names, language())
