"""What delivery needs, on each database, with the messages and texts that are shipped."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.definitions.library import Library, load
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.clock import FrozenClock

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ground:
    """The part of the composed product that messages consult."""

    uow: UnitOfWork
    library: Library
    texts: Texts
    base_url: str = "https://ricomi.example.org"
    secret_key: str = "k" * 40


@pytest.fixture(scope="session")
def library() -> Library:
    """The definitions that are shipped."""
    return load()


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The sentences that are shipped."""
    return load_texts()


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands at noon in Washington."""
    return FrozenClock(NOON)


@pytest.fixture
def ground(engine: Engine, clock: FrozenClock, library: Library, texts: Texts) -> Ground:
    """The ground of the test, on each database."""
    return Ground(UnitOfWork(engine, clock), library, texts)
