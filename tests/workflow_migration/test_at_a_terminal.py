"""`ricomi workflow migrate`: the report, and a run that is killed and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.models import case
from ricomi_workflow.cli import main
from tests.workflow_migration.loans import PLAN, Loans, loan_2

COMMAND = [sys.executable, "-c", "from ricomi_workflow.cli import main; main()"]
MIGRATE = ["workflow", "migrate", "loan"]
VERSIONS = ("--from", "v1", "--to", "v2")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The plan as a file."""
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


def environment(loans: Loans) -> dict[str, str]:
    """The variables of a process that works on the same database by the same definitions."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(loans.folder.parent),
        "RICOMI_DATABASE_URL": loans.engine.url.render_as_string(hide_password=False),
        "RICOMI_SECRET_KEY": "a key for tests only, forty characters",
        "RICOMI_DEFINITIONS": str(loans.folder),
        "LANG": "en",
    }


def run(loans: Loans, *more: str, versions: Sequence[str] = VERSIONS) -> Result:
    """The command, to its end."""
    nobody = dict.fromkeys(("LC_ALL", "LC_MESSAGES"))  # nothing of the person who runs the tests
    return CliRunner().invoke(main, [*MIGRATE, *versions, *more], env=nobody | environment(loans))


def moved(loans: Loans) -> int:
    """How many cases are in version 2."""
    with loans.services.uow.read() as connection:
        there = select(func.count()).where(case.c.definition == "loan/v2")
        return connection.execute(there).scalar_one()


def wholly_old_or_new(loans: Loans) -> bool:
    """Whether every case stands in a state of its own version, with the entry that led there."""
    with loans.services.uow.read() as connection:
        rows = connection.execute(select(case.c.id, case.c.definition, case.c.state)).all()
        entries = connection.execute(
            select(audit_entry.c.case_id).where(audit_entry.c.act == "case.migrated")
        )
        led = Counter(entries.scalars())
    states = {key: flow.states for key, flow in loans.services.library.workflows.items()}
    return all(
        row.state in states[row.definition]
        and led[row.id] == (1 if row.definition == "loan/v2" else 0)
        for row in rows
    )


ENDLESS = """CREATE VIEW endless AS
WITH RECURSIVE step(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step) SELECT n FROM step"""
STOP = """CREATE TRIGGER stop BEFORE UPDATE ON "case" WHEN OLD.ref = '{ref}'
BEGIN SELECT max(n) FROM endless; END"""


@contextmanager
def nobody_comes_past(loans: Loans, ref: str) -> Iterator[None]:
    """Whoever changes the case stands still at it as long as this lasts."""
    if loans.engine.dialect.name == "postgresql":
        with loans.engine.connect() as connection:
            connection.execute(select(case.c.id).where(case.c.ref == ref).with_for_update())
            yield
        return
    with loans.engine.begin() as connection:
        connection.execute(text(ENDLESS))
        connection.execute(text(STOP.format(ref=ref)))
    yield
    with loans.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER stop"))
        connection.execute(text("DROP VIEW endless"))


def test_a_killed_run_leaves_whole_cases_and_is_simply_run_again(loans: Loans, plan: Path) -> None:
    number = 120
    refs = [loans.at("review") for _ in range(number)]
    loans.restart(loan_2())
    before = loans.rows()
    arguments = [*COMMAND, *MIGRATE, *VERSIONS, "--plan", str(plan), "--batch", "10"]
    with (
        nobody_comes_past(loans, refs[-1]),
        subprocess.Popen(  # noqa: S603 - our own command
            arguments, env=environment(loans), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process,
    ):
        end = time.monotonic() + 60
        while not moved(loans) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)

    there = moved(loans)
    assert 0 < there < number
    assert wholly_old_or_new(loans)
    assert loans.faults() == []

    again = run(loans, "--plan", str(plan))
    assert again.exit_code == 0, again.stderr
    assert f"{number - there} of {number - there} cases moved" in again.stdout
    assert moved(loans) == number
    assert wholly_old_or_new(loans)
    assert loans.faults() == []

    back = run(loans, "--revert", "--reason", "It was too early.")
    assert f"{number} of {number} cases moved" in back.stdout
    assert loans.rows() == before
    assert {loans.entries(ref)[-1].reason for ref in refs[:5]} == {"It was too early."}


def test_the_rehearsal_says_in_words_what_is_missing_and_writes_nothing(
    loans: Loans, tmp_path: Path
) -> None:
    ref, other = loans.at("review"), loans.at("draft")
    loans.restart(loan_2())
    bare = tmp_path / "bare.yaml"
    bare.write_text("kind: loan\nfrom: 1\nto: 2\nreason: So.\n", encoding="utf-8")
    told = run(loans, "--plan", str(bare), "--dry-run")
    assert told.exit_code == 1
    assert "The state review does not exist in the other version" in told.stdout
    assert ref in told.stdout
    assert "1 of 2 cases would move; nothing was written" in told.stdout
    listed = run(loans, "--plan", str(bare), "--dry-run", "--json")
    lines = {found["ref"]: found for found in map(json.loads, listed.stdout.splitlines())}
    assert lines[other]["verdict"] == "safe"
    assert lines[ref]["reasons"] == [{"code": "state_unmapped", "state": "review"}]
    refused = run(loans, "--plan", str(bare))
    assert refused.exit_code == 1
    assert "The plan does not say" in refused.stderr
    assert moved(loans) == 0


def test_the_plan_must_be_the_one_of_the_versions_named(loans: Loans, plan: Path) -> None:
    loans.restart(loan_2())
    other = run(loans, "--plan", str(plan), versions=("--from", "v2", "--to", "v1"))
    assert other.exit_code == 1
    assert "leads from loan/v1 to loan/v2" in other.stderr
