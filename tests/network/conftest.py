import pytest
from sqlalchemy import Engine

from tests.catalogue.shelf import Shelf


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    """An empty catalogue on each database."""
    return Shelf(engine)
