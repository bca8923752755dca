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
    accounts = answer(api.post(f"{path}/votes", delegate, vote), 201)

    after = answer(api.get(path, stage.the(Role.SECRETARIAT)))
    seat = next(each for each in after["seats"] if each["country"] == "UY")
    assert seat["vote"]["position"] == "against"
    assert seat["vote"]["number"] == accounts["number"] == accounts["version"]
    assert after["tally"]["against"] == before["tally"]["against"] + 1
    assert (accounts["decided"], after["outcome"]) == (None, None)
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

    accounts = next(c for c in (answer(vote(country), 201) for country in voters) if c["decided"])

    assert (accounts["decided"], accounts["state"]) == ("carried", "approved_awaiting_funds")
    late = vote(accounts["country"])
    assert problem(late, 409, "refused")["refusals"][0]["code"] == "ballot_not_open"
    ballot = answer(api.get(f"/cases/{ref}/ballot", stage.the(Role.SECRETARIAT)))
    assert ballot["outcome"] == "carried"
    trail = answer(api.get(f"/cases/{ref}", stage.the(Role.SECRETARIAT)))["trail"]
    assert trail[-1]["by"]["role"] == "system"
    assert trail[-1]["cause"] == accounts["number"]


def test_a_case_without_a_ballot_says_so(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    problem(api.get(f"/cases/{ref}/ballot", stage.the(Role.SECRETARIAT)), 404, "not_found")


NOTE = {"signatory": "Representante Permanente", "name": "Nota 114/2026"}


def test_reservations_are_taken_with_their_text_and_only_there(api: Api, stage: Stage) -> None:
    ref, delegate = stage.before_the_committee(), stage.the(Role.CEAM_DELEGATE, "UY")
    path = f"/cases/{ref}/ballot"
    bare = {"country": "UY", "position": "with_reservations"}
    told = problem(api.post(f"{path}/votes", delegate, bare), 422, "invalid")
    assert [each["path"] for each in told["fields"]] == ["reservation"]
    answer(api.post(f"{path}/votes", delegate, {**bare, "reservation": "Sobre el costo."}), 201)
    after = answer(api.get(path, delegate))
    assert (after["tally"]["in_favour"], after["tally"]["with_reservations"]) == (1, 1)
    seat = next(each for each in after["seats"] if each["country"] == "UY")
    assert seat["vote"]["reservation"] == "Sobre el costo."
    assert after["would_pass"]["carrying"]


def test_an_answer_taken_back_leaves_the_state_unanswered(api: Api, stage: Stage) -> None:
    ref, delegate = stage.before_the_committee(), stage.the(Role.CEAM_DELEGATE, "UY")
    path = f"/cases/{ref}/ballot"
    nothing = api.post(f"{path}/votes/take-back", delegate, {"country": "UY"})
    told = problem(nothing, 409, "refused")
    assert [each["code"] for each in told["refusals"]] == ["nothing_to_take_back"]
    answer(api.post(f"{path}/votes", delegate, {"country": "UY", "position": "against"}), 201)
    answer(api.post(f"{path}/votes/take-back", delegate, {"country": "UY"}), 201)
    after = answer(api.get(path, delegate))
    assert (after["answered"], after["tally"]["against"]) == (0, 0)
    assert next(s for s in after["seats"] if s["country"] == "UY")["vote"] is None


def test_the_secretariat_records_on_evidence_and_nobody_else(api: Api, stage: Stage) -> None:
    ref = stage.before_the_committee()
    path = f"/cases/{ref}/ballot/votes/record"
    said = {"country": "UY", "position": "in_favour", "evidence": NOTE}
    told = problem(api.post(path, stage.the(Role.CEAM_DELEGATE, "UY"), said), 409, "refused")
    assert [each["code"] for each in told["refusals"]] == ["role"]
    secretary = stage.the(Role.SECRETARIAT)
    bare = {**said, "evidence": {"signatory": "Alguien"}}
    assert problem(api.post(path, secretary, bare), 422, "invalid")["fields"]
    answer(api.post(path, secretary, said), 201)
    seats = answer(api.get(f"/cases/{ref}/ballot", secretary))["seats"]
    vote = next(each for each in seats if each["country"] == "UY")["vote"]
    assert (vote["on_behalf"], vote["evidence"]["name"]) == (True, "Nota 114/2026")


def test_a_sealed_ballot_tells_no_position_and_no_figure(api: Api, stage: Stage) -> None:
    ref = stage.before_the_committee(secrecy="until_close")
    delegate, path = stage.the(Role.CEAM_DELEGATE, "UY"), f"/cases/{ref}/ballot"
    vote = {"country": "UY", "position": "against", "explanation": "Falta un dato."}
    answer(api.post(f"{path}/votes", delegate, vote), 201)
    told = answer(api.get(path, stage.the(Role.CEAM_DELEGATE, "CL")))
    assert (told["sealed"], told["tally"], told["needed"], told["would_pass"]) == (
        True,
        None,
        None,
        None,
    )
    seat = next(each for each in told["seats"] if each["country"] == "UY")
    assert (seat["vote"]["position"], seat["vote"]["explanation"]) == (None, None)
    own = answer(api.get(path, delegate))["seats"]
    assert next(s for s in own if s["country"] == "UY")["vote"]["position"] == "against"
    assert "Falta un dato." not in api.get(f"/cases/{ref}", stage.the(Role.SECRETARIAT)).text
