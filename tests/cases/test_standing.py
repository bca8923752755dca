"""The product refuses to run without the process in which a case stands."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.standing import require_known_cases
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import DefinitionError
from tests.support.rehearsed import Rehearsed, rehearsed


@pytest.fixture
def running(engine: Engine) -> Rehearsed:
    """A product with one case in draft."""
    made = rehearsed(engine)
    with made.services.uow.begin(made.cast.actor(Role.FOCAL_POINT, "PY")) as tx:
        open_case(tx, made.services, "cooperation_request", "PY")
    return made


def test_a_case_whose_process_is_there_lets_the_product_start(running: Rehearsed) -> None:
    require_known_cases(running.services)


def test_a_missing_version_is_named_with_the_number_of_its_cases(running: Rehearsed) -> None:
    with pytest.raises(DefinitionError, match=r"cooperation_request/v\d+\.yaml.*cases: 1"):
        require_known_cases(replace(running.services, processes={}))
