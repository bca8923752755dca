"""Proof of notice at a terminal."""

import json

from click.testing import CliRunner, Result
from sqlalchemy import Engine

from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cli import main
from ricomi_workflow.kernel.actors import Role
from tests.ballots.room import Room
from tests.cli.conftest import printed, told
from tests.support.product import SECRET


def run(engine: Engine, *arguments: str) -> Result:
    """A command on the database of the room."""
    address = engine.url.render_as_string(hide_password=False)
    environment = {"RICOMI_DATABASE_URL": address, "RICOMI_SECRET_KEY": SECRET}
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_seats_are_listed_and_service_is_put_on_record(sqlite_engine: Engine) -> None:
    room = Room(sqlite_engine)
    room.postman.refuses.add(room.address("HT"))
    room.open(VotingMethod.SILENCE, days=5)
    room.post()
    told_of = printed(run(sqlite_engine, "ballot", "notice", room.ref)).splitlines()
    assert told_of[:2] == [f"{len(room.states) - 1}/{len(room.states)}", "not begun"]
    assert any(line.startswith("HT") and "missing: failed 550" in line for line in told_of)
    secretary = room.address_of(Role.SECRETARIAT)
    serve = ("ballot", "serve-notice", room.ref, "ht", "--how", "by hand", "--as", secretary)
    evidence = ("--evidence", "receipt 12", "--day", "2026-09-14")
    printed(run(sqlite_engine, *serve, *evidence))
    after = json.loads(printed(run(sqlite_engine, "ballot", "notice", room.ref, "--json")))
    assert after["starts_at"]
    (haiti,) = (seat for seat in after["seats"] if seat["country"] == "HT")
    assert (haiti["means"], haiti["note"]) == ("other", "by hand · 2026-09-14 · receipt 12")
    assert told(run(sqlite_engine, *serve, *evidence))
    assert told(run(sqlite_engine, "ballot", "notice", "RICOMI-1999-0001"))
