"""Calls the jobs at their intervals, in a process of its own or beside the web server of a demo."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ricomi_workflow.cases.act import Services
from ricomi_workflow.messaging.transport import Transport
from ricomi_workflow.worker.jobs import Job, list_jobs, run_guarded

_STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
_log = structlog.get_logger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a beat left out is no news


class RunningScheduler(Protocol):
    """A scheduler that runs."""

    def stop(self) -> None:
        """Let the jobs that run come to their end, then stand still."""
        ...


class Scheduler:
    """Jobs called at their intervals by threads of this process, the first time at once.

    A job never runs twice at the same time here; beats that were missed are made up by one.
    """

    def __init__(self, services: Services, planned: Iterable[Job]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in planned:
            self._scheduler.add_job(
                run_guarded(services, job),
                "interval",
                id=job.name,
                seconds=job.seconds,
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin to beat."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the jobs that run come to their end, then stand still."""
        self._scheduler.shutdown(wait=True)


def start_background(services: Services, transport: Transport) -> RunningScheduler:
    """Run the worker's jobs beside something else, for the demo; the caller stops it."""
    scheduler = Scheduler(services, list_jobs(services, transport))
    scheduler.start()
    return scheduler


def run(
    services: Services, transport: Transport, *, started: Callable[[], None] = lambda: None
) -> None:
    """Run the worker until SIGTERM or SIGINT; jobs that run then come to their end first.

    Call it in the main thread. A second signal while it stops ends the process at once. `started`
    is called when the jobs are under way.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        scheduler = start_background(services, transport)
        _log.info("worker.started")
        started()
        received = signal.sigwait(_STOPS)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    _log.info("worker.stopping", signal=signal.Signals(received).name)
    scheduler.stop()
    _log.info("worker.stopped")
