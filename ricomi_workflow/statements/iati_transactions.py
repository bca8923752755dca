"""The facts of the books as transactions of IATI, by a mapping that is data.

`reference/iati.yaml` says of each kind of fact which type of transaction it is, or why it is none.
A transaction is one fact on one account: its key is that of its posting, and no money is reported
twice. What the transactions of a type add up to is a figure of the statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import SIDES, Kind, Memo
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root
from ricomi_workflow.statements.ledger_export import list_exported_accounts, read_exported_journals

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE = "iati.yaml"
_NONE = "none"
_TYPES = frozenset(str(number) for number in range(1, 14))


@dataclass(frozen=True, slots=True)
class TransactionRule:
    """How a kind of fact is reported: as which type of transaction, by which accounts."""

    type: str  # empty: it is no transaction
    of: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction; `ref` is that of its posting and is never given twice."""

    ref: str
    type: str
    at: date
    value: Money
    of: str  # the project, contribution, source or expense category it belongs to
    case: str | None


def list_transactions(connection: Connection) -> Iterator[Transaction]:
    """What the books hold in US$, by day; pledges in other currencies in theirs."""
    held = list_exported_accounts(connection)
    for each in read_exported_journals(connection):
        rule = transaction_rules().get(Memo(each.memo))
        if rule is None or not rule.type:
            continue
        for number, line in enumerate(each.lines, 1):
            place = held[line.account]
            if place.kind in rule.of:
                value = Money(line.amount.minor * SIDES[place.kind], line.amount.currency)
                ref = f"{each.id}-{number}"
                yield Transaction(ref, rule.type, each.at, value, place.of, each.case_ref)


def sums_by_type(
    transactions: Iterable[Transaction], currency: str = BOOK_CURRENCY
) -> dict[str, Money]:
    """What transactions of each type add up to; raises `AssertionError` for money counted twice."""
    seen: set[str] = set()
    sums: dict[str, Money] = {}
    for each in transactions:
        if each.ref in seen:
            raise AssertionError(f"told twice: {each.ref}")
        seen.add(each.ref)
        if each.value.currency == currency:
            sums[each.type] = sums.get(each.type, Money(0, currency)) + each.value
    return sums


@cache
def transaction_rules() -> Mapping[Memo, TransactionRule]:
    """The mapping that is shipped, read once; raises `DefinitionError`."""
    return read_transaction_rules(root("reference"))


def read_transaction_rules(folder: Path) -> Mapping[Memo, TransactionRule]:
    """The mapping in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    found = by_key(_facts(top.record("source facts")["facts"]))
    if mistakes:
        raise DefinitionError(mistakes)
    return {Memo(fact): rule for fact, rule in found.items()}


def _facts(place: YamlNode) -> Iterable[tuple[YamlNode, str, TransactionRule]]:
    for row in rows(place):
        at = row.record("fact type", "of why")
        fact = at["fact"].one_of(Memo, Memo.PLEDGE)
        kind = at["type"].text()
        if kind != _NONE and kind not in _TYPES:
            at["type"].wrong("a code of TransactionType, or none")
        if (kind == _NONE) == at["why"].absent or (kind == _NONE) != at["of"].absent:
            row.wrong("of for a transaction, why for what is none")
        of = tuple(each.one_of(Kind, Kind.CASH) for each in at["of"].each())
        yield at["fact"], fact.value, TransactionRule("" if kind == _NONE else kind, of)
