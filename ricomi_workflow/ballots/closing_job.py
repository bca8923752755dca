"""The worker's part in ballots with a window: writing down how those ended whose time has come.

Nothing waits for it. From the closing time on no answer is taken, and the outcome has that time.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select

from ricomi_workflow.ballots.commands import close_if_due
from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import SYSTEM

_log = structlog.get_logger(__name__)


def close_due_ballots(services: Services) -> int:
    """Close every electronic ballot whose closing time has come; answer how many.

    Transaction: one act a case, under its lock; what fails in one does not stop the others.
    """
    return sum(_close(services, ref) for ref in _overdue(services))


def _close(services: Services, ref: str) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            return close_if_due(tx, services, lock(tx, services, ref)) is not None
    except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
        _log.exception("ballot.failed", case=ref)
        return False


def _overdue(services: Services) -> list[str]:
    now = services.uow.clock.now()
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case.c.ref)
            .join(ballot, ballot.c.case_id == case.c.id)
            .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
            .where(
                ballot.c.way == VotingMethod.ELECTRONIC.value,
                ballot.c.closes_at <= now,
                ballot_outcome.c.ballot_id.is_(None),
            )
            .order_by(ballot.c.closes_at, case.c.id)
        )
        return [row.ref for row in rows]
