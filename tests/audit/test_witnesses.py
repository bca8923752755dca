"""Whoever gets past the triggers is found out: the trail says what every other table must hold."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.trail_check import missing_cases
from ricomi_workflow.cli.audit import WHY
from ricomi_workflow.meetings.models import SEALED
from ricomi_workflow.meetings.trail_check import kind_of
from ricomi_workflow.simulation.random_walks import simulate_cases
from tests.support.databases import Databases, continued
from tests.support.rehearsed import rehearsed

TAMPERED = {
    "UPDATE \"case\" SET country = 'CU'": "facts",
    "UPDATE \"case\" SET definition_digest = 'x'": "facts",
    'UPDATE "case" SET title = \'{"es": "Otro"}\'': "facts",
    'UPDATE "case" SET entered = entered - 1': "facts",
    "UPDATE submission SET \"values\" = '{}'": "submission",
    "UPDATE submission SET \"values\" = '{}', digest = 'x'": "submission",
    'UPDATE submission SET "by" = 1': "submission",
    "DELETE FROM submission WHERE form = 'admissibility'": "submission",
    "UPDATE participation SET confirmed_seq = 1": "participation",
    "UPDATE participation SET confirmed_seq = NULL": "participation",
    "DELETE FROM participation": "participation",
    "UPDATE case_words SET words = 'otro'": "facts",
    "DELETE FROM case_words": "facts",
    "UPDATE ballot SET closes_at = '2031-01-01T00:00:00.000000Z'": "ballot",
    "UPDATE ballot SET rule = '{}'": "ballot",
    "UPDATE ballot_seat SET counted = NOT counted": "electorate",
    "DELETE FROM ballot_seat WHERE country = 'AR'": "electorate",
    "UPDATE vote SET position = 'abstain' WHERE position = 'in_favour'": "vote",
    "UPDATE vote SET explanation = 'x'": "vote",
    "UPDATE vote SET at = '2031-01-01T00:00:00.000000Z'": "vote",
    "DELETE FROM vote WHERE position = 'in_favour'": "vote",
    "UPDATE ballot_outcome SET outcome = 'undecided'": "outcome",
    "DELETE FROM ballot_outcome": "outcome",
    "UPDATE journal SET at = '2020-01-01' WHERE case_id IS NOT NULL": "journal",
    "UPDATE journal SET reference = 'another' WHERE reference IS NOT NULL": "journal",
    "UPDATE tranche SET amount_minor = amount_minor + 1": "tranche",
    "UPDATE tranche_event SET bank_reference = 'x' WHERE event = 'paid'": "tranche",
    "UPDATE budget SET lines = '[]'": "budget",
    "UPDATE budget SET tolerance = tolerance + 1": "budget",
    "UPDATE budget SET total_minor = total_minor + 1": "budget",
    "DELETE FROM budget": "budget",
    "UPDATE deadline SET at = '2031-01-01T00:00:00.000000Z' WHERE kind = 'due'": "deadline",
    "DELETE FROM deadline": "deadline",
}
_NAMING = {"Mismatch", "list_mismatches", "_written"}  # calls that name a mismatch


def lived(engine: Engine) -> None:
    """Some cases are played to their end."""
    made = rehearsed(engine)
    simulate_cases(made.services, made.accounts, made.clock, cases=6, seed=1)


@pytest.fixture
def played(databases: Databases) -> Iterator[Engine]:
    """The database of a product in which that happened."""
    with continued(databases, lived) as (engine, _):
        yield engine


@contextmanager
def without_triggers(engine: Engine) -> Iterator[Connection]:
    """A transaction of somebody who owns the database and takes its triggers away."""
    with engine.connect() as connection, connection.begin() as transaction:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            names = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in connection.execute(names).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        transaction.rollback()


def found(connection: Connection) -> set[str]:
    return {fault.why for fault in verify_trails(connection, TRAIL_CHECKS) if fault}


def test_what_is_changed_behind_the_trail_is_named_by_its_entry(played: Engine) -> None:
    with played.connect() as connection:
        assert found(connection) == set()
    told: dict[str, set[str]] = {}
    for statement in TAMPERED:
        with without_triggers(played) as connection:
            assert connection.execute(text(statement)).rowcount, statement
            told[statement] = found(connection)
    assert {s: why for s, why in told.items() if why != {TAMPERED[s]}} == {}


def test_a_case_that_is_gone_is_named_by_the_number_it_was_given(played: Engine) -> None:
    with played.connect() as connection:
        assert missing_cases(connection) == []
        last = connection.execute(text('SELECT max(ref) FROM "case"')).scalar_one()
    with without_triggers(played) as connection:
        connection.execute(text('DELETE FROM "case" WHERE ref = :ref').bindparams(ref=last))
        assert missing_cases(connection) == [last]


def test_every_mismatch_of_a_trail_check_has_its_sentence() -> None:
    """The proof must not break down just where it finds something."""
    named: set[str] = set()
    for path in Path("ricomi_workflow").glob("*/trail_check.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _NAMING:
                constants = (n for given in node.args for n in ast.walk(given))
                named |= {str(n.value) for n in constants if isinstance(n, ast.Constant)}
    named -= {name for name in named if name.isdecimal()}
    assert {"call", "comment", "review", "vote"} <= named
    assert named | {kind_of(table) for table in SEALED} <= WHY.keys()
