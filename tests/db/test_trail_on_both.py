"""The trail moves the case: what each database does and refuses by itself."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select, text

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.cases.models import case
from ricomi_workflow.db.uow import Tx, UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.kernel.errors import Conflict

SECOND_ENTRY = """INSERT INTO audit_entry SELECT case_id, 9, at, actor_id, office, act,
from_state, to_state, reason, cause_seq, detail, prev, digest FROM audit_entry"""
CASE_IN_THE_MIDDLE = """INSERT INTO "case" SELECT 8, 'X', kind, definition, definition_digest,
country, illustrative, opened_at, 3, head, 'funded', entered, entered_at, updated_at, title,
exercise FROM "case\""""


@dataclass
class Moving:
    """The least that a trail needs of a case."""

    id: int = 7
    ref: str = "RICOMI-2026-0001"
    state: str = ""
    version: int = 0
    head: str = FIRST_HEAD


def opened(tx: Tx) -> Moving:
    """A case with one entry, in draft."""
    moving = Moving()
    row = {
        "id": moving.id,
        "ref": moving.ref,
        "kind": "toy",
        "definition": "toy/v1",
        "definition_digest": "0" * 64,
        "country": "PY",
        "illustrative": True,
        "opened_at": tx.now,
        "version": 0,
        "head": FIRST_HEAD,
        "state": "",
        "entered": 0,
        "entered_at": tx.now,
        "updated_at": tx.now,
        "title": None,
        "exercise": False,
    }
    tx.insert(case, row)
    moving.state = "draft"
    record(tx, moving, "case.opened", office="system", from_state="", detail={"title": {"es": "Ñ"}})
    return moving


@pytest.fixture
def uow(engine: Engine) -> UnitOfWork:
    """A unit of work on each database."""
    return UnitOfWork(engine, SystemClock())


def test_inserting_entries_brings_the_case_to_their_version_state_and_title(
    uow: UnitOfWork,
) -> None:
    with uow.begin(SYSTEM) as tx:
        moving = opened(tx)
        record(tx, moving, "case.noted", office="system")

    with uow.read() as connection:
        row = connection.execute(select(case)).one()
        assert (row.version, row.state, row.entered, row.head) == (2, "draft", 1, moving.head)
        assert row.title == {"es": "Ñ"}
        assert list(verify_trails(connection)) == [None]


def test_an_entry_that_does_not_continue_the_case_is_a_conflict(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        moving = opened(tx)
    stale = Moving(state="draft", version=moving.version, head=moving.head)
    with uow.begin(SYSTEM) as tx:
        record(tx, moving, "case.noted", office="system")

    with pytest.raises(Conflict), uow.begin(SYSTEM) as tx:
        record(tx, stale, "case.noted", office="system")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE \"case\" SET state = 'funded'",
        'UPDATE "case" SET version = version + 1',
        "UPDATE \"case\" SET title = '{}'",
        "UPDATE \"case\" SET definition = 'toy/v2'",
        'DELETE FROM "case"',
        "UPDATE audit_entry SET act = 'other'",
        "DELETE FROM audit_entry",
        SECOND_ENTRY,
        CASE_IN_THE_MIDDLE,
    ],
)
def test_raw_sql_cannot_change_history(uow: UnitOfWork, statement: str) -> None:
    with uow.begin(SYSTEM) as tx:
        opened(tx)

    with pytest.raises(Exception, match=r"no_entry|append_only|changed meanwhile"):  # noqa: SIM117 - a commit raises too
        with uow.begin(SYSTEM) as tx:
            tx.execute(text(statement))

    with uow.read() as connection:
        assert list(verify_trails(connection)) == [None]


def migrated(tx: Tx, moving: Moving, before: str, after: str, entered: int) -> None:
    """An entry that brings a case from one version of its process into another."""
    record(
        tx,
        moving,
        "case.migrated",
        office="system",
        from_state="draft",
        detail={
            "from": {"definition": before, "digest": "0" * 64},
            "to": {"definition": after, "digest": "1" * 64},
            "entered": entered,
        },
    )


def test_an_entry_brings_the_case_into_another_version_and_the_stay_goes_on(
    uow: UnitOfWork,
) -> None:
    with uow.begin(SYSTEM) as tx:
        moving = opened(tx)
    moving.state = "sketch"  # as the new version calls it
    with uow.begin(SYSTEM) as tx:
        migrated(tx, moving, "toy/v1", "toy/v2", 1)

    with uow.read() as connection:
        row = connection.execute(select(case)).one()
        assert (row.definition, row.definition_digest) == ("toy/v2", "1" * 64)
        assert (row.state, row.entered, row.entered_at) == ("sketch", 1, row.opened_at)
        assert list(verify_trails(connection)) == [None]


@pytest.mark.parametrize(("before", "after"), [("toy/v7", "toy/v2"), ("toy/v1", "other/v2")])
def test_an_entry_that_does_not_know_the_version_or_leads_to_another_kind_is_refused(
    uow: UnitOfWork, before: str, after: str
) -> None:
    with uow.begin(SYSTEM) as tx:
        moving = opened(tx)

    with pytest.raises(Exception, match=r"changed meanwhile|no_entry"):  # noqa: SIM117 - a commit raises too
        with uow.begin(SYSTEM) as tx:
            migrated(tx, moving, before, after, 1)

    with uow.read() as connection:
        assert connection.execute(select(case.c.definition)).scalar_one() == "toy/v1"


def test_an_exception_in_the_act_leaves_nothing(uow: UnitOfWork) -> None:
    def fail() -> None:
        with uow.begin(SYSTEM) as tx:
            opened(tx)
            tx.flush()  # so that there is something to roll back
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with uow.read() as connection:
        assert connection.execute(select(case)).all() == []


def test_a_broken_chain_is_named_at_its_first_entry(sqlite_engine: Engine) -> None:
    uow = UnitOfWork(sqlite_engine, SystemClock())
    with uow.begin(SYSTEM) as tx:
        moving = opened(tx)
        record(tx, moving, "case.noted", office="system")
        record(tx, moving, "case.noted", office="system")
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET reason = 'changed' WHERE seq = 2"))

    with uow.read() as connection:
        fault = next(iter(verify_trails(connection)))

    assert fault is not None
    assert (fault.ref, fault.seq, fault.why) == ("RICOMI-2026-0001", 2, "digest")
