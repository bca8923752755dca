"""A unit of work on each database, by a clock that stands until it is moved."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.clock import FrozenClock

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands at noon in Washington, on a Tuesday."""
    return FrozenClock(NOON)


@pytest.fixture
def uow(engine: Engine, clock: FrozenClock) -> UnitOfWork:
    """The unit of work of the test."""
    return UnitOfWork(engine, clock)
