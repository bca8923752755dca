"""The ageing list: which institutions hold advances, for how long they are overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.cases.models import case
from ricomi_workflow.fund.advance_ageing import AgeingBand, OutstandingAdvance, sum_by_band
from ricomi_workflow.fund.overdue_advances import CaseAdvances, list_case_advances
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """What is owed of one tranche: of which case, since when, by when, how late."""

    ref: str
    country: str
    title: Shown
    number: int
    owed: Money
    paid_on: date
    due_on: date | None
    late: int  # days; 0 when it is not overdue
    band: str
    href: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class AdvancesPage:
    """The list, the sums of its bands, and their total."""

    as_of: date
    rows: tuple[AdvanceRow, ...]
    bands: tuple[tuple[str, Money], ...]
    total: Money


def advances_page(connection: Connection, today: date) -> AdvancesPage:
    """The advances that are owed today, the longest overdue first; exercises are left out."""
    found = [
        (debtor, each)
        for debtor in list_case_advances(connection, ~case.c.exercise)
        for each in debtor.owing
        if each.owed
    ]
    found.sort(key=lambda pair: (-pair[1].late(today), pair[1].due_on or date.max, pair[0].ref))
    sums = sum_by_band((each.owed, each.band(today)) for _, each in found)
    return AdvancesPage(
        as_of=today,
        rows=tuple(_row(debtor, each, today) for debtor, each in found),
        bands=tuple((_band(band), amount) for band, amount in sums.items()),
        total=total(each.owed for _, each in found),
    )


def _row(debtor: CaseAdvances, each: OutstandingAdvance, today: date) -> AdvanceRow:
    return AdvanceRow(
        ref=debtor.ref,
        country=formats.country(debtor.country, language()),
        title=case_title(debtor.title),
        number=each.number,
        owed=each.owed,
        paid_on=each.paid_on,
        due_on=each.due_on,
        late=each.late(today),
        band=_band(each.band(today)),
        href=url_for("cases.case_page", ref=debtor.ref),
        illustrative=debtor.illustrative,
    )


def _band(band: AgeingBand) -> str:
    return t(f"advances.band_{band}")
