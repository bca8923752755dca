import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ricomi_workflow.cases.act import Services
from tests.forms import course
from tests.support.databases import SqliteDatabases
from tests.support.office import OfficeHouse, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people who can sign in, and no case."""
    folder = tmp_path_factory.mktemp("furnished")
    address = SqliteDatabases(folder).fresh()
    furnish(address)
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def courses(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The product that knows courses and profiles of countries, and nothing else."""
    return course.product(tmp_path_factory.mktemp("definitions"))


@pytest.fixture
def house(
    furnished: Path,
    courses: Services,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> Iterator[OfficeHouse]:
    """That product on a copy of the database."""
    record_property("stood_on", "sqlite")
    target = tmp_path / "house.sqlite"
    with closing(sqlite3.connect(furnished)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # a plain copy would leave behind what still stands in the log
    made = OfficeHouse(f"sqlite:///{target}", courses)
    yield made
    made.services.uow.engine.dispose()
