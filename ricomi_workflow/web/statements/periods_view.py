"""The pages of the periods of the books: which are closed, and what may be done with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.ledger.periods import (
    CLOSERS,
    REOPENERS,
    Period,
    PeriodAct,
    PeriodEvent,
    PeriodStatus,
    list_periods,
)
from ricomi_workflow.localization import formats
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period in the list."""

    code: str
    name: str
    state: str  # ends a key of the texts
    journals: int


@dataclass(frozen=True, slots=True)
class YearTable:
    """A year with its months, newest first."""

    year: PeriodRow
    months: tuple[PeriodRow, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened to a period: what, by whom, when, why."""

    event: str
    who: str
    office: str
    at: datetime
    reason: str
    journals: int | None


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """One period, and which of the acts the reader may do."""

    code: str
    name: str
    state: str
    facts: Facts
    journals: int
    events: tuple[EventRow, ...]
    asked: str  # why reopening is asked for
    closes: bool
    asks: bool
    answers: bool  # may keep it closed
    reopens: bool


def years(connection: Connection) -> tuple[YearTable, ...]:
    """Every year since the first entry, newest first."""
    found = list_periods(connection, _today())
    closed = {each.period.code for each in found if each.period.is_year and each.is_closed}
    tables: list[YearTable] = []
    for each in found:
        row = _row(each, closed)
        if each.period.is_year:
            tables.append(YearTable(row, ()))
        else:
            last = tables[-1]
            tables[-1] = YearTable(last.year, (*last.months, row))
    return tuple(tables)


def period_page(connection: Connection, code: str, reader: Actor) -> PeriodPage:
    """One of them. Raises `NotFound`."""
    found = {each.period.code: each for each in list_periods(connection, _today())}
    if code not in found:
        raise NotFound("period", code)
    one, year = found[code], found[code[:4]]
    in_year = not one.period.is_year and year.is_closed
    reopens = reader.has(*REOPENERS) and one.is_closed
    asked = one.asked
    return PeriodPage(
        code=code,
        name=period_name(one.period),
        state=_state(one, in_year=in_year),
        facts=_facts(one),
        journals=one.journals,
        events=_events(connection, one.events),
        asked=(asked.reason or "") if asked else "",
        closes=reader.has(*CLOSERS) and not one.is_closed and one.period.last < _today(),
        asks=reopens and asked is None and not in_year,
        answers=reopens and asked is not None,
        reopens=reopens and asked is not None and asked.actor_id not in reader.people,
    )


def period_name(period: Period) -> str:
    """`March 2026`; of a year, `Year 2026`."""
    if period.is_year:
        return t("periods.whole_year", year=period.code)
    words = formats.month(period.first, language())
    return words[:1].upper() + words[1:]


def _row(one: PeriodStatus, closed_years: set[str]) -> PeriodRow:
    in_year = not one.period.is_year and one.period.code[:4] in closed_years
    state = _state(one, in_year=in_year)
    return PeriodRow(one.period.code, period_name(one.period), state, one.journals)


def _state(one: PeriodStatus, *, in_year: bool) -> str:
    if one.is_closed:
        return "asked" if one.asked else "closed"
    if in_year:
        return "in_year"
    return "open" if one.period.last < _today() else "running"


def _facts(one: PeriodStatus) -> Facts:
    first, last = (formats.short_day(d, language()) for d in (one.period.first, one.period.last))
    return (
        (t("periods.days"), t("periods.from_to", first=first, last=last)),
        (t("periods.journals"), formats.number(one.journals, language())),
    )


def _events(connection: Connection, events: tuple[PeriodEvent, ...]) -> tuple[EventRow, ...]:
    names = get_names(connection, {each.actor_id for each in events if each.actor_id is not None})
    return tuple(
        EventRow(
            t(f"periods.event_{each.event}"),
            t("periods.by_system") if each.actor_id is None else names.get(each.actor_id, ""),
            "" if each.actor_id is None else t(f"ui.role_{each.office}"),
            each.at,
            each.reason or "",
            each.journals if each.event is PeriodAct.CLOSED else None,
        )
        for each in events
    )


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
