"""The whole product on one database, people with roles, and a case brought to where it is needed.

What the answers of forms say is drawn from a seeded source; the clock stands until it is moved.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Final

from sqlalchemy import Engine

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation import answers

MORNING: Final = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)  # a Monday in Washington
SECRET: Final = "a key for tests only, forty characters"
FRIENDS: Final = 1_000_000_00


def product(engine: Engine, at: datetime = MORNING) -> Services:
    """The composed product on the database of `engine`, by a clock that stands at `at`."""
    settings = Settings(database_url=str(engine.url), secret_key=SECRET)
    return compose(settings, FrozenClock(at), engine)


def person(services: Services, role: Role, country: str | None = None, lang: str = "en") -> Actor:
    """Somebody new who holds one role."""
    office = f"{role}{f' {country}' if country else ''}"
    with services.uow.begin(SYSTEM) as tx:
        known = f"{office.replace(' ', '.')}.{tx.now:%f}@example.org".lower()
        key = add_user(tx, known, f"Holder of {office}", lang)
        give_role(tx, key, role, country)
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = find_actor(connection, key, today)
    assert found is not None
    return found


@dataclass
class Stage:
    """The product with its people, who are made when they are first called."""

    services: Services
    rng: Random = field(default_factory=lambda: Random(1))
    people: dict[tuple[Role, str | None], Actor] = field(default_factory=dict)

    def on(self, engine: Engine) -> Stage:
        """The same people on a copy of their database, at the same instant."""
        other = copy(self)  # with the request, once it is made
        uow = UnitOfWork(engine, FrozenClock(self.services.uow.clock.now()))
        other.services = replace(self.services, uow=uow)
        other.rng, other.people = deepcopy(self.rng), dict(self.people)
        return other

    def the(self, role: Role, country: str | None = None) -> Actor:
        """The holder of `role` for `country`."""
        if (role, country) not in self.people:
            self.people[role, country] = person(self.services, role, country)
        return self.people[role, country]

    @cached_property
    def request(self) -> dict[str, Json]:
        """A whole request of Paraguay in which Chile takes part."""
        today = self.services.calendar.local_day(self.services.uow.clock.now())
        made = answers.request(self.rng, self.services, "PY", today)
        return {**made, "participants": ["CL"]}

    def open(self) -> str:
        """Open a case of Paraguay; answer its reference."""
        with self.services.uow.begin(self.the(Role.FOCAL_POINT, "PY")) as tx:
            return open_case(tx, self.services, "cooperation_request", "PY").ref

    def fire(
        self,
        ref: str,
        role: Role,
        trigger: str,
        *,
        country: str | None = None,
        inputs: dict[str, Json] | None = None,
        reason: str | None = None,
    ) -> None:
        """Let the holder of `role` do an act."""
        with self.services.uow.begin(self.the(role, country)) as tx:
            found = lock(tx, self.services, ref)
            advance(tx, self.services, found, trigger, inputs=inputs, reason=reason)

    def submitted(self) -> str:
        """A case that was submitted."""
        ref = self.open()
        self.fire(ref, Role.FOCAL_POINT, "submit", country="PY", inputs=self.request)
        return ref

    def before_the_committee(self, **how: Json) -> str:
        """A case on which the committee votes; `how` is what the opening of the ballot says."""
        self.fill_the_fund()
        ref = self.submitted()
        situation = answers.AnswerContext(self.services.calendar.local_day(MORNING), self.request)
        passing = answers.admissibility(Random(2), situation)
        opinion = answers.technical_opinion(self.rng, situation)
        self.fire(ref, Role.SECRETARIAT, "start_review")
        self.fire(ref, Role.FOCAL_POINT, "confirm_participation", country="CL")
        self.fire(ref, Role.SECRETARIAT, "record_admissibility", inputs=passing)
        self.fire(ref, Role.SECRETARIAT, "record_opinion", inputs=opinion)
        self.fire(ref, Role.SECRETARIAT, "open_ballot", inputs=dict(how) or None)
        return ref

    def approved(self) -> str:
        """A case that the committee has approved, so that it is public."""
        ref = self.before_the_committee()
        for country in self._electorate(ref):
            if self._state(ref) != "ceam_vote":
                break
            with self.services.uow.begin(self.the(Role.CEAM_DELEGATE, country)) as tx:
                cast_vote(tx, self.services, lock(tx, self.services, ref), country, "in_favour")
        return ref

    def fill_the_fund(self) -> None:
        """Enough money of both kinds of donors."""
        day = self.services.calendar.local_day(self.services.uow.clock.now())
        for donor, source in (("PY", Source.MEMBER_STATES), ("ES", Source.PERMANENT_OBSERVERS)):
            with self.services.uow.begin(self.the(Role.FUND_ADMINISTRATOR)) as tx:
                ref = record_pledge(tx, donor, source, Money(FRIENDS), illustrative=True)
            with self.services.uow.begin(self.the(Role.FUND_ADMINISTRATOR)) as tx:
                record_receipt(
                    tx,
                    ref,
                    Money(FRIENDS),
                    bank_reference=f"IN {ref}",
                    received_on=day,
                    icr=NO_ICR,
                )

    def _electorate(self, ref: str) -> list[str]:
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
            standing = find_ballot_state(connection, found.id) if found else None
        assert standing is not None
        return [country for country, counted in standing.seats.items() if counted]

    def _state(self, ref: str) -> str:
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
        return found.state if found else ""
