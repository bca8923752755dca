"""What acts run on the driver's own cursor joins what SQLAlchemy runs, and fails alike."""

from contextlib import suppress

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.db import engine as engine_module
from ricomi_workflow.db.driver import read
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.deadlines.models import heartbeat
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.kernel.errors import Conflict, NotFound

ROW = "SELECT name, at FROM heartbeat WHERE name = %s"
COLUMNS = (heartbeat.c.name, heartbeat.c.at)
EARLY = SystemClock().now()


@pytest.fixture
def uow(engine: Engine) -> UnitOfWork:
    """A unit of work on each database."""
    return UnitOfWork(engine, SystemClock())


def beats(uow: UnitOfWork) -> dict[str, object]:
    """The rows of the table, by name."""
    with uow.read() as connection:
        return {row.name: row.at for row in connection.execute(select(heartbeat))}


def test_driver_and_sqlalchemy_share_the_transaction_of_an_act(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        tx.execute(heartbeat.insert().values(name="a", at=tx.now))
        assert read(tx.driver, ROW, ["a"], COLUMNS) == [("a", tx.now)]
        tx.insert(heartbeat, {"name": "b", "at": tx.now})
        tx.flush()  # so that it can be counted
        assert tx.connection.execute(select(func.count()).select_from(heartbeat)).scalar_one() == 2
        now = tx.now
    assert beats(uow) == {"a": now, "b": now}


def test_both_are_rolled_back_together(uow: UnitOfWork) -> None:
    def fail() -> None:
        with uow.begin(SYSTEM) as tx:
            tx.insert(heartbeat, {"name": "a", "at": tx.now})
            tx.execute(heartbeat.insert().values(name="b", at=tx.now))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert beats(uow) == {}


def test_a_change_is_written_with_the_rows_of_the_act(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        for name in "ab":
            tx.insert(heartbeat, {"name": name, "at": EARLY})
    with uow.begin(SYSTEM) as tx:
        tx.change(heartbeat, {"name": "a"}, at=tx.now)
        tx.insert(heartbeat, {"name": "c", "at": EARLY})
        now = tx.now
    assert beats(uow) == {"a": now, "b": EARLY, "c": EARLY}


def test_a_change_finds_a_row_of_the_same_act_and_the_last_one_stays(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        tx.insert(heartbeat, {"name": "a", "at": EARLY})
        tx.insert(heartbeat, {"name": "b", "at": EARLY})
        tx.change(heartbeat, {"name": "a"}, at=EARLY)
        tx.change(heartbeat, {"name": "a"}, at=tx.now)
        tx.change(heartbeat, {"name": "b"}, at=tx.now)
        now = tx.now
    assert beats(uow) == {"a": now, "b": now}


def test_a_row_that_is_there_already_is_a_conflict(uow: UnitOfWork) -> None:
    def collide() -> None:
        with uow.begin(SYSTEM) as tx:
            tx.insert(heartbeat, {"name": "a", "at": tx.now})
            tx.insert(heartbeat, {"name": "a", "at": tx.now})

    with pytest.raises(Conflict):
        collide()
    assert beats(uow) == {}


def test_a_fault_of_ours_on_the_driver_is_an_error_of_sqlalchemy(uow: UnitOfWork) -> None:
    with pytest.raises((OperationalError, ProgrammingError)), uow.read() as connection:
        read(connection, "SELECT nothing FROM nowhere", [])
    with pytest.raises(DBAPIError), uow.begin(SYSTEM) as tx:
        read(tx.driver, "SELECT nothing FROM nowhere", [])


def test_a_connection_that_was_cut_while_it_rested_is_replaced(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    uow = UnitOfWork(postgresql_engine, SystemClock())
    with uow.read() as connection:
        own = connection.execute(select(func.pg_backend_pid())).scalar_one()
    other = create_engine(postgresql_engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        assert connection.execute(select(func.pg_terminate_backend(own, 5000))).scalar_one()
    other.dispose()
    monkeypatch.setattr(engine_module, "_RESTED", 0.0)
    assert beats(uow) == {}


def test_what_python_cannot_reckon_is_no_missing_row(uow: UnitOfWork) -> None:
    with pytest.raises(OverflowError), uow.read():
        raise OverflowError("date value out of range")


@pytest.mark.parametrize("number", [2**40, 2**80])
def test_a_number_that_no_row_can_hold_names_nothing(uow: UnitOfWork, number: int) -> None:
    with suppress(NotFound), uow.read() as connection:
        wanted = select(audit_entry.c.case_id).where(audit_entry.c.seq == number)
        assert connection.execute(wanted).all() == []
