"""Posting one journal of two lines: money of a donor enters the fund.

One act: both accounts are locked, their balances are judged, the journal is entered with its
lines; triggers of the product judge that it adds up to zero, unfold it into postings and move the
balances. One transaction.

With slots, the clients are spread over so many pairs of accounts and none of them waits for a row
that another one holds but where there are more clients than slots: the most that slots of a hot
account could bring.

The limit writes the same rows by SQL through the driver. With rules on: BEGIN; SELECT the two
accounts FOR UPDATE; INSERT the journal; COMMIT (the triggers do the rest). With rules off it
writes what they would: INSERT two postings; UPDATE the one account; UPDATE the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import TickingClock, World, enter
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Account, Kind, Line, Memo, Source, cash_account
from ricomi_workflow.ledger.balances import lock_accounts
from ricomi_workflow.ledger.invariants import Fault
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.posting import post

AMOUNT = Money(12_34)
_RACE = "race:"  # begins the key of every journal of the race
Pair = tuple[Account, Account]
HOT: Pair = (cash_account(), Account(Kind.AVAILABLE, Source.MEMBER_STATES.value))


def pairs(slots: int) -> Sequence[Pair]:
    """The accounts that journals debit and credit: the same two, or two for each slot."""
    apart = [(Account(Kind.ADVANCES, f"slot-{n}"), Account(Kind.DISBURSED, f"slot-{n}"))
             for n in range(slots)]  # fmt: skip
    return apart or [HOT]


def _named(name: str, slots: int) -> str:
    return f"{name}, {slots} slots" if slots else name


class ProductPosting(Product):
    """The real verb."""

    def __init__(self, place: Place, clients: int = 1, *, slots: int = 0) -> None:
        super().__init__(place, clients)
        self.name = _named(self.name, slots)
        self._actor = self.world.accounts.actor(Role.FUND_ADMINISTRATOR)
        self._day = self.services.calendar.local_day(self.services.uow.clock.now())
        self._lines = [
            (Line(debit, AMOUNT), Line(credit, -AMOUNT)) for debit, credit in pairs(slots)
        ]

    def act(self, client: int) -> None:
        """One journal."""
        lines = self._lines[client % len(self._lines)]
        with self.services.uow.begin(self._actor) as tx:
            post(tx, Memo.OPERATION, lines, key=f"{_RACE}{new_id()}", at=self._day)

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return faults_of(self.world)


_HELD = "SELECT id, code, balance, postings FROM account WHERE code IN (%s, %s) ORDER BY id"
_MOVE = "UPDATE account SET balance = balance + %s, postings = postings + 1 WHERE id = %s"
_POSTING = ("journal_id", "line", "account_id", "nth", "amount", "currency", "note")


class BarePosting(Bare):
    """The limit."""

    def __init__(
        self, place: Place, clients: int = 1, *, rules: bool = True, slots: int = 0
    ) -> None:
        super().__init__(place, place.copy(), clients, rules=rules)
        self.name = _named(self.name, slots)
        world = enter(self.address)
        actor = world.accounts.actor(Role.FUND_ADMINISTRATOR)
        clock = TickingClock(world.services.uow.clock.now())
        day = world.services.calendar.local_day(clock.now()).isoformat()
        apart = pairs(slots)
        if slots:
            with world.services.uow.begin(actor) as tx:
                lock_accounts(
                    tx, [account for pair in apart for account in pair]
                )  # so that they are there
        self._acts = [
            _posting(driver, clock, (day, actor.user_id), apart[n % len(apart)])
            for n, driver in enumerate(self.drivers)
        ]
        world.services.uow.engine.dispose()

    def act(self, client: int) -> None:
        """One journal."""
        self._acts[client]()

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        world = enter(self.address)
        found = faults_of(world)
        world.services.uow.engine.dispose()
        return found


def _posting(
    driver: Driver, clock: TickingClock, said: tuple[str, int | None], pair: Pair
) -> Callable[[], None]:
    (day, who), (debit, credit) = said, pair
    execute, fetch_all, minor = driver.execute, driver.fetch_all, AMOUNT.minor
    held, moved = driver.locking(_HELD), driver.text(_MOVE)
    enter_journal = driver.insert("journal", [column.name for column in journal.c])
    enter_postings = driver.insert("posting", _POSTING, 2)

    def act() -> None:
        driver.begin()
        execute(held, [debit.code, credit.code])
        there = {row[1]: row for row in fetch_all()}
        cash, given = there[debit.code], there[credit.code]
        lines = [
            {"account": account[0], "amount": amount, "currency": "USD", "note": None}
            for account, amount in ((cash, minor), (given, -minor))
        ]
        key, now = new_id(), iso(clock.now())
        nothing = (None, None)
        rest = (who, f"{_RACE}{key}", *nothing, driver.json(lines))
        enter_journal([key, day, now, Memo.OPERATION.value, *nothing, *rest])
        if not driver.rules:
            first = (key, 1, cash[0], cash[3] + 1, minor, "USD", None)
            enter_postings([*first, key, 2, given[0], given[3] + 1, -minor, "USD", None])
            execute(moved, [minor, cash[0]])
            execute(moved, [-minor, given[0]])
        driver.commit()

    return act


def faults_of(world: World) -> list[str]:
    """What does not hold after a race: the books prove themselves.

    That no row of a slice speaks of a journal of the race is no fault of it.
    """
    with world.services.uow.read() as connection:
        return [str(fault) for fault in verify(connection) if not _of_the_race(fault)]


def _of_the_race(fault: Fault) -> bool:
    return fault.rule == "journal_unknown" and fault.subject.startswith(_RACE)
