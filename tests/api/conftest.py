"""The whole product behind its API, on each database."""

import pytest
from sqlalchemy import Engine

from ricomi_workflow.web.app import create_app
from tests.api.client import Api
from tests.support.product import Stage, product


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The product and its people."""
    return Stage(product(engine))


@pytest.fixture
def api(stage: Stage) -> Api:
    """The API of the product."""
    return Api(create_app(stage.services), stage)
