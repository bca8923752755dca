"""Whether the installation is well: the database, the worker, the mail that waits to leave.

`/health` says it to machines; a line at the foot of the pages says it to the staff, from a look
that is kept for a minute so that no page pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from ricomi_workflow.deadlines.queries import list_heartbeats
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.messaging.queries import OutboxHealth, get_outbox_health
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import t

if TYPE_CHECKING:
    from sqlalchemy import Connection

WORKER = "worker"
HEARTBEAT_LIMIT = timedelta(minutes=2)  # the worker's own pulse beats four times a minute
LONG = timedelta(minutes=15)  # how long a mail may wait before somebody should look
_KEPT_SECONDS = 60.0
_EXTENSION = "ricomi_pulse"
_STAFF = (Role.ADMINISTRATOR, Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class Health:
    """How the parts stand at an instant."""

    now: datetime
    beats: dict[str, datetime]
    outbox: OutboxHealth

    @property
    def worker_is_alive(self) -> bool:
        """Whether a worker has shown itself a moment ago."""
        beat = self.beats.get(WORKER)
        return beat is not None and self.now - beat <= HEARTBEAT_LIMIT

    @property
    def mail_is_late(self) -> bool:
        """Whether mail waits for long."""
        oldest = self.outbox.oldest
        return oldest is not None and self.now - oldest > LONG

    @property
    def mail_is_stuck(self) -> bool:
        """Whether mail waits for long, or some was given up."""
        return self.mail_is_late or self.outbox.failed > 0

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look."""
        return self.worker_is_alive and not self.mail_is_stuck


@dataclass(frozen=True, slots=True)
class StaffLine:
    """The pulse in a sentence."""

    words: str
    well: bool


def install(app: Flask) -> None:
    """Offer `staff_line()` to templates."""
    app.jinja_env.globals["staff_line"] = staff_line


def read_health(connection: Connection) -> Health:
    """The pulse now; two statements."""
    return Health(
        services().uow.clock.now(), list_heartbeats(connection), get_outbox_health(connection)
    )


def health() -> tuple[dict[str, Json], int]:
    """What `/health` answers: 503 when the database does not answer, else how the rest stands."""
    try:
        with services().uow.read() as connection:
            health_state = read_health(connection)
    except SQLAlchemyError:
        return {"status": "failed", "database": "failed"}, 503
    oldest = health_state.outbox.oldest
    return {
        "status": "ok" if health_state.is_well else "attention",
        "database": "ok",
        "worker": {
            "alive": health_state.worker_is_alive,
            "beats": {name: iso(at) for name, at in sorted(health_state.beats.items())},
        },
        "outbox": {
            "waiting": health_state.outbox.waiting,
            "failed": health_state.outbox.failed,
            "oldest": iso(oldest) if oldest else None,
        },
    }, 200


def staff_line() -> StaffLine | None:
    """The line for the staff; None for everybody else."""
    if not actor().has(*_STAFF):
        return None
    health_state = _read_health()
    return StaffLine(" ".join(_sentences(health_state)), health_state.is_well)


def _sentences(health_state: Health) -> list[str]:
    beat = health_state.beats.get(WORKER)
    if beat is None:
        said = [t("health.worker_never")]
    else:
        alive = "beats" if health_state.mail_is_late else "alive"
        said = [t(f"health.worker_{alive if health_state.worker_is_alive else 'still'}", at=beat)]
    said.append(t("health.waiting", n=health_state.outbox.waiting))
    if health_state.mail_is_late:
        said.append(t("health.late", at=health_state.outbox.oldest))
    if health_state.outbox.failed:
        said.append(t("health.failed", n=health_state.outbox.failed))
    return said


def _read_health() -> Health:
    at, health_state = current_app.extensions.get(_EXTENSION, (0.0, None))
    if health_state is None or monotonic() - at > _KEPT_SECONDS:
        with services().uow.read() as connection:
            health_state = read_health(connection)
        current_app.extensions[_EXTENSION] = (monotonic(), health_state)
    found: Health = health_state
    return found
