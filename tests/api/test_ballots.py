"""Ballots over the API."""

from werkzeug.test import TestResponse

from ricomi_workflow.kernel.actors import Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def test_a_delegate_reads_the_ballot_and_votes(api: Api, stage: Stage) -> None:
    ref, delegate = stage.before_the_committee(), stage.the(Role.CEAM_DELEGATE, "UY")
    path = f"/cases/{ref}/ballot"
    before = answer(api.get(path, delegate))
    assert before["own"] == [{"country": "UY", "possible": True, "refusals": []}]

    vote = {"country": "UY", "position": "against", "explanation": "Falta un dato."}
    cast = answer(api.post(f"{path}/votes", delegate, vote), 201)

    after = answer(api.get(path, stage.the(Role.SECRETARIAT)))
    seat = next(each for each in after["seats"] if each["country"] == "UY")
    assert seat["vote"]["position"] == "against"
    assert seat["vote"]["number"] == cast["number"] == cast["version"]
    assert after["tally"]["against"] == before["tally"]["against"] + 1
    assert (cast["decided"], after["outcome"]) == (None, None)
    assert after["needed"]["unanswered"] == before["needed"]["unanswered"] - 1


def test_nobody_votes_for_another_state(api: Api, stage: Stage) -> None:
    ref, delegate = stage.before_the_committee(), stage.the(Role.CEAM_DELEGATE, "UY")
    path = f"/cases/{ref}/ballot/votes"

    vote = {"country": "BR", "position": "in_favour"}
    told = problem(api.post(path, delegate, vote), 409, "refused")
    assert [each["code"] for each in told["refusals"]] == ["role"]

    secretary = api.post(path, stage.the(Role.SECRETARIAT), vote)
    assert problem(secretary, 409, "refused")["refusals"][0]["message"]
    unclear = api.post(path, delegate, {"country": "UY", "position": "maybe"})
    assert problem(unclear, 422, "invalid")["fields"][0]["code"] == "not_an_option"


def test_the_deciding_vote_says_so_and_moves_the_case(api: Api, stage: Stage) -> None:
    ref = stage.before_the_committee()
    seats = answer(api.get(f"/cases/{ref}/ballot", stage.the(Role.SECRETARIAT)))["seats"]
    voters = [seat["country"] for seat in seats if seat["counted"]]

    def vote(country: str) -> TestResponse:
        body, delegate = {"country": country, "position": "in_favour"}, Role.CEAM_DELEGATE
        return api.post(f"/cases/{ref}/ballot/votes", stage.the(delegate, country), body)

    cast = next(c for c in (answer(vote(country), 201) for country in voters) if c["decided"])

    assert (cast["decided"], cast["state"]) == ("carried", "approved_awaiting_funds")
    late = vote(cast["country"])
    assert problem(late, 409, "refused")["refusals"][0]["code"] == "ballot_not_open"
    ballot = answer(api.get(f"/cases/{ref}/ballot", stage.the(Role.SECRETARIAT)))
    assert ballot["outcome"] == "carried"
    trail = answer(api.get(f"/cases/{ref}", stage.the(Role.SECRETARIAT)))["trail"]
    assert trail[-1]["by"]["role"] == "system"
    assert trail[-1]["cause"] == cast["number"]


def test_a_case_without_a_ballot_says_so(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    problem(api.get(f"/cases/{ref}/ballot", stage.the(Role.SECRETARIAT)), 404, "not_found")
