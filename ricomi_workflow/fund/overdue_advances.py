"""Advances that are not accounted for: by case, for how long, and what they block.

Accounts that are later than the process allows block a new advance to the same case, and to every
case for whose money the same official answers. Source: domain requirement 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.fund.advance_ageing import (
    OutstandingAdvance,
    PaidTranche,
    outstanding_advances,
)
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.rows import refunded_column
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import fold
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
    told = [(late_.late(today), each) for each in found if (late_ := each.latest(today))]
    return [each for _, each in sorted(told, key=lambda pair: (-pair[0], pair[1].ref))]


def accounts_not_overdue(act: Act) -> Refusal | None:
    """No accounts of this case, or of the officials who answer for it, are later than allowed."""
    days = act.services.process(act.case).workflow.terms[OVERDUE_DAYS]
    today = act.services.calendar.local_day(act.tx.now)
    known = act.once("overdue", lambda: _blocking(act, today, days))
    own = next((each for each in known if each.case_id == act.case.id), None)
    if own and (late := own.latest(today)):
        return Refusal("accounts_overdue", {"number": late.number, **_told(late, today, days)})
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
                facts = {"official": name, "case": each.ref, **_told(late, today, days)}
                return Refusal("official_overdue", facts)
    return None


def _told(late: OutstandingAdvance, today: date, days: int) -> dict[str, object]:
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
