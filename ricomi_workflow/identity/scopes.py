"""What a token may be used for: domains of the API, each to read or to act in.

A scope narrows what its owner may do and never widens it. Which operation needs which scope stands
beside the operations (`web/api/caller.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ricomi_workflow.kernel.actors import Actor, Grant

READ, WRITE = "read", "write"
DOMAINS = ("cases", "ballots", "calls", "meetings", "fund", "people", "webhooks")
_ONLY_READ = frozenset({"people"})
SCOPES = tuple(
    f"{domain}:{act}"
    for domain in DOMAINS
    for act in ((READ,) if domain in _ONLY_READ else (READ, WRITE))
)


def list_offices(actor: Actor) -> frozenset[Grant]:
    """The offices in which somebody may act: their own, and those that certificates give them."""
    return actor.grants.union(*(mandate.grants for mandate in actor.delegations))


def restrict_to_office(actor: Actor, office: Grant) -> Actor:
    """`actor` with nothing left but `office`, held themselves or under a certificate."""
    mandates = (replace(each, grants=each.grants & {office}) for each in actor.delegations)
    return replace(
        actor,
        grants=actor.grants & {office},
        delegations=tuple(each for each in mandates if each.grants),
    )


def sort_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes, each once, in the order in which they are told; what is none comes last."""
    known = {scope: place for place, scope in enumerate(SCOPES)}
    return sorted(set(scopes), key=lambda scope: (known.get(scope, len(known)), scope))
