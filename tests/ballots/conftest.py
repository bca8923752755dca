import pytest
from sqlalchemy import Engine

from tests.support.committee import World


@pytest.fixture
def world(engine: Engine) -> World:
    """The small world with its question before the committee, on each database."""
    world = World(engine)
    world.ask()
    return world
