"""Books without forms, cases and donors: short words for the facts of these tests."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Barrier

from sqlalchemy import Engine, text

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    Account,
    Lines,
    Memo,
    Source,
    available_account,
    cash_account,
    transfer,
)
from ricomi_workflow.ledger.balances import list_balances
from ricomi_workflow.ledger.invariants import verify
from ricomi_workflow.ledger.posting import Posted, post, post_once

TODAY = date(2026, 9, 14)
CASH, POOL, OTHERS = (
    cash_account(),
    available_account(Source.MEMBER_STATES),
    available_account(Source.OTHER),
)


def person(key: int, *roles: Role) -> Actor:
    """Somebody with offices of the network."""
    return Actor(key, f"person {key}", "en", frozenset(map(Grant, roles)))


def arriving(minor: int, to: Account = POOL) -> Lines:
    """Money arrives in the bank."""
    return transfer(CASH, to, Money(minor))


@dataclass
class Books:
    """One database, the acts on it, and what they leave."""

    engine: Engine
    clock: FrozenClock = field(
        default_factory=lambda: FrozenClock(datetime(2026, 9, 14, 15, 0, tzinfo=UTC))
    )

    def __post_init__(self) -> None:
        self.uow = UnitOfWork(self.engine, self.clock)

    def post(self, lines: Lines, key: str, at: date = TODAY) -> int:
        """One journal in one act."""
        with self.uow.begin(SYSTEM) as tx:
            return post(tx, Memo.RECEIPT, lines, key=key, at=at)

    def post_once(self, lines: Lines, key: str, at: date = TODAY) -> Posted:
        """The same by who may say it twice."""
        with self.uow.begin(SYSTEM) as tx:
            return post_once(tx, Memo.RECEIPT, lines, key=key, at=at)

    def holds(self, account: Account) -> int:
        """What an account holds, in cents."""
        with self.uow.read() as connection:
            return list_balances(connection, [account])[account].minor

    def faults(self) -> list[str]:
        """What does not hold."""
        with self.uow.read() as connection:
            return [str(fault) for fault in verify(connection)]

    def run(self, statement: str, **params: object) -> None:
        """Raw SQL, committed."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), params)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run `acts` at the same moment; answer for each what came out, or its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: Sequence[object]) -> list[DomainError]:
    """Those that were refused."""
    return [each for each in results if isinstance(each, DomainError)]
