"""The product refuses to run without the process in which a case stands."""

from copy import copy
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.workflow_migration.queries import require_known_cases
from tests.support.rehearsed import Rehearsed, rehearsed


@pytest.fixture
def running(engine: Engine) -> Rehearsed:
    """A product with one case in draft."""
    made = rehearsed(engine)
    with made.services.uow.begin(made.accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
        open_case(tx, made.services, "cooperation_request", "PY")
    return made


def test_a_case_whose_process_is_there_lets_the_product_start(running: Rehearsed) -> None:
    require_known_cases(running.services)


def test_a_missing_version_is_named_with_the_number_of_its_cases(running: Rehearsed) -> None:
    with pytest.raises(DefinitionError, match=r"cooperation_request/v\d+\.yaml.*cases: 1"):
        require_known_cases(replace(running.services, processes={}))


def test_an_altered_file_and_a_state_that_is_gone_are_named(running: Rehearsed) -> None:
    """A case stands by the very text of its process, in a state which that text has (T1)."""
    for change, said in (
        ({"digest": "0" * 64}, r"another text; allowed: the text with which cases began .cases: 1"),
        ({"states": {}}, r"states: found no draft; allowed: it: 1 cases"),
    ):
        processes = {}
        for key, process in running.services.processes.items():
            processes[key] = altered = copy(process)
            altered.workflow = replace(process.workflow, **change)
        with pytest.raises(DefinitionError, match=said):
            require_known_cases(replace(running.services, processes=processes))
