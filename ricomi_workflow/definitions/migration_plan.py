"""The plan by which cases pass from one version of their process into another.

A file for people, read as strictly as the definitions: every name must stand in the version it is
said of, and every mistake is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ricomi_workflow.definitions.extension import digest_file
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import DefinitionError, Mistake

REFUSE = "refuse"


class DeadlinePolicy(StrEnum):
    """What becomes of the term of the state in which a case stands."""

    KEEP = "keep"  # its instants stay as they were set
    RESTART = "restart"  # the term of the new state begins with the change


class DraftPolicy(StrEnum):
    """What becomes of a case with a draft that the new version does not take as it is."""

    KEEP = "keep"  # it stays; who opens it is shown what changes
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """Which state of the old version becomes which of the new, and what is said of the rest.

    A state that is not named keeps its name. `done`: by state of the new version, the effects of
    entering it that count as done; nothing is ever run again by a change of version.
    """

    before: WorkflowDef
    after: WorkflowDef
    reason: str
    states: Mapping[str, str] = field(default_factory=dict)  # old: new
    refused: frozenset[str] = frozenset()  # old states whose cases stay where they are
    done: Mapping[str, frozenset[str]] = field(default_factory=dict)
    deadlines: DeadlinePolicy = DeadlinePolicy.KEEP
    drafts: Mapping[str, DraftPolicy] = field(default_factory=dict)  # by form
    ended: bool = False  # cases that have ended change as well
    digest: str = ""

    def target(self, state: str) -> str | None:
        """The state of the new version for an old one; None when the plan should say and does not.

        For a refused state it is the state itself.
        """
        named = self.states.get(state, state)
        return named if state in self.refused or named in self.after.states else None


def read_plan(content: bytes, name: str, library: Library) -> MigrationPlan:
    """The plan written in a file; raises `DefinitionError` with every mistake."""
    value, notation = read_yaml(content, name)
    mistakes: list[Mistake] = list(notation)
    node = YamlNode(name, "", value, mistakes)
    at = node.record("kind from to reason", "states done deadlines drafts ended")
    kind = at["kind"].name()
    before = _version(at["from"], kind, library)
    after = _version(at["to"], kind, library)
    reason = at["reason"].text()
    if before is None or after is None or mistakes:
        raise DefinitionError(mistakes)
    plan = MigrationPlan(
        before=before,
        after=after,
        reason=reason,
        states=_states(at["states"], before, after),
        refused=frozenset(k for k, p in at["states"].mapping().items() if p.value == REFUSE),
        done=_done(at["done"], after),
        deadlines=at["deadlines"].one_of(DeadlinePolicy, DeadlinePolicy.KEEP),
        drafts=_drafts(at["drafts"], library),
        ended=at["ended"].flag(),
        digest=digest_file(content),
    )
    if mistakes:
        raise DefinitionError(mistakes)
    return plan


def entry_effects(workflow: WorkflowDef, state: str) -> frozenset[str]:
    """Everything that may be done when a case enters a state: by the state, by an act into it."""
    acts = (x.effects for x in workflow.transitions if x.target == state)
    return frozenset(workflow.states[state].effects).union(*acts)


def _version(node: YamlNode, kind: str, library: Library) -> WorkflowDef | None:
    number = node.whole(1, least=1)
    found = library.workflows.get(f"{kind}/v{number}")
    if found is None and not node.absent:
        known = sorted(w.version for w in library.workflows.values() if w.kind == kind)
        node.wrong(", ".join(map(str, known)) or f"no version: there is no kind {kind}")
    return found


def _states(node: YamlNode, before: WorkflowDef, after: WorkflowDef) -> dict[str, str]:
    found = {}
    for old, target in node.mapping().items():
        new = target.name()
        if old not in before.states:
            target.wrong(", ".join(before.states), found=f"no state {old} in {before.key}")
        elif new == REFUSE:
            continue
        elif new and new not in after.states:
            target.wrong(f"{', '.join(after.states)}, or {REFUSE}")
        found[old] = new
    return found


def _done(node: YamlNode, after: WorkflowDef) -> dict[str, frozenset[str]]:
    found = {}
    for state, names in node.mapping().items():
        if state not in after.states:
            names.wrong(", ".join(after.states), found=f"no state {state} in {after.key}")
            continue
        known = entry_effects(after, state)
        for each in names.each():
            if each.name() not in known:
                each.wrong(", ".join(sorted(known)) or "nothing is done on entering it")
        found[state] = frozenset(names.names())
    return found


def _drafts(node: YamlNode, library: Library) -> dict[str, DraftPolicy]:
    known = sorted({form.name for form in library.forms.values()})
    found = {}
    for form, what in node.mapping().items():
        if form not in known:
            what.wrong(", ".join(known), found=f"no form {form}")
        found[form] = what.one_of(DraftPolicy, DraftPolicy.REFUSE)
    return found
