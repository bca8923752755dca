"""The public fields of an entry on its page: texts, sources, tables, and links to other entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.entry_types import public_forms
from ricomi_workflow.catalogue.projection import INDICATOR, LINKS
from ricomi_workflow.catalogue.queries import CatalogueEntry, Link, list_links
from ricomi_workflow.definitions.display import display, display_rows
from ricomi_workflow.definitions.library import list_forms
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.catalogue.catalogue_view import shown_text
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
class LabelledText:
    """A text of an entry under the label that its form gives it."""

    name: str
    label: str
    text: LongText


def tellings(entry: CatalogueEntry) -> tuple[LabelledText, ...]:
    """The written public fields without a place of their own, in the order of the forms."""
    return tuple(
        LabelledText(field.name, field.label[language()], text)
        for field in _written_fields(entry)
        if field.type in _WRITTEN and (text := long_text(entry.public[field.name]))
    )


def further_facts(entry: CatalogueEntry) -> Facts:
    """The short public fields without a place of their own, in the order of the forms."""
    lang, lookups = language(), services().lookups
    shown = (
        (field.label[lang], display(field, entry.public[field.name], lang, lookups).text)
        for field in _written_fields(entry)
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


def _written_fields(entry: CatalogueEntry) -> Iterator[FieldDef]:
    library = services().library
    workflow = library.workflows.get(entry.definition)
    seen = set(_PLACED) | set(PLACED if workflow and workflow.registry else ())
    for form in public_forms(library, entry.definition):
        for field in form.fields():
            if field.public and field.name in entry.public and field.name not in seen:
                seen.add(field.name)
                yield field


SOURCED = ("source", "verified_by", "official_link", "link")
PLACED = (*LINKS, *SOURCED, "year")  # fields that the block or the facts have a place for
_ADDRESSES = ("http://", "https://")
_FIGURES = {FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE}


@dataclass(frozen=True, slots=True)
class Named:
    """Another entry under the words of how this one stands to it; without `href` only its name."""

    label: str
    title: Shown
    href: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, which is an address or not."""

    text: str
    is_address: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that a form makes public; `is_figure`: it stands to the right."""

    name: str
    label: str
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A public table under its own label, without the columns that are empty in every row."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Shown], ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """The block of an entry of a registry; `legal`: it tells of a law and has no authority."""

    named: tuple[Named, ...]
    sources: tuple[tuple[str, tuple[Piece, ...]], ...]
    tables: tuple[Table, ...]
    compared: str  # the page that compares its figures with those of other States, or empty
    legal: bool


def registry_of(connection: Connection, entry: CatalogueEntry) -> Registry | None:
    """The block of an entry of a registry, one statement; None for any other, no statement."""
    workflow = services().library.workflows.get(entry.definition)
    if workflow is None or not workflow.registry:
        return None
    fields = {f.name: f for form in list_forms(workflow, services().library) for f in form.fields()}
    links = list_links(connection, entry.entry_id, entry.ref)
    return Registry(
        named=(*_named(links), *_unlinked(entry, links, fields)),
        sources=tuple(_sources(entry, fields)),
        tables=tuple(_tables(entry, fields.values())),
        compared=_compared(entry),
        legal="repealed_by" in fields,
    )


def _named(links: Iterable[Link]) -> Iterator[Named]:
    for link in links:
        label = t(f"registries.{link.name}{'_back' if link.back else ''}")
        yield Named(label, show(link.title, language()), url_for("public.entry", ref=link.ref))


def _unlinked(
    entry: CatalogueEntry, links: Iterable[Link], fields: Mapping[str, FieldDef]
) -> Iterator[Named]:
    """What the form names and the catalogue does not have."""
    linked = {link.name for link in links if not link.back}
    for name in LINKS:
        told = entry.public.get(name)
        if told and name in fields and name not in linked:
            yield Named(t(f"registries.{name}"), Shown(str(told), language(), is_original=False))


def _sources(
    entry: CatalogueEntry, fields: Mapping[str, FieldDef]
) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Of which State it tells, and the fields that say where it is known from."""
    if entry.country != NETWORK:
        name = formats.country(entry.country, language())
        yield t("public.country"), (Piece(name, is_address=False),)
    for name in SOURCED:
        told = entry.public.get(name)
        if name in fields and told:
            yield fields[name].label[language()], tuple(_pieces(_text(told)))


def _text(told: Json) -> str:
    if isinstance(told, Mapping):
        return show({lang: str(text) for lang, text in told.items()}, language()).text
    return str(told)


def _pieces(text: str) -> Iterator[Piece]:
    for part in text.split():
        yield Piece(part, part.startswith(_ADDRESSES))


def _tables(entry: CatalogueEntry, fields: Iterable[FieldDef]) -> Iterator[Table]:
    for field in fields:
        told = entry.public.get(field.name)
        if field.type is FieldType.TABLE and field.public and told:
            rows = display_rows(field, told, language(), services().lookups)
            columns = tuple(
                Column(
                    each.name, each.label[language()], each.type in _FIGURES and each.format is None
                )
                for each in field.columns
                if any(row[each.name].text for row in rows)
            )
            yield Table(field.name, field.label[language()], columns, tuple(rows))


def _compared(entry: CatalogueEntry) -> str:
    indicator = entry.public.get(INDICATOR)
    return url_for("statistics.indicator", name=indicator) if indicator else ""
