"""A desk on each database."""

import pytest
from sqlalchemy import Engine

from tests.fund.desk import Desk


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A desk on each database, without money and cases."""
    return Desk(engine)
