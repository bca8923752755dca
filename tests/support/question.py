"""The toy process of the small world: a question is asked, the committee votes, and so on.

What it agrees to waits for the applicant, then for a trigger that is always refused.
"""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

from sqlalchemy import Engine

from ricomi_workflow.ballots import hooks as ballot_hooks
from ricomi_workflow.cases import hooks as case_hooks
from ricomi_workflow.cases.act import Act, Guard, Services, merge_hooks
from ricomi_workflow.cases.commands import check_form_and_reason
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.deadlines import hooks as deadline_hooks
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import (
    Deadline,
    FieldDef,
    FieldType,
    FormDef,
    Section,
    StateDef,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.engine.process import Process
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.decision_rules import Blocking
from ricomi_workflow.reference_data.model import (
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
    return (*openings(), *others(), *endings())


def openings() -> tuple[TransitionDef, ...]:
    """Those that lead to a ballot."""
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
    )


def others() -> tuple[TransitionDef, ...]:
    """Those that have nothing to do with its end."""
    return (
        move(
            "remind",
            "vote",
            None,
            Role.SECRETARIAT,
            guards=("votes_missing",),
            effects=("remind_voters",),
        ),
        move("reopen", "refused", "vote", Role.CHAIR, reason=True, effects=("open_ballot",)),
        move("wedge", "agreed", "stuck", Role.FOCAL_POINT),
        move("free", "stuck", "agreed", guards=("always_refused",)),
    )


def endings() -> tuple[TransitionDef, ...]:
    """Those that end a ballot."""
    return (
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
GUARDS: Final = merge_hooks([case_hooks.GUARDS, ballot_hooks.GUARDS, _OWN])
EFFECTS: Final = merge_hooks([case_hooks.EFFECTS, ballot_hooks.EFFECTS, deadline_hooks.EFFECTS])


def compose(engine: Engine, rule: Rule | None = None) -> Services:
    """The small world on one database."""
    known = library()
    implied = ("file_submission", "notify", "schedule_deadline")
    return Services(
        uow=UnitOfWork(engine, FrozenClock(START)),
        library=known,
        processes={
            key: Process(toy, GUARDS, EFFECTS, accept=check_form_and_reason, implied=implied)
            for key, toy in known.workflows.items()
        },
        reference=reference(rule),
        lookups=Lookups(),
        texts=Texts({}),
        calendar=BusinessCalendar(),
        base_url="http://127.0.0.1",
    )
