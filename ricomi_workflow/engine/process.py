"""A workflow definition compiled to one `transitions.Machine` that holds no model.

The case is passed to each call, so a process is built once and shared by all threads. A guard
answers None or a `Refusal`; all refusals of an act are collected. Role is the first guard, and a
transition without roles belongs to the system: deny by default. What `options` shows is decided
by the very guards that `fire` enforces.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import transitions

from ricomi_workflow.definitions.model import TransitionDef, WorkflowDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotOffered, Refusal, Refused

logging.getLogger("transitions").setLevel(logging.WARNING)


class HasState(Protocol):
    """The thing that moves."""

    state: str


class Context(Protocol):
    """What the engine needs of an act: the case, and who acts."""

    @property
    def case(self) -> HasState:
        """The case that moves."""
        ...

    @property
    def roles(self) -> frozenset[Role]:
        """The actor's roles on this case."""
        ...

    @property
    def by_system(self) -> bool:
        """Whether the system acts."""
        ...


C = TypeVar("C", bound=Context)
Guard = Callable[[C], Refusal | None]
Effect = Callable[[C], None]
Accept = Callable[[C, TransitionDef], None]
Judge = Callable[[C, TransitionDef], Refusal | None]


@dataclass(slots=True)
class _Firing(Generic[C]):
    """One call of `fire`: its context, the reasons against it, the transition taken."""

    context: C
    refusals: list[Refusal] = field(default_factory=list)
    taken: TransitionDef | None = None


Carry = Callable[[transitions.EventData], bool]


class _Transition(transitions.Transition):
    """A transition of the machine that carries what a definition says.

    The library's own lists of callbacks would come to the same, at three times the cost.
    """

    def __init__(self, source: str, dest: str | None, *callbacks: None, carry: Carry) -> None:
        super().__init__(source, dest, *callbacks)  # type: ignore[arg-type]  # None: it stays
        self._carry = carry

    def execute(self, event_data: transitions.EventData) -> bool:
        """Carry the transition out; False when something is against it."""
        return self._carry(event_data)


class _Machine(transitions.Machine):
    """The library's machine over such transitions."""

    transition_cls = _Transition


class Process(Generic[C]):
    """One version of a workflow, ready to move cases.

    `accept` runs after the guards and before the state changes: it checks the form and the reason.
    `implied` names effects that every transition has after its own (notices, deadline), `judge` is
    asked beside the guards of every transition (separation of duties).
    """

    def __init__(
        self,
        workflow: WorkflowDef,
        guards: Mapping[str, Guard[C]],
        effects: Mapping[str, Effect[C]],
        *,
        accept: Accept[C],
        implied: Sequence[str] = (),
        judge: Judge[C] | None = None,
    ) -> None:
        self.workflow = workflow
        self._accept = accept
        self._judge = judge
        self._implied = tuple(implied)
        self._effects_by_name = effects
        self._guards = {
            id(t): tuple(guards[name] for name in t.guards) for t in workflow.transitions
        }
        self._offered: dict[str, dict[str, list[TransitionDef]]] = {s: {} for s in workflow.states}
        self._machine = _Machine(
            model=None,
            states=list(workflow.states),
            initial=None,
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        for definition in workflow.transitions:
            self._add(definition, [effects[n] for n in self._effects(definition)])

    def fire(self, context: C, trigger: str) -> TransitionDef:
        """Move the case of `context` by `trigger` and run the effects.

        Raises `NotOffered` when the state has no such trigger, `Refused` with every reason when
        no transition's guards hold, and whatever `accept` or an effect raises.
        """
        state = context.case.state
        if trigger not in self._offered.get(state, {}):
            raise NotOffered(trigger, state)
        firing = _Firing(context)
        self._machine.events[trigger].trigger(context.case, firing)
        if firing.taken is None:
            raise Refused(firing.refusals)
        return firing.taken

    def enter(self, context: C, state: str) -> None:
        """Run what entering `state` implies, for a case that begins there."""
        for name in (*self.workflow.states[state].effects, *self._implied):
            self._effects_by_name[name](context)

    def options(self, context: C) -> dict[str, tuple[TransitionDef, tuple[Refusal, ...]]]:
        """Each trigger that the state offers to people, with the reasons against it, if any."""
        found = {}
        for trigger, candidates in self._offered.get(context.case.state, {}).items():
            if not any(candidate.roles for candidate in candidates):
                continue
            found[trigger] = self._first_possible(context, candidates)
        return found

    def against(self, context: C, trigger: str) -> tuple[Refusal, ...]:
        """Every reason against `trigger` now; none when it would go through or is not offered."""
        candidates = self._offered.get(context.case.state, {}).get(trigger)
        return self._first_possible(context, candidates)[1] if candidates else ()

    def _first_possible(
        self, context: C, candidates: Sequence[TransitionDef]
    ) -> tuple[TransitionDef, tuple[Refusal, ...]]:
        """The first transition that nothing is against, else the last with every reason."""
        reasons: list[Refusal] = []
        for candidate in candidates:
            against = self._refusals(context, candidate)
            if not against:
                return candidate, ()
            reasons += against
        return candidates[-1], tuple(reasons)

    def offered(self, state: str, trigger: str) -> Sequence[TransitionDef]:
        """The transitions of `trigger` from `state`, in file order; empty when there are none."""
        return tuple(self._offered.get(state, {}).get(trigger, ()))

    def _add(self, definition: TransitionDef, effects: Sequence[Effect[C]]) -> None:
        for source in definition.sources:
            self._offered[source].setdefault(definition.trigger, []).append(definition)
            self._machine.add_transition(
                definition.trigger,
                source,
                definition.target,
                carry=self._carrying(definition, effects),
            )

    def _effects(self, definition: TransitionDef) -> list[str]:
        entered = self.workflow.states[definition.target].effects if definition.target else ()
        return [*definition.effects, *entered, *self._implied]

    def _refusals(self, context: C, definition: TransitionDef) -> list[Refusal]:
        if not definition.roles:
            if not context.by_system:
                return [Refusal("system_only")]
        elif context.by_system or not (definition.roles & context.roles):
            return [Refusal("role", {"roles": tuple(sorted(definition.roles))})]
        answers = [guard(context) for guard in self._guards[id(definition)]]
        if self._judge is not None:
            answers.append(self._judge(context, definition))
        return [answer for answer in answers if answer is not None]

    def _carrying(self, definition: TransitionDef, effects: Sequence[Effect[C]]) -> Carry:
        def carry(event: transitions.EventData) -> bool:
            firing: _Firing[C]
            (firing,) = event.args  # as `fire` passed it
            against = self._refusals(firing.context, definition)
            if against:
                firing.refusals += against
                return False
            self._accept(firing.context, definition)
            firing.taken = definition
            if definition.target:
                event.machine.set_state(definition.target, event.model)
            for effect in effects:
                effect(firing.context)
            return True

        return carry
