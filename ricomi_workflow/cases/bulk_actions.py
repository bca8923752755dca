"""One act on several cases: each judged by itself, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotFound,
    NotOffered,
    Refusal,
    Refused,
)

MOST = 50
UNKNOWN = "several_unknown"


class Status(StrEnum):
    """How it went with one case."""

    DONE = "done"
    ALREADY = "already"  # sent twice: done by the first
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case, and why not."""

    ref: str
    status: Status
    refusals: tuple[Refusal, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the actor may know of the case."""
        return all(each.code != UNKNOWN for each in self.refusals)


def advance_each(
    services: Services,
    actor: Actor,
    trigger: str,
    wanted: Sequence[tuple[str, int]],
    reason: str = "",
) -> list[Outcome]:
    """Fire `trigger` on each case as it was read (reference and version); answer what became of it.

    One that is refused keeps no other from being done. An act sent twice is done once. Only acts
    that their process allows for several cases. Transaction: one for each case.
    """
    return [
        _advanced(services, actor, trigger, pair, reason) for pair in dict(wanted[:MOST]).items()
    ]


def is_bulk_action(services: Services, actor: Actor, case: Case, trigger: str) -> bool:
    """Whether the process of `case` lets the actor do `trigger` on several cases at once."""
    roles = roles_on(actor, case)
    offered = services.process(case).offered(case.state, trigger)
    return any(taken.bulk and taken.roles & roles for taken in offered)


def _advanced(
    services: Services, actor: Actor, trigger: str, wanted: tuple[str, int], reason: str
) -> Outcome:
    ref, version = wanted
    try:
        with services.uow.begin(actor) as tx:
            case = lock(tx, services, ref)
            if case.version != version:
                raise Conflict("the case has moved on")
            if not is_bulk_action(services, actor, case, trigger):
                raise NotOffered(trigger, case.state)
            advance(tx, services, case, trigger, reason=reason)
    except DomainError as error:
        if isinstance(error, Conflict) and _did(services, actor, trigger, wanted):
            return Outcome(ref, Status.ALREADY)
        return Outcome(ref, Status.REFUSED, tuple(_why(error)))
    return Outcome(ref, Status.DONE)


def _did(services: Services, actor: Actor, trigger: str, wanted: tuple[str, int]) -> bool:
    """Whether the actor has done this very act since they read the case."""
    ref, version = wanted
    with services.uow.read() as connection:
        case = read_case(connection, ref)
        entries = list_entries(connection, case.id) if case else []
    own = (e for e in entries if e.seq > version and e.actor_id == actor.user_id)
    return any(entry.act == f"case.{trigger}" for entry in own)


def _why(error: DomainError) -> Iterator[Refusal]:
    """What refuses an act, as reasons that can be told beside its case."""
    if isinstance(error, Refused):
        yield from error.refusals
    elif isinstance(error, Invalid):
        yield Refusal("several_incomplete")
    elif isinstance(error, Conflict):
        yield Refusal("several_changed")
    elif isinstance(error, NotFound):
        yield Refusal(UNKNOWN)
    else:
        yield Refusal("several_not_offered")
