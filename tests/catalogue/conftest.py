import pytest
from sqlalchemy import Engine

from tests.catalogue.shelf import Shelf
from tests.support.story import Story


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    """An empty catalogue on each database."""
    return Shelf(engine)


@pytest.fixture
def story(engine: Engine) -> Story:
    """The shipped product with its people and money, on each database."""
    made = Story(engine)
    made.fill_the_fund()
    return made
