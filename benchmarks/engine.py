"""Firing without a database: `suspend` and `resume` in turn on the shipped definition.

The product's process judges the role, takes the transition, changes the state and calls effects,
which do nothing here; `transitions` alone changes the state of the same machine, with one
condition that holds; the limit looks up the target in a dictionary and asks for the role.
"""

from __future__ import annotations

from dataclasses import dataclass

import transitions

from benchmarks.harness import Local
from benchmarks.transition import TRIGGERS
from benchmarks.world import KIND
from ricomi_workflow.bootstrap import EFFECTS, GUARDS, IMPLIED
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.model import TransitionDef, WorkflowDef
from ricomi_workflow.engine.process import Process
from ricomi_workflow.kernel.actors import Role


@dataclass(slots=True)
class Thing:
    """What moves."""

    state: str = "executing"


@dataclass(slots=True)
class Firing:
    """The least that the engine needs of an act."""

    case: Thing
    roles: frozenset[Role]
    by_system: bool = False


def workflow() -> WorkflowDef:
    """The shipped definition."""
    return load(None).latest(KIND)


class _Engine(Local):
    """One thing that is suspended and resumed."""

    def __init__(self) -> None:
        self.thing = Thing()
        self._turn = 0

    def act(self, client: int) -> None:
        """Suspend or resume."""
        del client
        self.fire(TRIGGERS[self._turn])
        self._turn = 1 - self._turn

    def fire(self, trigger: str) -> None:
        """Fire a trigger."""
        raise AssertionError(trigger)

    def faults(self) -> list[str]:
        """The state is the one that the number of acts leaves."""
        wanted = ("executing", "suspended")[self._turn]
        return [] if self.thing.state == wanted else [f"{self.thing.state}, not {wanted}"]


class Dictionary(_Engine):
    """The limit."""

    name = "limit: dictionary"

    def __init__(self) -> None:
        super().__init__()
        self._table = {
            (source, t.trigger): (t.target, t.roles)
            for t in workflow().transitions
            for source in t.sources
        }
        self._roles = frozenset({Role.SECRETARIAT})

    def fire(self, trigger: str) -> None:
        """Look up, judge the role, set the state."""
        target, roles = self._table[self.thing.state, trigger]
        if roles.isdisjoint(self._roles):
            raise AssertionError(trigger)
        self.thing.state = str(target)


class ProductEngine(_Engine):
    """The product's process, with effects that do nothing."""

    name = "RICOMI Workflow"

    def __init__(self) -> None:
        super().__init__()
        guards = dict.fromkeys(GUARDS, _no_objection)
        effects = dict.fromkeys(EFFECTS, _nothing)
        self._process: Process[Firing] = Process(
            workflow(), guards, effects, accept=_taken, implied=IMPLIED
        )
        self._firing = Firing(self.thing, frozenset({Role.SECRETARIAT}))

    def fire(self, trigger: str) -> None:
        """Fire through the process."""
        self._process.fire(self._firing, trigger)


class Transitions(_Engine):
    """The library alone."""

    name = "transitions, shared machine"

    def __init__(self) -> None:
        super().__init__()
        known = workflow()
        self._machine = transitions.Machine(
            model=None, states=list(known.states), initial=None, auto_transitions=False
        )
        for t in known.transitions:
            self._machine.add_transition(t.trigger, list(t.sources), t.target, conditions=[_holds])

    def fire(self, trigger: str) -> None:
        """Fire the event of the machine."""
        self._machine.events[trigger].trigger(self.thing)


def _no_objection(_firing: Firing) -> None:
    return None


def _nothing(_firing: Firing) -> None:
    return None


def _taken(_firing: Firing, _definition: TransitionDef) -> None:
    return None


def _holds() -> bool:
    return True
