"""Rows of the treasury worklist: a matter, what is to be done, by when, and its next acts.

A row leads to what it is about by its title, and to its act by the first link below; which act is
offered depends on the office of the reader. Days are compared with the day of the Secretariat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from flask import url_for

from ricomi_workflow.contributions.refunds import PAYERS
from ricomi_workflow.documents.letters import letter_language
from ricomi_workflow.fund.advances import CaseAdvances, OutstandingAdvance
from ricomi_workflow.fund.disbursement_deadlines import OpenCommitment
from ricomi_workflow.fund.operating_expenses import OFFICES, expense_categories
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.ledger.periods import CLOSERS, REOPENERS, Period
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.treasury_worklist import WorkItem
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import account_name, money
from ricomi_workflow.web.fund.staff_act import form_label
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, donor_name, local_day
from ricomi_workflow.web.statements.periods import period_name

_SOON = timedelta(days=3)  # before a day, what falls due is marked
_FORMS = {
    "call": "call_for_funds",
    "receipt": "receipt",
    "acknowledge": "receipt_acknowledgement",
}
Urgency = Literal["", "soon", "late"]
Acts = tuple[tuple[str, str], ...]  # label and address, the expected one first


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One matter of the worklist."""

    code: str
    title: Shown
    href: str
    what: str
    who: str = ""
    due: date | None = None
    due_note: str = ""
    urgency: Urgency = ""
    illustrative: bool = False
    acts: Acts = ()


def work_row(item: WorkItem, reader: Actor, today: date) -> WorklistRow:
    """The row of a matter in a list that goes on by a key."""
    return _ROWS[item.wait](item, reader, today)


def advance_row(case: CaseAdvances, each: OutstandingAdvance, today: date) -> WorklistRow:
    """What an institution should account for."""
    late = each.late(today)
    what = t("treasury.wait_account", number=each.number, amount=money(each.owed))
    note = t("advances.late", n=late) if late else ""
    due, urgency = each.due_on, _urgency(each.due_on, today)
    return _case_row(case, case.country, what, due=due, due_note=note, urgency=urgency)


def commitment_row(each: OpenCommitment, day: date, today: date) -> WorklistRow:
    """What is committed and expires."""
    what = t("treasury.wait_expire", amount=money(each.amount))
    return _case_row(each, each.country, what, due=day, urgency=_urgency(day, today))


def period_row(each: Period, reader: Actor, *, asked: bool) -> WorklistRow:
    """A period that is over and open, or that somebody asked to reopen."""
    href = url_for("periods.period", code=each.code)
    offices = REOPENERS if asked else CLOSERS
    verb = t("treasury.do_answer" if asked else "treasury.do_close")
    return WorklistRow(
        code=each.code,
        title=_plain(period_name(each)),
        href=href,
        what=t("periods.state_asked") if asked else "",
        due_note=t("treasury.over_since", day=each.last),
        urgency="soon" if asked else "",
        acts=((verb, href),) if reader.has(*offices) else (),
    )


def _certify(item: WorkItem, reader: Actor, today: date) -> WorklistRow:
    since = services().calendar.between(local_day(item.at), today) if item.at else 0
    may = _is_second(item, reader, Role.CERTIFYING_OFFICER)
    note = t("treasury.waits_since", n=since)
    return _disbursement(item, "certify_tranche", may=may, due_note=note)


def _pay(item: WorkItem, reader: Actor, today: date) -> WorklistRow:
    may = _is_second(item, reader, Role.FUND_ADMINISTRATOR)
    return _disbursement(item, "pay_tranche", may=may, urgency=_urgency(item.day, today))


def _disbursement(item: WorkItem, trigger: str, *, may: bool, **rest: Any) -> WorklistRow:
    facts = {"number": item.number, "amount": money(item.amount), "purpose": item.text}
    act = (t(f"treasury.do_{item.wait}"), url_for("acts.confirm", ref=item.ref, trigger=trigger))
    what, acts = t(f"treasury.wait_{trigger}", **facts), (act,) if may else ()
    return _case_row(item, item.who, what, due=item.day, acts=acts, **rest)


def _call(item: WorkItem, reader: Actor, today: date) -> WorklistRow:
    what = t("treasury.wait_call", amount=money(item.amount))
    return _pledge(item, what, _acts(item.ref, reader, "call", "receipt"), today)


def _arrive(item: WorkItem, reader: Actor, today: date) -> WorklistRow:
    what = t("treasury.wait_arrive", amount=money(item.amount), number=item.number)
    return _pledge(item, what, _acts(item.ref, reader, "receipt"), today)


def _pledge(item: WorkItem, what: str, acts: Acts, today: date) -> WorklistRow:
    href = url_for("contributions.contribution", ref=item.ref)
    urgency = _urgency(item.day, today)
    return _donor_row(item, href, what, due=item.day, urgency=urgency, acts=acts)


def _acknowledge(item: WorkItem, reader: Actor, _today: date) -> WorklistRow:
    letter = url_for("contributions.letter", ref=item.ref, lang=letter_language(item.who))
    what = t("treasury.wait_acknowledge", amount=money(item.amount), bank=item.text)
    since, acts = t("treasury.since_day", day=item.day), _acts(item.ref, reader, "acknowledge")
    return _donor_row(item, letter, what, due_note=since, acts=acts)


def _refund(item: WorkItem, reader: Actor, _today: date) -> WorklistRow:
    pays = url_for("contributions.new_end", ref=item.ref, act="return_paid")
    acts = ((form_label("refund_payment"), pays),) if _is_second(item, reader, *PAYERS) else ()
    href = url_for("contributions.contribution", ref=item.text)
    what = t("treasury.wait_return", amount=money(item.amount), ref=item.text)
    since = t("treasury.since_day", day=item.day)
    return _donor_row(item, href, what, due_note=since, acts=acts)


def _expense(item: WorkItem, reader: Actor, _today: date) -> WorklistRow:
    act = (t("treasury.do_pay"), url_for("spending.payment", ref=item.ref))
    return WorklistRow(
        code=item.ref,
        title=_plain(expense_categories()[item.who][language()]),
        href=url_for("spending.one", ref=item.ref),
        what=t("treasury.wait_spend", amount=money(item.amount), document=item.text),
        due_note=t("treasury.since_day", day=local_day(item.at)) if item.at else "",
        acts=(act,) if _is_second(item, reader, *OFFICES) else (),
    )


def _match(item: WorkItem, _reader: Actor, _today: date) -> WorklistRow:
    href = url_for("reconciliation.matching", code=item.ref)
    return WorklistRow(
        code=item.ref,
        title=_plain(account_name(item.ref)),
        href=href,
        what=t("treasury.wait_match", n=item.number),
        due_note=t("treasury.since_day", day=item.day),
        acts=((t("treasury.do_match"), href),),
    )


def _case_row(
    each: WorkItem | CaseAdvances | OpenCommitment, country: str, what: str, **rest: Any
) -> WorklistRow:
    return WorklistRow(
        code=each.ref,
        title=case_title(each.title),
        href=url_for("cases.case_page", ref=each.ref),
        what=what,
        who=formats.country(country, language()),
        illustrative=each.illustrative,
        **rest,
    )


def _donor_row(item: WorkItem, href: str, what: str, **rest: Any) -> WorklistRow:
    title = _plain(donor_name(item.who))
    return WorklistRow(item.ref, title, href, what, illustrative=item.illustrative, **rest)


def _plain(text: str) -> Shown:
    return Shown(text, language(), is_original=False)


def _is_second(item: WorkItem, reader: Actor, *offices: Role) -> bool:
    """Whether the reader, of one of `offices`, may do what another person prepared."""
    return reader.has(*offices) and item.by not in reader.people


def _acts(ref: str, reader: Actor, *names: str) -> Acts:
    if not reader.has(Role.FUND_ADMINISTRATOR):
        return ()
    return tuple(
        (form_label(_FORMS[name]), url_for("contributions.new_of", ref=ref, act=name))
        for name in names
    )


def _urgency(day: date | None, today: date) -> Urgency:
    if day is None or day > today + _SOON:
        return ""
    return "late" if day < today else "soon"


_ROWS: Mapping[WorkKind, Callable[[WorkItem, Actor, date], WorklistRow]] = {
    WorkKind.CERTIFY: _certify,
    WorkKind.PAY: _pay,
    WorkKind.SPEND: _expense,
    WorkKind.RETURN: _refund,
    WorkKind.CALL: _call,
    WorkKind.ARRIVE: _arrive,
    WorkKind.ACKNOWLEDGE: _acknowledge,
    WorkKind.MATCH: _match,
}
