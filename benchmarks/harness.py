"""Contestants take turns; the best round of each counts."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

_MOST = 100_000  # acts in a round
_FEWEST = 3  # rounds in a race
_TRIALS = 3  # of which the best tells how long an act takes
_SLOW = 0.5  # seconds, from which on an act is tried once and counts once
_WARM = 12  # acts; the drivers prepare a statement after a few uses, PostgreSQL plans after five


@dataclass(frozen=True, slots=True)
class Round:
    """What one turn of a contestant took; CPU of this process and of the database's."""

    acts: int
    seconds: float
    cpu: float
    times: Sequence[float] = ()  # of each act, where they are kept

    @property
    def each(self) -> float:
        """Seconds an act."""
        return self.seconds / self.acts


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a race may take: so many rounds of about so many seconds for each contestant.

    After `most` seconds no further round is begun, but `_FEWEST` are run in any case. Before the
    first, each client does `warm` acts a few times.
    """

    rounds: int
    seconds: float
    most: float = 15.0
    warm: int = _WARM


class Contestant(Protocol):
    """Somebody who does the work of a section."""

    name: str
    clients: int

    def turn(self, acts: int) -> Round:
        """Do `acts` acts in all, split over the clients."""

    def statements(self) -> float | None:
        """How many statements an act sends to the database; None where nothing is counted."""

    def faults(self) -> Sequence[str]:
        """What does not hold in what was written; empty when everything does."""

    def close(self) -> None:
        """Let go of connections and processes."""


@dataclass(slots=True)
class Result:
    """What a contestant reached."""

    name: str
    rounds: list[Round] = field(default_factory=list)
    statements: float | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def best(self) -> float:
        """Seconds an act in the best round."""
        return min(turn.each for turn in self.rounds)

    @property
    def cpu(self) -> float:
        """CPU seconds an act in the round that used least."""
        return min(turn.cpu / turn.acts for turn in self.rounds)

    @property
    def p95(self) -> float | None:
        """Seconds that 95 of 100 acts stay under, over all rounds; None where none were kept."""
        times = sorted(time for turn in self.rounds for time in turn.times)
        return times[math.ceil(0.95 * len(times)) - 1] if times else None


def race(contestants: Sequence[Contestant], budget: Budget) -> list[Result]:
    """Let the contestants take turns; answer what each reached, in their order.

    The order of a round begins one further each time, so that nobody always follows the same.
    """
    results = [Result(each.name) for each in contestants]
    acts = [_fitting(each, budget) for each in contestants]
    begun = time.monotonic()
    for number in range(budget.rounds):
        if number >= _FEWEST and time.monotonic() - begun > budget.most:
            break
        for place in range(len(contestants)):
            turn = (number + place) % len(contestants)
            if results[turn].rounds and results[turn].best > _SLOW:
                continue
            results[turn].rounds.append(contestants[turn].turn(acts[turn]))
    for contestant, result in zip(contestants, results, strict=True):
        result.statements = contestant.statements()
        result.faults = list(contestant.faults())
    return results


def _fitting(contestant: Contestant, budget: Budget) -> int:
    """How many acts take about a round, once statements are prepared and caches are warm."""
    acts, seconds = budget.warm * contestant.clients, budget.seconds
    if contestant.turn(acts).each > _SLOW:
        return contestant.clients
    each = min(contestant.turn(acts).each for _ in range(_TRIALS))
    while acts * each < seconds / 4 and acts < _MOST:
        acts *= 4
        each = contestant.turn(acts).each
    wanted = min(round(seconds / each), _MOST)
    return max(wanted - wanted % contestant.clients, contestant.clients)


class Local:
    """A contestant of this process: `act(client)` does one act for one of the clients."""

    name = ""
    clients = 1
    keeps_times = False  # of each act of a client that is alone

    def act(self, client: int) -> None:
        """Do one act."""
        raise AssertionError(client)

    def twice(self) -> None:
        """Do two acts of the first client."""
        self.act(0)
        self.act(0)

    def cpu_elsewhere(self) -> float:
        """CPU seconds that other processes have used for this contestant so far."""
        return 0.0

    def turn(self, acts: int) -> Round:
        """Do `acts` acts in all, split over the clients."""
        there, here = self.cpu_elsewhere(), time.process_time()
        times = self._each(acts) if self.keeps_times else ()
        if times:
            seconds = sum(times)
        else:
            seconds = self._alone(acts) if self.clients == 1 else self._together(acts)
        cpu = time.process_time() - here + self.cpu_elsewhere() - there
        return Round(acts, seconds, cpu, times)

    def statements(self) -> float | None:
        """Nothing is counted unless a contestant says how."""
        return None

    def faults(self) -> Sequence[str]:
        """Nothing to prove unless a contestant says what."""
        return ()

    def close(self) -> None:
        """Nothing to let go of."""

    def _alone(self, acts: int) -> float:
        act = self.act
        begun = time.perf_counter()
        for _ in range(acts):
            act(0)
        return time.perf_counter() - begun

    def _each(self, acts: int) -> list[float]:
        times = []
        for _ in range(acts):
            begun = time.perf_counter()
            self.act(0)
            times.append(time.perf_counter() - begun)
        return times

    def _together(self, acts: int) -> float:
        """One thread a client, begun together; the time until the last has ended."""
        gate = threading.Barrier(self.clients + 1)
        failures: list[BaseException] = []

        def work(client: int) -> None:
            gate.wait()
            try:
                for _ in range(acts // self.clients):
                    self.act(client)
            except Exception as failure:  # noqa: BLE001 - raised again where the race is run
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(self.clients)]
        for thread in threads:
            thread.start()
        gate.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return time.perf_counter() - begun
