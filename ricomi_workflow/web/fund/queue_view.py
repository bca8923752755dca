"""The queue of approved requests that wait for funds, as its page draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.funding_queue import Coverage, WaitingRequest, get_funding_queue
from ricomi_workflow.web.calls.ranking_view import subregion_name
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, local_day
from ricomi_workflow.web.reviews.reviews_view import localized_score

if TYPE_CHECKING:
    from sqlalchemy import Connection

READERS = (
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    Role.AUDITOR,
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request in the queue."""

    number: int
    ref: str
    href: str
    title: Shown
    country: str
    subregion: str
    funded_there: int
    score: str
    score_note: str
    decided_on: date
    asked: Money
    cover: str
    is_covered: bool
    lapses_on: date | None
    illustrative: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Everything that the template of the queue draws."""

    rows: tuple[QueueRow, ...]
    available: tuple[tuple[str, Money], ...]
    total: Money
    now: str


def queue_page(connection: Connection) -> QueuePage:
    """The queue with what is free in the fund."""
    found = get_funding_queue(connection, services())
    ready = sum(line.cover is not Coverage.SHORT for line in found.lines)
    return QueuePage(
        rows=tuple(_row(number, line) for number, line in enumerate(found.lines, 1)),
        available=tuple(
            (t(f"ui.source_{source}"), amount) for source, amount in found.available.items()
        ),
        total=total(found.available.values()),
        now=t("reviews.queue_now", n=ready, waiting=len(found.lines)),
    )


def _row(number: int, line: WaitingRequest) -> QueueRow:
    return QueueRow(
        number=number,
        ref=line.case.ref,
        href=url_for("cases.case_page", ref=line.case.ref),
        title=case_title(line.case.title),
        country=formats.country(line.case.country, language()),
        subregion=subregion_name(line.subregion),
        funded_there=line.funded_there,
        score=localized_score(line.score) if line.score is not None else "—",
        score_note=t("reviews.by_reviews" if line.by_reviews else "reviews.by_opinion"),
        decided_on=local_day(line.decided_at),
        asked=line.asked,
        cover=t(f"reviews.cover_{line.cover}"),
        is_covered=line.cover is not Coverage.SHORT,
        lapses_on=local_day(line.lapses_at) if line.lapses_at else None,
        illustrative=line.case.illustrative,
    )
