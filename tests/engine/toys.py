"""Toy workflows and contexts: the engine is tested on these, never on shipped definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from ricomi_workflow.definitions.model import StateDef, Step, TransitionDef, WorkflowDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LocalizedText


def words(text: str) -> LocalizedText:
    """The same text in the four languages."""
    return LocalizedText(text, text, text, text)


def state(name: str, **changes: object) -> StateDef:
    """A state of the toy."""
    return StateDef(name=name, step="only", label=words(name), public=words(name), **changes)  # type: ignore[arg-type]


def move(
    trigger: str, source: str, target: str | None, *roles: Role, **changes: object
) -> TransitionDef:
    """A transition of the toy."""
    return TransitionDef(
        trigger=trigger,
        sources=(source,),
        target=target,
        roles=frozenset(roles),
        label=words(trigger),
        hint=words(trigger),
        done=words(trigger),
        **changes,  # type: ignore[arg-type]
    )


def workflow(*transitions: TransitionDef, states: tuple[StateDef, ...] = ()) -> WorkflowDef:
    """A toy workflow over `states` (by default draft, voting, approved, rejected)."""
    known = states or tuple(state(n) for n in ("draft", "voting", "approved", "rejected"))
    return WorkflowDef(
        kind="toy",
        version=1,
        label=words("toy"),
        rationale=words("toy"),
        basis=(),
        initial="draft",
        form="toy/v1",
        steps=(Step("only", words("only"), words("all")),),
        states={s.name: s for s in known},
        transitions=transitions,
        opens=frozenset(),
    )


@dataclass
class ToyCase:
    """The least that moves."""

    state: str = "draft"


@dataclass
class ToyContext:
    """An act on a toy case."""

    case: ToyCase
    roles: frozenset[Role] = frozenset()
    by_system: bool = False
    log: list[str] = field(default_factory=list)
