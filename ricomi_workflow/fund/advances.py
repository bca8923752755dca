"""Advances: what is outstanding of each tranche, for how long, and what an overdue one blocks.

An institution accounts for money, not for a tranche: what it accounts for is taken from the oldest
tranche first, after refunds, which name their tranche. So the sum of what is outstanding is the
balance of `advances`. Days are calendar days. Advances overdue for longer than the process allows
block a new advance to the same case, and to every case for whose money the same official answers.
Source: domain requirement 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.rows import Tranche, refunded_column
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import fold
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PaidTranche:
    """A tranche that was paid: how much, when, by when it is accounted for, what came back."""

    number: int
    amount: Money
    paid_on: date
    due_on: date | None  # None where the process sets no term
    refunded: Money


@dataclass(frozen=True, slots=True)
class OutstandingAdvance:
    """What of a paid tranche is neither accounted for nor paid back."""

    number: int
    amount: Money
    owed: Money
    paid_on: date
    due_on: date | None

    def late(self, today: date) -> int:
        """For how many days it is overdue; 0 when it is not, or when nothing is owed."""
        if self.due_on is None or not self.owed:
            return 0
        return max(0, (today - self.due_on).days)

    def band(self, today: date) -> AgeingBand:
        """The column of the ageing list in which it stands."""
        return ageing_band(self.late(today))


class AgeingBand(StrEnum):
    """For how long an advance is overdue, in the columns of the ageing list."""

    CURRENT = "current"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


_ENDS = (
    (0, AgeingBand.CURRENT),
    (30, AgeingBand.TO_30),
    (60, AgeingBand.TO_60),
    (90, AgeingBand.TO_90),
)


def ageing_band(late: int) -> AgeingBand:
    """The band of an advance that is `late` days overdue."""
    return next((band for last, band in _ENDS if late <= last), AgeingBand.OVER_90)


def outstanding_advances(
    paid: Sequence[PaidTranche], spent: Money
) -> tuple[OutstandingAdvance, ...]:
    """What is owed of each tranche in `paid`, by number, after `spent` was accounted for."""
    rest, found = spent, []
    for each in sorted(paid, key=lambda one: one.number):
        left = each.amount - each.refunded
        settled = min(left, rest)
        rest -= settled
        found.append(
            OutstandingAdvance(each.number, each.amount, left - settled, each.paid_on, each.due_on)
        )
    return tuple(found)


def accounts_due_on(paid_on: date, days: int) -> date:
    """By when a tranche is accounted for that was paid on `paid_on`, `days` calendar days later."""
    return paid_on + timedelta(days=days)


def allocate_refund(paid: Iterable[OutstandingAdvance], amount: Money) -> dict[int, Money]:
    """By number of a tranche: what of `amount` pays it back, the oldest that is owed first.

    For a refund that names no tranche. What is more than all of them owe is left out.
    """
    rest, shares = amount, dict[int, Money]()
    for each in paid:
        part = min(each.owed, rest)
        rest -= part
        if part:
            shares[each.number] = part
    return shares


def outstanding_by_tranche(
    parts: Iterable[Tranche], advances: Money
) -> tuple[OutstandingAdvance, ...]:
    """What of the paid ones among `parts` is owed, when `advances` is not accounted for in all."""
    paid = [
        PaidTranche(part.number, part.amount, part.paid_on, part.accounts_due_on, part.refunded)
        for part in parts
        if part.paid_on
    ]
    return outstanding_advances(paid, total(one.amount - one.refunded for one in paid) - advances)


def sum_by_band(owing: Iterable[tuple[Money, AgeingBand]]) -> dict[AgeingBand, Money]:
    """The sum of each band, none left out, in their order."""
    given = list(owing)
    return {band: total(amount for amount, its in given if its is band) for band in AgeingBand}


OVERDUE_DAYS, ACCOUNTS_DAYS = "overdue_days", "accounts_days"
_DESIGNATED, _FORM = "case.designate_official", "designated_official"


@dataclass(frozen=True, slots=True)
class CaseAdvances:
    """A case that holds advances, and what of each paid tranche is owed."""

    case_id: int
    ref: str
    country: str
    title: Mapping[str, str]
    illustrative: bool
    exercise: bool
    owing: tuple[OutstandingAdvance, ...]

    @property
    def owed(self) -> Money:
        """What it has not accounted for in all."""
        return total(each.owed for each in self.owing)

    def latest(self, today: date) -> OutstandingAdvance | None:
        """What is overdue for longest; None when nothing is."""
        late = [each for each in self.owing if each.late(today)]
        return max(late, key=lambda each: each.late(today), default=None)


def list_case_advances(connection: Connection, *where: ColumnElement[bool]) -> list[CaseAdvances]:
    """The cases that fit and hold advances, by reference; exercises stand in books of their own."""
    rows = connection.execute(
        select(
            case.c.id,
            case.c.ref,
            case.c.country,
            case.c.title,
            case.c.illustrative,
            case.c.exercise,
            account.c.balance,
            tranche.c.number,
            tranche.c.amount_minor,
            tranche_event.c.paid_on,
            tranche_event.c.accounts_due_on,
            refunded_column(tranche.c.id).label("refunded"),
        )
        .join(account, (account.c.owner == case.c.id) & (account.c.kind == Kind.ADVANCES.value))
        .join(tranche, tranche.c.case_id == case.c.id)
        .join(tranche_event, tranche_event.c.tranche_id == tranche.c.id)
        .where(tranche_event.c.event == "paid", account.c.balance > 0, *where)
        .order_by(case.c.ref, tranche.c.number)
    )
    return [_debtor(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def list_overdue(
    connection: Connection, today: date, *, exercise: bool = False
) -> list[CaseAdvances]:
    """The cases in which accounts are overdue on `today`, the longest first."""
    day_before = tranche_event.c.accounts_due_on < today
    late = select(tranche.c.case_id).join(tranche_event).where(day_before)
    found = list_case_advances(connection, case.c.id.in_(late), case.c.exercise == exercise)
    overdue = [(late_.late(today), each) for each in found if (late_ := each.latest(today))]
    return [each for _, each in sorted(overdue, key=lambda pair: (-pair[0], pair[1].ref))]


def accounts_not_overdue(act: Act) -> Refusal | None:
    """No accounts of this case, or of the officials who answer for it, are later than allowed."""
    days = act.services.process(act.case).workflow.terms[OVERDUE_DAYS]
    today = act.services.calendar.local_day(act.tx.now)
    known = act.once("overdue", lambda: _blocking(act, today, days))
    own = next((each for each in known if each.case_id == act.case.id), None)
    if own and (late := own.latest(today)):
        return Refusal(
            "accounts_overdue", {"number": late.number, **_refusal_params(late, today, days)}
        )
    if not known:
        return None
    here = list_designated_officials(act.tx.connection, [act.case.id]).get(act.case.id, {})
    return _official_of(act, known, here, today, days) if here else None


def list_designated_officials(
    connection: Connection, cases: Iterable[int]
) -> dict[int, dict[str, str]]:
    """By case and state: the name of the official who was designated last."""
    rows = connection.execute(
        select(audit_entry.c.case_id, audit_entry.c.detail, submission.c["values"])
        .join(
            submission,
            (submission.c.case_id == audit_entry.c.case_id)
            & (submission.c.seq == audit_entry.c.seq),
        )
        .where(
            audit_entry.c.case_id.in_(list(cases)),
            audit_entry.c.act == _DESIGNATED,
            submission.c.form == _FORM,
        )
        .order_by(audit_entry.c.case_id, audit_entry.c.seq)
    )
    found: dict[int, dict[str, str]] = {}
    for case_id, detail, values in rows:
        found.setdefault(case_id, {})[str(detail["official_of"])] = str(values["name"])
    return found


def _blocking(act: Act, today: date, days: int) -> list[CaseAdvances]:
    """The cases of the same books whose accounts are later than `days`, the longest first."""
    act.tx.flush()  # so that what this transaction has written is seen
    since = today - timedelta(days=days)
    return list_overdue(act.tx.connection, since, exercise=act.case.exercise)


def _official_of(
    act: Act, known: Iterable[CaseAdvances], here: Mapping[str, str], today: date, days: int
) -> Refusal | None:
    others = [each for each in known if each.case_id != act.case.id]
    named = list_designated_officials(act.tx.connection, [each.case_id for each in others])
    same = {(country, fold(name)) for country, name in here.items()}
    for each in others:
        for country, name in named.get(each.case_id, {}).items():
            late = each.latest(today)
            if late and (country, fold(name)) in same:
                facts = {"official": name, "case": each.ref, **_refusal_params(late, today, days)}
                return Refusal("official_overdue", facts)
    return None


def _refusal_params(late: OutstandingAdvance, today: date, days: int) -> dict[str, object]:
    due = late.due_on.isoformat() if late.due_on else ""
    return {"owed": str(late.owed), "due": due, "late": late.late(today), "days": days}


def _debtor(rows: Sequence[Any]) -> CaseAdvances:
    first = rows[0]
    paid = [
        PaidTranche(
            row.number,
            Money(row.amount_minor),
            row.paid_on,
            row.accounts_due_on,
            Money(int(row.refunded)),
        )
        for row in rows
    ]
    brought = total(each.amount - each.refunded for each in paid)
    return CaseAdvances(
        case_id=first.id,
        ref=first.ref,
        country=first.country,
        title=first.title or {},
        illustrative=first.illustrative,
        exercise=first.exercise,
        owing=outstanding_advances(paid, brought - Money(first.balance)),
    )
