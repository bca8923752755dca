"""The demonstration plays on any day, and leaves money with which to go on."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from ricomi_workflow.bootstrap import Settings
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.demo.network import build_demo
from ricomi_workflow.fund.queries import available_by_source
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.support.rehearsed import SECRET

A_DAY = datetime(2026, 11, 24, 17, tzinfo=UTC)
ONE_MORE = Money.parse("25000.00")  # more than an invented request asks for


def test_it_plays_on_a_day_on_which_its_acts_fall_in_another_order(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    settings = Settings(str(sqlite_engine.url), SECRET, files=tmp_path)
    clock = FrozenClock(A_DAY)
    build_demo(settings, "una-clave-larga", clock)
    with UnitOfWork(sqlite_engine, clock).read() as connection:
        left = available_by_source(connection)
    assert left[Source.MEMBER_STATES] > ONE_MORE
    assert left[Source.PERMANENT_OBSERVERS] > ONE_MORE
