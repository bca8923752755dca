"""The lines of each movement of money.

Pure. Lines always add up to zero. Money of the fund walks from `available` to `reserved` to
`committed`, and by tranches to `obligated` and `disbursed`; what the institution holds and has not
accounted for stands in `advances`, what it has in `expenditure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Line,
    Lines,
    Owner,
    Source,
    available_account,
    case_cash_account,
    owned_account,
    transfer,
)

SourceShares = Mapping[Source, Money]
AccountShares = Mapping[Account, Money]  # accounts of what is available, each with its share


def exercise_funding_lines(case: Owner, shares: SourceShares) -> Lines:
    """Play money for an exercise: its own books receive what it is about to ask for."""
    if not case.exercise:
        raise AssertionError("only an exercise is given play money")
    given = (
        (available_account(source, exercise=True), amount) for source, amount in shares.items()
    )
    return tuple(
        x for to, amount in given if amount for x in transfer(case_cash_account(case), to, amount)
    )


def reservation_lines(case: Owner, taken: AccountShares) -> Lines:
    """The grant is set aside, from each account its share, while the committee votes."""
    lines = tuple(Line(account, amount) for account, amount in taken.items() if amount)
    return *lines, Line(owned_account(Kind.RESERVED, case), -total(taken.values()))


def commitment_lines(case: Owner, amount: Money) -> Lines:
    """What was reserved is committed to the approved case."""
    return transfer(owned_account(Kind.RESERVED, case), owned_account(Kind.COMMITTED, case), amount)


def obligation_lines(case: Owner, amount: Money) -> Lines:
    """A certified tranche waits for its payment and for nothing else."""
    return transfer(
        owned_account(Kind.COMMITTED, case), owned_account(Kind.OBLIGATED, case), amount
    )


def payment_lines(case: Owner, amount: Money) -> Lines:
    """A certified tranche leaves the bank; the institution holds it as an advance."""
    return (
        *transfer(owned_account(Kind.OBLIGATED, case), owned_account(Kind.DISBURSED, case), amount),
        *transfer(owned_account(Kind.ADVANCES, case), case_cash_account(case), amount),
    )


def refund_lines(case: Owner, amount: Money) -> Lines:
    """An advance comes back and may be paid again."""
    return (
        *transfer(case_cash_account(case), owned_account(Kind.ADVANCES, case), amount),
        *transfer(owned_account(Kind.DISBURSED, case), owned_account(Kind.COMMITTED, case), amount),
    )


def expenditure_lines(case: Owner, spent: Mapping[str, Money]) -> Lines:
    """What the institution accounts for, a line of the budget each, leaves the advances."""
    account = owned_account(Kind.EXPENDITURE, case)
    lines = tuple(Line(account, amount, note) for note, amount in spent.items() if amount)
    return *lines, Line(owned_account(Kind.ADVANCES, case), -total(spent.values()))


def release_lines(case: Owner, left: Mapping[Kind, Money], taken: AccountShares) -> Lines:
    """What is left goes back to the very accounts it came from, in the proportion of their shares.

    `left` holds the rest of what is set aside for the case; `taken` what each account gave.
    """
    accounts = [account for account, share in taken.items() if share]
    back = total(left.values()).allocate([taken[account].minor for account in accounts])
    freed = tuple(
        Line(owned_account(kind, case), amount) for kind, amount in left.items() if amount
    )
    given = zip(accounts, back, strict=True)
    return *freed, *(Line(account, -amount) for account, amount in given if amount)


def source_shares(financing: Json) -> dict[Source, Money]:
    """What each source is to give, from the table `financing` of a request."""
    shares: dict[Source, Money] = {}
    for row in _rows(financing):
        source = Source(str(row["source"]))
        shares[source] = shares.get(source, Money(0)) + Money.parse(str(row["amount"]))
    return {source: shares[source] for source in Source if shares.get(source)}


def sums_by_line(table: Json, amount: str = "amount") -> dict[str, Money]:
    """The column `amount` of a table added up by its column `line`, in order of appearance."""
    sums: dict[str, Money] = {}
    for row in _rows(table):
        line = str(row["line"])
        sums[line] = sums.get(line, Money(0)) + Money.parse(str(row[amount]))
    return sums


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of the budget of a request."""

    component: str
    line: str
    category: str
    total: Money


def budget_lines(budget: Json) -> list[BudgetLine]:
    """The lines of the table `budget` of a request, with their computed totals."""
    return [
        BudgetLine(
            str(row.get("component", "")),
            str(row["line"]),
            str(row.get("category", "")),
            Money.parse(str(row["total"])),
        )
        for row in _rows(budget)
    ]


@dataclass(frozen=True, slots=True)
class Reallocation:
    """A budget after moves between its lines: what it is then, how much moved, what is wrong.

    A mistake is a path in the form, a code and its figures.
    """

    budget: Mapping[str, Money]
    sum: Money
    mistakes: tuple[tuple[str, str, Mapping[str, object]], ...]


def reallocate(
    budget: Mapping[str, Money], spent: Mapping[str, Money], moves: Json
) -> Reallocation:
    """Move money between lines; none may be unknown, nor fall below what was spent of it."""
    after, amounts = dict(budget), list[Money]()
    mistakes: list[tuple[str, str, Mapping[str, object]]] = []
    for n, row in enumerate(_rows(moves)):
        source, target, amount = str(row["source"]), str(row["target"]), str(row["amount"])
        unknown = [(end, row[end]) for end in ("source", "target") if row[end] not in budget]
        mistakes += [(f"moves.{n}.{end}", "unknown_line", {"line": line}) for end, line in unknown]
        if source == target:
            mistakes.append((f"moves.{n}.target", "same_line", {"line": target}))
        if not unknown:
            after[source] -= Money.parse(amount)
            after[target] += Money.parse(amount)
            amounts.append(Money.parse(amount))
    for line, left in after.items():
        used = spent.get(line, Money(0))
        if left < used and left < budget[line]:
            facts = {"line": line, "left": str(left), "spent": str(used)}
            mistakes.append(("moves", "line_too_low", facts))
    return Reallocation(after, total(amounts), tuple(mistakes))


def planned_total(tranches: Json) -> Money:
    """What the tranches of an execution plan add up to."""
    return total(Money.parse(str(row["amount"])) for row in _rows(tranches))


def _rows(table: Json) -> list[Mapping[str, Json]]:
    if not isinstance(table, Sequence) or isinstance(table, str):
        return []
    return [row for row in table if isinstance(row, Mapping)]
