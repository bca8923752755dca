"""The whole product behind its API, on each database."""

import pytest
from sqlalchemy import Engine

from tests.api.client import Api
from tests.support.application import application
from tests.support.product import Stage, product


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The product and its people."""
    return Stage(product(engine))


@pytest.fixture
def api(stage: Stage) -> Api:
    """The API of the product."""
    return Api(application(stage, stage.services), stage)
