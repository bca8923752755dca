"""Clients at once move random money: whatever they try, an order explains what came of it.

Every step lets one to four clients act at the same moment, each in a transaction of its own. A
model of the books, a dictionary, then has to find an order in which the same acts, one after
another, would have been taken and refused alike. After each step the books prove themselves, agree
with the model account by account and add up in each currency; raw SQL moves nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import permutations
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.kernel.errors import Conflict, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Lines,
    Memo,
    Owner,
    Source,
    available_account,
    cash_account,
    owned_account,
    transfer,
)
from ricomi_workflow.ledger.invariants import verify
from ricomi_workflow.ledger.models import account
from ricomi_workflow.ledger.posting import CaseEntry, post, post_once, reverse
from tests.fund.desk import PAYER, TODAY, Desk
from tests.support.databases import Databases

REFS = ("RICOMI-2026-0001", "RICOMI-2026-0002")
EURO = "EUR"
TAKEN, SHORT, KNOWN = "taken", "funds_missing", "known"
REPLAYED, REUSED, UNDER_WAY = "replayed", "key_reused", "under way"
Balances = Mapping[str, int]


def groups(case: Owner) -> list[list[Account]]:
    """Accounts among which money may move: of one section and currency.

    Money that a case was granted and own spending are left out: they move by what the fund knows of
    tranches and of prepared payments.
    """
    return [
        [
            cash_account(),
            Account(Kind.FOREIGN_VALUE, EURO),
            available_account(Source.MEMBER_STATES),
            available_account(Source.PERMANENT_OBSERVERS),
            Account(Kind.ICR, Source.MEMBER_STATES.value),
            Account(Kind.EXCHANGE_GAIN),
            Account(Kind.EXCHANGE_LOSS),
            owned_account(Kind.RESERVED, case),
        ],
        [
            Account(Kind.DISBURSED, "communications"),
            owned_account(Kind.ADVANCES, case),
        ],
        [cash_account(EURO), Account(Kind.FOREIGN_POSITION, EURO, currency=EURO)],
    ]


@dataclass(frozen=True)
class Move:
    """A journal: which case it concerns, and transfers by group, debit, credit and amount."""

    case: int
    transfers: tuple[tuple[int, int, int, int], ...]

    def lines(self, case: Owner) -> Lines:
        """The lines of the journal, by accounts of `case`."""
        made: list[Lines] = []
        for group, debit, credit, minor in self.transfers:
            there = groups(case)[group]
            one, other = debit % len(there), credit % (len(there) - 1)
            to = there[other if other < one else other + 1]
            made.append(transfer(there[one], to, Money(minor, to.currency)))
        return tuple(line for lines in made for line in lines)


@dataclass(frozen=True)
class Undo:
    """The reversal of a journal written before: one of them, counted round."""

    place: int


@dataclass(frozen=True)
class Again:
    """A journal written before, sent once more under its own key, or under it with another body."""

    place: int
    same: bool


@dataclass(frozen=True)
class Twice:
    """One new fact that two clients tell at the same moment, in the same words or in others."""

    move: Move
    same: bool


Act = Move | Undo | Again | Twice
moves = st.builds(
    Move,
    case=st.integers(0, 1),
    transfers=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 9), st.integers(1, 40)),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
acts = st.one_of(
    moves,
    moves,
    st.builds(Undo, place=st.integers(0, 99)),
    st.builds(Again, place=st.integers(0, 99), same=st.booleans()),
    st.builds(Twice, move=moves, same=st.booleans()),
)


@dataclass
class Written:
    """A journal that the books took."""

    id: int
    key: str
    lines: Lines
    case: int


@dataclass
class Planned:
    """An act of this step with what it amounts to: its lines, and the journal that it undoes."""

    lines: Lines
    case: int
    key: str
    undoes: Written | None = None
    written: int | None = None
    outcome: str = ""


@dataclass
class Model:
    """The books as a dictionary, the facts that they know, and which of them are undone."""

    balances: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Lines] = field(default_factory=dict)
    undone: frozenset[int] = frozenset()

    def outcome(self, plan: Planned) -> str:
        """What comes of an act at this point; the model follows when it is taken."""
        if plan.undoes and plan.undoes.id in self.undone:
            return KNOWN
        if plan.key in self.facts:
            return REPLAYED if self.facts[plan.key] == plan.lines else REUSED
        after = dict(self.balances)
        for line in plan.lines:
            code = line.account.code
            after[code] = after.get(code, 0) + line.amount.minor
        if any(after[line.account.code] * line.account.side < 0 for line in plan.lines):
            return SHORT
        self.balances = after
        if plan.undoes:
            self.undone |= {plan.undoes.id}
        else:
            self.facts[plan.key] = plan.lines
        return TAKEN

    def copy(self) -> Model:
        """The same books, to try an order on."""
        return Model(dict(self.balances), dict(self.facts), self.undone)


def explained(model: Model, plans: Sequence[Planned]) -> Model | None:
    """The books after an order of the acts that comes to what they came to; None if none does.

    Who meets the first act with a key still under way is told so, and has done nothing.
    """
    keys = Counter(plan.key for plan in plans if not plan.undoes)
    done = [p for p in plans if not (p.outcome == UNDER_WAY and keys[p.key] > 1)]
    for order in permutations(done):
        after = model.copy()
        if all(after.outcome(plan) == plan.outcome for plan in order):
            return after
    return None


JOURNAL = (
    "INSERT INTO journal (id, at, recorded_at, memo, key, lines) VALUES"
    " (7, '2026-09-14', '2026-09-14T15:00:00.000000Z', 'receipt', 'raw', :lines)"
)
HALVES: Sequence[Callable[[int, int], list[tuple[int, int, str]]]] = (
    lambda one, _: [(one, 5, "USD")],
    lambda one, other: [(one, 5, "USD"), (other, -4, "USD")],
    lambda one, other: [(one, 5, "USD"), (other, -5, EURO)],
    lambda one, other: [(one, 5, EURO), (other, -5, EURO)],
    lambda one, other: [(one, 10**9, "USD"), (other, -(10**9), "USD"), (other, 0, "USD")],
    lambda one, _: [(one, 5, "USD"), (999, -5, "USD")],
)
ATTACKS = (
    "UPDATE account SET balance = balance + 1",
    "UPDATE account SET balance = balance + 1, postings = postings + 1",
    "UPDATE account SET side = -side",
    "UPDATE account SET currency = 'CAD'",
    "UPDATE posting SET amount = amount + 1",
    "DELETE FROM posting",
    "UPDATE journal SET lines = '[]'",
    "UPDATE journal SET at = '2020-01-01'",
    "DELETE FROM journal",
    (
        "INSERT INTO posting (journal_id, line, account_id, nth, amount, currency)"
        " SELECT journal_id, line + 50, account_id, nth + 100, amount, currency FROM posting"
    ),
    (
        "INSERT INTO account (id, code, kind, side, currency, balance, postings)"
        " VALUES (1, 'cash:mine', 'cash', 1, 'USD', 100, 0)"
    ),
)


class Books(RuleBasedStateMachine):
    """One ledger on a database of its own, with two cases."""

    place: Databases

    def __init__(self) -> None:
        super().__init__()
        self.address = self.place.fresh()
        self.desk = Desk(create_engine(self.address))
        self.model = Model()
        self.written: list[Written] = []
        self.count = 0

    @initialize()
    def open_cases(self) -> None:
        self.owners = []
        for ref in REFS:
            self.desk.case(ref=ref)
            with self.desk.uow.begin(PAYER) as tx:
                self.owners.append(Owner(self.desk.locked(tx, ref).id, ref))

    @initialize(dollars=st.integers(20, 200), euros=st.integers(20, 200))
    def give(self, dollars: int, euros: int) -> None:
        lines = (
            *transfer(cash_account(), available_account(Source.MEMBER_STATES), Money(dollars)),
            *transfer(
                cash_account(EURO),
                Account(Kind.FOREIGN_POSITION, EURO, currency=EURO),
                Money(euros, EURO),
            ),
        )
        with self.desk.uow.begin(PAYER) as tx:
            post(tx, Memo.RECEIPT, lines, key="given", at=TODAY)
        self.model.outcome(Planned(lines, 0, "given"))

    @rule(together=st.lists(acts, min_size=1, max_size=3))
    def at_once(self, together: list[Act]) -> None:
        plans = [plan for act in together for plan in self._plans(act)]
        if not plans:
            return
        start = Barrier(len(plans))
        with ThreadPoolExecutor(len(plans)) as pool:
            list(pool.map(partial(self._run, start), plans))
        after = explained(self.model, plans)
        assert after, [(plan.outcome, plan) for plan in plans]
        self.model = after
        self.written += [
            Written(plan.written, plan.key, plan.lines, plan.case)
            for plan in plans
            if plan.outcome == TAKEN and plan.written and not plan.undoes
        ]

    @rule(half=st.sampled_from(HALVES))
    def enter_half(self, half: Callable[[int, int], list[tuple[int, int, str]]]) -> None:
        with self.desk.engine.connect() as connection:
            own = select(account.c.id).where(account.c.currency == "USD").limit(2)
            one, other = connection.execute(own).scalars().all()
        lines = [
            {"account": key, "amount": amount, "currency": currency, "note": None}
            for key, amount, currency in half(one, other)
        ]
        self._attack(JOURNAL, {"lines": json.dumps(lines)})

    @rule(statement=st.sampled_from(ATTACKS))
    def attack(self, statement: str) -> None:
        self._attack(statement, {})

    @invariant()
    def the_books_hold_and_agree_with_the_model(self) -> None:
        with self.desk.uow.read() as connection:
            assert verify(connection) == []
            rows = connection.execute(select(account.c.code, account.c.balance)).all()
        found = {row.code: row.balance for row in rows if row.balance}
        assert found == {code: minor for code, minor in self.model.balances.items() if minor}

    def teardown(self) -> None:
        self.desk.engine.dispose()
        self.place.drop(self.address)

    def _plans(self, act: Act) -> list[Planned]:
        if isinstance(act, (Move, Twice)):
            self.count += 1
            move, key = act.move if isinstance(act, Twice) else act, f"fact:{self.count}"
            lines = move.lines(self.owners[move.case])
            plans = [Planned(lines, move.case, key)]
            if isinstance(act, Twice):
                plans.append(Planned(times(lines, 1 if act.same else 2), move.case, key))
            return plans
        if not self.written:
            return []
        about = self.written[act.place % len(self.written)]
        if isinstance(act, Undo):
            return [Planned(times(about.lines, -1), about.case, f"undo:{about.id}", about)]
        return [Planned(times(about.lines, 1 if act.same else 2), about.case, about.key)]

    def _run(self, start: Barrier, plan: Planned) -> None:
        start.wait()
        owner = self.owners[plan.case]
        entry = CaseEntry(owner, 1)
        try:
            with self.desk.uow.begin(PAYER) as tx:
                self.desk.locked(tx, owner.ref)
                if plan.undoes:
                    plan.written = reverse(tx, plan.undoes.id, at=TODAY, entry=entry)
                    plan.outcome = TAKEN
                else:
                    posted = post_once(
                        tx, Memo.RECEIPT, plan.lines, key=plan.key, at=TODAY, entry=entry
                    )
                    plan.written = posted.journal_id
                    plan.outcome = REPLAYED if posted.replayed else TAKEN
        except Conflict:
            plan.outcome = KNOWN if plan.undoes else UNDER_WAY
        except Refused as error:  # of which a key used for another fact is one
            (plan.outcome,) = {refusal.code for refusal in error.refusals}

    def _attack(self, statement: str, params: Mapping[str, object]) -> None:
        with pytest.raises(DBAPIError), self.desk.engine.begin() as connection:
            connection.execute(text(statement), params)


def times(lines: Lines, factor: int) -> Lines:
    """The same lines, with so many times their amounts."""
    return tuple(
        replace(x, amount=Money(x.amount.minor * factor, x.amount.currency)) for x in lines
    )


def test_clients_at_once_find_books_that_hold(databases: Databases) -> None:
    class Here(Books):
        place = databases

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
