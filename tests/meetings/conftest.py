"""A meeting on each database."""

import pytest
from sqlalchemy import Engine

from tests.support.meeting import Room
from tests.support.story import Story


@pytest.fixture
def room(engine: Engine) -> Room:
    """A story on each database in which the Secretariat prepares a meeting."""
    made = Room(Story(engine))
    made.prepare()
    return made
