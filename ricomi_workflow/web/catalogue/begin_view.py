"""What is begun from an entry of the catalogue: a request from an offer, an offer from a need."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.bodies import formats
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.pairing.drafting import BEGUN
from ricomi_workflow.pairing.sides import OPEN
from ricomi_workflow.web.cases.case_list import openings
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.viewer import actor


@dataclass(frozen=True, slots=True)
class BeginPage:
    """The entry, of which kind it is, and the States of the reader for which a draft may begin."""

    kind: str
    ref: str
    title: Shown
    country: str
    action: str
    states: tuple[tuple[str, str], ...]


def begin_page(entry: CatalogueEntry) -> BeginPage:
    """Raises `NotFound` for an entry from which nothing is begun."""
    kind = BEGUN.get(entry.kind)
    if kind is None or entry.status != OPEN:
        raise NotFound("entry", entry.ref)
    lang = language()
    own = [o.country for o in openings(actor()) if o.kind == kind and o.country != entry.country]
    return BeginPage(
        kind=entry.kind,
        ref=entry.ref,
        title=show(entry.title, lang),
        country=formats.country(entry.country, lang),
        action=url_for("pairs.open_draft", ref=entry.ref),
        states=tuple((code, formats.country(code, lang)) for code in own),
    )
