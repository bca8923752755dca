"""How an act on a case books its money: by its entry of the trail, named there, once.

The key of a journal is the entry by which it moves, so that the same act cannot move money twice.
"""

from __future__ import annotations

from datetime import date

from ricomi_workflow.cases.act import Act
from ricomi_workflow.fund.guards import case_owner, forget_balances
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Lines, Memo, journal_digest, owned_account
from ricomi_workflow.ledger.locked_accounts import locked_balance
from ricomi_workflow.ledger.posting import CaseEntry, post, reverse


def entry_of_act(act: Act) -> CaseEntry:
    """The entry of the trail that this act will write."""
    return CaseEntry(case_owner(act), act.seq)


def day_of_act(act: Act) -> date:
    """The day of the act in the office's zone."""
    return act.services.calendar.local_day(act.tx.now)


def post_of_act(
    act: Act,
    memo: Memo,
    lines: Lines,
    *,
    at: date | None = None,
    reference: str | None = None,
    key: str | None = None,
) -> None:
    """Post one journal of this act on the day `at` (default: today), and let its entry name it."""
    forget_balances(act)
    named, day = key or f"{memo}:{act.case.ref}:{act.seq}", at or day_of_act(act)
    post(act.tx, memo, lines, key=named, at=day, entry=entry_of_act(act), reference=reference)
    note_journal(act, journal_digest(named, day, reference, lines))


def reverse_of_act(act: Act, journal_id: int) -> None:
    """Reverse a journal of this case by this act, today."""
    forget_balances(act)
    reverse(act.tx, journal_id, at=day_of_act(act), entry=entry_of_act(act))
    note_journal(act, journal_digest(f"reversal:{journal_id}", day_of_act(act)))


def note_journal(act: Act, seal: str) -> None:
    """Let the entry name what it moved, so that a journal changed or taken away is noticed."""
    known = act.detail.get("journals")
    act.note(journals=[*(known if isinstance(known, list) else []), seal])


def lock_balance(act: Act, kind: Kind) -> Money:
    """What the case holds of `kind`, locked until the act ends."""
    return locked_balance(act.tx, owned_account(kind, case_owner(act)))


def require_balance(act: Act, kind: Kind, asked: Money, code: str) -> None:
    """Refuse with `code` when the case holds less of `kind` than is asked."""
    left = lock_balance(act, kind)
    if asked > left:
        raise Refused([Refusal(code, {"left": str(left), "asked": str(asked)})])
