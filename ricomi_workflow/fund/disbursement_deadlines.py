"""Deadlines of the fund: certifications and commitments that expire, advances that fall due.

A commitment may be paid for as many years after its own as `liquidation_years` of the process
says, to the last day. What is not paid by then goes back to its sources, by an act of the system in
the trail of the case. No rule waits for the worker: guards judge deadlines by the day. Source:
domain requirement 41; General Standards, art. 106.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import exists, func, select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.commands import act_on, advance, lock
from ricomi_workflow.cases.hooks import message_params, offices_of_role
from ricomi_workflow.cases.models import case
from ricomi_workflow.fund.advances import OVERDUE_DAYS, CaseAdvances, list_case_advances
from ricomi_workflow.fund.effects import day_of_act, release_remaining
from ricomi_workflow.fund.guards import committed_balance
from ricomi_workflow.fund.models import tranche_event
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.fund.advances import OutstandingAdvance

EXPIRE = "expire_tranche"
EXPIRE_COMMITMENT = "expire_commitment"
REMINDED = "fund.accounts_reminded"
BEFORE = 15  # days before an advance falls due on which its debtor is reminded
_DEBTORS = (Role.FOCAL_POINT, Role.INSTITUTION_USER)
_FUND_OFFICES = (Role.SECRETARIAT, Role.FUND_ADMINISTRATOR)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """A reminder of one tranche: which message, and to which offices."""

    message: str
    owed: OutstandingAdvance
    to: tuple[Role, ...]


def expire_certifications(services: Services) -> int:
    """End the certification of each tranche that was not paid in its term; answer how many.

    Transaction: one act a case, under its lock; what fails in one does not stop the others.
    """
    return sum(_expire(services, ref) for ref in _unpaid(services))


def expire_commitments(services: Services) -> int:
    """Let what was committed and not paid by its last day expire; answer in how many cases.

    A case in which a disbursement is open waits until that is paid, refused or ended. Transaction:
    one act a case, under its lock; what fails in one does not stop the others.
    """
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = list_cases_with_commitments(connection, today.year)
    due = [ref for ref, name, year in found if _is_over(services, name, year, today)]
    return sum(_let_expire(services, ref) for ref in due)


def _is_over(services: Services, definition: str, year: int, today: date) -> bool:
    years = services.processes[definition].workflow.terms.get(LIQUIDATION_YEARS)
    return years is not None and last_payment_day(year, years) < today


def _let_expire(services: Services, ref: str) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            advance(tx, services, lock(tx, services, ref), EXPIRE_COMMITMENT, actor=SYSTEM)
    except Refused:  # a disbursement is open, or the case is where nothing expires
        return False
    except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
        _log.exception("commitment.failed", case=ref)
        return False
    return True


def remind_of_advances(services: Services) -> int:
    """Remind debtors of advances that fall due, are overdue or block; answer how many messages.

    Each once for a tranche; only the newest message where several were missed. Transaction: one act
    a case, under its lock; two workers at once send nothing twice.
    """
    today = services.calendar.local_day(services.uow.clock.now())
    near = tranche_event.c.accounts_due_on <= today + timedelta(days=BEFORE)
    with services.uow.read() as connection:
        found = list_case_advances(connection, near)
    return sum(_remind(services, each.ref, today) for each in found)


def _unpaid(services: Services) -> list[str]:
    today = services.calendar.local_day(services.uow.clock.now())
    certified, end = tranche_event.c, tranche_event.alias()
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case.c.ref)
            .join(tranche_event, certified.case_id == case.c.id)
            .where(
                certified.pay_by < today,
                ~exists().where(
                    end.c.tranche_id == certified.tranche_id, end.c.event != certified.event
                ),
            )
            .order_by(certified.pay_by, case.c.id)
        )
        return [row.ref for row in rows]


def _expire(services: Services, ref: str) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            advance(tx, services, lock(tx, services, ref), EXPIRE, actor=SYSTEM)
    except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
        _log.exception("certification.failed", case=ref)
        return False
    return True


def _remind(services: Services, ref: str, today: date) -> int:
    with services.uow.begin(SYSTEM) as tx:
        act = act_on(tx, services, lock(tx, services, ref))
        sent = 0
        for debtor in list_case_advances(tx.connection, case.c.id == act.case.id):
            for due in _due(act, debtor, today):
                _send_reminder(tx, act, due)
                sent += 1
    return sent


def _due(act: Act, debtor: CaseAdvances, today: date) -> list[_Due]:
    """The reminders that are due today on the tranches of a debtor and were not sent yet."""
    sent = _sent_reminders(act.tx.connection, debtor.case_id)
    days = act.services.process(act.case).workflow.terms.get(OVERDUE_DAYS)
    found = (_reminder(each, today, days) for each in debtor.owing)
    return [due for due in found if due and (due.message, due.owed.number) not in sent]


def _reminder(each: OutstandingAdvance, today: date, days: int | None) -> _Due | None:
    if each.due_on is None or not each.owed:
        return None
    late = (today - each.due_on).days
    if days is not None and late > days:
        return _Due("accounts_blocking", each, (*_DEBTORS, *_FUND_OFFICES))
    if late > 0:
        return _Due("accounts_overdue", each, (*_DEBTORS, *_FUND_OFFICES))
    return _Due("accounts_near", each, _DEBTORS) if late >= -BEFORE else None


def _sent_reminders(connection: Connection, case_id: int) -> set[tuple[str, int]]:
    rows = connection.execute(
        select(audit_entry.c.detail).where(
            audit_entry.c.case_id == case_id, audit_entry.c.act == REMINDED
        )
    )
    return {(str(detail["message"]), int(detail["number"])) for detail in rows.scalars()}


def _send_reminder(tx: Tx, act: Act, due: _Due) -> None:
    day = due.owed.due_on.isoformat() if due.owed.due_on else ""
    days = act.services.process(act.case).workflow.terms.get(OVERDUE_DAYS, 0)
    amount: Json = {"minor": due.owed.owed.minor, "currency": due.owed.owed.currency}
    facts: dict[str, Json] = {"number": due.owed.number, "due": day}
    params = {**message_params(act), **facts, "amount": amount, "days": days}
    wanted = [pair for role in due.to for pair in offices_of_role(act, role)]
    recipients = list_holders(tx.driver, act.services.calendar.local_day(tx.now), wanted)
    number = enqueue(tx, due.message, recipients, params=params, case_id=act.case.id)
    sent: dict[str, Json] = {"message": due.message, "messages": number}
    owed = {"owed": str(due.owed.owed)}
    record(tx, act.case, REMINDED, office="system", detail={**sent, **facts, **owed})


LIQUIDATION_YEARS = "liquidation_years"


def last_payment_day(year: int, years: int) -> date:
    """The last day on which what was committed in `year` is paid."""
    return date(year + years, 12, 31)


def commitment_in_time(act: Act) -> Refusal | None:
    """What was committed may still be paid: its last day has not passed."""
    last = _commitment_last_day(act)
    if last is None or day_of_act(act) <= last:
        return None
    return Refusal("commitment_over", {"day": last.isoformat()})


def commitment_over(act: Act) -> Refusal | None:
    """Something that was committed is neither paid nor obligated, and its last day has passed."""
    last = _commitment_last_day(act)
    if last is not None and last < day_of_act(act) and committed_balance(act):
        return None
    return Refusal("commitment_in_force", {"day": last.isoformat() if last else ""})


def expire_commitment(act: Act) -> None:
    """Give what was committed and not paid by its last day back to its sources."""
    last, against = _commitment_last_day(act), commitment_over(act)
    if against or last is None:
        raise Refused([against] if against else [])
    release_remaining(act)
    act.note(expired_on=last.isoformat())


def find_commitment_year(connection: Connection, case_id: int) -> int | None:
    """The year in which a case was funded; None before."""
    day = connection.execute(
        select(func.min(journal.c.at)).where(
            journal.c.case_id == case_id,
            journal.c.memo == Memo.COMMITMENT.value,
            journal.c.reverses.is_(None),
        )
    ).scalar()
    return day.year if day else None


def list_cases_with_commitments(connection: Connection, before: int) -> list[tuple[str, str, int]]:
    """Cases that hold what was committed before the year `before`: reference, process, year."""
    year = func.min(journal.c.at)
    rows = connection.execute(
        select(case.c.ref, case.c.definition, year.label("day"))
        .join(account, (account.c.owner == case.c.id) & (account.c.kind == Kind.COMMITTED.value))
        .join(journal, journal.c.case_id == case.c.id)
        .where(account.c.balance < 0, journal.c.memo == Memo.COMMITMENT.value)
        .group_by(case.c.ref, case.c.definition)
        .having(year < date(before, 1, 1))
        .order_by(case.c.ref)
    )
    return [(row.ref, row.definition, row.day.year) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenCommitment:
    """What of a case is committed and not certified, and in which year it was committed."""

    ref: str
    country: str
    title: Mapping[str, str]
    illustrative: bool
    definition: str
    year: int
    amount: Money


def list_open_commitments(connection: Connection) -> list[OpenCommitment]:
    """Every case that holds a commitment, the earliest first; one statement, no exercises."""
    first = (
        select(func.min(journal.c.at))
        .where(
            journal.c.case_id == case.c.id,
            journal.c.memo == Memo.COMMITMENT.value,
            journal.c.reverses.is_(None),
        )
        .correlate(case)
        .scalar_subquery()
        .label("first")
    )
    columns = (case.c.ref, case.c.country, case.c.title, case.c.illustrative, case.c.definition)
    rows = connection.execute(
        select(*columns, first, account.c.balance)
        .join(account, (account.c.owner == case.c.id) & (account.c.kind == Kind.COMMITTED.value))
        .where(account.c.balance < 0, ~case.c.exercise)
        .order_by(first, case.c.ref)
    )
    return [
        OpenCommitment(ref, country, title or {}, sample, definition, day.year, Money(-minor))
        for ref, country, title, sample, definition, day, minor in rows
    ]


def _commitment_last_day(act: Act) -> date | None:
    """The last day for paying the commitment; None without a commitment or a term."""
    years = act.services.process(act.case).workflow.terms.get(LIQUIDATION_YEARS)
    if years is None:
        return None
    connection, case_id = act.tx.connection, act.case.id
    year = act.once("year of commitment", lambda: find_commitment_year(connection, case_id))
    return last_payment_day(year, years) if year else None
