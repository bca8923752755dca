"""A desk on each database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.fund.desk import Desk
from tests.statements.world import busy_year
from tests.support.databases import Databases, continued


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A desk on each database, without money and cases."""
    return Desk(engine)


@pytest.fixture
def year(databases: Databases) -> Iterator[Desk]:
    """Books with gifts of two years and cases of two states that spent, wait and were refused."""
    with continued(databases, busy_year) as (engine, first):
        yield first.on(engine)
