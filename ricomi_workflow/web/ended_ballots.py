"""Who may read what is left of a ballot when the case itself is out of their sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.migration import readers_of_ballots
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.cases.locked_case import Case, may_read, roles_on
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.current_user import actor, services

if TYPE_CHECKING:
    from ricomi_workflow.kernel.errors import NotFound


def sees_case(ref: str) -> bool:
    """Whether the reader may see the case itself, as it stands now."""
    found = _case(ref)
    return found is not None and may_read(services().state(found), roles_on(actor(), found))


def saw_ballots(ref: str) -> bool:
    """Whether the reader sees the case now, or could while it waited for a ballot."""
    found = _case(ref)
    if found is None:
        return False
    return not roles_on(actor(), found).isdisjoint(services().state(found).readers | _held(found))


def record_instead(error: NotFound) -> str | None:
    """Where the record of the last ballot of a case stands, for those whom the case has left.

    A recalled case goes back to whoever asks, out of the sight of those who were voting on it.
    """
    found = _case(error.key) if error.what == "case" else None
    roles = roles_on(actor(), found) if found else frozenset[Role]()
    if found is None or may_read(services().state(found), roles) or not roles & _held(found):
        return None
    with services().uow.read() as connection:
        last = ballot_view(connection, found.id)
    if last is None or last.ballot.outcome is None:
        return None
    return url_for("decisions.decision", ref=found.ref, number=last.ballot.round, left=1)


def _held(found: Case) -> frozenset[Role]:
    return readers_of_ballots(services().process(found).workflow)


def _case(ref: str) -> Case | None:
    """The case, for a person who is signed in, whether or not they may see it."""
    if actor().user_id is None:
        return None
    with services().uow.read() as connection:
        return read_case(connection, ref)
