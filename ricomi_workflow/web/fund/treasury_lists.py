"""The lists of the fund's desk: what waits, each row with the act that comes next.

A row leads to what it is about by its title, and to its act by the first link below; which act is
offered depends on the office of the reader. Days are compared with the day of the office.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from flask import url_for
from sqlalchemy import select

from ricomi_workflow.cases.models import case
from ricomi_workflow.contributions.refunds import PAYERS
from ricomi_workflow.documents.acknowledgement_letter import letter_language
from ricomi_workflow.fund.advances import CaseAdvances, OutstandingAdvance, list_case_advances
from ricomi_workflow.fund.commitment_expiry import (
    LIQUIDATION_YEARS,
    OpenCommitment,
    last_payment_day,
    list_open_commitments,
)
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.operating_expenses import OFFICES, expense_categories
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.ledger.periods import CLOSERS, REOPENERS, PendingPeriods, Period
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.treasury_worklist import WorkItem, WorkQueue
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from ricomi_workflow.web.case_labels import case_title, local_day
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import account_name
from ricomi_workflow.web.fund.staff_act import form_label
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name
from ricomi_workflow.web.statements.periods_view import period_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

SHOWN = 5  # of each list, on the desk
_SOON = timedelta(days=3)  # before a day, what falls due is told apart
_AHEAD = timedelta(days=30)  # before its day, an advance stands on the desk
_BEFORE_EXPIRY = timedelta(days=120)  # before its last day, a commitment stands on the desk
Urgency = Literal["", "soon", "late"]


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One matter: what it is about, what is to be done, by when, and the acts that come next."""

    code: str
    who: str
    title: Shown
    href: str
    what: str
    due: date | None = None
    due_note: str = ""
    urgency: Urgency = ""
    illustrative: bool = False
    acts: tuple[tuple[str, str], ...] = ()  # label and address, the expected one first


@dataclass(frozen=True, slots=True)
class DeskList:
    """One list: how many wait, the most urgent of them, and where all of them are."""

    name: str
    heading: str
    count: int
    rows: tuple[DeskRow, ...]
    all_href: str = ""


def queue_list(wait: WorkKind, queue: WorkQueue, reader: Actor, today: date) -> DeskList:
    """One of the lists that go on by a key."""
    return DeskList(
        name=wait.value,
        heading=t(f"treasury.to_{wait}"),
        count=queue.count,
        rows=tuple(_ROWS[wait](each, reader, today) for each in queue.rows),
        all_href=url_for("fund.waiting", name=wait.value) if queue.after else "",
    )


def advances_list(connection: Connection, today: date) -> DeskList:
    """What institutions hold and should account for by now, or within thirty days."""
    near = tranche_event.c.accounts_due_on <= today + _AHEAD
    cases = select(tranche.c.case_id).join(tranche_event).where(near)
    found = [
        (debtor, each)
        for debtor in list_case_advances(connection, ~case.c.exercise, case.c.id.in_(cases))
        for each in debtor.owing
        if each.owed and each.due_on and each.due_on <= today + _AHEAD
    ]
    found.sort(key=lambda pair: (pair[1].due_on or date.max, pair[0].ref))
    return DeskList(
        name="account",
        heading=t("treasury.to_account"),
        count=len(found),
        rows=tuple(_advance(debtor, each, today) for debtor, each in found[:SHOWN]),
        all_href=url_for("advances.index") if len(found) > SHOWN else "",
    )


def expiring_list(connection: Connection, today: date) -> DeskList:
    """What is committed, not certified, and expires within four months."""
    found = []
    for each in list_open_commitments(connection):
        years = services().processes[each.definition].workflow.terms.get(LIQUIDATION_YEARS)
        day = last_payment_day(each.year, years) if years is not None else None
        if day and day <= today + _BEFORE_EXPIRY:
            found.append((day, each))
    found.sort(key=lambda pair: (pair[0], pair[1].ref))
    return DeskList(
        name="expire",
        heading=t("treasury.to_expire"),
        count=len(found),
        rows=tuple(_commitment(each, day, today) for day, each in found[:SHOWN]),
        all_href=url_for("statements.statement", name="expiring") if len(found) > SHOWN else "",
    )


def periods_list(waits: PendingPeriods, reader: Actor) -> DeskList:
    """What was asked to be reopened, then what is over and open, the oldest first."""
    asked = [_period(each, reader, asked=True) for each in waits.asked]
    over = [_period(each, reader, asked=False) for each in waits.to_close]
    rows = (*asked, *over)
    return DeskList(
        name="close",
        heading=t("treasury.to_close"),
        count=len(rows),
        rows=rows[:SHOWN],
        all_href=url_for("periods.index") if len(rows) > SHOWN else "",
    )


def _certify(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    since = services().calendar.between(local_day(each.at), today) if each.at else 0
    return _disbursement(
        each,
        "certify_tranche",
        may=reader.has(Role.CERTIFYING_OFFICER) and each.by not in reader.people,
        note=t("treasury.waits_since", n=since),
    )


def _pay(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    may = reader.has(Role.FUND_ADMINISTRATOR) and each.by not in reader.people
    return _disbursement(each, "pay_tranche", may=may, urgency=_urgency(each.day, today))


def _disbursement(
    each: WorkItem, trigger: str, *, may: bool, note: str = "", urgency: Urgency = ""
) -> DeskRow:
    facts = {"number": each.number, "amount": _money(each.amount), "purpose": each.text}
    act = (t(f"treasury.do_{each.wait}"), url_for("acts.confirm", ref=each.ref, trigger=trigger))
    return DeskRow(
        code=each.ref,
        who=formats.country(each.who, language()),
        title=case_title(each.title),
        href=url_for("cases.case_page", ref=each.ref),
        what=t(f"treasury.wait_{trigger}", **facts),
        due=each.day,
        due_note=note,
        urgency=urgency,
        illustrative=each.illustrative,
        acts=(act,) if may else (),
    )


def _call(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    return _gift(
        each,
        t("treasury.wait_call", amount=_money(each.amount)),
        _urgency(each.day, today),
        _acts(each.ref, "call", "receipt") if reader.has(Role.FUND_ADMINISTRATOR) else (),
    )


def _arrive(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    return _gift(
        each,
        t("treasury.wait_arrive", amount=_money(each.amount), number=each.number),
        _urgency(each.day, today),
        _acts(each.ref, "receipt") if reader.has(Role.FUND_ADMINISTRATOR) else (),
    )


def _gift(
    each: WorkItem, what: str, urgency: Urgency, acts: tuple[tuple[str, str], ...]
) -> DeskRow:
    return DeskRow(
        code=each.ref,
        who="",
        title=Shown(donor_name(each.who), language(), is_original=False),
        href=url_for("gifts.contribution", ref=each.ref),
        what=what,
        due=each.day,
        urgency=urgency,
        illustrative=each.illustrative,
        acts=acts,
    )


def _acknowledge(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    del today
    lang = letter_language(each.who)
    letter = url_for("gifts.letter", ref=each.ref, lang=lang)
    records = reader.has(Role.FUND_ADMINISTRATOR)
    return DeskRow(
        code=each.ref,
        who="",
        title=Shown(donor_name(each.who), language(), is_original=False),
        href=letter,
        what=t("treasury.wait_acknowledge", amount=_money(each.amount), bank=each.text),
        due_note=t("treasury.since_day", day=each.day),
        illustrative=each.illustrative,
        acts=_acts(each.ref, "acknowledge") if records else (),
    )


def _spend(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    del today
    kind = expense_categories()[each.who][language()]
    act = (t("treasury.do_pay"), url_for("spending.payment", ref=each.ref))
    return DeskRow(
        code=each.ref,
        who="",
        title=Shown(kind, language(), is_original=False),
        href=url_for("spending.one", ref=each.ref),
        what=t("treasury.wait_spend", amount=_money(each.amount), document=each.text),
        due_note=t("treasury.since_day", day=local_day(each.at)) if each.at else "",
        acts=(act,) if _second(each, reader, OFFICES) else (),
    )


def _return(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    del today
    act = (
        form_label("refund_payment"),
        url_for("gifts.new_end", ref=each.ref, act="return_paid"),
    )
    return DeskRow(
        code=each.ref,
        who="",
        title=Shown(donor_name(each.who), language(), is_original=False),
        href=url_for("gifts.contribution", ref=each.text),
        what=t("treasury.wait_return", amount=_money(each.amount), ref=each.text),
        due_note=t("treasury.since_day", day=each.day),
        illustrative=each.illustrative,
        acts=(act,) if _second(each, reader, PAYERS) else (),
    )


def _second(each: WorkItem, reader: Actor, offices: tuple[Role, ...]) -> bool:
    """Whether the reader, of one of `offices`, may pay what another person prepared."""
    return reader.has(*offices) and each.by not in reader.people


def _match(each: WorkItem, reader: Actor, today: date) -> DeskRow:
    del reader, today
    href = url_for("reconciliation.matching", code=each.ref)
    return DeskRow(
        code=each.ref,
        who="",
        title=Shown(account_name(each.ref), language(), is_original=False),
        href=href,
        what=t("treasury.wait_match", n=each.number),
        due_note=t("treasury.since_day", day=each.day),
        acts=((t("treasury.do_match"), href),),
    )


def _advance(debtor: CaseAdvances, each: OutstandingAdvance, today: date) -> DeskRow:
    late = each.late(today)
    return DeskRow(
        code=debtor.ref,
        who=formats.country(debtor.country, language()),
        title=case_title(debtor.title),
        href=url_for("cases.case_page", ref=debtor.ref),
        what=t("treasury.wait_account", number=each.number, amount=_money(each.owed)),
        due=each.due_on,
        due_note=t("advances.late", n=late) if late else "",
        urgency=_urgency(each.due_on, today),
        illustrative=debtor.illustrative,
    )


def _commitment(each: OpenCommitment, day: date, today: date) -> DeskRow:
    return DeskRow(
        code=each.ref,
        who=formats.country(each.country, language()),
        title=case_title(each.title),
        href=url_for("cases.case_page", ref=each.ref),
        what=t("treasury.wait_expire", amount=_money(each.amount)),
        due=day,
        urgency=_urgency(day, today),
        illustrative=each.illustrative,
    )


def _period(each: Period, reader: Actor, *, asked: bool) -> DeskRow:
    href = url_for("periods.period", code=each.code)
    offices = REOPENERS if asked else CLOSERS
    verb = t("treasury.do_answer" if asked else "treasury.do_close")
    return DeskRow(
        code=each.code,
        who="",
        title=Shown(period_name(each), language(), is_original=False),
        href=href,
        what=t("periods.state_asked") if asked else "",
        due_note=t("treasury.over_since", day=each.last),
        urgency="soon" if asked else "",
        acts=((verb, href),) if reader.has(*offices) else (),
    )


def _acts(ref: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (form_label(_FORMS[name]), url_for("gifts.new_of", ref=ref, act=name)) for name in names
    )


def _urgency(day: date | None, today: date) -> Urgency:
    if day is None or day > today + _SOON:
        return ""
    return "late" if day < today else "soon"


def _money(amount: Money) -> str:
    return formats.money(amount, language())


_FORMS = {
    "call": "call_for_funds",
    "receipt": "receipt",
    "acknowledge": "receipt_acknowledgement",
}
_ROWS: Mapping[WorkKind, Callable[[WorkItem, Actor, date], DeskRow]] = {
    WorkKind.CERTIFY: _certify,
    WorkKind.PAY: _pay,
    WorkKind.SPEND: _spend,
    WorkKind.RETURN: _return,
    WorkKind.CALL: _call,
    WorkKind.ARRIVE: _arrive,
    WorkKind.ACKNOWLEDGE: _acknowledge,
    WorkKind.MATCH: _match,
}
