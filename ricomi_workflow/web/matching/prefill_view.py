"""What is begun from an entry of the catalogue: a request from an offer, an offer from a need."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.case_kinds import record_type_of
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import is_open
from ricomi_workflow.matching.prefill import kinds_opened_from
from ricomi_workflow.web.cases.case_list import Opening, list_openings
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language


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
