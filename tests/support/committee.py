"""A small world for ballots and deadlines: five states, a committee, and a question to decide.

The process is a toy. A question is asked, the committee votes, and what it agrees to waits for the
applicant, then for a trigger that is always refused.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final

from sqlalchemy import Engine, select

from ricomi_workflow.audit.queries import Fault, trail, verify
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots import hooks as ballot_hooks
from ricomi_workflow.ballots.commands import (
    Cast,
    Evidence,
    cast_vote,
    close_due,
    record_vote,
    take_back_vote,
)
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.witness import witness
from ricomi_workflow.bodies.decision_rule import Blocking
from ricomi_workflow.bodies.model import (
    Basis,
    Body,
    DisputedSeats,
    Participation,
    Period,
    Reference,
    Rule,
    Share,
    State,
)
from ricomi_workflow.cases import hooks as case_hooks
from ricomi_workflow.cases.act import Act, Guard, Services, united
from ricomi_workflow.cases.case import Case
from ricomi_workflow.cases.commands import Step, accept, advance, lock, open_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.db.uow import Tx, UnitOfWork
from ricomi_workflow.deadlines import hooks as deadline_hooks
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import (
    Deadline,
    FieldDef,
    FieldType,
    FormDef,
    Library,
    Section,
    StateDef,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.engine.process import Process
from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.messaging.models import message

START: Final = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday morning at the Secretariat
VOTERS: Final = ("AR", "BR", "CL", "HN")
ASKING: Final = {"title": {"es": "Una pregunta"}}


def words(text: str) -> LocalizedText:
    """The same text in the four languages."""
    return LocalizedText(text, text, text, text)


def majority(
    threshold: str = "1/2",
    quorum: str = "1/2",
    basis: Basis = Basis.MEMBERS,
    *,
    more_than: bool = True,
    blocking: Blocking | None = None,
) -> Rule:
    """A rule of decision, confirmed."""
    return Rule(
        quorum_to_open=Share(Fraction("1/3"), more_than=False, confirmed=True),
        quorum_to_decide=Share(Fraction(quorum), more_than=more_than, confirmed=True),
        threshold=Share(Fraction(threshold), more_than=more_than, confirmed=True),
        basis=basis,
        note=words("a majority"),
        blocking=blocking or Blocking(),
    )


def states(**status: Participation) -> dict[str, State]:
    """Four states that take part and Cuba that does not, unless said otherwise."""
    usual = dict.fromkeys(VOTERS, Participation.PARTICIPATES)
    usual["CU"] = Participation.DOES_NOT_PARTICIPATE
    return {
        code: State(code, 1948, (Period(date(1948, 1, 1), None, held, "a source"),), "a source")
        for code, held in {**usual, **status}.items()
    }


def reference(rule: Rule | None = None, **status: Participation) -> Reference:
    """The facts of the small world."""
    board = Body(
        id="board",
        names=(),
        mandate="a resolution",
        rules={"ordinary": rule or majority()},
        disputed=DisputedSeats(counted=False, reason=words("disputed")),
        source="a source",
    )
    return Reference(states(**status), {}, {"board": board})


def always_refused(act: Act) -> Refusal | None:
    """A guard that never holds."""
    del act
    return Refusal("inputs_missing")


READERS: Final = frozenset(role for role in Role)


def state(name: str, **changes: object) -> StateDef:
    """A state that everybody may read."""
    return StateDef(name, "only", words(name), words(name), readers=READERS, **changes)  # type: ignore[arg-type]


def move(
    trigger: str, source: str, target: str | None, *roles: Role, **changes: object
) -> TransitionDef:
    """A transition."""
    labels = (words(trigger), words(trigger), words(trigger))
    return TransitionDef(trigger, (source,), target, frozenset(roles), *labels, **changes)  # type: ignore[arg-type]


def all_states() -> tuple[StateDef, ...]:
    """The states of the toy."""
    vote_term = Deadline(10, (5, 2), "decide", (Role.CHAIR,))
    return (
        state("draft"),
        state("asked"),
        state("vote", waits_for=(Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE), deadline=vote_term),
        state(
            "agreed",
            waits_for=(Role.FOCAL_POINT,),
            deadline=Deadline(3, (1,), None, (Role.SECRETARIAT,)),
        ),
        state("stuck", waits_for=(Role.SECRETARIAT,), deadline=Deadline(2, (), "free")),
        state("put_off"),
        state("refused"),
    )


def all_moves() -> tuple[TransitionDef, ...]:
    """The transitions of the toy."""
    return (
        move("ask", "draft", "asked", Role.FOCAL_POINT, form="request/v1"),
        move(
            "open",
            "asked",
            "vote",
            Role.SECRETARIAT,
            form="ballot_opening/v1",
            effects=("open_ballot",),
        ),
        move("ask_again", "put_off", "vote", Role.SECRETARIAT, effects=("open_ballot",)),
        move(
            "remind",
            "vote",
            None,
            Role.SECRETARIAT,
            guards=("votes_missing",),
            effects=("remind_voters",),
        ),
        move("decide", "vote", "agreed", guards=("ballot_carried",), effects=("close_ballot",)),
        move("decide", "vote", "refused", guards=("ballot_lost",), effects=("close_ballot",)),
        move("decide", "vote", "put_off", guards=("ballot_undecided",), effects=("close_ballot",)),
        move(
            "defer",
            "vote",
            "put_off",
            Role.CHAIR,
            reason=True,
            guards=("ballot_still_open",),
            effects=("close_ballot",),
        ),
        move(
            "recall",
            "vote",
            "asked",
            Role.CHAIR,
            Role.SECRETARIAT,
            reason=True,
            guards=("ballot_still_open",),
            effects=("recall_ballot",),
        ),
        move(
            "to_meeting",
            "vote",
            "put_off",
            Role.CHAIR,
            reason=True,
            form="ballot_deferral/v1",
            guards=("ballot_still_open",),
            effects=("defer_ballot",),
        ),
        move("reopen", "refused", "vote", Role.CHAIR, reason=True, effects=("open_ballot",)),
        move("wedge", "agreed", "stuck", Role.FOCAL_POINT),
        move("free", "stuck", "agreed", guards=("always_refused",)),
    )


def workflow() -> WorkflowDef:
    """Asked, voted on, agreed to; put off when nothing was decided."""
    return WorkflowDef(
        kind="question",
        version=1,
        label=words("question"),
        rationale=words("why"),
        basis=(),
        initial="draft",
        form="request/v1",
        steps=(),
        states={s.name: s for s in all_states()},
        transitions=all_moves(),
        opens=frozenset({Role.FOCAL_POINT}),
        body="board",
    )


def library() -> Library:
    """The toy process and its form."""
    title = FieldDef("title", FieldType.LOCALIZED, words("title"))
    form = FormDef("request", 1, words("request"), (Section("all", words("all"), (title,)),))
    toy = workflow()
    forms = (form, *(plain_form(name, *fields) for name, fields in _ON_BALLOTS.items()))
    return Library({toy.key: toy}, {each.key: each for each in forms}, {})


_ON_BALLOTS: Final = {
    "ballot_opening": ("way", "secrecy", "business_days:integer", "language", "meeting"),
    "ballot_deferral": ("meeting",),
}


def plain_form(name: str, *fields: str) -> FormDef:
    """A form of optional fields, of text unless they name another type."""
    given = tuple(
        FieldDef(field, FieldType(kind or "text"), words(field), required=False)
        for field, _, kind in (each.partition(":") for each in fields)
    )
    return FormDef(name, 1, words(name), (Section("all", words("all"), given),))


_OWN: Final[dict[str, Guard]] = {"always_refused": always_refused}
GUARDS: Final = united([case_hooks.GUARDS, ballot_hooks.GUARDS, _OWN])
EFFECTS: Final = united([case_hooks.EFFECTS, ballot_hooks.EFFECTS, deadline_hooks.EFFECTS])


def compose(engine: Engine, rule: Rule | None = None) -> Services:
    """The small world on one database."""
    known = library()
    implied = ("file_submission", "notify", "schedule_deadline")
    return Services(
        uow=UnitOfWork(engine, FrozenClock(START)),
        library=known,
        processes={
            key: Process(toy, GUARDS, EFFECTS, accept=accept, implied=implied)
            for key, toy in known.workflows.items()
        },
        reference=reference(rule),
        lookups=Lookups(),
        texts=Texts({}),
        calendar=BusinessCalendar(),
        base_url="http://127.0.0.1",
    )


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
    ) -> Cast:
        """Cast the vote of a state by its delegate, or by `name`."""
        texts = {"explanation": explanation, "reservation": reservation}
        with self.act(name or f"delegate {country}") as tx:
            case = lock(tx, self.services, self.ref)
            return cast_vote(tx, self.services, case, country, position, **texts)

    def record(self, country: str, position: str, name: str = "secretariat", **given: str) -> Cast:
        """Record what a state answered in a note, on behalf of it."""
        note = Evidence(given.pop("signatory", "Ana"), name=given.pop("paper", "Note 12/26"))
        with self.act(name) as tx:
            case = lock(tx, self.services, self.ref)
            return record_vote(tx, self.services, case, country, position, evidence=note, **given)

    def take_back(self, country: str, name: str = "") -> int:
        """Take back what a state has just answered."""
        with self.act(name or f"delegate {country}") as tx:
            case = lock(tx, self.services, self.ref)
            return take_back_vote(tx, self.services, case, country)

    def view(self, number: int | None = None, *own: str) -> BallotView:
        """The ballot as those who speak for the states `own` read it."""
        with self.services.uow.read() as connection:
            found = ballot_view(connection, self.case().id, number, own=own)
        assert found is not None
        return found

    def close(self) -> Outcome | None:
        """Let the system close what is due."""
        with self.services.uow.begin(SYSTEM) as tx:
            return close_due(tx, self.services, lock(tx, self.services, self.ref))

    def faults(self) -> list[Fault]:
        """What `audit verify` finds of the ballots."""
        with self.services.uow.read() as connection:
            return [found for found in verify(connection, (witness,)) if found]

    def case(self) -> Case:
        """The question as it stands."""
        with self.services.uow.read() as connection:
            case = read_case(connection, self.ref)
        assert case is not None
        return case

    def trail(self) -> list[Entry]:
        """Its entries."""
        with self.services.uow.read() as connection:
            return trail(connection, self.case().id)

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
