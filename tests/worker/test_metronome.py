import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

from sqlalchemy import Engine

from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.deadlines.queries import list_heartbeats
from ricomi_workflow.messaging.transport import FolderTransport
from ricomi_workflow.worker.jobs import Job, list_jobs, run_guarded
from ricomi_workflow.worker.scheduler import Scheduler, start_background
from tests.support.committee import World, compose

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
WORKER = """
import sys
from pathlib import Path
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.messaging.transport import FolderTransport
from ricomi_workflow.worker.scheduler import run
from tests.support.committee import compose

services = compose(create_engine(sys.argv[1]))
run(services, FolderTransport(Path(sys.argv[2])), started=lambda: print("beating", flush=True))
print("stopped", flush=True)
"""


def pulses(engine: Engine) -> set[str]:
    services = compose(engine)
    with services.uow.read() as connection:
        return set(list_heartbeats(connection))


JOBS = {
    "deadlines",
    "calls",
    "calendar",
    "tasks",
    "disbursements",
    "ballots",
    "silence",
    "matches",
    "summaries",
    "outbox",
    "webhooks",
    "saved_searches",
    "search_mail",
    "sets",
    "checkpoints",
    "forgetting",
    "worker",
}


def wait_for_pulses(engine: Engine, wanted: set[str]) -> set[str]:
    """The names of the jobs that ran, once those that are `wanted` did or patience ends."""
    until = time.monotonic() + PATIENCE
    while not wanted <= (found := pulses(engine)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_every_job_runs_at_once_and_leaves_its_pulse(engine: Engine, tmp_path: Path) -> None:
    running = start_background(compose(engine), FolderTransport(tmp_path))
    try:
        assert wait_for_pulses(engine, JOBS) == JOBS
    finally:
        running.stop()


def test_a_deadline_is_swept_by_the_job(engine: Engine, tmp_path: Path) -> None:
    world = World(engine)
    world.ask()
    world.vote("AR", "in_favour")
    world.later(days=8)
    (sweeping,) = (
        job
        for job in list_jobs(world.services, FolderTransport(tmp_path))
        if job.name == "deadlines"
    )
    run_guarded(world.services, sweeping)()
    assert world.told("deadline_near") == [
        "alternate BR",
        "delegate BR",
        "delegate CL",
        "delegate HN",
    ]


def test_a_job_that_fails_has_no_pulse_and_stops_nothing(engine: Engine) -> None:
    services = compose(engine)

    def fail() -> None:
        raise KeyError("a fault of ours")

    run_guarded(services, Job("failing", 1, fail))()
    run_guarded(services, Job("sound", 1, lambda: None))()
    assert pulses(engine) == {"sound"}


def test_stopping_waits_for_the_job_that_runs(engine: Engine) -> None:
    begun, ended = Event(), Event()

    def work() -> None:
        begun.set()
        time.sleep(0.3)
        ended.set()

    metronome = Scheduler(compose(engine), [Job("slow", 60, work)])
    metronome.start()
    assert begun.wait(PATIENCE)
    metronome.stop()
    assert ended.is_set()


def test_the_worker_stops_cleanly_when_asked(address: str, tmp_path: Path) -> None:
    engine = create_engine(address)
    for wanted in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(  # noqa: S603 - this interpreter, with arguments of this test
            [sys.executable, "-c", WORKER, address, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdout is not None
            lines = iter(worker.stdout)
            assert any("beating" in line for line in lines)
            wait_for_pulses(engine, {"worker"})
            worker.send_signal(wanted)
            rest = worker.communicate(timeout=PATIENCE)[0]
        assert worker.returncode == 0
        assert rest.endswith("stopped\n")
    assert "worker" in pulses(engine)
    engine.dispose()
