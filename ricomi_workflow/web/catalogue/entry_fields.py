"""The public fields of an entry that the page has no place of its own for, by their own labels.

A kind of which the page knows nothing shows everything that its forms call public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ricomi_workflow.catalogue.entry_types import public_forms
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.display import display
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.web.catalogue.catalogue_view import shown_text
from ricomi_workflow.web.catalogue.registry_view import PLACED
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language

_PLACED = frozenset(
    """title summary body review_by verified_on participants providers requesting_institution
    provider_institution topics populations modality objectives what_changed lessons result_types
    officials_trained_women officials_trained_men""".split()
)
_WRITTEN = {FieldType.LOCALIZED, FieldType.LOCALIZED_LONG, FieldType.LONG_TEXT}


@dataclass(frozen=True, slots=True)
class LongText:
    """Something written at length: in the reader's language or the original, and all languages."""

    shown: Shown
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Telling:
    """A text of an entry under the label that its form gives it."""

    name: str
    label: str
    text: LongText


def tellings(entry: CatalogueEntry) -> tuple[Telling, ...]:
    """The written public fields without a place of their own, in the order of the forms."""
    return tuple(
        Telling(field.name, field.label[language()], text)
        for field in _fields(entry)
        if field.type in _WRITTEN and (text := long_text(entry.public[field.name]))
    )


def further_facts(entry: CatalogueEntry) -> Facts:
    """The short public fields without a place of their own, in the order of the forms."""
    lang, lookups = language(), services().lookups
    shown = (
        (field.label[lang], display(field, entry.public[field.name], lang, lookups).text)
        for field in _fields(entry)
        if field.type not in {*_WRITTEN, FieldType.TABLE}
    )
    return tuple((label, text) for label, text in shown if text)


def long_text(value: object) -> LongText | None:
    """What stands in a field of one or several languages; None when nothing does."""
    if isinstance(value, str) and value.strip():
        return LongText(Shown(value, language(), is_original=False), {})
    shown = shown_text(value)
    if shown is None or not isinstance(value, Mapping):
        return None
    return LongText(shown, {str(lang): str(text) for lang, text in value.items()})


def _fields(entry: CatalogueEntry) -> Iterator[FieldDef]:
    library = services().library
    workflow = library.workflows.get(entry.definition)
    seen = set(_PLACED) | set(PLACED if workflow and workflow.registry else ())
    for form in public_forms(library, entry.definition):
        for field in form.fields():
            if field.public and field.name in entry.public and field.name not in seen:
                seen.add(field.name)
                yield field
