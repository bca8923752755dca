"""A kind that asks for files, over each database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.noted import NotedHouse
from tests.support.office import furnished

Housing = Callable[..., NotedHouse]


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """The address of a database with people who can sign in."""
    address, _ = databases.continued(furnished)
    yield address
    databases.drop(address)


@pytest.fixture
def housing(address: str, tmp_path: Path) -> Iterator[Housing]:
    """Opens the doors: `housing(1, 2, scanner=...)` with these versions of the kind."""
    opened: list[NotedHouse] = []

    def open_house(*versions: int, **more: object) -> NotedHouse:
        opened.append(NotedHouse(address, tmp_path, *versions, **more))  # type: ignore[arg-type]
        return opened[-1]

    yield open_house
    for house in opened:
        house.services.uow.engine.dispose()


@pytest.fixture
def house(housing: Housing) -> NotedHouse:
    """The product with the first version of the kind."""
    return housing(1)
