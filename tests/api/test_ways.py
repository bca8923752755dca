"""Silence, consensus and roll call over the API."""

from ricomi_workflow.ballots.silence_procedure import run_silence_procedures
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.messaging.delivery import deliver_mails
from ricomi_workflow.reference_data.membership import electorate
from tests.api.client import Api, answer, problem
from tests.ballots.room import Postman
from tests.support.product import Stage

WHY = "The text does not name who pays."


def states(stage: Stage) -> tuple[str, ...]:
    """The states that the committee counts today."""
    services = stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    return electorate(services.reference.body("ceam"), services.reference, today).counted


def put(stage: Stage, way: VotingMethod) -> str:
    """The address of a ballot that is held in a way, with a delegate of every state."""
    for country in states(stage):
        stage.the(Role.CEAM_DELEGATE, country)
    return f"/cases/{stage.before_the_committee(way=way.value, business_days=5)}/ballot"


def test_notice_is_told_seat_by_seat_and_an_objection_ends_the_silence(
    api: Api, stage: Stage
) -> None:
    path, secretary = put(stage, VotingMethod.SILENCE), stage.the(Role.SECRETARIAT)
    before = answer(api.get(f"{path}/notice", secretary))
    assert {seat["why"] for seat in before["seats"]} == {"waiting"}
    assert before["closes_at"] is None
    served = {"how": "by hand", "evidence": "receipt 12", "day": "2026-09-14", "country": "HT"}
    answer(api.post(f"{path}/services", secretary, served), 201)
    again = problem(api.post(f"{path}/services", secretary, served), 409, "refused")
    assert again["refusals"][0]["code"] == "seat_served"
    deliver_mails(stage.services, Postman(), 500)
    run_silence_procedures(stage.services)
    after = answer(api.get(f"{path}/notice", secretary))
    assert {seat["means"] for seat in after["seats"]} == {"message", "other"}
    assert after["starts_at"] < after["closes_at"]
    ecuador = stage.the(Role.CEAM_DELEGATE, "EC")
    objection = {"country": "EC", "objection": WHY}
    made = answer(api.post(f"{path}/objections", ecuador, objection), 201)
    assert (made["late"], made["outcome"], made["state"]) == (False, "broken", "deferred")


def test_a_roll_is_called_and_concluded(api: Api, stage: Stage) -> None:
    path, chair = put(stage, VotingMethod.ROLL_CALL), stage.the(Role.CHAIR)
    present = list(states(stage)[:20])
    unordered = problem(api.post(f"{path}/attendance", chair, {"present": present}), 422, "invalid")
    assert unordered["fields"][0]["path"] == "order"
    roll = {"present": present, "order": "alphabetical"}
    answer(api.post(f"{path}/attendance", chair, roll), 201)
    early = problem(api.post(f"{path}/conclusion", chair, {}), 409, "refused")
    assert early["refusals"][0]["code"] == "roll_incomplete"
    for country in present:
        said = {"country": country, "position": "in_favour"}
        answer(api.post(f"{path}/roll-call-answers", chair, said), 201)
    delegate = stage.the(Role.CEAM_DELEGATE, present[0])
    alone = {"country": present[0], "position": "against"}
    told = problem(api.post(f"{path}/votes", delegate, alone), 409, "refused")
    assert told["refusals"][0]["code"] == "other_way"
    ended = answer(api.post(f"{path}/conclusion", chair, {}), 201)
    assert (ended["outcome"], ended["state"]) == ("carried", "approved_awaiting_funds")


def test_a_consensus_goes_on_to_a_roll_call_when_a_delegation_asks(api: Api, stage: Stage) -> None:
    path, chair = put(stage, VotingMethod.CONSENSUS), stage.the(Role.CHAIR)
    answer(api.post(f"{path}/attendance", chair, {"present": list(states(stage))}), 201)
    answer(api.post(f"{path}/roll-call", chair, {"country": "MX"}), 201)
    ballot = answer(api.get(path, chair))
    assert (ballot["method"], ballot["round"]) == ("roll_call", 2)


def test_an_objection_in_the_room_ends_the_consensus(api: Api, stage: Stage) -> None:
    path, chair = put(stage, VotingMethod.CONSENSUS), stage.the(Role.CHAIR)
    answer(api.post(f"{path}/attendance", chair, {"present": list(states(stage))}), 201)
    said = {"country": "EC", "objection": WHY}
    ended = answer(api.post(f"{path}/recorded-objections", chair, said), 201)
    assert (ended["outcome"], ended["state"]) == ("broken", "deferred")


def test_a_notice_is_sent_again_only_where_somebody_is_accredited(api: Api, stage: Stage) -> None:
    path, secretary = put(stage, VotingMethod.SILENCE), stage.the(Role.SECRETARIAT)
    sent = answer(api.post(f"{path}/notices", secretary, {"country": "HT"}), 201)
    assert sent["people"] == 1
    nobody = api.post(f"{path}/notices", stage.the(Role.CHAIR), {"country": "HT"})
    assert problem(nobody, 409, "refused")["refusals"][0]["code"] == "role"
