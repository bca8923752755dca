"""Suggestions on the page of a need or an offer, the reasons of a score, and prefilled cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import Suggestion, is_open, suggest_matches
from ricomi_workflow.matching.prefill import kinds_opened_from
from ricomi_workflow.matching.rules import Reason, weights
from ricomi_workflow.reference_data.country_names import language_name
from ricomi_workflow.web.cases.case_list import list_openings
from ricomi_workflow.web.catalogue.catalogue_view import Labels
from ricomi_workflow.web.catalogue.entry_freshness import today
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SHOWN = 6
_FACETS = {
    "topics": "topic",
    "populations": "population",
    "modality": "modality",
    "subregion": "subregion",
    "served": "country",
}


def entry_suggestions(connection: Connection, entry: CatalogueEntry) -> list[Suggestion] | None:
    """What goes well with an open need or offer; None for any other entry. Seven statements."""
    library, now = services().library, services().uow.clock.now()
    if not is_open(library, entry.kind, entry.status):
        return None
    return suggest_matches(connection, library, entry.entry_id, now, today())[:_SHOWN]


def points_text(points: int) -> str:
    """`82 of 142 points`."""
    return t("matching.points", n=points, highest=weights().highest)


def reason_texts(reasons: Iterable[Reason]) -> list[tuple[str, str, int]]:
    """The reasons of a score for the reader: what it is, what is in common, its points."""
    labels = Labels()
    return [
        (t(f"matching.part_{each.name}"), _detail(each, labels), each.points) for each in reasons
    ]


def _detail(reason: Reason, labels: Labels) -> str:
    if reason.number:
        return t(f"matching.number_{reason.name}", n=reason.number)
    if reason.name == "languages":
        names = [language_name(code, language()) for code in reason.values]
    else:
        names = [labels.of(_FACETS[reason.name], code) or code for code in reason.values]
    return formats.list_text(names, language())


def prefill_choices(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """What the reader may open from an entry: `kind:country`, and the State.

    With the name of the kind where there is more than one. Raises `NotFound` for an entry from
    which nothing is opened.
    """
    library = services().library
    kinds = kinds_opened_from(library, entry.kind)
    if not kinds or not is_open(library, entry.kind, entry.status):
        raise NotFound("entry", entry.ref)
    own = [o for o in list_openings(actor()) if o.kind in kinds and o.country != entry.country]
    return [
        (
            f"{each.kind}:{each.country}",
            each.label if len(kinds) > 1 else formats.country(each.country, language()),
        )
        for each in own
    ]
