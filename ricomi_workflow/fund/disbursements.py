"""A tranche from the request to the refund: effects, each in the words of the fund.

Certified, its money is obligated and waits for the payment only; unpaid in its term, or refused
after all, it goes back to what is committed. Paid, it is an advance that is accounted for by a day.
What comes back names the tranche that it pays back. An effect locks the accounts it needs and
decides on what it finds there; whatever it refuses undoes the whole act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from ricomi_workflow.cases.act import Act, Guard
from ricomi_workflow.fund.advances import (
    ACCOUNTS_DAYS,
    accounts_due_on,
    allocate_refund,
    outstanding_by_tranche,
)
from ricomi_workflow.fund.effects import (
    day_of_act,
    lock_balance,
    post_of_act,
    require_balance,
    reverse_of_act,
)
from ricomi_workflow.fund.exceptions import list_exceptions_in_force
from ricomi_workflow.fund.guards import (
    case_owner,
    find_open_tranche,
    forget_balances,
    list_case_tranches,
    not_own_certification,
    not_own_request,
    tranche_certified,
    tranche_requested,
    tranche_unpaid,
)
from ricomi_workflow.fund.models import refund, tranche, tranche_event
from ricomi_workflow.fund.rows import Tranche, TrancheStatus
from ricomi_workflow.fund.rules import obligation_lines, payment_lines, refund_lines
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.posting import require_day

PAYMENT_DAYS = "payment_days"


def request_tranche(act: Act) -> None:
    """Ask for a part of what is committed; the entry names the exceptions by which it passes."""
    amount = Money.parse(str(act.inputs["amount"]))
    require_balance(act, Kind.COMMITTED, amount, "tranche_over_commitment")
    number = len(list_case_tranches(act)) + 1
    excepted: list[Json] = [each.seq for each in list_exceptions_in_force(act)]
    row = {
        "id": new_id(),
        "case_id": act.case.id,
        "number": number,
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "purpose": str(act.inputs["purpose"]),
        "requested_by": act.actor.user_id,
        "requested_seq": act.seq,
        "requested_at": act.tx.now,
    }
    act.tx.insert(tranche, row)
    forget_balances(act)
    act.note(number=number, amount=str(amount))
    if excepted:
        act.note(exceptions=excepted)


def certify_tranche(act: Act) -> None:
    """Certify the tranche that waits: its money is obligated, and another person may pay it."""
    days = _terms(act).get(PAYMENT_DAYS)
    pay_by = act.services.calendar.add(day_of_act(act), days) if days else None
    certified = _record(
        act, TrancheStatus.CERTIFIED, tranche_requested, not_own_request, pay_by=pay_by
    )
    post_of_act(act, Memo.OBLIGATION, obligation_lines(case_owner(act), certified.amount))


def refuse_tranche(act: Act) -> None:
    """Decline the tranche that waits, or take its certification back before it is paid."""
    _void(act, _record(act, TrancheStatus.REFUSED, tranche_unpaid))


def certification_overdue(act: Act) -> Refusal | None:
    """A certified tranche has not been paid in its term."""
    waiting = find_open_tranche(act)
    by = waiting.pay_by if waiting else None
    return None if by and by < day_of_act(act) else Refusal("certification_in_time")


def expire_tranche(act: Act) -> None:
    """End the certification of a tranche that was not paid in its term."""
    _void(act, _record(act, TrancheStatus.EXPIRED, tranche_certified, certification_overdue))


def pay_tranche(act: Act) -> None:
    """Record the payment of the certified tranche, with the bank's reference."""
    paid_on = date.fromisoformat(str(act.inputs["paid_on"]))
    reference = str(act.inputs["bank_reference"])
    days = _terms(act).get(ACCOUNTS_DAYS)
    paid = _record(
        act,
        TrancheStatus.PAID,
        tranche_certified,
        not_own_certification,
        paid_on=paid_on,
        bank_reference=reference,
        accounts_due_on=accounts_due_on(paid_on, days) if days else None,
    )
    certified = act.services.calendar.local_day(paid.events[TrancheStatus.CERTIFIED].at)
    require_day("paid_on", paid_on, certified, day_of_act(act))
    lines = payment_lines(case_owner(act), paid.amount)
    post_of_act(act, Memo.PAYMENT, lines, at=paid_on, reference=reference)
    act.note(bank_reference=reference)


def record_refund(act: Act) -> None:
    """Record what of a paid tranche came back; it may be paid again or is released.

    A form without the number of a tranche pays back the oldest that is owed first.
    """
    amount = Money.parse(str(act.inputs["amount"]))
    received_on = date.fromisoformat(str(act.inputs["received_on"]))
    reference = str(act.inputs["bank_reference"])
    require_balance(act, Kind.ADVANCES, amount, "refund_over_advance")
    paid = {part.number: part for part in list_case_tranches(act) if part.paid_on}
    shares = _shares(act, paid, amount)
    first = max(part.paid_on for n, part in paid.items() if n in shares and part.paid_on)
    require_day("received_on", received_on, first, day_of_act(act))
    for number, share in shares.items():
        _pay_back(act, paid[number], share, received_on, reference)
    act.tx.flush()  # the journal is taken only beside the refund that it is made of
    lines = refund_lines(case_owner(act), amount)
    post_of_act(act, Memo.REFUND, lines, at=received_on, reference=reference)
    back = {str(number): str(share) for number, share in shares.items()}
    act.note(amount=str(amount), bank_reference=reference, tranches=back)


def _shares(act: Act, paid: Mapping[int, Tranche], amount: Money) -> Mapping[int, Money]:
    """By number: what of `amount` pays back which tranche."""
    if "tranche" not in act.inputs:
        return allocate_refund(
            outstanding_by_tranche(paid.values(), lock_balance(act, Kind.ADVANCES)), amount
        )
    number = int(str(act.inputs["tranche"]))
    if number not in paid:
        known = {"found": str(number), "numbers": tuple(str(n) for n in paid)}
        raise Invalid([FieldError("tranche", "not_a_paid_tranche", known)])
    left = paid[number].amount - paid[number].refunded
    if amount > left:
        facts = {"number": number, "left": str(left), "asked": str(amount)}
        raise Refused([Refusal("refund_over_tranche", facts)])
    return {number: amount}


def _pay_back(act: Act, part: Tranche, share: Money, received_on: date, reference: str) -> None:
    known = select(refund.c.seq).where(
        refund.c.tranche_id == part.id, refund.c.bank_reference == reference
    )
    if act.tx.connection.execute(known).first():
        facts: dict[str, Json] = {"number": part.number, "reference": reference}
        raise Refused([Refusal("refund_known", facts)])
    row = {
        "case_id": act.case.id,
        "seq": act.seq,
        "tranche_id": part.id,
        "amount_minor": share.minor,
        "received_on": received_on,
        "bank_reference": reference,
    }
    act.tx.insert(refund, row)


def _void(act: Act, ended: Tranche) -> None:
    """Give what was obligated for a tranche back to what is committed; once, by reversal."""
    certified = ended.events.get(TrancheStatus.CERTIFIED)
    if certified is None:
        return
    key = f"{Memo.OBLIGATION}:{act.case.ref}:{certified.seq}"
    found = act.tx.connection.execute(select(journal.c.id).where(journal.c.key == key)).scalar()
    if found is not None:
        reverse_of_act(act, found)


def _terms(act: Act) -> Mapping[str, int]:
    return act.services.process(act.case).workflow.terms


def _record(
    act: Act, event: TrancheStatus, *conditions: Guard, **facts: date | str | None
) -> Tranche:
    """Write what happens to the open tranche, if the conditions hold whatever the YAML names."""
    against = [refusal for condition in conditions if (refusal := condition(act))]
    waiting = find_open_tranche(act)
    if against or waiting is None:
        raise Refused(against)
    row = {
        "tranche_id": waiting.id,
        "event": event.value,
        "at": act.tx.now,
        "actor_id": act.actor.user_id,
        "case_id": act.case.id,
        "seq": act.seq,
        **facts,
    }
    act.tx.insert(tranche_event, row)
    forget_balances(act)
    act.note(number=waiting.number, amount=str(waiting.amount))
    return waiting
