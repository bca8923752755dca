"""Reads the rules of decision of a body: every setting with its citation, every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.reference_data.decision_rules import (
    ORDINARY,
    Abstention,
    Basis,
    Blocking,
    Position,
    Recusal,
    Rule,
    Setting,
    Share,
    Silence,
    Tie,
)
from ricomi_workflow.reference_data.reader import fraction

_SETTINGS = "abstention recusal blocking silence tie"
_MAY_BLOCK = (Position.AGAINST, Position.ABSTAIN, Position.NOT_PARTICIPATING)
E = TypeVar("E", bound=StrEnum)


def read_rules(node: YamlNode) -> Mapping[str, Rule]:
    """The rules of a body by name; `ordinary` is one of them."""
    found = {name: read_rule(at) for name, at in node.mapping().items()}
    if found and ORDINARY not in found:
        node.at(ORDINARY, None).wrong("this key is required", found="nothing")
    return found


def read_rule(node: YamlNode) -> Rule:
    """One rule of decision."""
    at = node.record(f"quorum_to_open quorum_to_decide threshold {_SETTINGS} note")
    threshold = at["threshold"].record("citation confirmed of", "at_least more_than")
    cited: list[Setting] = []
    rule = Rule(
        quorum_to_open=_quorum(at["quorum_to_open"]),
        quorum_to_decide=_quorum(at["quorum_to_decide"]),
        threshold=_share(at["threshold"], threshold),
        basis=threshold["of"].one_of(Basis, Basis.MEMBERS),
        abstention=_choice(at, "abstention", Abstention.NOT_VOTING, cited),
        recusal=_choice(at, "recusal", Recusal.STAYS, cited),
        blocking=_blocking(at["blocking"], cited),
        silence=_choice(at, "silence", Silence.NOTHING, cited),
        tie=_choice(at, "tie", Tie.LOST, cited),
        note=at["note"].localized(),
        cited=tuple(cited),
    )
    if rule.consents and rule.tie is not Tie.LOST:
        at["tie"].wrong("is: lost, where silence agrees", found=rule.tie)
    if rule.tie is Tie.CHAIR and rule.basis is not Basis.PRESENT_AND_VOTING:
        at["tie"].wrong("is: chair, where the threshold is of present_and_voting", found=rule.tie)
    return rule


def _choice(rule: Mapping[str, YamlNode], name: str, default: E, cited: list[Setting]) -> E:
    at = rule[name].record("is citation confirmed")
    cited.append(_setting(name, at))
    return at["is"].one_of(type(default), default)


def _setting(name: str, at: Mapping[str, YamlNode]) -> Setting:
    return Setting(name, at["citation"].text(), at["confirmed"].flag())


def _blocking(node: YamlNode, cited: list[Setting]) -> Blocking:
    """The positions that block: never one in favour, nor one that is not cast."""
    at = node.record("positions citation confirmed", "at_least")
    cited.append(_setting("blocking", at))
    allowed = ", ".join(_MAY_BLOCK)
    names = at["positions"].names()
    for each in at["positions"].each():
        if each.value not in list(_MAY_BLOCK):
            each.wrong(allowed)
    found = tuple(p for p in _MAY_BLOCK if p in names)
    return Blocking(found, at["at_least"].whole(1, least=1))


def _quorum(node: YamlNode) -> Share:
    return _share(node, node.record("citation confirmed", "at_least more_than"))


def _share(node: YamlNode, at: Mapping[str, YamlNode]) -> Share:
    """A fraction, or a whole number: `at_least: 3`; all of them are 1/1."""
    more_than = not at["more_than"].absent
    if more_than != at["at_least"].absent:
        node.wrong("either at_least or more_than")
    size = at["more_than" if more_than else "at_least"]
    citation, confirmed = at["citation"].text(), at["confirmed"].flag()
    if isinstance(size.value, int) and not isinstance(size.value, bool):
        return Share(Fraction(0), more_than, citation, confirmed, size.whole())
    share = Fraction(1) if size.absent else fraction(size)
    return Share(share, more_than, citation, confirmed)
