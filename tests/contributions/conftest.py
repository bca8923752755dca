"""A treasury on each database."""

import pytest
from sqlalchemy import Engine

from tests.contributions.treasury import Treasury


@pytest.fixture
def treasury(engine: Engine) -> Treasury:
    """The fund administration before empty books."""
    return Treasury(engine)
