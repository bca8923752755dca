import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.kernel.clock import FrozenClock
from tests.kinds import study_visit
from tests.support.databases import SqliteDatabases
from tests.support.office import MORNING, SECRET, OfficeHouse, furnish


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people who can sign in, and no case."""
    folder = tmp_path_factory.mktemp("people")
    address = SqliteDatabases(folder).fresh()
    furnish(address)
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The definitions of a deployment that knows one kind only: two files, and the messages.

    They are read and judged once; no test changes them.
    """
    folder = tmp_path_factory.mktemp("kind")
    copytree(str(resources.root("notifications")), folder / "notifications")
    study_visit.write(folder)
    return folder


@pytest.fixture
def address(people: Path, tmp_path: Path, record_property: Callable[[str, object], None]) -> str:
    """A copy of that database."""
    record_property("stood_on", "sqlite")
    target = tmp_path / "house.sqlite"
    with closing(sqlite3.connect(people)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # a plain copy would leave behind what still stands in the log
    return f"sqlite:///{target}"


@pytest.fixture
def visits(address: str, folder: Path) -> Iterator[OfficeHouse]:
    """The product with that kind alone."""
    services = compose(Settings("sqlite://", SECRET, definitions=folder), FrozenClock(MORNING))
    made = OfficeHouse(address, services)
    yield made
    made.services.uow.engine.dispose()


@pytest.fixture
def house(address: str) -> Iterator[OfficeHouse]:
    """The product as it is shipped."""
    made = OfficeHouse(address)
    yield made
    made.services.uow.engine.dispose()
