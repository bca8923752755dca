"""The composed product with its people and money, copied for each test from one file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.databases import SqliteDatabases
from tests.support.office import OfficeHouse, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people of a rehearsal and a fund that has money."""
    folder = tmp_path_factory.mktemp("furnished")
    address = SqliteDatabases(folder).fresh()
    furnish(address)
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture
def house(
    furnished: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> Iterator[OfficeHouse]:
    """The product on a copy of that database, with the doors open."""
    record_property("stood_on", "sqlite")
    target = tmp_path / "house.sqlite"
    with closing(sqlite3.connect(furnished)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # a plain copy would leave behind what still stands in the log
    house = OfficeHouse(f"sqlite:///{target}")
    yield house
    house.services.uow.engine.dispose()
