"""Closing a month or a year of the books, and reopening it by two.

The fund administration closes what is over. Reopening takes two persons of different offices: one
asks and says why, the other agrees or keeps it closed. Each event is kept for good; a closing
names how many journals the period held and their digest, so that whatever is put in or taken out
behind the triggers is noticed (`invariants.py`).
Source: domain requirement 44; General Standards, art. 106.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select, true

from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import canonical
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, Refusal, Refused
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.period_models import PERIOD_LOCK, period_event

if TYPE_CHECKING:
    from sqlalchemy import Connection

CLOSERS = (Role.FUND_ADMINISTRATOR,)
REOPENERS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
_OFFICE = BusinessCalendar()  # its zone says which day it is
FIRST_DAY = date(2000, 1, 1)  # of the first period that has a name; no fact is older
_CODE = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?")
_LONGEST = 1000


class PeriodAct(StrEnum):
    """What happens to a period."""

    CLOSED = "closed"
    ASKED = "asked"  # somebody asked to reopen it
    REOPENED = "reopened"
    KEPT = "kept"  # closed, although somebody asked


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year: `2026-03`, `2026`, with its first and last day."""

    code: str
    first: date
    last: date

    @property
    def is_year(self) -> bool:
        """Whether it is a year."""
        return "-" not in self.code


@dataclass(frozen=True, slots=True)
class PeriodEvent:
    """One event of a period."""

    event: PeriodAct
    at: datetime
    actor_id: int | None
    office: str
    reason: str | None
    journals: int | None


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """A period as it stands: how many journals lie in it, and what happened to it, in order."""

    period: Period
    journals: int
    events: tuple[PeriodEvent, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether it takes no journal."""
        return bool(self.events) and self.events[-1].event is not PeriodAct.REOPENED

    @property
    def asked(self) -> PeriodEvent | None:
        """The request to reopen it that waits for a second person."""
        last = self.events[-1] if self.events else None
        return last if last and last.event is PeriodAct.ASKED else None


def period_named(code: str) -> Period:
    """The period `2026` or `2026-03`. Raises `Invalid` (field `period`)."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise Invalid([FieldError("period", "not_a_period", {"found": code})])
    year, month = int(found[1]), found[2]
    if month is None:
        return Period(code, date(year, 1, 1), date(year, 12, 31))
    days = monthrange(year, int(month))[1]
    return Period(code, date(year, int(month), 1), date(year, int(month), days))


def close_period(tx: Tx, code: str) -> None:
    """Close a month or a year that is over: it takes no journal from now on.

    Raises `Forbidden` unless the fund administration (or the system) acts; `Invalid`; `Refused`
    (`period_not_over`, `period_closed_already`).
    Transaction: waits for the acts that are writing into the period.
    """
    if not (tx.actor.is_system or tx.actor.has(*CLOSERS)):
        raise Forbidden("period")
    period = period_named(code)
    if period.last >= _OFFICE.local_day(tx.now):
        raise Refused([Refusal("period_not_over", {"period": code, "last": str(period.last)})])
    _lock_months(tx, period)
    before = list_period_events(tx.connection, code)
    if PeriodStatus(period, 0, before).is_closed:
        raise Refused([Refusal("period_closed_already", {"period": code})])
    number, digest = digest_journals(tx.connection, period)
    office = CLOSERS[0] if tx.actor.has(*CLOSERS) else "system"
    _write(tx, period, before, PeriodAct.CLOSED, office, journals=number, digest=digest)


def request_reopening(tx: Tx, code: str, reason: str) -> None:
    """Ask that a closed period be reopened, and say why; nothing is open by that.

    Raises `Forbidden` unless one of the offices that may reopen acts; `Invalid`; `Refused`
    (`period_open`, `period_asked_already`; `period_year_closed` for a month of a closed year).
    """
    office, period = _office(tx.actor), period_named(code)
    why = _required_reason(reason)
    before = list_period_events(tx.connection, code)
    standing = PeriodStatus(period, 0, before)
    if not standing.is_closed:
        raise Refused([Refusal("period_open", {"period": code})])
    if standing.asked:
        raise Refused([Refusal("period_asked_already", {"period": code})])
    year = code[:4]
    if (
        not period.is_year
        and PeriodStatus(period, 0, list_period_events(tx.connection, year)).is_closed
    ):
        raise Refused([Refusal("period_year_closed", {"period": code, "year": year})])
    _write(tx, period, before, PeriodAct.ASKED, office, reason=why)


def reopen_period(tx: Tx, code: str) -> None:
    """Agree that a period be reopened: it takes journals again.

    Raises `Forbidden` as `request_reopening`; `Refused` when nobody asked (`period_not_asked`), or
    who asked and who agrees are one person (`own_reopening`) or of one office (`same_office`).
    """
    period = period_named(code)
    _lock_months(tx, period)
    asked, before = _require_request(tx, period)
    if asked.actor_id in tx.actor.people:
        raise Refused([Refusal("own_reopening", {"period": code})])
    office = _office(tx.actor, besides=asked.office)
    _write(tx, period, before, PeriodAct.REOPENED, office)


def decline_reopening(tx: Tx, code: str, reason: str) -> None:
    """Answer a request to reopen with no, or take it back; say why.

    Raises `Forbidden` as `request_reopening`; `Invalid`; `Refused` (`period_not_asked`).
    """
    office, period = _office(tx.actor), period_named(code)
    why = _required_reason(reason)
    _, before = _require_request(tx, period)
    _write(tx, period, before, PeriodAct.KEPT, office, reason=why)


def require_open(connection: Connection, day: date) -> None:
    """Refuse (`period_closed`) a day that lies in a closed period."""
    codes = (f"{day:%Y-%m}", f"{day:%Y}")
    for code, events in _histories(connection, codes).items():
        if PeriodStatus(period_named(code), 0, events).is_closed:
            facts = {"day": day.isoformat(), "period": code}
            raise Refused([Refusal("period_closed", facts)])


def list_period_events(connection: Connection, code: str) -> tuple[PeriodEvent, ...]:
    """What happened to a period, in order."""
    return _histories(connection, (code,)).get(code, ())


def list_periods(connection: Connection, today: date) -> list[PeriodStatus]:
    """The years and months from the first journal to `today`, newest first, a year before its own.

    A period in which there is no journal stands there too: it may be closed as any other.
    """
    first = connection.execute(select(func.min(journal.c.at))).scalar()
    months = _journals_by_month(connection)
    events = _histories(connection)
    found: list[PeriodStatus] = []
    for year in range(today.year, (first or today).year - 1, -1):
        last = today.month if year == today.year else 12
        own = [f"{year}-{month:02d}" for month in range(last, 0, -1)]
        whole = sum(months.get(code, 0) for code in own)
        found.append(PeriodStatus(period_named(str(year)), whole, events.get(str(year), ())))
        found += [PeriodStatus(period_named(c), months.get(c, 0), events.get(c, ())) for c in own]
    return found


@dataclass(frozen=True, slots=True)
class PendingPeriods:
    """Periods that wait: over and open, the oldest first; closed, of which reopening is asked."""

    to_close: tuple[Period, ...]
    asked: tuple[Period, ...]


def list_pending_periods(connection: Connection, today: date) -> PendingPeriods:
    """What waits of the periods since the first journal; one statement.

    A month of a closed year does not wait; a year does once it is over, after its months.
    """
    first = select(func.min(journal.c.at).label("first")).subquery()
    last = select(
        period_event.c.period,
        period_event.c.event,
        func.row_number()
        .over(partition_by=period_event.c.period, order_by=period_event.c.number.desc())
        .label("back"),
    ).subquery()
    newest = last.select().where(last.c.back == 1).subquery()
    rows = connection.execute(
        select(first.c.first, newest.c.period, newest.c.event).select_from(
            first.outerjoin(newest, true())
        )
    ).all()
    latest = {row.period: row.event for row in rows if row.period}
    asked = sorted(code for code, event in latest.items() if event == PeriodAct.ASKED)
    closed = {code for code, event in latest.items() if event != PeriodAct.REOPENED}
    start = rows[0].first
    over = _over(start, today) if start else []
    return PendingPeriods(
        tuple(p for p in over if p.code not in closed and p.code[:4] not in closed),
        tuple(map(period_named, asked)),
    )


def _over(start: date, today: date) -> list[Period]:
    """The months and years from a day on that are over, each year after its months."""
    found: list[Period] = []
    for year in range(start.year, today.year + 1):
        first = start.month if year == start.year else 1
        months = [period_named(f"{year}-{month:02d}") for month in range(first, 13)]
        found += [p for p in (*months, period_named(str(year))) if p.last < today]
    return found


def digest_journals(connection: Connection, period: Period) -> tuple[int, str]:
    """How many journals lie in a period, and the digest of them in the order of their ids."""
    rows = connection.execute(
        select(
            journal.c.id,
            journal.c.at,
            journal.c.memo,
            journal.c.key,
            journal.c.reference,
            journal.c.reverses,
            journal.c.lines,
        )
        .where(journal.c.at.between(period.first, period.last))
        .order_by(journal.c.id)
        .execution_options(yield_per=1000)
    )
    number, sum_ = 0, hashlib.sha256()
    for row in rows:
        number += 1
        facts = [row.id, row.at.isoformat(), row.memo, row.key, row.reference, row.reverses]
        sum_.update(canonical([*facts, row.lines]) + b"\n")
    return number, sum_.hexdigest()


def list_closing_digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """How many journals each closed period held when it was closed, and their digest."""
    rows = connection.execute(
        select(period_event).order_by(period_event.c.period, period_event.c.number)
    )
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        if row.event == PeriodAct.CLOSED:
            found[row.period] = (row.journals, row.digest)
        elif row.event == PeriodAct.REOPENED:
            found.pop(row.period, None)
    return found


def _histories(
    connection: Connection, codes: Sequence[str] = ()
) -> Mapping[str, tuple[PeriodEvent, ...]]:
    wanted = select(period_event).order_by(period_event.c.period, period_event.c.number)
    if codes:
        wanted = wanted.where(period_event.c.period.in_(codes))
    found: dict[str, tuple[PeriodEvent, ...]] = {}
    for row in connection.execute(wanted):
        one = from_row(PeriodEvent, row, event=PeriodAct(row.event))
        found[row.period] = (*found.get(row.period, ()), one)
    return found


def _journals_by_month(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    days = select(journal.c.at, func.count().label("number")).group_by(journal.c.at)
    for row in connection.execute(days):
        code = f"{row.at:%Y-%m}"
        found[code] = found.get(code, 0) + row.number
    return found


def _require_request(tx: Tx, period: Period) -> tuple[PeriodEvent, tuple[PeriodEvent, ...]]:
    before = list_period_events(tx.connection, period.code)
    asked = PeriodStatus(period, 0, before).asked
    if asked is None:
        raise Refused([Refusal("period_not_asked", {"period": period.code})])
    return asked, before


def _office(actor: Actor, besides: str = "") -> str:
    """The office in which somebody acts, another than `besides`."""
    held = [role for role in REOPENERS if actor.has(role)]
    if not held:
        raise Forbidden("period")
    other = next((role for role in held if role != besides), None)
    if other is None:
        raise Refused([Refusal("same_office", {"office": besides})])
    return other.value


def _required_reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid([FieldError("reason", "required")])
    if len(reason.strip()) > _LONGEST:
        facts = {"limit": _LONGEST, "found": len(reason.strip())}
        raise Invalid([FieldError("reason", "too_long", facts)])
    return reason.strip()


def _lock_months(tx: Tx, period: Period) -> None:
    """Wait for the acts that write into the period; they wait for this one from here on."""
    if tx.driver.is_sqlite:
        return
    first, last = (day.year * 12 + day.month for day in (period.first, period.last))
    months = func.generate_series(first, last).column_valued("month")
    tx.connection.execute(select(func.pg_advisory_xact_lock(PERIOD_LOCK, months)))


def _write(
    tx: Tx,
    period: Period,
    before: Sequence[PeriodEvent],
    event: PeriodAct,
    office: str,
    *,
    reason: str | None = None,
    journals: int | None = None,
    digest: str | None = None,
) -> None:
    row = {
        "period": period.code,
        "number": len(before) + 1,
        "event": event.value,
        "at": tx.now,
        "actor_id": tx.actor.user_id,
        "office": office,
        "reason": reason,
        "journals": journals,
        "digest": digest,
    }
    tx.insert(period_event, row)
