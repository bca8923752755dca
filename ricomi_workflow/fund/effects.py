"""How money of a case moves: effects, each one journal in the words of the fund.

The key of a journal is the entry of the trail by which it moves, so that the same act cannot move
money twice. An effect locks the accounts it needs and decides on what it finds there; whatever it
refuses undoes the whole act.
"""

from __future__ import annotations

from datetime import date

from ricomi_workflow.cases.act import Act, Guard
from ricomi_workflow.cases.hooks import submitted
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.fund.guards import (
    asked_shares,
    case_owner,
    case_tranches,
    final_expenditure,
    forget,
    not_own_certification,
    not_own_request,
    open_tranche,
    tranche_certified,
    tranche_requested,
    tranche_unpaid,
    uncovered,
)
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.rows import Tranche, TrancheStatus, shares_taken
from ricomi_workflow.fund.rules import (
    commitment_lines,
    expenditure_lines,
    payment_lines,
    planned_total,
    practice_lines,
    refund_lines,
    release_lines,
    reservation_lines,
    sums_by_line,
)
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Lines, Memo, journal_seal, owned
from ricomi_workflow.ledger.books import held_balance
from ricomi_workflow.ledger.posting import Entry, post, require_day, reverse
from ricomi_workflow.ledger.rows import balances


def reserve_grant(act: Act) -> None:
    """Set the grant aside from its sources while the committee votes."""
    shares = asked_shares(act)
    if act.case.exercise:
        _post(act, Memo.RECEIPT, practice_lines(case_owner(act), shares))
    _post(act, Memo.RESERVATION, reservation_lines(case_owner(act), shares))
    act.note(
        amount=str(total(shares.values())),
        sources={source.value: str(amount) for source, amount in shares.items()},
    )


def commit_grant(act: Act) -> None:
    """Promise what was reserved to the approved case."""
    amount = _held(act, Kind.RESERVED)
    if not amount:
        raise Refused([Refusal("grant_not_reserved")])
    _post(act, Memo.COMMITMENT, commitment_lines(case_owner(act), amount))
    act.note(amount=str(amount))


def release_grant(act: Act) -> None:
    """Give back what is reserved to its sources; nothing when nothing is."""
    _release(act, (Kind.RESERVED,))


def release_remaining(act: Act) -> None:
    """Give back what is reserved or committed and was not paid to its sources."""
    _release(act, (Kind.RESERVED, Kind.COMMITTED))


def adopt_plan(act: Act) -> None:
    """Check that the tranches of the plan do not exceed what is committed."""
    planned = planned_total(act.inputs.get("tranches"))
    _require_left(act, Kind.COMMITTED, planned, "tranche_over_commitment")
    act.note(planned=str(planned))


def request_tranche(act: Act) -> None:
    """Ask for a part of what is committed."""
    amount = Money.parse(str(act.inputs["amount"]))
    _require_left(act, Kind.COMMITTED, amount, "tranche_over_commitment")
    number = len(case_tranches(act)) + 1
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
    forget(act)
    act.note(number=number, amount=str(amount))


def certify_tranche(act: Act) -> None:
    """Certify the tranche that waits: it may be paid by another person."""
    _record(act, TrancheStatus.CERTIFIED, tranche_requested, not_own_request)


def refuse_tranche(act: Act) -> None:
    """Decline the tranche that waits, or take its certification back before it is paid."""
    _record(act, TrancheStatus.REFUSED, tranche_unpaid)


def pay_tranche(act: Act) -> None:
    """Record the payment of the certified tranche, with the bank's reference."""
    paid_on = date.fromisoformat(str(act.inputs["paid_on"]))
    reference = str(act.inputs["bank_reference"])
    paid = _record(
        act,
        TrancheStatus.PAID,
        tranche_certified,
        not_own_certification,
        paid_on=paid_on,
        bank_reference=reference,
    )
    certified = act.services.calendar.local_day(paid.events[TrancheStatus.CERTIFIED].at)
    require_day("paid_on", paid_on, certified, _today(act))
    _post(act, Memo.PAYMENT, payment_lines(case_owner(act), paid.amount), paid_on, reference)
    act.note(bank_reference=reference)


def record_expenditure(act: Act) -> None:
    """Take what the accepted report accounts for out of the advances, a budget line each."""
    report = submitted(act, "progress_report")
    if report is None:
        raise Refused([Refusal("report_missing")])
    _account_for(act, report)


def record_final_expenditure(act: Act) -> None:
    """The same for the final report; what an earlier, returned final report recorded is undone."""
    report = submitted(act, "final_report")
    if report is None:
        raise Refused([Refusal("report_missing")])
    for journal_id, _ in final_expenditure(act):
        reverse(act.tx, journal_id, at=_today(act), entry=_entry(act))
        _note_journal(act, journal_seal(f"reversal:{journal_id}", _today(act)))
    forget(act)
    _account_for(act, report)


def record_refund(act: Act) -> None:
    """Record an advance that the institution paid back; it may be paid again or is released."""
    amount = Money.parse(str(act.inputs["amount"]))
    received_on = date.fromisoformat(str(act.inputs["received_on"]))
    reference = str(act.inputs["bank_reference"])
    _require_left(act, Kind.ADVANCES, amount, "refund_over_advance")
    paid = [
        event.paid_on
        for part in case_tranches(act)
        for event in part.events.values()
        if event.paid_on is not None
    ]
    require_day("received_on", received_on, max(paid), _today(act))
    _post(act, Memo.REFUND, refund_lines(case_owner(act), amount), received_on, reference)
    act.note(amount=str(amount), bank_reference=reference)


def _entry(act: Act) -> Entry:
    return Entry(case_owner(act), act.seq)


def _today(act: Act) -> date:
    return act.services.calendar.local_day(act.tx.now)


def _post(
    act: Act, memo: Memo, lines: Lines, at: date | None = None, reference: str | None = None
) -> None:
    forget(act)
    key, day = f"{memo}:{act.case.ref}:{act.seq}", at or _today(act)
    post(act.tx, memo, lines, key=key, at=day, entry=_entry(act), reference=reference)
    _note_journal(act, journal_seal(key, day, reference, lines))


def _note_journal(act: Act, seal: str) -> None:
    """Let the entry name what it moved, so that a journal changed or taken away is noticed."""
    known = act.detail.get("journals")
    act.note(journals=[*(known if isinstance(known, list) else []), seal])


def _held(act: Act, kind: Kind) -> Money:
    return held_balance(act.tx, owned(kind, case_owner(act)))


def _require_left(act: Act, kind: Kind, asked: Money, code: str) -> None:
    left = _held(act, kind)
    if asked > left:
        raise Refused([Refusal(code, {"left": str(left), "asked": str(asked)})])


def _record(
    act: Act,
    event: TrancheStatus,
    *conditions: Guard,
    paid_on: date | None = None,
    bank_reference: str | None = None,
) -> Tranche:
    """Write what happens to the open tranche, if the conditions hold whatever the YAML names."""
    against = [refusal for condition in conditions if (refusal := condition(act))]
    waiting = open_tranche(act)
    if against or waiting is None:
        raise Refused(against)
    row = {
        "tranche_id": waiting.id,
        "event": event.value,
        "at": act.tx.now,
        "actor_id": act.actor.user_id,
        "case_id": act.case.id,
        "seq": act.seq,
        "paid_on": paid_on,
        "bank_reference": bank_reference,
    }
    act.tx.insert(tranche_event, row)
    forget(act)
    act.note(number=waiting.number, amount=str(waiting.amount))
    return waiting


def _account_for(act: Act, report: Submission) -> None:
    _held(act, Kind.ADVANCES)  # locked before it is judged
    against = uncovered(act, report, Money(0))
    if against:
        raise Refused(against)
    spent = sums_by_line(report.values.get("spending"))
    amount = total(spent.values())
    if amount:
        forget(act)
        key, today = f"expenditure:{report.form}:{report.id}", _today(act)
        lines = expenditure_lines(case_owner(act), spent)
        post(act.tx, Memo.EXPENDITURE, lines, key=key, at=today, entry=_entry(act))
        _note_journal(act, journal_seal(key, today, None, lines))
    act.note(amount=str(amount), report=report.number)


def _release(act: Act, kinds: tuple[Kind, ...]) -> None:
    accounts = {kind: owned(kind, case_owner(act)) for kind in kinds}
    act.tx.flush()  # so that balances count what this transaction has written
    there = balances(act.tx.connection, accounts.values())
    amount = total(there.values())
    if amount:
        left = {kind: there[account] for kind, account in accounts.items()}
        shares = shares_taken(act.tx.connection, act.case.id)
        _post(act, Memo.RELEASE, release_lines(case_owner(act), left, shares))
        act.note(released=str(amount))
