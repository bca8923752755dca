"""The chart of accounts as data: `reference/chart.yaml`, held against the kinds of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.ledger.accounts import ANY_CURRENCY, DEBIT, SECTIONS, SIDES, Kind, Section
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root

FILE = "chart.yaml"
_ROOT = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z][A-Za-z0-9]*)+")


class Side(StrEnum):
    """The side on which an account stands."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountPer(StrEnum):
    """Of what there is one account of a kind."""

    FUND = "fund"
    BANK_ACCOUNT = "bank_account"
    CURRENCY = "currency"
    SOURCE = "source"
    CONTRIBUTION = "contribution"
    CASE = "case"
    CATEGORY = "category"


class AccountCurrency(StrEnum):
    """The currency in which accounts of a kind stand."""

    BOOK = "book"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """What the chart says of a kind."""

    kind: Kind
    section: Section
    side: Side
    one_a: AccountPer
    currency: AccountCurrency
    beancount: str


@cache
def chart() -> Mapping[Kind, ChartEntry]:
    """The chart by kind, in the order of the file; raises `DefinitionError`."""
    return read_chart(root("reference"))


def read_chart(folder: Path) -> Mapping[Kind, ChartEntry]:
    """The chart in `folder`; raises `DefinitionError` with every mistake.

    It names each kind of the program once and puts it where the program does.
    """
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    found = by_key(_kinds(top.record("kinds")["kinds"]))
    missing = [kind.value for kind in Kind if kind not in found]
    if missing:
        top.wrong("every kind of the program", found=f"none of {', '.join(missing)}")
    if mistakes:
        raise DefinitionError(mistakes)
    return {entry.kind: entry for entry in found.values()}


def _kinds(place: YamlNode) -> Iterable[tuple[YamlNode, str, ChartEntry]]:
    for row in rows(place):
        at = row.record("kind section side one_a currency beancount")
        kind = at["kind"].one_of(Kind, Kind.CASH)
        entry = ChartEntry(
            kind,
            at["section"].one_of(Section, SECTIONS[kind]),
            at["side"].one_of(Side, _side(kind)),
            at["one_a"].one_of(AccountPer, AccountPer.FUND),
            at["currency"].one_of(AccountCurrency, _currency(kind)),
            at["beancount"].text(),
        )
        _agrees(at, entry)
        yield at["kind"], kind.value, entry


def _agrees(at: Mapping[str, YamlNode], entry: ChartEntry) -> None:
    for key, own, wanted in (
        ("section", entry.section, SECTIONS[entry.kind]),
        ("side", entry.side, _side(entry.kind)),
        ("currency", entry.currency, _currency(entry.kind)),
    ):
        if own is not wanted:
            at[key].wrong(f"{wanted}, as in the program")
    if entry.beancount and not _ROOT.fullmatch(entry.beancount):
        at["beancount"].wrong("an account of Beancount, as Assets:Cash")


def _side(kind: Kind) -> Side:
    return Side.DEBIT if SIDES[kind] == DEBIT else Side.CREDIT


def _currency(kind: Kind) -> AccountCurrency:
    return AccountCurrency.OWN if kind in ANY_CURRENCY else AccountCurrency.BOOK
