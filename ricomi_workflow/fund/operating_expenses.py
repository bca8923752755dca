"""Operating expenses of the fund: a workshop, a study, its administration; categories, reads, acts.

Two persons do it: `prepare_expense` says for what, from which source and by which decision;
`pay_expense`, by somebody else, records that the bank paid it, or `cancel_expense` gives it up.
Paid, it takes what is available of its source, never more; the account it is booked on names the
category and the source, so that both can be reported. A project of a state is paid by its case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from ricomi_workflow.contributions.input_checks import (
    LONGEST,
    next_ref,
    require_past,
    required_text,
    today,
)
from ricomi_workflow.contributions.posting_lines import pledges_account
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.fund.models import spending, spending_event
from ricomi_workflow.fund.models import spending as spending_table
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import (
    DefinitionError,
    FieldError,
    Forbidden,
    Invalid,
    Mistake,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Line,
    Lines,
    Memo,
    Source,
    cash_account,
    transfer,
)
from ricomi_workflow.ledger.balances import lock_accounts
from ricomi_workflow.ledger.posting import post
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50


@dataclass(frozen=True, slots=True)
class OperatingExpense:
    """A payment of the fund itself that somebody prepared, and how it ended if it did."""

    id: int
    ref: str
    category: str
    source: str
    amount: Money
    document: str
    prepared_by: int
    prepared_at: datetime
    ended: str  # "paid", "dropped"; empty while it waits
    ended_by: int | None
    ended_at: datetime | None
    paid_on: date | None
    bank_reference: str
    reason: str

    @property
    def waits(self) -> bool:
        """Whether it is neither paid nor given up."""
        return not self.ended


def get_expense(connection: Connection, ref: str) -> OperatingExpense:
    """The spending `ref`. Raises `NotFound`."""
    found = _spendings(connection, spending.c.ref == ref, limit=1)
    if not found:
        raise NotFound("spending", ref)
    return found[0]


def list_expenses(
    connection: Connection, *, before: str = "", limit: int = PAGE
) -> list[OperatingExpense]:
    """What was prepared, whatever became of it, the newest first, before the reference `before`."""
    where = [spending.c.ref < before] if before else []
    return _spendings(connection, *where, limit=limit)


def list_paid_expenses(connection: Connection) -> list[OperatingExpense]:
    """What was paid, all of it, the newest first."""
    return _spendings(connection, spending_event.c.event == "paid", limit=None)


def _spendings(
    connection: Connection, *where: ColumnElement[bool], limit: int | None
) -> list[OperatingExpense]:
    rows = connection.execute(
        select(spending, *(c for c in spending_event.c if c.name != "spending_id"))
        .outerjoin(spending_event, spending_event.c.spending_id == spending.c.id)
        .where(*where)
        .order_by(spending.c.ref.desc())
        .limit(limit)
    )
    return [
        from_row(
            OperatingExpense,
            row,
            amount=Money(row.amount_minor),
            ended=row.event or "",
            ended_by=row.actor_id,
            ended_at=row.at,
            bank_reference=row.bank_reference or "",
            reason=row.reason or "",
        )
        for row in rows
    ]


OFFICES = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
_PAID = Account(Kind.DISBURSED, "operations")
_REASON = 1000


@dataclass(frozen=True, slots=True)
class ExpenseRequest:
    """A payment of the fund itself: for what, from which source, by what it was approved.

    `source` is what an account of money is of: `member_states`, or an earmark of it
    (`member_states/FUND-2026-0003`). `document` names the plan or decision that approves it.
    """

    category: str
    source: str
    amount: Money
    document: str


def prepare_expense(tx: Tx, spending: ExpenseRequest) -> str:
    """Ask that the fund pay something; answer the reference, `SPEND-2026-0001`. Nothing is booked.

    Raises `Forbidden` unless one of the two offices of the fund acts; `Invalid`.
    """
    person = _person(tx)
    _require_sense(spending)
    lock_accounts(tx, [pledges_account()])  # one act at a time gives out numbers
    ref = next_ref(tx, spending_table, "SPEND", today(tx).year)
    row = {
        "id": new_id(),
        "ref": ref,
        "category": spending.category,
        "source": spending.source,
        "amount_minor": spending.amount.minor,
        "document": required_text("document", spending.document),
        "prepared_by": person,
        "prepared_at": tx.now,
    }
    tx.insert(spending_table, row)
    tx.flush()  # the payment of the same act refers to it
    return ref


def pay_expense(tx: Tx, ref: str, *, paid_on: date, bank_reference: str) -> int:
    """Record that the bank paid what another person prepared; answer the journal's id.

    Raises `Forbidden` as `prepare_expense`; `NotFound`; `Invalid`; `Refused` (`own_spending`,
    `spending_ended`; `funds_missing` for more than the source has); `Conflict` when this reference
    of the bank is recorded for such a payment already.
    """
    person, found = _person(tx), get_expense(tx.connection, ref)
    require_payable(found, tx.actor)
    reference = required_text("bank_reference", bank_reference, LONGEST)
    require_past(tx, "paid_on", paid_on)
    _end(tx, found, "paid", person, paid_on=paid_on, bank_reference=reference)
    lines = expense_lines(found)
    key = f"operation:{ref}"
    return post(tx, Memo.OPERATION, lines, key=key, at=paid_on, reference=reference)


def require_payable(found: OperatingExpense, payer: Actor) -> None:
    """Refuse what was paid or given up (`spending_ended`), and who prepared it (`own_spending`)."""
    _require_waiting(found)
    if found.prepared_by in payer.people:
        raise Refused([Refusal("own_spending", {"spending": found.ref})])


def cancel_expense(tx: Tx, ref: str, *, reason: str) -> None:
    """Give up a payment that was prepared and is not paid, with the reason.

    Raises `Forbidden` as `prepare_expense`; `NotFound`; `Invalid`; `Refused` (`spending_ended`).
    """
    person, found = _person(tx), get_expense(tx.connection, ref)
    _require_waiting(found)
    _end(tx, found, "dropped", person, reason=required_text("reason", reason, _REASON))


def expense_lines(found: OperatingExpense) -> Lines:
    """What is available and what is in the bank shrink; what was paid is spent at once."""
    given = Account(Kind.AVAILABLE, found.source)
    booked = Account(Kind.OPERATIONS, f"{found.category}/{found.source}")
    return (
        *transfer(given, cash_account(), found.amount),
        Line(booked, found.amount, found.document),
        Line(_PAID, -found.amount),
    )


def _person(tx: Tx) -> int:
    """Who acts, of an office that may: the system is nobody, and two persons are requested."""
    if tx.actor.user_id is None or not tx.actor.has(*OFFICES):
        raise Forbidden("fund")
    return tx.actor.user_id


def _require_waiting(found: OperatingExpense) -> None:
    if not found.waits:
        raise Refused([Refusal("spending_ended", {"spending": found.ref})])


def _end(
    tx: Tx,
    found: OperatingExpense,
    event: str,
    person: int,
    *,
    paid_on: date | None = None,
    bank_reference: str | None = None,
    reason: str | None = None,
) -> None:
    row = {
        "spending_id": found.id,
        "event": event,
        "at": tx.now,
        "actor_id": person,
        "paid_on": paid_on,
        "bank_reference": bank_reference,
        "reason": reason,
    }
    tx.insert(spending_event, row)
    tx.flush()  # the journal is taken only beside the payment that it books


def _require_sense(spending: ExpenseRequest) -> None:
    mistakes: list[FieldError] = []
    if spending.category not in expense_categories():
        mistakes.append(FieldError("category", "not_an_option", {"value": spending.category}))
    if spending.source.partition("/")[0] not in set(Source):
        mistakes.append(FieldError("source", "not_an_option", {"value": spending.source}))
    if spending.amount.currency != BOOK_CURRENCY:
        facts = {"value": spending.amount.currency}
        mistakes.append(FieldError("amount", "not_an_option", facts))
    elif spending.amount.minor <= 0:
        facts = {"limit": "0.01", "found": str(spending.amount)}
        mistakes.append(FieldError("amount", "too_small", facts))
    if mistakes:
        raise Invalid(mistakes)
    required_text("document", spending.document, LONGEST)


FILE = "spending.yaml"
ADMINISTRATION = "administration"


@cache
def expense_categories() -> Mapping[str, LocalizedText]:
    """The expense categories by code, with their names; raises `DefinitionError`."""
    return read_expense_categories(root("reference"))


def read_expense_categories(folder: Path) -> Mapping[str, LocalizedText]:
    """The expense categories in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    place = top.record("source terms")["terms"]
    found = by_key(_terms(place))
    if ADMINISTRATION not in found and not mistakes:
        place.wrong(f"a kind of spending called {ADMINISTRATION}")
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _terms(place: YamlNode) -> Iterable[tuple[YamlNode, str, LocalizedText]]:
    for row in rows(place):
        at = row.record("value label")
        yield at["value"], at["value"].name(), at["label"].localized()
