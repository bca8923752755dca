"""Write verbs of the fund: `post` and `reverse` move money, `pledge` and `receive` record gifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.books import held_balance, hold, move
from ricomi_workflow.fund.models import account as account_table
from ricomi_workflow.fund.models import contribution as contribution_table
from ricomi_workflow.fund.models import journal
from ricomi_workflow.fund.rows import get_contribution
from ricomi_workflow.fund.rules import (
    PLEDGES,
    Account,
    Kind,
    Line,
    Memo,
    Owner,
    Source,
    is_balanced,
    owned,
    pledge_lines,
    receipt_lines,
)
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    Unbalanced,
)
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money

_OFFICE = BusinessCalendar()  # its zone says which day it is
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a case's trail by which its money moves."""

    case: Owner
    seq: int


def post(
    tx: Tx,
    memo: Memo,
    lines: Sequence[Line],
    *,
    key: str,
    at: date,
    entry: Entry | None = None,
    reference: str | None = None,
    reverses: int | None = None,
) -> int:
    """Write one journal, which moves its accounts; answer its id. Accounts are made on demand.

    `key` names the fact, so that it is written once; `at` is the day of the fact; `reference` is
    the bank's. Raises `Refused` (`funds_missing`) when an account would leave its side,
    `Unbalanced` when the lines do not add up to zero, `Conflict` when the fact is known.
    Transaction: locks the accounts in the order of their ids; the caller has locked the case.
    """
    if not is_balanced(lines):
        raise Unbalanced(memo)
    held = hold(tx, [line.account for line in lines])
    move(held, lines)
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
        "lines": [
            {
                "account": held[line.account.code].id,
                "amount": line.amount.minor,
                "currency": line.amount.currency,
                "note": line.note,
            }
            for line in lines
        ],
    }
    tx.insert(journal, row)
    return journal_id


def reverse(tx: Tx, journal_id: int, *, at: date, entry: Entry | None = None) -> int:
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


def pledge(
    tx: Tx,
    donor: str,
    donor_class: Source,
    amount: Money,
    *,
    pledged_on: date | None = None,
    agreement: str | None = None,
    illustrative: bool = False,
) -> str:
    """Record a promise to the fund; answer its reference, `FUND-2026-0003`.

    A promise is never spendable. `donor` is an ISO 3166-1 code, or the name of another donor.
    Raises `Forbidden` unless the fund administration (or the system) acts, `Invalid`.
    """
    _require_fund(tx)
    _require_amount(amount)
    today = _OFFICE.local_day(tx.now)
    day = pledged_on or today
    require_day("pledged_on", day, date.min, today)
    hold(tx, [PLEDGES])  # one numbering at a time
    made = Owner(new_id(), _next_ref(tx, day.year))
    tx.insert(
        contribution_table,
        {
            "id": made.id,
            "ref": made.ref,
            "donor": _filled("donor", donor),
            "donor_class": donor_class.value,
            "currency": amount.currency,
            "pledged_minor": amount.minor,
            "pledged_on": day,
            "illustrative": illustrative,
            "agreement": agreement,
            "created_at": tx.now,
        },
    )
    tx.flush()  # the next number is read from the rows
    post(tx, Memo.PLEDGE, pledge_lines(made, amount), key=f"pledge:{made.ref}", at=day)
    return made.ref


def receive(
    tx: Tx, contribution_ref: str, amount: Money, *, bank_reference: str, received_on: date
) -> int:
    """Record that money of a promise arrived, in full or in part; answer the journal's id.

    Raises `NotFound`; `Forbidden` as `pledge`; `Invalid` for a day before the promise or after
    today; `Refused` (`receipt_over_pledge`) for more than what is still promised; `Conflict` when
    this bank reference is recorded for this contribution already.
    """
    _require_fund(tx)
    _require_amount(amount)
    tx.flush()  # so that a promise made in this transaction is found
    given = get_contribution(tx.connection, contribution_ref)
    reference = _filled("bank_reference", bank_reference)
    require_day("received_on", received_on, given.pledged_on, _OFFICE.local_day(tx.now))
    lines = receipt_lines(given.owner, given.donor_class, amount)
    hold(tx, [line.account for line in lines])
    left = held_balance(tx, owned(Kind.PLEDGED, given.owner))
    if amount > left:
        facts = {"contribution": given.ref, "left": str(left), "asked": str(amount)}
        raise Refused([Refusal("receipt_over_pledge", facts)])
    key = f"receipt:{given.ref}:{reference}"
    return post(tx, Memo.RECEIPT, lines, key=key, at=received_on, reference=reference)


def require_day(name: str, day: date, first: date, last: date) -> None:
    """Refuse a day of the field `name` outside `first` to `last`: books stay true for each day."""
    facts = {"found": day.isoformat()}
    if day < first:
        raise Invalid([FieldError(name, "too_small", {**facts, "limit": first.isoformat()})])
    if day > last:
        raise Invalid([FieldError(name, "too_large", {**facts, "limit": last.isoformat()})])


def _negated(tx: Tx, lines: Sequence[dict[str, object]]) -> list[Line]:
    rows = tx.connection.execute(
        select(
            account_table.c.id, account_table.c.code, account_table.c.kind, account_table.c.owner
        ).where(account_table.c.id.in_({line["account"] for line in lines}))
    )
    accounts = {r.id: Account(Kind(r.kind), r.code.partition(":")[2], r.owner) for r in rows}
    return [
        Line(
            accounts[line["account"]],
            Money(-int(str(line["amount"])), str(line["currency"])),
            None if line["note"] is None else str(line["note"]),
        )
        for line in lines
    ]


def _next_ref(tx: Tx, year: int) -> str:
    prefix = f"FUND-{year:04d}-"
    known = tx.connection.execute(
        select(func.count()).where(contribution_table.c.ref.like(f"{prefix}%"))
    ).scalar_one()
    return f"{prefix}{known + 1:04d}"


def _require_fund(tx: Tx) -> None:
    if not (tx.actor.is_system or tx.actor.has(Role.FUND_ADMINISTRATOR)):
        raise Forbidden("fund")


def _require_amount(amount: Money) -> None:
    if amount.minor <= 0:
        raise Invalid([FieldError("amount", "too_small", {"limit": "0.01", "found": str(amount)})])
    if amount.currency != BOOK_CURRENCY:
        raise Invalid([FieldError("amount", "not_an_option", {"value": amount.currency})])


def _filled(name: str, text: str) -> str:
    if not text.strip():
        raise Invalid([FieldError(name, "required")])
    if len(text.strip()) > _LONGEST:
        facts = {"limit": _LONGEST, "found": len(text.strip())}
        raise Invalid([FieldError(name, "too_long", facts)])
    return text.strip()
