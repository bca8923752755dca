"""The web application over the shipped definitions and an empty database in memory."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from ricomi_workflow.cases.act import Services
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.reference_data import loader
from ricomi_workflow.reference_data.calendars import secretariat_calendar
from ricomi_workflow.web.app import create_app
from tests.support.databases import Databases, connected
from tests.support.network import Network, network


@pytest.fixture(scope="session")
def edge() -> Flask:
    """The application with every shipped definition and text, and no table."""
    shipped = loader.load()
    clock = FrozenClock(datetime(2026, 9, 14, 14, 0, tzinfo=UTC))
    services = Services(
        uow=UnitOfWork(create_engine("sqlite://"), clock),
        library=load(),
        processes={},
        reference=shipped,
        lookups=shipped.lookups(),
        texts=load_texts(),
        calendar=secretariat_calendar(),
        base_url="http://127.0.0.1:8000",
        secret_key="a key for tests only, forty characters",
    )
    return create_app(services, demo=True)


@pytest.fixture(scope="session")
def lived(sqlite_databases: Databases) -> Iterator[Network]:
    """A network with a history, to look at; no test changes it."""
    with connected(sqlite_databases) as engine:
        yield network(engine, cases=24)


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: Databases) -> Path:
    """The file of a database that holds people and nothing else."""
    file = tmp_path_factory.mktemp("people") / "people.sqlite"
    with connected(sqlite_databases) as engine:
        network(engine)
        engine.dispose()  # the last connection writes its log into the file
        shutil.copy(str(engine.url.database), file)
    return file


@pytest.fixture
def people(tmp_path: Path, peopled: Path) -> Iterator[Network]:
    """A network of people without a case, for tests that change it."""
    file = shutil.copy(peopled, tmp_path / "own.sqlite")
    engine = create_engine(f"sqlite:///{file}")
    yield network(engine, password=None)
    engine.dispose()
