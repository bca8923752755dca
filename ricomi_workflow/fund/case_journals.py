"""How an act on a case books its money: by its entry of the trail, named there, once.

The key of a journal is the entry by which it moves, so that the same act cannot move money twice.
"""

from __future__ import annotations

from datetime import date

from ricomi_workflow.cases.act import Act
from ricomi_workflow.fund.guards import case_owner, forget
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Lines, Memo, journal_seal, owned
from ricomi_workflow.ledger.locked_accounts import held_balance
from ricomi_workflow.ledger.posting import Entry, post, reverse


def entry_of(act: Act) -> Entry:
    """The entry of the trail that this act will write."""
    return Entry(case_owner(act), act.seq)


def today_of(act: Act) -> date:
    """The day of the act in the office's zone."""
    return act.services.calendar.local_day(act.tx.now)


def book(
    act: Act,
    memo: Memo,
    lines: Lines,
    *,
    at: date | None = None,
    reference: str | None = None,
    key: str | None = None,
) -> None:
    """Post one journal of this act on the day `at` (default: today), and let its entry name it."""
    forget(act)
    named, day = key or f"{memo}:{act.case.ref}:{act.seq}", at or today_of(act)
    post(act.tx, memo, lines, key=named, at=day, entry=entry_of(act), reference=reference)
    note_journal(act, journal_seal(named, day, reference, lines))


def undo(act: Act, journal_id: int) -> None:
    """Reverse a journal of this case by this act, today."""
    forget(act)
    reverse(act.tx, journal_id, at=today_of(act), entry=entry_of(act))
    note_journal(act, journal_seal(f"reversal:{journal_id}", today_of(act)))


def note_journal(act: Act, seal: str) -> None:
    """Let the entry name what it moved, so that a journal changed or taken away is noticed."""
    known = act.detail.get("journals")
    act.note(journals=[*(known if isinstance(known, list) else []), seal])


def held(act: Act, kind: Kind) -> Money:
    """What the case holds of `kind`, locked until the act ends."""
    return held_balance(act.tx, owned(kind, case_owner(act)))


def require_left(act: Act, kind: Kind, asked: Money, code: str) -> None:
    """Refuse with `code` when the case holds less of `kind` than is asked."""
    left = held(act, kind)
    if asked > left:
        raise Refused([Refusal(code, {"left": str(left), "asked": str(asked)})])
