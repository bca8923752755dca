"""The verbs by which money moves: `post` writes a journal, `reverse` undoes one.

`post_once` is for those who may say the same twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Text, bindparam, cast, func, select

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import (
    Conflict,
    FieldError,
    Invalid,
    KeyReused,
    NotFound,
    Refusal,
    Unbalanced,
)
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Line, Memo, Owner, is_balanced, journal_digest
from ricomi_workflow.ledger.balances import (
    apply_lines,
    journal_lines,
    list_accounts,
    lock_accounts,
    stored_journal_digest,
)
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.periods import require_open

_OFFICE = BusinessCalendar()  # its zone says which day it is


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """The entry of a case's trail by which its money moves."""

    case: Owner
    seq: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A journal in the books; `replayed` when it was there before."""

    journal_id: int
    replayed: bool


def post(
    tx: Tx,
    memo: Memo,
    lines: Sequence[Line],
    *,
    key: str,
    at: date,
    entry: CaseEntry | None = None,
    reference: str | None = None,
    reverses: int | None = None,
) -> int:
    """Write one journal, which moves its accounts; answer its id. Accounts are made on demand.

    `key` names the fact, so that it is written once; `at` is the day of the fact; `reference` is
    the bank's. Raises `Refused` (`funds_missing`) when an account would leave its side,
    `period_closed` for a day of a closed period, `Unbalanced` when the lines do not add up to
    zero, `Conflict` when the fact is known.
    Transaction: locks the accounts in the order of their ids; the caller has locked the case.
    """
    if not is_balanced(lines):
        raise Unbalanced(memo)
    if at < _OFFICE.local_day(tx.now).replace(day=1):  # a month that is not over is open
        require_open(tx.connection, at)
    held = lock_accounts(tx, [line.account for line in lines])
    apply_lines(held, lines)
    journal_id = new_id()
    row = {
        "id": journal_id,
        "at": at,
        "recorded_at": tx.now,
        "memo": memo.value,
        "case_id": entry.case.id if entry else None,
        "case_seq": entry.seq if entry else None,
        "actor_id": tx.actor.user_id,
        "key": key,
        "reference": reference,
        "reverses": reverses,
        "lines": [_line_row(held[line.account.code].id, line) for line in lines],
    }
    tx.insert(journal, row)
    return journal_id


def _line_row(account_id: int, line: Line) -> dict[str, object]:
    """A line as the journal keeps it."""
    return {
        "account": account_id,
        "amount": line.amount.minor,
        "currency": line.amount.currency,
        "note": line.note,
    }


def post_once(
    tx: Tx,
    memo: Memo,
    lines: Sequence[Line],
    *,
    key: str,
    at: date,
    entry: CaseEntry | None = None,
    reference: str | None = None,
) -> Posted:
    """The same for whoever may repeat a fact: a known one is answered, and moves nothing again.

    The fact is the same when everything that is said of it is: what kind, when, of which case,
    with which reference and lines. Raises what `post` does; `KeyReused` when `key` names another
    fact; `Conflict` while the first act with it is under way (in SQLite, where acts follow one
    another, this one waits and is then answered).
    """
    _take(tx, key)
    tx.flush()  # so that a fact of this transaction is found
    found = tx.connection.execute(select(journal).where(journal.c.key == key)).first()
    if found is None:
        made = post(tx, memo, lines, key=key, at=at, entry=entry, reference=reference)
        return Posted(made, replayed=False)
    same = journal_digest(key, at, reference, lines) == stored_journal_digest(tx.connection, found)
    if (found.memo, found.case_id, same) != (memo.value, entry.case.id if entry else None, True):
        raise KeyReused([Refusal("key_reused", {"key": key})])
    return Posted(found.id, replayed=True)


def _take(tx: Tx, key: str) -> None:
    """Keep `key` for this act until it ends."""
    if tx.driver.is_sqlite:
        return
    name = cast(bindparam("name", f"journal {key}"), Text)
    lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
    if not tx.connection.execute(lock).scalar_one():
        raise Conflict("the first act with this key is under way")


def reverse(tx: Tx, journal_id: int, *, at: date, entry: CaseEntry | None = None) -> int:
    """Undo a journal by its negation, once; answer the id of the reversal, which keeps the memo.

    The money of a case needs the `entry` by which it moves. Raises `NotFound`; `Refused` when
    what the journal brought is no longer there; `Conflict` when it is reversed already.
    """
    found = tx.connection.execute(select(journal).where(journal.c.id == journal_id)).first()
    if found is None or found.reverses is not None:
        raise NotFound("journal", str(journal_id))
    again = select(journal.c.id).where(journal.c.reverses == journal_id)
    if tx.connection.execute(again).first():
        raise Conflict("this journal is reversed already")
    return post(
        tx,
        Memo(found.memo),
        _negated(tx, found.lines),
        key=f"reversal:{journal_id}",
        at=at,
        entry=entry,
        reverses=journal_id,
    )


def require_day(name: str, day: date, first: date, last: date) -> None:
    """Refuse a day of the field `name` outside `first` to `last`: books stay true for each day."""
    facts = {"found": day.isoformat()}
    if day < first:
        raise Invalid([FieldError(name, "too_small", {**facts, "limit": first.isoformat()})])
    if day > last:
        raise Invalid([FieldError(name, "too_large", {**facts, "limit": last.isoformat()})])


def _negated(tx: Tx, lines: Sequence[dict[str, object]]) -> list[Line]:
    accounts = list_accounts(tx.connection, {int(str(line["account"])) for line in lines})
    return [replace(line, amount=-line.amount) for line in journal_lines(lines, accounts)]
