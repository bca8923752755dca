"""What goes well with a need or an offer: the block on its public page, and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.case_kinds import record_type_of
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import Suggestion, is_open, suggest_matches
from ricomi_workflow.matching.weights import weights
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.matching.labels import ReasonRow, reason_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
