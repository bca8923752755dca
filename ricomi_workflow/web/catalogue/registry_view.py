"""What an entry of a registry shows besides: how it stands to others, where it is known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.bodies import formats
from ricomi_workflow.catalogue.links import Link, links_of
from ricomi_workflow.catalogue.projection import LINKS
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.kinds import forms_of
from ricomi_workflow.definitions.model import FieldDef
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.viewer import services

if TYPE_CHECKING:
    from sqlalchemy import Connection

SOURCED = ("source", "verified_by", "official_link", "link")
PLACED = (*LINKS, *SOURCED, "year")  # fields that the block or the facts have a place for
_ADDRESSES = ("http://", "https://")
_YEARS = "workers_by_year"


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
class Counted:
    """How many worked in a year, and who says so."""

    when: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The block of an entry of a registry; `legal`: it tells of a law and has no authority."""

    named: tuple[Named, ...]
    sources: tuple[tuple[str, tuple[Piece, ...]], ...]
    counted: tuple[Counted, ...]
    legal: bool


def registry_of(connection: Connection, entry: CatalogueEntry) -> Registry | None:
    """The block of an entry of a registry, one statement; None for any other, no statement."""
    workflow = services().library.workflows.get(entry.definition)
    if workflow is None or not workflow.registry:
        return None
    fields = {f.name: f for form in forms_of(workflow, services().library) for f in form.fields()}
    links = links_of(connection, entry.entry_id, entry.ref)
    return Registry(
        named=(*_named(links), *_unlinked(entry, links, fields)),
        sources=tuple(_sources(entry, fields)),
        counted=tuple(_counted(entry.public.get(_YEARS))),
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


def _counted(rows: object) -> Iterator[Counted]:
    for row in rows if isinstance(rows, list | tuple) else ():
        number = formats.number(int(row["workers"]), language())
        yield Counted(str(row["when_counted"]), number, str(row["counted_by"]))
