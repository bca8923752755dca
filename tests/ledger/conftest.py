"""A ledger on each database."""

import pytest
from sqlalchemy import Engine

from tests.ledger.books import Books


@pytest.fixture
def books(engine: Engine) -> Books:
    """Empty books on each database, with a clock that stands."""
    return Books(engine)
