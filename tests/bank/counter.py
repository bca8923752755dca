"""A counter at which the books and the bank are brought together, on one database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine

from ricomi_workflow.bank.commands import ImportResult, confirm_match, import_file, receive_file
from ricomi_workflow.bank.matching import BankLine, CashPosting, Proposal, propose_matches
from ricomi_workflow.bank.queries import reconcile
from ricomi_workflow.bank.reconciliation import Reconciliation
from ricomi_workflow.bank.rows import list_unmatched_lines, list_unmatched_postings
from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Memo, Source, available_account, cash_account, transfer
from ricomi_workflow.ledger.posting import post
from ricomi_workflow.simulation.camt_writer import camt053

T = TypeVar("T")
ACCOUNT = "usd-main"
NUMBER = "RICOMI-USD-0001"
SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)


def person(user_id: int, role: Role) -> Actor:
    """Somebody with one office."""
    return Actor(user_id, f"{role} {user_id}", "en", frozenset({Grant(role, None)}))


TREASURER = person(1, Role.FUND_ADMINISTRATOR)
CERTIFIER = person(2, Role.CERTIFYING_OFFICER)
AUDITOR = person(3, Role.AUDITOR)


def line(units: int, day: int, *references: str, text: str = "") -> StatementLine:
    """A movement of September, whole dollars."""
    amount = Money(units * 100)
    return StatementLine(date(2026, 9, day), None, amount, references, "", text, "PMNT-RCDT-ESCT")


def statement(
    *lines: StatementLine,
    name: str = "S9",
    opening: int = 0,
    days: tuple[date, date] = SEPTEMBER,
    sequence: int | None = None,
) -> BankStatement:
    """A statement that closes; `opening` in whole dollars."""
    start = Money(opening * 100)
    end = Money(start.minor + sum(each.amount.minor for each in lines))
    return BankStatement(NUMBER, name, sequence, *days, start, end, lines)


@dataclass
class Counter:
    """One database in October, and short words for the acts of these tests."""

    engine: Engine
    clock: FrozenClock = field(
        default_factory=lambda: FrozenClock(datetime(2026, 10, 20, 15, 0, tzinfo=UTC))
    )
    keys: int = 0

    def __post_init__(self) -> None:
        self.uow = UnitOfWork(self.engine, self.clock)

    def receive(self, *statements: BankStatement, name: str = "s.xml") -> int:
        """A file of the bank arrives."""
        with self.uow.begin(CERTIFIER) as tx:
            return receive_file(tx, ACCOUNT, name, camt053(list(statements)))

    def bring(self, *statements: BankStatement) -> ImportResult:
        """A file arrives and is imported."""
        key = self.receive(*statements)
        with self.uow.begin(CERTIFIER) as tx:
            return import_file(tx, key)

    def book(self, units: int, day: int, reference: str = "", by: Actor = TREASURER) -> int:
        """Money comes in or goes out by the books; answer the journal."""
        self.keys += 1
        cash, pool = cash_account(), available_account(Source.MEMBER_STATES)
        lines = transfer(cash, pool, Money(units * 100))
        with self.uow.begin(by) as tx:
            return post(
                tx,
                Memo.RECEIPT if units > 0 else Memo.PAYMENT,
                lines,
                key=f"test:{self.keys}",
                at=date(2026, 9, day),
                reference=reference or None,
            )

    def match(self, lines: Sequence[BankLine], facts: Sequence[CashPosting], **more: object) -> int:
        """The certifying officer says that they are the same."""
        with self.uow.begin(CERTIFIER) as tx:
            keys = [x.id for x in lines], [x.key for x in facts]
            return confirm_match(tx, ACCOUNT, *keys, **more)  # type: ignore[arg-type]  # as named there

    def lines(self) -> list[BankLine]:
        """The lines that are open."""
        return self.read(lambda c: list_unmatched_lines(c, ACCOUNT))

    def facts(self) -> list[CashPosting]:
        """The postings that are open."""
        return self.read(lambda c: list_unmatched_postings(c, ACCOUNT, date.min))

    def proposals(self) -> tuple[Proposal, ...]:
        """What may be confirmed."""
        return propose_matches(self.lines(), self.facts(), 7)

    def report(self, day: int = 30, month: int = 9) -> Reconciliation:
        """The reconciliation on a day."""
        return self.read(lambda c: reconcile(c, ACCOUNT, date(2026, month, day)))

    def read(self, ask: Callable[[Connection], T]) -> T:
        """One question."""
        with self.uow.read() as connection:
            return ask(connection)
