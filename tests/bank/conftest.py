"""A counter on each database."""

import pytest
from sqlalchemy import Engine

from tests.bank.counter import Counter


@pytest.fixture
def counter(engine: Engine) -> Counter:
    """A counter without books and statements."""
    return Counter(engine)
