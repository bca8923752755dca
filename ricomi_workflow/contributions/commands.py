"""Write verbs of what is given: `pledge` and `receive`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from ricomi_workflow.contributions.lines import pledge_lines, receipt_lines
from ricomi_workflow.contributions.models import contribution as contribution_table
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import (
    PLEDGES,
    Kind,
    Memo,
    Owner,
    Source,
    owned,
)
from ricomi_workflow.ledger.books import held_balance, hold
from ricomi_workflow.ledger.posting import post, require_day

_OFFICE = BusinessCalendar()  # its zone says which day it is
_LONGEST = 120


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
