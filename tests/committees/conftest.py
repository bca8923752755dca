"""A committee with people on each database; the shipped rules are confirmed as in a rehearsal."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from ricomi_workflow.committees.commands import withdraw_confirmation
from ricomi_workflow.committees.queries import get_rule
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity.commands import add_user
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.reference_data.loader import load
from ricomi_workflow.reference_data.model import Body

TODAY = date(2026, 9, 14)
CLERK = Actor(901, "Secretaría", grants=frozenset({Grant(Role.SECRETARIAT)}))


class Committee:
    """The committee, its database, and the people who may be appointed."""

    def __init__(self, engine: Engine) -> None:
        self.uow = UnitOfWork(engine, FrozenClock(datetime(2026, 9, 14, 14, 0, tzinfo=UTC)))
        self.body: Body = load().body("ceam")

    def person(self, name: str) -> int:
        """The account of somebody new."""
        with self.uow.begin(SYSTEM) as tx:
            return add_user(tx, f"{name.lower()}@example.org", name)

    def unconfirm(self, name: str = "ordinary") -> None:
        """Take the rehearsal's confirmation of a rule back."""
        with self.uow.begin(CLERK) as tx:
            found = get_rule(tx.connection, self.body, name)
            assert found.confirmation is not None
            withdraw_confirmation(tx, found.confirmation.id, "No document was read.")


@pytest.fixture
def committee(engine: Engine) -> Committee:
    """The committee on a fresh database."""
    return Committee(engine)
