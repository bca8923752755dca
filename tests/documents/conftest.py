"""A story on each database."""

import pytest
from sqlalchemy import Engine

from tests.support.story import Story


@pytest.fixture
def story(sqlite_engine: Engine) -> Story:
    """The product with its people and enough money."""
    story = Story(sqlite_engine)
    story.fill_the_fund()
    return story
