"""Bodies for programs: names, rules, officers, and who is counted on a day."""

import pytest

from ricomi_workflow.committees.commands import ProposedAppointment, appoint
from ricomi_workflow.kernel.actors import SYSTEM, Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def test_the_bodies_are_listed_by_the_name_of_today(api: Api) -> None:
    (found,) = answer(api.get("/bodies"))["bodies"]
    assert (found["id"], found["acronym"]["es"]) == ("ceam", "CAM")


def test_a_body_tells_its_names_rules_officers_and_year(api: Api, stage: Stage) -> None:
    chair = stage.the(Role.VICE_CHAIR)
    today = stage.services.calendar.local_day(stage.services.uow.clock.now())
    with stage.services.uow.begin(SYSTEM) as tx:
        term = ProposedAppointment(
            "vice_chair", chair.user_id or 0, "CL", today, None, "Acta 1", "vote"
        )
        appoint(tx, "ceam", term)

    found = answer(api.get("/bodies/ceam"))

    assert [name["acronym"]["en"] for name in found["names"]] == ["CEAM", "CAM"]
    rules = {rule["name"]: rule for rule in found["rules"]}
    assert set(rules) == {"ordinary", "agenda_addition", "consensus", "silence", "election"}
    assert rules["ordinary"]["confirmed"]
    assert rules["ordinary"]["confirmation"]["illustrative"]
    assert rules["ordinary"]["rule"]["threshold"]["confirmed"] is False
    assert found["officers"] == [
        {
            "role": "vice_chair",
            "country": "CL",
            "since": today.isoformat(),
            "until": None,
            "elected": "vote",
            "document": "Acta 1",
        }
    ]
    assert "Holder of" not in str(found)  # no name of a person
    sessions = next(item for item in found["year"] if item["id"] == "sessions")
    assert (sessions["first"], sessions["last"]) == ("09-01", "05-31")


@pytest.mark.parametrize(("day", "count"), [("2011-06-01", 33), ("2011-06-02", 34)])
def test_the_electorate_of_a_day_says_why(api: Api, day: str, count: int) -> None:
    found = answer(api.get(f"/bodies/ceam/electorate?day={day}"))
    assert (found["day"], found["count"], len(found["seats"])) == (day, count, 35)
    honduras = next(seat for seat in found["seats"] if seat["country"] == "HN")
    assert honduras["counted"] is (count == 34)
    assert honduras["reason_code"] == ("participates" if count == 34 else "suspended")
    assert (honduras["titular"], honduras["alternates"]) == (0, 0)


def test_a_day_of_long_ago_is_written_with_four_digits_of_its_year(api: Api) -> None:
    found = answer(api.get("/bodies/ceam/electorate?day=0089-08-29"))
    assert (found["day"], found["count"]) == ("0089-08-29", 0)


def test_accredited_people_are_numbers(api: Api, stage: Stage) -> None:
    stage.the(Role.CEAM_DELEGATE, "PY")
    stage.the(Role.CEAM_ALTERNATE, "PY")
    found = answer(api.get("/bodies/ceam/electorate"))
    paraguay = next(seat for seat in found["seats"] if seat["country"] == "PY")
    assert (paraguay["titular"], paraguay["alternates"]) == (1, 1)


def test_an_unknown_body_and_a_wrong_day_are_problems(api: Api) -> None:
    problem(api.get("/bodies/none"), 404, "not_found")
    problem(api.get("/bodies/none/electorate"), 404, "not_found")
    problem(api.get("/bodies/ceam/electorate?day=soon"), 422, "invalid")
