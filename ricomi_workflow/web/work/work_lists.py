"""The four lists of My work: their cases and how many there are, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.ballot_lists import ListedBallot, list_open_ballots
from ricomi_workflow.ballots.voting_methods import VOTERS
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.visibility import (
    count_up_to,
    has_deadline,
    has_reference,
    is_in_state,
    is_readable_by,
    of_concern,
    waits_for,
    waits_for_others,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.queries import (
    is_due_within,
    is_overdue_case,
    list_by_deadline,
    list_ending,
    list_longest_in_state,
)
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.web.cases.voting_method_pages import awaited_countries

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

SHOWN = 10
COMING = 10  # business days
Found = tuple[Case, datetime | None]


@dataclass(frozen=True, slots=True)
class WorkList:
    """The first cases of a list, each with the end of its term, and how many there are."""

    cases: tuple[Found, ...]
    count: int  # exercises aside


@dataclass(frozen=True, slots=True)
class WorkLists:
    """What somebody can do now, what waits for others, what of that is late, what is coming."""

    now: WorkList
    now_late: int
    others: WorkList
    late: WorkList
    coming: WorkList
    ballots: tuple[ListedBallot, ...]

    def every(self) -> list[Case]:
        """Each case of the lists once."""
        lists = (self.now, self.others, self.late, self.coming)
        found = {case.id: case for each in lists for case, _ in each.cases}
        return list(found.values())


def work_lists(tx: Tx, services: Services) -> WorkLists:
    """The lists of the actor of `tx`."""
    connection, reader, now = tx.connection, tx.actor, tx.now
    ballots = tuple(list_open_ballots(connection, reader.countries(*VOTERS), reader.delegations))
    mine = [is_waiting_now(services, reader, ballots)]
    timed, until = has_deadline(services), _until(services, now)
    late = [timed, of_concern(services, reader), ~waits_for(services, reader)]
    coming = [timed, is_readable_by(services, reader), ~waits_for(services, reader)]
    return WorkLists(
        now=_listed(connection, list_by_deadline(connection, mine, SHOWN), mine),
        now_late=count_up_to(connection, [*mine, is_overdue_case(now)]),
        others=_others(connection, services, reader),
        late=_listed(
            connection,
            list_ending(connection, late, SHOWN, until=now),
            [*late, is_overdue_case(now)],
        ),
        coming=_listed(
            connection,
            list_ending(connection, coming, SHOWN, until=until, after=now),
            [*coming, is_due_within(now, until)],
        ),
        ballots=ballots,
    )


def is_waiting_now(
    services: Services, reader: Actor, ballots: Sequence[ListedBallot]
) -> ColumnElement[bool]:
    """What waits for the reader, without the ballots in which their states have answered."""
    waiting = waits_for(services, reader)
    answered = [b.ref for b in ballots if b.own and not awaited_countries(b)]
    if not answered:
        return waiting
    voting = {
        name
        for process in services.processes.values()
        for name, state in process.workflow.states.items()
        if set(state.waits_for) & reader.roles() <= set(VOTERS)
    }
    return waiting & ~(has_reference(answered) & is_in_state(voting))


def _listed(
    connection: Connection, found: Sequence[Found], where: Sequence[ColumnElement[bool]]
) -> WorkList:
    """A list with its number; it is counted only when there is more than is shown."""
    if len(found) < SHOWN:
        return WorkList(tuple(found), sum(not case.exercise for case, _ in found))
    return WorkList(tuple(found), count_up_to(connection, where))


def _others(connection: Connection, services: Services, reader: Actor) -> WorkList:
    where = [waits_for_others(services, reader)]
    return _listed(connection, list_longest_in_state(connection, where, SHOWN), where)


def _until(services: Services, now: datetime) -> datetime:
    calendar = services.calendar
    return calendar.closing(calendar.add(calendar.local_day(now), COMING))
