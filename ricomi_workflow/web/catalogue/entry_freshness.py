"""Who answers for an entry, when it was last verified, and until when it is fresh: in words."""

from __future__ import annotations

from datetime import date

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.localization import formats
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t


def today() -> date:
    """The Secretariat's day."""
    return services().calendar.local_day(services().uow.clock.now())


def is_stale(entry: CatalogueEntry) -> bool:
    """Whether the review-by date of an entry has passed."""
    return entry.is_stale(today())


def freshness_facts(entry: CatalogueEntry) -> Facts:
    """The owner (an office, never a person), the last verification and the next, for the reader."""
    lang = language()
    owner = t("registries.secretariat")
    if entry.country != NETWORK:
        office = entry.office or t("matching.office_of_focal_point")
        owner = f"{office}, {formats.country(entry.country, lang)}"
    facts = [(t("matching.owner"), owner)]
    if entry.verified_on:
        facts.append((t("matching.verified"), formats.day(entry.verified_on, lang)))
    if entry.review_by:
        day = formats.day(entry.review_by, lang)
        words = t("matching.review_passed", day=day) if is_stale(entry) else day
        facts.append((t("matching.review_by"), words))
    return tuple(facts)
