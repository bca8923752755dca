from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ricomi_workflow.audit.queries import Fault, verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.clock import FrozenClock
from tests.support.product import Stage, person, product


@dataclass
class Team:
    """A case that waits for the Secretariat, in which two people work, and those around it."""

    stage: Stage
    ref: str
    ana: Actor
    luis: Actor

    @property
    def case(self) -> Case:
        """The case as it stands."""
        with self.stage.services.uow.read() as connection:
            found = read_case(connection, self.ref)
        assert found is not None
        return found

    @property
    def applicant(self) -> Actor:
        """The focal point of the state that asks."""
        return self.stage.the(Role.FOCAL_POINT, "PY")

    @property
    def partner(self) -> Actor:
        """The focal point of another state that takes part."""
        return self.stage.the(Role.FOCAL_POINT, "CL")

    def faults(self) -> list[Fault]:
        """What the proof of the trail finds."""
        with self.stage.services.uow.read() as connection:
            return [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]


@pytest.fixture
def team(engine: Engine) -> Team:
    """A submitted case and the Secretariat, on each database."""
    stage = Stage(product(engine))
    ref = stage.submitted()
    stage.the(Role.FOCAL_POINT, "CL")
    ana = stage.the(Role.SECRETARIAT)
    later(stage, milliseconds=1)  # the address of a person of these tests holds the instant
    return Team(stage, ref, ana, person(stage.services, Role.SECRETARIAT, lang="es"))


def later(stage: Stage, **step: int) -> None:
    """Let time pass."""
    clock = stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(timedelta(**step))
