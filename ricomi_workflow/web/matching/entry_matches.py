"""Suggestions on the page of a need or an offer, reasons of a score, and prefilled cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.library import record_type_of
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import Suggestion, is_open, suggest_matches
from ricomi_workflow.matching.prefill import kinds_opened_from
from ricomi_workflow.matching.rules import Reason, weights
from ricomi_workflow.reference_data.country_names import language_name
from ricomi_workflow.web.cases.case_list import Opening, list_openings
from ricomi_workflow.web.catalogue.catalogue_view import Labels
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


_SHOWN = 6


@dataclass(frozen=True, slots=True)
class FitRow:
    """One entry that goes well with this one: who, what, why."""

    title: Shown
    href: str
    country: str
    ref: str
    points: str
    reasons: tuple[ReasonRow, ...]


@dataclass(frozen=True, slots=True)
class Fits:
    """The block: its words by what the entry is, the rows, and where a draft is begun from it."""

    sort: str
    rows: tuple[FitRow, ...]
    begin_href: str


def fits_of(connection: Connection, entry: CatalogueEntry) -> Fits | None:
    """What goes well with an open need or offer; None for any other entry. Seven statements."""
    library = services().library
    if not is_open(library, entry.kind, entry.status):
        return None
    now = services().uow.clock.now()
    found = suggest_matches(connection, library, entry.entry_id, now, today())
    return Fits(
        sort=record_type_of(library, entry.kind) or "",
        rows=tuple(_row(each) for each in found[:_SHOWN]),
        begin_href=url_for("matches.begin", ref=entry.ref),
    )


def _row(found: Suggestion) -> FitRow:
    side = found.listed.candidate
    return FitRow(
        title=show(found.listed.title, language()),
        href=url_for("public.entry", ref=side.ref),
        country=formats.country(side.country, language()),
        ref=side.ref,
        points=points_words(found.score.points),
        reasons=reason_rows(found.score.reasons),
    )


def points_words(points: int) -> str:
    """`82 of 142 points`."""
    return t("matching.points", n=points, highest=weights().highest)


@dataclass(frozen=True, slots=True)
class BeginPage:
    """The entry, whether it is a need or an offer, and what the reader may begin from it.

    `openings`: `kind:country`, and the State; with the kind's name where there is more than one.
    """

    sort: str
    ref: str
    title: Shown
    country: str
    action: str
    openings: tuple[tuple[str, str], ...]


def begin_page(entry: CatalogueEntry) -> BeginPage:
    """Raises `NotFound` for an entry from which nothing is begun."""
    library = services().library
    kinds = kinds_opened_from(library, entry.kind)
    if not kinds or not is_open(library, entry.kind, entry.status):
        raise NotFound("entry", entry.ref)
    lang = language()
    own = [o for o in list_openings(actor()) if o.kind in kinds and o.country != entry.country]
    return BeginPage(
        sort=record_type_of(library, entry.kind) or "",
        ref=entry.ref,
        title=show(entry.title, lang),
        country=formats.country(entry.country, lang),
        action=url_for("matches.open_draft", ref=entry.ref),
        openings=tuple((f"{o.kind}:{o.country}", _name(o, kinds)) for o in own),
    )


def _name(opening: Opening, kinds: tuple[str, ...]) -> str:
    return formats.country(opening.country, language()) if len(kinds) == 1 else opening.label
