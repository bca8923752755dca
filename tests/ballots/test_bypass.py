import sqlite3
from dataclasses import asdict
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DatabaseError

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.models import ballot, ballot_outcome, vote
from ricomi_workflow.ballots.rows import BallotState, find_ballot_state
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.canonical import Json
from tests.support.committee import START, World

# An act's rows go to the driver itself, other statements pass through SQLAlchemy.
REFUSALS = (DatabaseError, sqlite3.DatabaseError, psycopg.DatabaseError)


def run(world: World, statement: str, **values: object) -> CursorResult[object]:
    with world.engine.begin() as connection:
        return connection.execute(text(statement).bindparams(**values))


def standing(world: World) -> BallotState:
    with world.services.uow.read() as connection:
        found = find_ballot_state(connection, world.case().id)
    assert found is not None
    return found


@pytest.mark.parametrize("table", ["ballot", "ballot_seat", "vote", "ballot_outcome"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_nothing_of_a_ballot_is_changed_or_deleted(world: World, table: str, act: str) -> None:
    for country in ("AR", "BR", "CL"):
        world.vote(country, "in_favour")
    column = "id" if table == "ballot" else "ballot_id"
    with pytest.raises(REFUSALS, match=f"append_only: {table}"):
        run(world, act.format(table, column, column))


def forge(
    world: World,
    country: str,
    at: datetime | None = None,
    *,
    act: str = "ballot.vote_cast",
    by: int | None = None,
) -> None:
    """Write a vote past the verb, with an entry in the trail unless told otherwise."""
    actor = world.people["delegate AR"]
    with world.services.uow.begin(actor) as tx:
        case = lock(tx, world.services, world.ref)
        seq = record(tx, case, act, office="forged", actor_id=by or actor.user_id)
        row = {
            "ballot_id": standing(world).ballot.id,
            "seq": seq,
            "country": country,
            "position": "in_favour",
            "actor_id": actor.user_id,
            "office": "forged",
            "at": at or tx.now,
            "on_behalf": False,
        }
        tx.insert(vote, row)


def test_the_forged_vote_that_breaks_no_rule_is_taken(world: World) -> None:
    forge(world, "AR")  # so that the refusals below are about what they say
    assert standing(world).latest == {"AR": "in_favour"}


@pytest.mark.parametrize("country", ["CU", "FR"])
def test_the_database_takes_no_vote_without_a_counted_seat(world: World, country: str) -> None:
    with pytest.raises(REFUSALS, match="vote_without_seat"):
        forge(world, country)


def test_the_database_takes_no_vote_at_the_closing_time(world: World) -> None:
    closes_at = standing(world).closes_at
    assert closes_at is not None
    world.clock.at = closes_at
    with pytest.raises(REFUSALS, match="vote_after_closing"):
        forge(world, "AR")


def test_the_database_takes_no_vote_after_the_outcome(world: World) -> None:
    for country in ("BR", "CL", "HN"):
        world.vote(country, "in_favour")
    with pytest.raises(REFUSALS, match="vote_after_outcome"):
        forge(world, "AR")


@pytest.mark.parametrize(("act", "by"), [("case.other", None), ("ballot.vote_cast", 999)])
def test_the_database_takes_no_vote_without_its_entry(
    world: World, act: str, by: int | None
) -> None:
    with pytest.raises(REFUSALS, match="vote_without_entry"):
        forge(world, "AR", act=act, by=by)


def test_the_database_takes_no_vote_of_another_time_than_its_entry(world: World) -> None:
    world.later(hours=1)
    with pytest.raises(REFUSALS, match="vote_without_entry"):
        forge(world, "AR", START)


def test_the_electorate_cannot_grow_after_the_opening(world: World) -> None:
    with pytest.raises(REFUSALS, match="electorate_is_frozen"):
        run(
            world,
            "INSERT INTO ballot_seat"
            " (ballot_id, country, counted, reason_code, params, source, confirmed)"
            " VALUES (:id, 'FR', true, 'participates', '{}', 'forged', true)",
            id=standing(world).ballot.id,
        )


def test_a_case_has_one_open_ballot(world: World) -> None:
    with pytest.raises(REFUSALS, match="ballot_is_open"):
        copy_ballot(world, 2)


def test_rounds_have_no_gap(world: World) -> None:
    world.fire("chair", "defer", reason="Later.")
    with pytest.raises(REFUSALS, match="ballot_round"):
        copy_ballot(world, 3)


def test_the_database_takes_no_ballot_without_its_entry(world: World) -> None:
    world.fire("chair", "defer", reason="Later.")
    with pytest.raises(REFUSALS, match="ballot_without_entry"):
        copy_ballot(world, 2)


def enter_half(world: World, **detail: Json) -> None:
    """Write an outcome past the verb, whose entry says `detail`."""
    with world.services.uow.begin(world.people["chair"]) as tx:
        case = lock(tx, world.services, world.ref)
        row = {"ballot_id": standing(world).ballot.id, "outcome": "carried", "tally": {}}
        row |= {"at": tx.now, "recorded_at": tx.now, "seq": case.version + 1}
        tx.insert(ballot_outcome, row)
        record(tx, case, "case.other", office="forged", actor_id=1, detail=detail)


def test_the_forged_outcome_that_breaks_no_rule_is_taken(world: World) -> None:
    enter_half(world, ballot=1, outcome="carried")  # so that the refusals below say something


@pytest.mark.parametrize("said", [{}, {"ballot": 1, "outcome": "lost"}, {"outcome": "carried"}])
def test_the_database_takes_no_outcome_that_its_entry_does_not_say(
    world: World, said: dict[str, Json]
) -> None:
    with pytest.raises(REFUSALS, match="outcome_without_entry"):
        enter_half(world, **said)


@pytest.mark.parametrize("seq", ["seq", "seq + 1"])
def test_raw_sql_ends_no_ballot_without_an_entry(world: World, seq: str) -> None:
    world.later(hours=1)
    with pytest.raises(REFUSALS, match="outcome_without_entry"):
        run(
            world,
            "INSERT INTO ballot_outcome (ballot_id, outcome, at, recorded_at, seq, tally)"
            f" SELECT id, 'carried', opened_at, opened_at, {seq}, '{{}}' FROM ballot",
        )


def copy_ballot(world: World, number: int) -> None:
    kept = ", ".join(column.name for column in ballot.c if column.name not in {"id", "round"})
    run(
        world,
        f"INSERT INTO ballot (id, round, {kept}) SELECT id + 1, :number, {kept} FROM ballot",
        number=number,
    )


def test_a_ballot_has_one_outcome(world: World) -> None:
    for country in ("AR", "BR", "CL"):
        world.vote(country, "in_favour")
    with pytest.raises(REFUSALS, match=r"(?i)unique|duplicate"):
        run(
            world,
            "INSERT INTO ballot_outcome (ballot_id, outcome, at, recorded_at, seq, tally)"
            " SELECT ballot_id, 'lost', at, at, seq, tally FROM ballot_outcome",
        )
    assert asdict(standing(world).ballot)["outcome"] == "carried"
