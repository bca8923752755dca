"""Reads the tree of a workflow file into a `WorkflowDef`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ricomi_workflow.definitions.model import (
    Basis,
    Deadline,
    FormAccess,
    Notice,
    RecordType,
    Separation,
    StateDef,
    Step,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.text import LocalizedText


def read_workflow(node: YamlNode, digest: str) -> WorkflowDef:
    """The workflow written at `place`; mistakes go to `place.mistakes`."""
    at = node.record(
        "kind version label rationale basis initial form steps states transitions opens",
        "body terms separation registry plural catalogued_as",
    )
    terms = {name: p.whole(0, least=0) for name, p in at["terms"].mapping().items()}
    states = {name: _state(name, p) for name, p in at["states"].mapping().items()}
    figures = {**terms, **_days(states)}
    return WorkflowDef(
        kind=at["kind"].name(),
        version=at["version"].whole(1, least=1),
        label=at["label"].localized(),
        rationale=at["rationale"].localized(),
        basis=tuple(_basis(p) for p in at["basis"].each()),
        initial=at["initial"].name(),
        form=at["form"].key() or "",
        steps=tuple(_step(p) for p in at["steps"].each()),
        states=states,
        transitions=tuple(_with_figures(_transition(p), figures) for p in at["transitions"].each()),
        opens=frozenset(at["opens"].roles()),
        body=at["body"].name() or None,
        terms=terms,
        separation=tuple(_separation(p) for p in at["separation"].each()),
        digest=digest,
        registry=at["registry"].flag(),
        plural=at["plural"].optional_localized(),
        catalogued_as=_catalogued_as(at["catalogued_as"]),
    )


def _catalogued_as(node: YamlNode) -> RecordType | None:
    return None if node.absent else node.one_of(RecordType, RecordType.PROJECT)


def _days(states: Mapping[str, StateDef]) -> dict[str, int]:
    """The business days of each state that has a term, as `state.days`."""
    return {f"{s.name}.days": s.deadline.business_days for s in states.values() if s.deadline}


def _with_figures(taken: TransitionDef, figures: Mapping[str, int]) -> TransitionDef:
    """The transition with the figures in its hint that it names in braces."""
    said = taken.hint.as_dict()
    for name, figure in figures.items():
        said = {lang: text.replace(f"{{{name}}}", str(figure)) for lang, text in said.items()}
    return replace(taken, hint=LocalizedText(**said))


def _separation(node: YamlNode) -> Separation:
    at = node.record("name excludes reason", "did wrote")
    return Separation(
        name=at["name"].name(),
        did=at["did"].names(),
        excludes=at["excludes"].names(),
        reason=at["reason"].localized(),
        wrote=at["wrote"].names(),
    )


def _basis(node: YamlNode) -> Basis:
    at = node.record("text source", "confirmed")
    return Basis(at["text"].localized(), at["source"].text(), at["confirmed"].flag(default=True))


def _step(node: YamlNode) -> Step:
    at = node.record("name label who")
    return Step(at["name"].name(), at["label"].localized(), at["who"].localized())


def _state(name: str, node: YamlNode) -> StateDef:
    at = node.record(
        "step label public",
        "waits_for final side catalogued outcome readers deadline forms binds notify effects",
    )
    return StateDef(
        name=name,
        step=at["step"].name(),
        label=at["label"].localized(),
        public=at["public"].localized(),
        waits_for=at["waits_for"].roles(),
        final=at["final"].flag(),
        side=at["side"].flag(),
        is_public=at["catalogued"].flag(),
        outcome=at["outcome"].name(),
        readers=frozenset(at["readers"].roles()),
        deadline=None if at["deadline"].absent else _deadline(at["deadline"]),
        forms={form: _access(p) for form, p in at["forms"].mapping().items()},
        binds=at["binds"].name() or None,
        notify=tuple(_notice(p) for p in at["notify"].each()),
        effects=at["effects"].names(),
    )


def _deadline(node: YamlNode) -> Deadline:
    at = node.record("business_days", "remind then escalate_to")
    days = at["business_days"].whole(1, least=1)
    remind = tuple(p.whole(1, least=1) for p in at["remind"].each())
    if not at["business_days"].absent and any(n >= days for n in remind):
        at["remind"].wrong(f"days before the end, below {days}", found=str(list(remind)))
    return Deadline(days, remind, at["then"].name() or None, at["escalate_to"].roles())


def _access(node: YamlNode, *, nested: bool = False) -> FormAccess:
    at = node.record("", "edit read" if nested else "edit read own fields")
    fields: Mapping[str, FormAccess] = {}
    if not nested:
        fields = {n: _access(p, nested=True) for n, p in at["fields"].mapping().items()}
    own = frozenset() if nested else frozenset(at["own"].roles())
    return FormAccess(frozenset(at["edit"].roles()), frozenset(at["read"].roles()), own, fields)


def _notice(node: YamlNode) -> Notice:
    at = node.record("message to")
    return Notice(at["message"].name(), at["to"].some_roles())


def _transition(node: YamlNode) -> TransitionDef:
    at = node.record(
        "trigger from label hint done",
        "to roles form reason points depends_on primary bulk guards effects notify",
    )
    return TransitionDef(
        trigger=at["trigger"].name(),
        sources=_sources(at["from"]),
        target=at["to"].name() or None,
        roles=frozenset(at["roles"].some_roles()),
        label=at["label"].localized(),
        hint=at["hint"].localized(),
        done=at["done"].localized(),
        form=at["form"].key(),
        reason=at["reason"].flag(),
        points=at["points"].name() or None,
        depends_on={form: p.names() for form, p in at["depends_on"].mapping().items()},
        primary=at["primary"].flag(),
        bulk=at["bulk"].flag(),
        guards=at["guards"].names(),
        effects=at["effects"].names(),
        notify=tuple(_notice(p) for p in at["notify"].each()),
    )


def _sources(node: YamlNode) -> tuple[str, ...]:
    if isinstance(node.value, str):
        return (node.name(),)
    sources = node.names()
    if not sources and not node.absent:
        node.wrong("at least one state")
    return sources
