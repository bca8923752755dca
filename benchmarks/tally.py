"""Tallying a ballot: where it stands and what it decides, as each guard and each page asks.

The ballot, its seats and the last answer of each state are read, the answers are counted, and the
rule says whether a further one could change the outcome. Nothing is written.

The limit lets SQL count: SELECT the ballot; SELECT how many hold each position, by the last answer
of each state that is counted. It knows no rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from benchmarks.bare import Bare
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import enter
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import SYSTEM


class ProductTally(Product):
    """The product."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        with self.services.uow.read() as connection:
            found = connection.execute(
                select(case.c.ref, case.c.id).where(case.c.ref.in_(self.world.voting))
            ).all()
        keys = {row.ref: row.id for row in found}
        self._cases = [keys[ref] for ref in self.world.voting]
        self.answered = 0

    def act(self, client: int) -> None:
        """Where the ballot of this client stands."""
        with self.services.uow.look(SYSTEM) as tx:
            standing = find_ballot_state(tx.driver, self._cases[client])
            if standing is None or standing.decided_at(tx.now):
                raise AssertionError("the ballots of a race are open")
            self.answered = standing.tally().answered

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return [] if self.answered else ["nothing was counted"]


_BALLOT = """SELECT b.id, coalesce(b.closes_at, p.closes_at), b.way, b.secrecy, b.rule, o.outcome
FROM "case" c JOIN ballot b ON b.case_id = c.id
LEFT JOIN ballot_outcome o ON o.ballot_id = b.id
LEFT JOIN ballot_period p ON p.ballot_id = b.id
WHERE c.ref = %s ORDER BY b.round DESC LIMIT 1"""
_COUNTED = """SELECT last.held, count(*) FROM (
    SELECT (
        SELECT v."position" FROM vote v WHERE v.ballot_id = s.ballot_id AND v.country = s.country
        ORDER BY v.seq DESC LIMIT 1) AS held
    FROM ballot_seat s WHERE s.ballot_id = %s AND s.counted) last
GROUP BY last.held"""


class BareTally(Bare):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1, *, rules: bool = True) -> None:
        super().__init__(place, place.copy(), clients, rules=rules)
        world = enter(self.address)
        self._voting = world.voting
        world.services.uow.engine.dispose()
        self._balloted = [driver.text(_BALLOT) for driver in self.drivers]
        self._counted = [driver.text(_COUNTED) for driver in self.drivers]
        self.answered = 0

    def act(self, client: int) -> None:
        """How many hold each position."""
        driver = self.drivers[client]
        driver.execute(self._balloted[client], [self._voting[client]])
        key, *_ = driver.fetch()
        driver.execute(self._counted[client], [key])
        self.answered = sum(number for held, number in driver.fetch_all() if held)
        driver.commit()

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return [] if self.answered else ["nothing was counted"]
