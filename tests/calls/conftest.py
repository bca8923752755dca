"""A call on each database."""

import pytest
from sqlalchemy import Engine

from tests.support.calls import Calling
from tests.support.story import Story


@pytest.fixture
def calling(engine: Engine) -> Calling:
    """A story on each database in which the Secretariat makes a call."""
    return Calling(Story(engine))
