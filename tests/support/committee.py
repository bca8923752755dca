"""A small world for ballots and deadlines: five states, a committee, and a question to decide."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from ricomi_workflow.audit.queries import Fault, list_entries, verify_trails
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.commands import (
    VoteReceipt,
    cast_vote,
    close_if_due,
    record_vote,
    withdraw_vote,
)
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.trail_check import check_trail
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import Step, advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.messaging.models import message
from ricomi_workflow.reference_data.model import Participation, Rule
from tests.support.question import (
    ASKING,
    START,
    VOTERS,
    compose,
    majority,
    reference,
    words,
)

__all__ = ["START", "VOTERS", "World", "compose", "majority", "reference", "words"]


@dataclass
class World:
    """The small world: its people, its one question, and what happened to it."""

    engine: Engine
    rule: Rule | None = None
    start: datetime = START
    services: Services = field(init=False)
    people: dict[str, Actor] = field(init=False, default_factory=dict)
    ref: str = ""

    def __post_init__(self) -> None:
        self.services = compose(self.engine, self.rule)
        self.clock.at = self.start
        delegates = [(f"delegate {code}", Role.CEAM_DELEGATE, code) for code in (*VOTERS, "CU")]
        self._settle(
            [
                ("focal point", Role.FOCAL_POINT, "AR"),
                ("secretariat", Role.SECRETARIAT, None),
                ("chair", Role.CHAIR, None),
                ("alternate BR", Role.CEAM_ALTERNATE, "BR"),
                *delegates,
            ]
        )
        self._open()

    def another(self) -> "World":
        """The same world with a second question in hand."""
        other = copy(self)
        other._open()
        return other

    @property
    def clock(self) -> FrozenClock:
        """The clock of this world; it stands until it is moved."""
        clock = self.services.uow.clock
        assert isinstance(clock, FrozenClock)
        return clock

    def later(self, **step: float) -> None:
        """Move the clock forward."""
        self.clock.advance(timedelta(**step))

    def with_reference(self, **status: Participation) -> None:
        """Change what states are from now on."""
        self.services = replace(self.services, reference=reference(self.rule, **status))

    @contextmanager
    def act(self, name: str) -> Iterator[Tx]:
        """An act of somebody."""
        with self.services.uow.begin(self.people[name]) as tx:
            yield tx

    def fire(self, name: str, trigger: str, **given: object) -> Step:
        """Let somebody fire a trigger on the question."""
        with self.act(name) as tx:
            case = lock(tx, self.services, self.ref)
            return advance(tx, self.services, case, trigger, **given)  # type: ignore[arg-type]

    def ask(self, **opening: Json) -> Case:
        """Bring the question before the committee, the ballot held as `opening` says."""
        self.fire("focal point", "ask", inputs=ASKING)
        self.fire("secretariat", "open", inputs=opening)
        return self.case()

    def vote(
        self,
        country: str,
        position: str,
        name: str = "",
        explanation: str = "",
        reservation: str = "",
    ) -> VoteReceipt:
        """Cast the vote of a state by its delegate, or by `name`."""
        texts = {"explanation": explanation, "reservation": reservation}
        with self.act(name or f"delegate {country}") as tx:
            case = lock(tx, self.services, self.ref)
            return cast_vote(tx, self.services, case, country, position, **texts)

    def record(
        self, country: str, position: str, name: str = "secretariat", **given: str
    ) -> VoteReceipt:
        """Record what a state answered in a note, on behalf of it."""
        note = Evidence(given.pop("signatory", "Ana"), name=given.pop("paper", "Note 12/26"))
        with self.act(name) as tx:
            case = lock(tx, self.services, self.ref)
            return record_vote(tx, self.services, case, country, position, evidence=note, **given)

    def take_back(self, country: str, name: str = "") -> int:
        """Take back what a state has just answered."""
        with self.act(name or f"delegate {country}") as tx:
            case = lock(tx, self.services, self.ref)
            return withdraw_vote(tx, self.services, case, country)

    def view(self, number: int | None = None, *own: str) -> BallotView:
        """The ballot as those who speak for the states `own` read it."""
        with self.services.uow.read() as connection:
            found = ballot_view(connection, self.case().id, number, own=own)
        assert found is not None
        return found

    def close(self) -> Outcome | None:
        """Let the system close what is due."""
        with self.services.uow.begin(SYSTEM) as tx:
            return close_if_due(tx, self.services, lock(tx, self.services, self.ref))

    def faults(self) -> list[Fault]:
        """What `audit verify` finds of the ballots."""
        with self.services.uow.read() as connection:
            return [found for found in verify_trails(connection, (check_trail,)) if found]

    def case(self) -> Case:
        """The question as it stands."""
        with self.services.uow.read() as connection:
            case = read_case(connection, self.ref)
        assert case is not None
        return case

    def trail(self) -> list[Entry]:
        """Its entries."""
        with self.services.uow.read() as connection:
            return list_entries(connection, self.case().id)

    def acts(self) -> list[str]:
        """Its acts in order."""
        return [entry.act for entry in self.trail()]

    def told(self, name: str) -> list[str]:
        """Whom message `name` was written to, once for each message."""
        by_key = {actor.user_id: label for label, actor in self.people.items()}
        with self.services.uow.read() as connection:
            rows = connection.execute(
                select(message.c.user_id).where(message.c.name == name).order_by(message.c.id)
            )
            return sorted(by_key[row.user_id] for row in rows)

    def _open(self) -> None:
        with self.act("focal point") as tx:
            self.ref = open_case(tx, self.services, "question", "AR").ref

    def _settle(self, roles: Iterable[tuple[str, Role, str | None]]) -> None:
        with self.services.uow.begin(SYSTEM) as tx:
            for key, (name, role, country) in enumerate(roles, 1):
                self.people[name] = Actor(key, name, "es", frozenset({Grant(role, country)}))
                tx.insert(user, _person(key, name))
                tx.insert(role_grant, _grant(key, role, country))


def _person(key: int, name: str) -> dict[str, object]:
    return {
        "id": key,
        "email": f"person{key}@example.org",
        "name": name,
        "lang": "es",
        "zone": "UTC",
        "epoch": 1,
        "active": True,
        "demo": False,
        "created_at": START,
    }


def _grant(key: int, role: Role, country: str | None) -> dict[str, object]:
    return {
        "id": key,
        "user_id": key,
        "role": role.value,
        "country": country,
        "valid_from": date(2011, 1, 1),
    }
