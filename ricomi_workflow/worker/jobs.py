"""The jobs of the worker: what runs, how often, and the heartbeat that shows that it ran."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import structlog

from ricomi_workflow.audit.checkpoints import latest_checkpoint, make_checkpoint
from ricomi_workflow.ballots.commands import close_due_ballots
from ricomi_workflow.ballots.hooks import waited_for
from ricomi_workflow.ballots.silence_procedure import run_silence_procedures
from ricomi_workflow.bootstrap import PINS
from ricomi_workflow.calls.commands import open_and_close_due_calls
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.drafts import delete_expired_presence
from ricomi_workflow.catalogue.index_storage import store_sets
from ricomi_workflow.committees.commands import send_calendar_reminders
from ricomi_workflow.deadlines.commands import record_heartbeat, sweep
from ricomi_workflow.files.commands import scan_waiting, sweep_orphans
from ricomi_workflow.fund.disbursement_deadlines import (
    expire_certifications,
    expire_commitments,
    remind_of_advances,
)
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.identity.sign_in import delete_old_access
from ricomi_workflow.identity.tokens import delete_old_answers
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.matching.jobs import find_matches, send_digests
from ricomi_workflow.meetings.tasks import send_task_reminders
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.messaging.delivery import deliver_mails
from ricomi_workflow.messaging.transport import Transport
from ricomi_workflow.saved_searches.commands import delete_unconfirmed
from ricomi_workflow.saved_searches.jobs import run_due_searches, send_search_mail
from ricomi_workflow.webhooks.delivery import deliver as send_webhooks
from ricomi_workflow.webhooks.dispatch import delete_old_deliveries, dispatch_events

WORKER = "worker"  # the name of the heartbeat that says a worker is alive
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done every so many seconds."""

    name: str
    seconds: int
    work: Callable[[], None]


def list_jobs(services: Services, transport: Transport) -> tuple[Job, ...]:
    """Everything that the worker does and how often; the last one only shows that it is alive."""
    return (
        Job("deadlines", 30, lambda: sweep_deadlines(services)),
        Job("calls", 30, lambda: open_and_close_calls(services)),
        Job("calendar", 3600, lambda: notify_committee_year(services)),
        Job("tasks", 300, lambda: remind_of_tasks(services)),
        Job("disbursements", 600, lambda: expire_disbursements(services)),
        Job("ballots", 30, lambda: close_ballots(services)),
        Job("silence", 15, lambda: advance_silence_procedures(services)),
        Job("matches", 60, lambda: compare_needs_and_offers(services)),
        Job("summaries", 3600, lambda: send_weekly_summaries(services)),
        Job("outbox", 5, lambda: deliver_mail(services, transport)),
        Job("webhooks", 5, lambda: deliver_webhooks(services)),
        *([Job("scanning", 10, lambda: scan_files(services))] if services.scanner else []),
        Job("saved_searches", 300, lambda: notify_saved_searches(services)),
        Job("search_mail", 15, lambda: deliver_search_mail(services, transport)),
        Job("sets", 3600, lambda: store_search_sets(services)),
        Job("checkpoints", 600, lambda: make_daily_checkpoint(services)),
        Job("forgetting", 3600, lambda: delete_expired_rows(services)),
        Job(WORKER, 15, lambda: None),
    )


def sweep_deadlines(services: Services) -> None:
    """Deal with every deadline that is due; in an open ballot only the silent states are told."""
    done = sweep(services, waited_for=waited_for)
    if done:
        _log.info("deadlines.swept", **done)


def open_and_close_calls(services: Services) -> None:
    """Open and close the calls whose hour has come."""
    done = open_and_close_due_calls(services)
    if done:
        _log.info("calls.kept", **done)


def notify_committee_year(services: Services) -> None:
    """Tell the Secretariat and the officers what the calendar of a body brings, once a year."""
    if told := send_calendar_reminders(services):
        _log.info("calendar.told", items=told)


def remind_of_tasks(services: Services) -> None:
    """Recall the open tasks of meetings to their offices before they are due, each once."""
    if reminded := send_task_reminders(services):
        _log.info("tasks.reminded", tasks=reminded)


def expire_disbursements(services: Services) -> None:
    """End certifications and commitments whose term is over, and tell who owes accounts."""
    ended, told = expire_certifications(services), remind_of_advances(services)
    expired = expire_commitments(services)
    if ended or told or expired:
        _log.info("disbursements.kept", ended=ended, told=told, expired=expired)


def close_ballots(services: Services) -> None:
    """Write down how the ballots ended whose closing time has come."""
    if closed := close_due_ballots(services):
        _log.info("ballots.closed", ballots=closed)


def advance_silence_procedures(services: Services) -> None:
    """Write down which notices arrived, begin periods of silence, and end those that are over."""
    done = run_silence_procedures(services)
    if done:
        _log.info("silence.kept", **done)


def compare_needs_and_offers(services: Services) -> None:
    """Compare the needs and offers that changed with the others, and tell both sides of a match."""
    if found := find_matches(services):
        _log.info("matches.found", matches=found)


def send_weekly_summaries(services: Services) -> None:
    """Send focal points the summary of the week, from Monday on, each once."""
    if sent := send_digests(services):
        _log.info("matches.summed_up", messages=sent)


def deliver_mail(services: Services, transport: Transport) -> None:
    """Hand the waiting mails to the provider, round after round until none is due."""
    while (done := deliver_mails(services, transport)).total:
        _log.info("outbox.drained", **asdict(done))


def deliver_webhooks(services: Services) -> None:
    """Send what happened to the programs that are told of it, until nothing is due."""
    while (looked := dispatch_events(services))[0]:
        if looked[1]:
            _log.info("webhooks.spread", events=looked[0], deliveries=looked[1])
    while (done := send_webhooks(services)).total:
        _log.info("webhooks.delivered", **asdict(done))


def notify_saved_searches(services: Services) -> None:
    """Write to whom a saved search has something new, until none is due."""
    while (looked := run_due_searches(services))[0]:
        _log.info("searches.looked", searches=looked[0], notified=looked[1])


def deliver_search_mail(services: Services, transport: Transport) -> None:
    """Hand the mails to visitors to the provider, round after round until none was taken."""
    while taken := send_search_mail(services, transport):
        _log.info("searches.mailed", mails=taken)


def store_search_sets(services: Services) -> None:
    """Store the sets of a large catalogue from which searches are answered, when much changed."""
    if stored := store_sets(services.uow):
        _log.info("catalogue.stored", sets=stored)


def scan_files(services: Services) -> None:
    """Let the scanner look at the files that wait for it, if one is set."""
    if judged := scan_waiting(services):
        _log.info("files.scanned", files=judged)


def make_daily_checkpoint(services: Services) -> None:
    """Make the checkpoint of the Secretariat's day, if it is not there yet.

    The first of a month is mailed to those who can hold it against us: States and auditors.
    """
    with services.uow.begin(SYSTEM) as tx:
        last, day = latest_checkpoint(tx.connection), services.calendar.local_day
        today = day(tx.now)
        if last and day(last.at) >= today:
            return
        made = make_checkpoint(tx, PINS)
        if last is None or day(last.at).replace(day=1) < today.replace(day=1):
            told: dict[str, Json] = {"number": made.number, "day": today.isoformat()}
            told |= {"digest": made.digest, "page": "verify"}
            wanted = [(role, None) for role in (Role.FOCAL_POINT, Role.AUDITOR)]
            enqueue(tx, "checkpoint_kept", list_holders(tx.driver, today, wanted), params=told)
    _log.info("checkpoints.made", number=made.number, digest=made.digest)


def delete_expired_rows(services: Services) -> None:
    """Delete what is kept for a while only: sign-ins, answers, presence, deliveries, orphans."""
    with services.uow.begin(SYSTEM) as tx:
        delete_old_access(tx)
        delete_unconfirmed(tx)
        delete_old_answers(tx)
        delete_expired_presence(tx)
        delete_old_deliveries(tx)
    if gone := sweep_orphans(services):
        _log.info("files.swept", contents=gone)


def run_guarded(services: Services, job: Job) -> Callable[[], None]:
    """The job as the scheduler runs it: a heartbeat when it ends well, a log line if it fails."""

    def run() -> None:
        try:
            job.work()
            record_heartbeat(services, job.name)
        except Exception:  # noqa: BLE001 - the next beat tries again, the other jobs go on
            _log.exception("worker.failed", job=job.name)

    return run
