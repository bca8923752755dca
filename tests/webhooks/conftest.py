"""The product on each database, and a receiver on this machine that it may tell."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.webhooks.commands import Subscription, subscribe
from ricomi_workflow.webhooks.rules import EVENTS
from tests.support.product import Stage, product
from tests.support.receiving import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes what it is sent."""
    with receiving() as found:
        yield found


@pytest.fixture
def stage(engine: Engine, receiver: Receiver) -> Stage:
    """The product and its people; the receiver is the host for exercises."""
    return Stage(replace(product(engine), webhook_exercise=receiver.place))


@pytest.fixture
def secret(stage: Stage, receiver: Receiver) -> str:
    """The secret of a subscription of Paraguay's focal point to everything."""
    wanted = Subscription(None, "Cancillería", receiver.url, EVENTS)
    with stage.services.uow.begin(stage.the(Role.FOCAL_POINT, "PY")) as tx:
        return subscribe(tx, stage.services, wanted).secret
