"""A committee that decides otherwise than by an electronic ballot, and the mail that it gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import Engine, select

from ricomi_workflow.audit.queries import list_entries, verify_trails
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.opening import Opening, open_case_ballot, question_content
from ricomi_workflow.ballots.rows import BallotState, find_ballot_state
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.committees.commands import confirm_rules_for_demo
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.messaging.delivery import deliver_mails
from ricomi_workflow.messaging.models import message
from ricomi_workflow.messaging.transport import NotAccepted
from ricomi_workflow.reference_data.membership import electorate
from tests.support.product import Stage, product

QUESTION = {"es": "¿Se adopta el calendario?", "en": "Is the calendar adopted?"}


@dataclass
class Postman:
    """A provider that takes every mail but those to some addresses."""

    sender: str = ""
    refuses: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Postman]:
        """The way is always open."""
        yield self

    def send(self, mail: EmailMessage) -> str:
        """Take the mail, or say for good that nobody lives there."""
        address = mail["To"].addresses[0].addr_spec
        if address in self.refuses:
            raise NotAccepted("550 5.1.1 no such mailbox", permanent=True)
        self.taken.append(address)
        return "250 2.0.0 Ok"


@dataclass
class Room:
    """The product, its people, a case that the committee reads, and its provider of mail."""

    engine: Engine
    postman: Postman = field(default_factory=Postman)
    ref: str = ""

    def __post_init__(self) -> None:
        self.services = product(self.engine)
        self.stage = Stage(self.services)
        with self.services.uow.begin(SYSTEM) as tx:
            confirm_rules_for_demo(tx, "a rule for tests")
        self.ref = self.stage.approved()
        body = self.services.reference.body("ceam")
        self.states = electorate(body, self.services.reference, self.today).counted
        for country in self.states:
            self.stage.the(Role.CEAM_DELEGATE, country)
        self.post()

    def on(self, engine: Engine) -> Room:
        """The same committee on a copy of its database."""
        other = copy(self)
        other.engine, other.stage, other.postman = (
            engine,
            self.stage.on(engine),
            deepcopy(self.postman),
        )
        other.services = other.stage.services
        return other

    @property
    def clock(self) -> FrozenClock:
        """The clock of the product."""
        clock = self.services.uow.clock
        assert isinstance(clock, FrozenClock)
        return clock

    @property
    def today(self) -> date:
        """The Secretariat's day."""
        return self.services.calendar.local_day(self.clock.now())

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    @contextmanager
    def act(self, role: Role, country: str | None = None) -> Iterator[tuple[Tx, Case]]:
        """An act of the holder of an office on the case, a minute after the last."""
        self.wait(minutes=1)
        with self.at_once(role, country) as found:
            yield found

    @contextmanager
    def at_once(self, role: Role, country: str | None = None) -> Iterator[tuple[Tx, Case]]:
        """The same at the instant at which the clock stands."""
        with self.services.uow.begin(self.stage.the(role, country)) as tx:
            yield tx, lock(tx, self.services, self.ref)

    def open(self, way: VotingMethod, *, days: int | None = None) -> None:
        """Put a question to the committee in a way."""
        opening = Opening(
            question_content(QUESTION),
            way=way,
            question=QUESTION,
            business_days=days,
            body="ceam",
        )
        with self.act(Role.SECRETARIAT) as (tx, case):
            open_case_ballot(tx, self.services, case, opening, actor=tx.actor, office="secretariat")

    def post(self) -> None:
        """Let the provider be given every mail that waits."""
        while deliver_mails(self.services, self.postman, 500).total:
            pass

    def address(self, country: str) -> str:
        """The mail address of the delegate of a state."""
        return self.address_of(Role.CEAM_DELEGATE, country)

    def address_of(self, role: Role, country: str | None = None) -> str:
        """The mail address of the holder of an office."""
        key = self.stage.the(role, country).user_id
        with self.services.uow.read() as connection:
            return str(connection.execute(select(user.c.email).where(user.c.id == key)).scalar())

    @property
    def standing(self) -> BallotState:
        """Where the newest ballot stands, as it is written down."""
        with self.services.uow.read() as connection:
            found = find_ballot_state(connection, self.case.id)
        assert found is not None
        return found

    @property
    def case(self) -> Case:
        """The case as it stands."""
        with self.services.uow.read() as connection:
            found = read_case(connection, self.ref)
        assert found is not None
        return found

    def entries(self, act: str) -> list[Entry]:
        """The entries of an act in the trail of the case."""
        with self.services.uow.read() as connection:
            return [e for e in list_entries(connection, self.case.id) if e.act == act]

    def told(self, name: str) -> Mapping[int, datetime]:
        """Who was told something, and when."""
        with self.services.uow.read() as connection:
            rows = connection.execute(
                select(message.c.user_id, message.c.created_at).where(message.c.name == name)
            )
            return {row.user_id: row.created_at for row in rows}

    def is_true(self) -> bool:
        """Whether trail and tables agree."""
        with self.services.uow.read() as connection:
            return not any(verify_trails(connection, TRAIL_CHECKS))
