"""A decision reached in the room leaves the same record as one of an electronic ballot."""

import json
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from sqlalchemy import Engine

from ricomi_workflow.ballots.commands import record_vote
from ricomi_workflow.ballots.meeting_vote import (
    conclude_ballot,
    record_roll_call_vote,
    take_attendance,
)
from ricomi_workflow.ballots.silence_procedure import (
    ServiceByOtherMeans,
    record_service,
    run_silence_procedures,
)
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.decisions.queries import as_file, get_document
from ricomi_workflow.kernel.actors import Role
from tests.ballots.room import Postman, Room
from tests.support.application import application
from verifier import verify_decision as verifier


def held(room: Room, way: VotingMethod, absent: tuple[str, ...]) -> dict[str, object]:
    """A question decided in the room, and its record, which holds."""
    room.open(way)
    present = [country for country in room.states if country not in absent]
    order = "alphabetical" if way is VotingMethod.ROLL_CALL else ""
    with room.act(Role.CHAIR) as (tx, case):
        take_attendance(tx, room.services, case, present, order=order)
    for country in present if way is VotingMethod.ROLL_CALL else ():
        with room.act(Role.SECRETARIAT) as (tx, case):
            record_roll_call_vote(tx, room.services, case, country, "in_favour", words="")
    with room.act(Role.CHAIR) as (tx, case):
        conclude_ballot(tx, room.services, case)
    with room.services.uow.read() as connection:
        raw = as_file(get_document(connection, room.ref))
    assert verifier.faults_of(verifier.parse(raw)) == []
    found: dict[str, object] = json.loads(raw)["decision"]
    return found


def test_silence_leaves_a_record_that_holds_whether_it_is_kept_or_broken(engine: Engine) -> None:
    """Proof of notice, period and objection are in the record, and not to be changed."""
    room = Room(engine, Postman())
    room.postman.refuses.add(room.address("HT"))
    room.open(VotingMethod.SILENCE, days=3)
    room.post()
    by_hand = ServiceByOtherMeans("note verbale", room.today, "receipt no. 12")
    with room.act(Role.SECRETARIAT) as (tx, case):
        record_service(tx, room.services, case, "HT", by_hand)
    ends = room.standing.closes_at
    assert ends is not None
    room.clock.at = ends
    run_silence_procedures(room.services)
    kept = recorded(room)
    assert (kept["outcome"], kept["way"], kept["tally"]["against"]) == ("carried", "silence", 0)
    served = {each["country"]: each["means"] for each in kept["notice"]}
    assert (served["HT"], served["AR"], len(served)) == ("other", "message", len(room.states))

    room.open(VotingMethod.SILENCE, days=3)
    room.postman.refuses.clear()
    room.post()
    run_silence_procedures(room.services)
    note = Evidence("Embajadora del Ecuador", name="Nota 7")
    with room.act(Role.SECRETARIAT) as (tx, case):
        record_vote(
            tx, room.services, case, "EC", "against", evidence=note, explanation="Who pays?"
        )
    broken = recorded(room)
    assert (broken["outcome"], broken["number"]) == ("broken", None)
    (answer,) = broken["positions"]
    assert (answer["country"], answer["explanation"]) == ("EC", "Who pays?")


def recorded(room: Room) -> dict[str, Any]:
    """The newest record of the room, which holds; moved by an instant, it does not."""
    with room.services.uow.read() as connection:
        raw = as_file(get_document(connection, room.ref))
    document = verifier.parse(raw)
    assert verifier.faults_of(document) == []
    document["decision"]["times"]["closes"] = "2020-01-01T00:00:00.000000Z"
    assert verifier.faults_of(document)
    found: dict[str, Any] = json.loads(raw)["decision"]
    return found


def test_consensus_and_roll_call_leave_records_that_hold(engine: Engine) -> None:
    room = Room(engine)
    agreed = held(room, VotingMethod.CONSENSUS, ("BZ", "HT"))
    called = held(room, VotingMethod.ROLL_CALL, ("BZ",))
    assert (agreed["outcome"], called["outcome"]) == ("carried", "carried")
    assert (agreed["way"], called["way"]) == ("consensus", "roll_call")
    assert agreed["steps"]
    assert called["number"] == "CAM/DEC.3/26"
    listed = application(room, room.services).test_client().get("/es/decisions").text
    assert listed.count("Ningún Estado objetó") == 1


def test_a_page_says_of_the_room_what_happened_there(engine: Engine) -> None:
    """Absence is found in the room, on nobody's paper; who is silent in a consensus agrees."""
    room = Room(engine)
    number = held(room, VotingMethod.CONSENSUS, ("BZ", "HT"))["round"]
    client = application(room, room.services).test_client()
    page = client.get(f"/es/decisions/{room.ref}/{number}").text
    assert "documento firmado" not in page
    assert page.count("Asentada en la sala") == 2
    assert page.count("Sin objeción") == len(room.states) - 2
    assert "Sin respuesta" not in page
    act = client.get(f"/es/decisions/{room.ref}/{number}/act.pdf").data
    told = "\n".join(page.extract_text() for page in PdfReader(BytesIO(act)).pages)
    assert "Sin objeción" in told
    assert "Sin respuesta" not in told
