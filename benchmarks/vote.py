"""Casting a vote that decides nothing: states change their answer while the ballot is open.

One act: the case is locked, the ballot, its seats and the last answer of each state are read, the
delegate's right and the closing time are judged, the vote is entered with its entry in the trail,
and the votes are counted to see that nothing is decided. One transaction.

The limit reads and writes the same rows by SQL through the driver: BEGIN; SELECT the case FOR
UPDATE; SELECT the ballot; SELECT the seats with the last answer of each state; INSERT the entry;
INSERT the vote; COMMIT. It computes the digest of the entry, judges and counts nothing. With
rules off it also moves the case, which a trigger of the product does otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import TickingClock, World, enter
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.models import ballot, vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.clock import iso

VOTERS = ("AR", "BO", "BR", "CL")  # in turn; with those who have voted they decide nothing
ANSWERS = (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)


class ProductVote(Product):
    """The real verb."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        self._turns = [0] * clients

    def act(self, client: int) -> None:
        """The next state of this client's ballot answers, otherwise than before."""
        turn = self._turns[client]
        self._turns[client] = turn + 1
        country, position = answer(turn)
        with self.services.uow.begin(self.world.accounts.actor(Role.CEAM_DELEGATE, country)) as tx:
            case = lock(tx, self.services, self.world.voting[client])
            if cast_vote(tx, self.services, case, country, position).decided:
                raise AssertionError("the votes of a race decide nothing")

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return faults_of(self.world)


def answer(turn: int) -> tuple[str, Position]:
    """Who answers what in this turn."""
    return VOTERS[turn % len(VOTERS)], ANSWERS[turn // len(VOTERS) % len(ANSWERS)]


_LOCKED = 'SELECT id, version, head, state FROM "case" WHERE ref = %s'
_BALLOT = """SELECT b.id, b.round, coalesce(b.closes_at, p.closes_at), b.way, b.secrecy, b.rule,
b.content_digest, o.outcome
FROM ballot b LEFT JOIN ballot_outcome o ON o.ballot_id = b.id
LEFT JOIN ballot_period p ON p.ballot_id = b.id
WHERE b.case_id = %s ORDER BY b.round DESC LIMIT 1"""
_SEATS = """SELECT s.country, s.counted, (
    SELECT v."position" FROM vote v WHERE v.ballot_id = s.ballot_id AND v.country = s.country
    ORDER BY v.seq DESC LIMIT 1)
FROM ballot_seat s WHERE s.ballot_id = %s ORDER BY s.country"""
_PLAIN = (None, None, None, None, False, None)  # no words, no seal, nobody's proxy
_MOVE = 'UPDATE "case" SET version = %s, head = %s, updated_at = %s WHERE id = %s AND version = %s'


class BareVote(Bare):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1, *, rules: bool = True) -> None:
        super().__init__(place, place.copy(), clients, rules=rules)
        world = enter(self.address)
        delegates = [world.accounts.actor(Role.CEAM_DELEGATE, c).user_id for c in VOTERS]
        clock = TickingClock(world.services.uow.clock.now())
        self._acts = [
            _casting(driver, ref, delegates, clock)
            for driver, ref in zip(self.drivers, world.voting, strict=False)
        ]
        self._turns = [0] * clients
        world.services.uow.engine.dispose()

    def act(self, client: int) -> None:
        """The next state of this client's ballot answers."""
        turn = self._turns[client]
        self._turns[client] = turn + 1
        self._acts[client](turn)

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        world = enter(self.address)
        found = faults_of(world)
        world.services.uow.engine.dispose()
        return found


def _casting(
    driver: Driver, ref: str, delegates: Sequence[int | None], clock: TickingClock
) -> Callable[[int], None]:
    execute, fetch, fetch_all = driver.execute, driver.fetch, driver.fetch_all
    locked, moved = driver.locking(_LOCKED), driver.text(_MOVE)
    balloted, seated = driver.text(_BALLOT), driver.text(_SEATS)
    enter_entry = driver.insert("audit_entry", [column.name for column in audit_entry.c])
    enter_vote = driver.insert("vote", [column.name for column in vote.c])

    def act(turn: int) -> None:
        country, position = answer(turn)
        driver.begin()
        execute(locked, [ref])
        key, version, head, state = fetch()
        execute(balloted, [key])
        number, nth, *_, content, _ = fetch()
        execute(seated, [number])
        fetch_all()
        seq, now, office = version + 1, iso(clock.now()), f"ceam_delegate:{country}"
        who = delegates[turn % len(delegates)]
        detail = {"ballot": nth, "country": country, "position": position.value}
        detail |= {"explanation": "", "content": content}
        facts = {"case": ref, "seq": seq, "at": now, "actor": who, "office": office}
        facts |= {"act": "ballot.vote_cast", "from": state, "to": state, "reason": None}
        sealed = digest({**facts, "cause": None, "detail": detail, "prev": head})
        said = driver.json(detail)
        entry = (who, office, "ballot.vote_cast", state, state, None, None, said, head, sealed)
        if not driver.rules:
            execute(moved, [seq, sealed, now, key, version])
        enter_entry([key, seq, now, *entry])
        enter_vote([number, seq, country, position.value, *_PLAIN, who, office, now])
        driver.commit()

    return act


def faults_of(world: World) -> list[str]:
    """What does not hold after a race: chains, and an entry of the trail for each vote."""
    with world.services.uow.read() as connection:
        found = [
            f"chain of {fault.ref}: {fault.why}" for fault in verify_trails(connection) if fault
        ]
        votes = connection.execute(select(func.count()).select_from(vote)).scalar_one()
        entered = connection.execute(
            select(func.count())
            .select_from(vote)
            .join(ballot, ballot.c.id == vote.c.ballot_id)
            .join(
                audit_entry,
                (audit_entry.c.case_id == ballot.c.case_id) & (audit_entry.c.seq == vote.c.seq),
            )
            .where(audit_entry.c.act == "ballot.vote_cast")
        ).scalar_one()
    if votes != entered:
        found.append(f"{votes} votes, {entered} entries")
    return found
