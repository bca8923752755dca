import sqlite3

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from benchmarks.counting import calls_of_sqlite, messages_of_libpq
from benchmarks.harness import Budget, Local, Result, Round, race
from benchmarks.report import is_held, ratio, table
from benchmarks.sections import Heat


class Counted(Local):
    """Counts its acts, and says to whom they belonged."""

    def __init__(self, name: str, seen: list[str], clients: int = 1) -> None:
        self.name = name
        self.clients = clients
        self.seen = seen
        self.acts = [0] * clients

    def act(self, client: int) -> None:
        self.acts[client] += 1
        if self.seen[-1:] != [self.name]:
            self.seen.append(self.name)


def test_contestants_take_turns_and_nobody_always_follows_the_same() -> None:
    seen: list[str] = []
    race([Counted(name, seen) for name in "abc"], Budget(rounds=3, seconds=0))
    assert "".join(seen).endswith("bcacab")


def test_a_race_that_takes_too_long_ends_early() -> None:
    results = race([Counted("slow", [])], Budget(rounds=50, seconds=0, most=0))
    assert len(results[0].rounds) == 3


def test_acts_are_split_over_the_clients() -> None:
    four = Counted("four", [], clients=4)
    results = race([four], Budget(rounds=2, seconds=0))
    done = sum(turn.acts for turn in results[0].rounds) + 4 * 12 * 4
    assert four.acts == [done // 4] * 4


def test_what_a_client_raises_is_raised_by_the_race() -> None:
    class Failing(Counted):
        def act(self, client: int) -> None:
            raise ZeroDivisionError(client)

    with pytest.raises(ZeroDivisionError):
        race([Failing("fails", [], clients=2)], Budget(rounds=1, seconds=0))


def result(name: str, *microseconds: float) -> Result:
    rounds = [Round(1, each / 1e6, each / 1e6) for each in microseconds]
    return Result(name, rounds, statements=3)


def heat(own: float, peer: float, section: str = "transition") -> Heat:
    results = [result("limit: raw SQL", 100, 300), result("RICOMI Workflow", own, 9_000)]
    return Heat(section, "SQLite", 1, [*results, result("a peer", peer)])


def test_the_best_round_counts() -> None:
    measured = heat(200, 800)
    assert [round(ratio(measured, each), 3) for each in measured.results] == [1.0, 0.5, 0.125]


@pytest.mark.parametrize(
    ("own", "peer", "held"), [(200, 800, True), (700, 800, False), (200, 150, False)]
)
def test_the_floor_asks_for_a_share_of_the_limit_and_for_being_ahead(
    own: float, peer: float, held: bool
) -> None:
    assert is_held(heat(own, peer)) is held
    assert is_held(heat(own, peer, section="vote"))


def test_a_race_is_told_as_a_table_with_what_does_not_hold() -> None:
    measured = heat(200, 800)
    measured.results[1].faults.append("chain of X: digest")
    lines = table(measured).splitlines()
    assert lines[0] == "transition · SQLite · 1 client"
    assert lines[3].split() == "RICOMI Workflow 5,000 200.0 0.500 200.0 2.00 3 –".split()
    assert lines[-2:] == [
        "floor 0.16 and ahead of every peer: held",
        "FAULT in what RICOMI Workflow wrote: chain of X: digest",
    ]


def test_calls_of_sqlite_are_counted() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    cursor = connection.cursor()

    def act() -> None:
        cursor.execute("CREATE TABLE t (n)")
        cursor.execute("BEGIN")
        cursor.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
        connection.commit()
        "execute".upper()

    assert calls_of_sqlite(act) == 4
    connection.close()


def test_messages_of_libpq_are_counted(postgresql_engine: Engine) -> None:
    plain = make_url(postgresql_engine.url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
        cursor = connection.cursor()

        def act() -> None:
            cursor.execute("SELECT %s::int", [1])
            cursor.execute("SELECT 2")
            connection.commit()

        sent = [messages_of_libpq(connection.pgconn, act) for _ in range(8)]
    assert sent == [4] * 8  # before and after they are prepared
