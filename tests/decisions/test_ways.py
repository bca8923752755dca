"""A decision reached in the room leaves the same record as one of an electronic ballot."""

import json

from sqlalchemy import Engine

from ricomi_workflow.ballots.calling import conclude, record_answer, take_attendance
from ricomi_workflow.ballots.kinds import Way
from ricomi_workflow.decisions.document import as_file
from ricomi_workflow.decisions.queries import get_document
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.app import create_app
from tests.ballots.room import Room
from verifier import verify_decision as verifier


def held(room: Room, way: Way, absent: tuple[str, ...]) -> dict[str, object]:
    """A question decided in the room, and its record, which holds."""
    room.open(way)
    present = [country for country in room.states if country not in absent]
    order = "alphabetical" if way is Way.ROLL_CALL else ""
    with room.act(Role.CHAIR) as (tx, case):
        take_attendance(tx, room.services, case, present, order=order)
    for country in present if way is Way.ROLL_CALL else ():
        with room.act(Role.SECRETARIAT) as (tx, case):
            record_answer(tx, room.services, case, country, "in_favour", words="")
    with room.act(Role.CHAIR) as (tx, case):
        conclude(tx, room.services, case)
    with room.services.uow.read() as connection:
        raw = as_file(get_document(connection, room.ref))
    assert verifier.faults_of(verifier.parse(raw)) == []
    found: dict[str, object] = json.loads(raw)["decision"]
    return found


def test_consensus_and_roll_call_leave_records_that_hold(engine: Engine) -> None:
    room = Room(engine)
    agreed = held(room, Way.CONSENSUS, ("BZ", "HT"))
    called = held(room, Way.ROLL_CALL, ("BZ",))
    assert (agreed["outcome"], called["outcome"]) == ("carried", "carried")
    assert (agreed["way"], called["way"]) == ("consensus", "roll_call")
    assert agreed["steps"]
    assert called["number"] == "CAM/DEC.3/26"
    listed = create_app(room.services).test_client().get("/es/decisions").text
    assert listed.count("ningún Estado objetó") == 1
