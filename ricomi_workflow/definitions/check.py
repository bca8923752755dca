"""Static checks over a whole library: what no single file can know.

Every name must lead somewhere, every state must be reachable and lead to an end, and what only
the system may do must be something that the system does. `check` finds everything at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ricomi_workflow.definitions.check_form import check_form, check_prefill
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.messages import check_message
from ricomi_workflow.definitions.model import (
    VOTE,
    FieldType,
    FormAccess,
    FormDef,
    Notice,
    StateDef,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.kernel.actors import DERIVED_ROLES
from ricomi_workflow.kernel.errors import Mistake

MAX_STEPS = 7
_BRACED = re.compile(r"\{[^{}]*\}")
RESERVED = frozenset({"opened", "migrated"})  # `case.<trigger>` would be an entry of another kind
Reads = Mapping[str, Mapping[str, FieldType]]  # by effect: the fields that it takes from the form


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that code offers; None where the caller does not know them."""

    guards: Collection[str] | None = None
    effects: Collection[str] | None = None
    fired: Collection[str] = ()  # triggers that code fires in the name of the system
    reads: Reads = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] | None = None  # by guard or effect: what it obeys
    bodies: Collection[str] | None = None  # the committees that may decide


def check(
    library: Library,
    *,
    guards: Collection[str] | None = None,
    effects: Collection[str] | None = None,
    fired: Collection[str] = (),
    reads: Reads | None = None,
    terms: Mapping[str, tuple[str, ...]] | None = None,
    bodies: Collection[str] | None = None,
) -> list[Mistake]:
    """Every mistake of the library as a whole.

    `guards` and `effects` are the names that code offers (None: not judged); `fired` are the
    triggers that code fires in the name of the system, besides those of deadlines; `reads` are
    the fields that an effect takes from the form of its transition; `terms` are the figures that
    guards and effects obey; `bodies` are the committees of the reference.
    """
    known = KnownNames(guards, effects, fired, reads or {}, terms, bodies)
    found: list[Mistake] = []
    for form in library.forms.values():
        found += check_form(form)
        found += check_prefill(form, library)
    for message in library.messages.values():
        found += check_message(message)
    for flow in library.workflows.values():
        found += _Workflow(flow, library, known).mistakes()
    return found


class _Workflow:
    """The checks of one workflow within its library."""

    def __init__(self, flow: WorkflowDef, library: Library, known: KnownNames) -> None:
        self.flow = flow
        self.library = library
        self.known = known
        self.steps = [step.name for step in flow.steps]

    def mistakes(self) -> list[Mistake]:
        found = [*self.head()]
        for state in self.flow.states.values():
            found += self.state(state)
        for n, transition in enumerate(self.flow.transitions):
            found += self.transition(transition, f"transitions.{n} ({transition.trigger})")
        found += [*self.separations(), *self.terms()]
        graph = [] if self.astray() else self.graph()
        return [*found, *graph, *self.shadowed()]

    def terms(self) -> Iterator[Mistake]:
        """The terms that conditions of this process obey are there, and no others."""
        known = self.known.terms
        if known is None:
            return
        obeyed = {term for terms in known.values() for term in terms}
        yield from self.unknown("terms", self.flow.terms, obeyed, "term")
        for n, transition in enumerate(self.flow.transitions):
            for name in (*transition.guards, *transition.effects):
                for term in known.get(name, ()):
                    if term not in self.flow.terms:
                        act = f"{name} of transitions.{n} ({transition.trigger})"
                        said = f"a whole number, which {act} obeys"
                        yield self.wrong(f"terms.{term}", "nothing", said)

    def separations(self) -> Iterator[Mistake]:
        """What is kept apart are acts and forms of this process, each rule once."""
        acts = {t.trigger for t in self.flow.transitions if t.roles} | {VOTE}
        names = [rule.name for rule in self.flow.separation]
        for n, rule in enumerate(self.flow.separation):
            path = f"separation.{n} ({rule.name})"
            yield from self.unknown(f"{path}.did", rule.did, acts, "act")
            yield from self.unknown(f"{path}.excludes", rule.excludes, acts, "act")
            yield from self.unknown(f"{path}.wrote", rule.wrote, self.form_names(), "form")
            if not rule.excludes or not (rule.did or rule.wrote):
                yield self.wrong(path, "nothing to keep apart", "excludes, and did or wrote")
            if set(rule.did) & set(rule.excludes):
                yield self.wrong(path, "an act kept apart from itself", "different acts")
            if names.count(rule.name) > 1:
                yield self.wrong(path, f"{rule.name} more than once", "each name once")

    def astray(self) -> bool:
        """Whether a transition or the start names a state that is not there.

        One wrong name would make every state behind it look unreachable as well.
        """
        named = {self.flow.initial}
        for transition in self.flow.transitions:
            named |= {*transition.sources, *([transition.target] if transition.target else [])}
        return not named <= self.flow.states.keys()

    def wrong(self, path: str, found: str, allowed: str) -> Mistake:
        return Mistake(f"workflows/{self.flow.key}.yaml", path, found, allowed)

    def unknown(
        self, path: str, names: Collection[str], allowed: Collection[str] | None, what: str
    ) -> Iterator[Mistake]:
        for name in names:
            if allowed is not None and name not in allowed:
                choice = ", ".join(sorted(allowed)) or "none exist"
                yield self.wrong(path, f"unknown {what} {name}", choice)

    def head(self) -> Iterator[Mistake]:
        flow = self.flow
        yield from self.unknown("initial", [flow.initial], flow.states, "state")
        yield from self.unknown("form", [flow.form], self.library.forms, "form")
        yield from self.unknown("body", [flow.body] if flow.body else [], self.known.bodies, "body")
        yield from self.title()
        if len(self.steps) > MAX_STEPS:
            yield self.wrong("steps", f"{len(self.steps)} steps", f"at most {MAX_STEPS}")
        used = {state.step for state in flow.states.values()}
        for name in self.steps:
            if self.steps.count(name) > 1:
                yield self.wrong("steps", f"step {name} more than once", "each step once")
            if name not in used:
                yield self.wrong("steps", f"step {name} without a state", "steps that states name")
        if not flow.opens:
            yield self.wrong("opens", "no role", "at least one role that may open a case")

    def title(self) -> Iterator[Mistake]:
        """The form that opens a case must ask for its title."""
        form = self.library.forms.get(self.flow.form)
        asked = [f for f in form.fields() if f.name == "title"] if form else []
        if form and not any(f.type is FieldType.LOCALIZED and f.required for f in asked):
            found = f"{form.key} without a required title of type localized_text"
            yield self.wrong("form", found, "a form with a field that names the case")

    def state(self, state: StateDef) -> Iterator[Mistake]:
        path = f"states.{state.name}"
        yield from self.unknown(f"{path}.step", [state.step], self.steps, "step")
        yield from self.unknown(f"{path}.effects", state.effects, self.known.effects, "effect")
        outcome = [state.outcome] if state.outcome else []
        yield from self.unknown(f"{path}.outcome", outcome, self.flow.states, "state")
        yield from self.notices(path, state.notify)
        for name, access in state.forms.items():
            yield from self.access(f"{path}.forms.{name}", name, access)
        yield from self.deadline(path, state)

    def notices(self, path: str, notices: Collection[Notice]) -> Iterator[Mistake]:
        names = [notice.message for notice in notices]
        yield from self.unknown(f"{path}.notify", names, self.library.messages, "message")

    def access(self, path: str, name: str, access: FormAccess) -> Iterator[Mistake]:
        forms = self.versions(name)
        yield from self.unknown(path, [name], self.form_names(), "form")
        for form in forms:
            fields = [f.name for f in form.fields()]
            yield from self.unknown(f"{path}.fields", access.fields, fields, "field")
        yield from self.unknown(f"{path}.own", access.own, DERIVED_ROLES, "role for own")

    def form_names(self) -> set[str]:
        """The forms that this process takes, by name."""
        taken = {self.flow.form, *(t.form for t in self.flow.transitions if t.form)}
        return {key.partition("/")[0] for key in taken}

    def versions(self, name: str) -> list[FormDef]:
        """The versions of a form that this workflow takes, or all when it takes none."""
        taken = {self.flow.form, *(t.form for t in self.flow.transitions)}
        every = [form for form in self.library.forms.values() if form.name == name]
        return [form for form in every if form.key in taken] or every

    def deadline(self, path: str, state: StateDef) -> Iterator[Mistake]:
        deadline = state.deadline
        if deadline is None:
            return
        if state.final:
            yield self.wrong(f"{path}.deadline", "a deadline", "none in a final state")
        if deadline.remind and not state.waits_for:
            yield self.wrong(f"{path}.deadline.remind", "nobody to remind", "waits_for")
        offered = {
            t.trigger for t in self.flow.transitions if state.name in t.sources and not t.roles
        }
        if deadline.then is not None and deadline.then not in offered:
            choice = ", ".join(sorted(offered)) or "no trigger without roles here"
            yield self.wrong(f"{path}.deadline.then", deadline.then, choice)

    def transition(self, transition: TransitionDef, path: str) -> Iterator[Mistake]:
        if transition.trigger in RESERVED:
            allowed = f"another name: the trail says {', '.join(sorted(RESERVED))} by itself"
            yield self.wrong(f"{path}.trigger", transition.trigger, allowed)
        yield from self.unknown(f"{path}.from", transition.sources, self.flow.states, "state")
        if transition.target is not None:
            yield from self.unknown(f"{path}.to", [transition.target], self.flow.states, "state")
        if transition.form is not None:
            yield from self.unknown(f"{path}.form", [transition.form], self.library.forms, "form")
        yield from self.unknown(f"{path}.guards", transition.guards, self.known.guards, "guard")
        yield from self.unknown(f"{path}.effects", transition.effects, self.known.effects, "effect")
        yield from self.inputs(transition, path)
        yield from self.parts(transition, path)
        yield from self.hint(transition, path)
        yield from self.notices(path, transition.notify)
        if transition.bulk and (transition.form or not transition.roles):
            yield self.wrong(f"{path}.bulk", "true", "an act of people that takes no form")
        if not transition.roles and not self.is_fired(transition):
            yield self.wrong(
                f"{path}.roles",
                "no role, and nothing fires it",
                "a role, or a deadline of its states that names it",
            )

    def hint(self, transition: TransitionDef, path: str) -> Iterator[Mistake]:
        """What a hint names in braces was a figure of this process, or it would stand there yet."""
        for lang, text in transition.hint.as_dict().items():
            for name in _BRACED.findall(text):
                allowed = "a term, or STATE.days of a state with a deadline"
                yield self.wrong(f"{path}.hint.{lang}", name, allowed)

    def inputs(self, transition: TransitionDef, path: str) -> Iterator[Mistake]:
        """What an effect takes from the form must be asked there."""
        form = self.library.forms.get(transition.form or "")
        fields = {f.name: f for f in form.fields()} if form else {}
        for effect in transition.effects:
            for name, kind in self.known.reads.get(effect, {}).items():
                there = fields.get(name)
                if there is None or there.type is not kind or not there.required:
                    found = f"no required field {name} of type {kind}"
                    yield self.wrong(f"{path}.form", found, f"a form with what {effect} takes")

    def parts(self, transition: TransitionDef, path: str) -> Iterator[Mistake]:
        """Forms and sections to which an act points, or on which it rests, must be there."""
        named = [] if transition.points is None else [transition.points]
        yield from self.unknown(f"{path}.points", named, self.form_names(), "form")
        for name, sections in transition.depends_on.items():
            here = f"{path}.depends_on"
            yield from self.unknown(here, [name], self.form_names(), "form")
            if not sections:
                yield self.wrong(f"{here}.{name}", "no section", "at least one section")
            for form in self.versions(name):
                known = [section.name for section in form.sections]
                yield from self.unknown(f"{here}.{name}", sections, known, "section")

    def is_fired(self, transition: TransitionDef) -> bool:
        """Whether a deadline of one of its states, or code, fires a transition."""
        ends = {
            state.deadline.then
            for state in self.flow.states.values()
            if state.deadline is not None and state.name in transition.sources
        }
        return transition.trigger in self.known.fired or transition.trigger in ends

    def graph(self) -> Iterator[Mistake]:
        """Every state can be reached, and an end can be reached from every state."""
        states = self.flow.states
        moves = [(s, t.target) for t in self.flow.transitions if t.target for s in t.sources]
        reached = _closure({self.flow.initial}, moves)
        ends = {name for name, state in states.items() if state.final}
        ending = _closure(ends, [(target, source) for source, target in moves])
        for name, state in states.items():
            path = f"states.{name}"
            out = {target for source, target in moves if source == name and target != name}
            if name not in reached:
                yield self.wrong(path, "never reached", f"a way from {self.flow.initial}")
            if state.final and out:
                yield self.wrong(path, "final, with a way out", "no way out, or not final")
            elif not state.final and not out:
                yield self.wrong(path, "no way out", "a transition that leaves it, or final: true")
            elif name not in ending:
                yield self.wrong(path, "no way to an end", "a way to a final state")

    def shadowed(self) -> Iterator[Mistake]:
        """No transition stands behind one of the same trigger that always goes first."""
        transitions = self.flow.transitions
        for n, later in enumerate(transitions):
            for earlier in transitions[:n]:
                same = later.trigger == earlier.trigger and set(later.sources) & set(
                    earlier.sources
                )
                if same and not earlier.guards and later.roles <= earlier.roles:
                    yield self.wrong(
                        f"transitions.{n} ({later.trigger})",
                        f"never tried from {', '.join(sorted(same))}",
                        "a guard on the transition before it",
                    )


def _closure(start: set[str], moves: Collection[tuple[str, str]]) -> set[str]:
    """What can be reached from `start` by `moves`."""
    reached, frontier = set(start), set(start)
    while frontier:
        frontier = {b for a, b in moves if a in frontier} - reached
        reached |= frontier
    return reached
