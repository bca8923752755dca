"""The web application over the shipped definitions and an empty database in memory."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from ricomi_workflow.bodies import reference
from ricomi_workflow.bodies.calendar import secretariat_calendar
from ricomi_workflow.cases.act import Services
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.definitions.forms import Lookups
from ricomi_workflow.definitions.load import load
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.web.app import create_app

LISTS = ("topics", "populations", "modalities", "states", "observers")


@pytest.fixture(scope="session")
def edge() -> Flask:
    """The application with every shipped definition and text, and no table."""
    shipped = reference.load()
    clock = FrozenClock(datetime(2026, 9, 14, 14, 0, tzinfo=UTC))
    services = Services(
        uow=UnitOfWork(create_engine("sqlite://"), clock),
        library=load(),
        processes={},
        reference=shipped,
        lookups=Lookups(**{name: shipped.options(name) for name in LISTS}),
        texts=load_texts(),
        calendar=secretariat_calendar(),
        base_url="http://127.0.0.1:8000",
        secret_key="a key for tests only, forty characters",
    )
    return create_app(services, demo=True)
