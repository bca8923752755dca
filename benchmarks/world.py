"""The world in which the races are run: the people of a rehearsal, money, and cases under way.

Made by the real verbs with the shipped definitions. Some cases are in execution, some stand
before the committee with a few votes cast; one of each for every client.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import func, select

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import Accounts, create_accounts
from ricomi_workflow.simulation.scenario import (
    Scenario,
    Waits,
    execute_project,
    hold_ballot,
    play_scenarios,
    review_request,
)

KIND = "cooperation_request"
BEGIN = datetime(2026, 9, 1, 15, tzinfo=UTC)
LATER = timedelta(days=60)  # when the cases begin whose ballots are open in the races
_VOTED = 10  # states, of 34, that have voted before
CLIENTS = 4
_GIFT = Money(1_000_000_00)
SECRET = "a key of benchmarks, which sign nothing"  # noqa: S105 - nothing is signed with it


class TickingClock:
    """The machine's clock, moved to the days of the world."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._started = time.perf_counter()

    def now(self) -> datetime:
        """The present instant of the world."""
        return self._begin + timedelta(seconds=time.perf_counter() - self._started)


@dataclass(frozen=True, slots=True)
class World:
    """The composed product on one copy of the world."""

    services: Services
    accounts: Accounts
    executing: tuple[str, ...]
    voting: tuple[str, ...]


def enter(address: str) -> World:
    """The product on a copy of the world, by a clock that goes."""
    services = compose(Settings(address, SECRET))
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case_table.c.ref, case_table.c.state).order_by(case_table.c.id)
        ).all()
        last = connection.execute(select(func.max(case_table.c.updated_at))).scalar_one()
    services.uow.clock = TickingClock(last + timedelta(minutes=1))
    return World(
        services,
        create_accounts(services),
        executing=tuple(row.ref for row in rows if row.state == "executing"),
        voting=tuple(row.ref for row in rows if row.state == "ceam_vote"),
    )


def fill(address: str) -> None:
    """Make the world in an empty database with its schema."""
    clock = FrozenClock(BEGIN)
    services = compose(Settings(address, SECRET), clock)
    stage = Scenario(services, create_accounts(services), clock, Random(1))
    _give(stage)
    scripts = [(BEGIN, _executing(stage)) for _ in range(CLIENTS)]
    scripts += [(BEGIN + LATER, _voting(stage)) for _ in range(CLIENTS)]
    play_scenarios(stage, scripts)
    services.uow.engine.dispose()


def _give(stage: Scenario) -> None:
    administrator = stage.accounts.actor(Role.FUND_ADMINISTRATOR)
    today = stage.services.calendar.local_day(stage.clock.now())
    for donor, source in (("CA", Source.MEMBER_STATES), ("ES", Source.PERMANENT_OBSERVERS)):
        with stage.services.uow.begin(administrator) as tx:
            ref = record_pledge(tx, donor, source, _GIFT, illustrative=True)
        with stage.services.uow.begin(administrator) as tx:
            record_receipt(
                tx, ref, _GIFT, bank_reference=f"SAMPLE-{donor}", received_on=today, icr=NO_ICR
            )


def _submitted(stage: Scenario) -> str:
    with stage.services.uow.begin(stage.accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
        ref = open_case(tx, stage.services, KIND, "PY", illustrative=True).ref
    today = stage.services.calendar.local_day(stage.clock.now())
    values = answers.request(stage.rng, stage.services, "PY", today)
    stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", values | {"participants": ["CL"]})
    return ref


def _executing(stage: Scenario) -> Waits:
    ref = _submitted(stage)
    yield from review_request(stage, ref)
    yield from hold_ballot(stage, ref)
    yield from execute_project(stage, ref, "executing")


def _voting(stage: Scenario) -> Waits:
    ref = _submitted(stage)
    yield from review_request(stage, ref)
    stage.fire(ref, (Role.SECRETARIAT, None), "open_ballot")
    for country, delegate in stage.accounts.delegates()[:_VOTED]:
        stage.vote(ref, delegate, country, Position.IN_FAVOUR)
