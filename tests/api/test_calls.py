"""Calls, reviews, orders and the queue through the API."""

from random import Random
from typing import Any

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import NETWORK, SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.simulation import answers
from tests.api.client import Api, answer
from tests.support.calls import FIVE, terms
from tests.support.product import MORNING

TEXT = {"text": "¿Se pagan vuelos?", "lang": "es"}


def announced(api: Api, **changes: Json) -> str:
    """A call that opens tomorrow."""
    stage = api.stage
    with stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx:
        ref = open_case(tx, stage.services, "call", NETWORK).ref
    today = stage.services.calendar.local_day(stage.services.uow.clock.now())
    stage.fire(ref, Role.SECRETARIAT, "announce", inputs=terms(today, **changes))
    return ref


def reviewer(api: Api, name: str) -> Actor:
    """Somebody who reviews."""
    services = api.stage.services
    with services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, f"{name.lower()}@example.org", name, "en")
        give_role(tx, key, Role.REVIEWER)
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = find_actor(connection, key, today)
    assert found is not None
    return found


def test_everybody_reads_a_call_and_its_terms(api: Api) -> None:
    ref = announced(api)
    (listed,) = answer(api.get("/calls"))["calls"]
    assert (listed["ref"], listed["phase"], listed["number"]) == (ref, "announced", "1/2026")
    found = answer(api.get(f"/calls/{ref}"))
    assert (found["closes_on"], found["closes_at"]) == (
        "2026-11-04",
        "2026-11-04T22:00:00.000000Z",
    )
    assert found["criteria"][0] == {"criterion": "relevance", "weight": FIVE["relevance"]}
    assert (found["ceiling"], found["selected"], found["questions"]) == ("12000.00", None, [])
    assert api.get("/calls/RICOMI-2026-9999").status_code == 404


def test_questions_and_answers_do_not_tell_who_asked(api: Api) -> None:
    ref = announced(api)
    focal, staff = api.stage.the(Role.FOCAL_POINT, "PY"), api.stage.the(Role.SECRETARIAT)
    assert api.post(f"/calls/{ref}/questions", staff, TEXT).status_code == 403
    answer(api.post(f"/calls/{ref}/questions", focal, TEXT), 201)
    said = {"question": 1, "text": "Sí.", "lang": "es"}
    assert api.post(f"/calls/{ref}/answers", focal, said).status_code == 403
    answer(api.post(f"/calls/{ref}/answers", staff, said), 201)
    (asked,) = answer(api.get(f"/calls/{ref}"))["questions"]
    assert (asked["text"], asked["answer"]) == ("¿Se pagan vuelos?", "Sí.")
    assert "PY" not in str(asked)


def test_a_repeated_question_is_asked_once(api: Api) -> None:
    ref = announced(api)
    focal = api.stage.the(Role.FOCAL_POINT, "PY")
    for _ in range(2):
        asked = api.post(f"/calls/{ref}/questions", focal, TEXT, Idempotency_Key="q1")
        assert len(answer(asked, 201)["questions"]) == 1


def test_a_case_is_opened_in_a_call_and_refused_after_its_close(api: Api) -> None:
    ref = announced(api)
    focal = api.stage.the(Role.FOCAL_POINT, "PY")
    sent = {"kind": "cooperation_request", "country": "PY", "call": ref}
    made = answer(api.post("/cases", focal, sent), 201)
    clock = api.stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.at = clock.at.replace(month=11)
    late: dict[str, Any] = {"inputs": api.stage.request}
    refused = answer(api.post(f"/cases/{made['ref']}/actions/submit", focal, late), 409)
    assert refused["refusals"][0]["code"] == "call_closed"
    again = answer(api.post("/cases", focal, sent), 409)
    assert [each["code"] for each in again["refusals"]] == ["call_closed"]


def test_a_review_is_declared_given_and_read_only_by_those_concerned(api: Api) -> None:
    ana, bruno = reviewer(api, "Ana"), reviewer(api, "Bruno")
    stage = api.stage
    staff = stage.the(Role.SECRETARIAT)
    ref = stage.submitted()
    stage.fire(ref, Role.SECRETARIAT, "start_review")
    situation = answers.AnswerContext(stage.services.calendar.local_day(MORNING), stage.request)
    passing = answers.admissibility(Random(2), situation)
    stage.fire(ref, Role.SECRETARIAT, "record_admissibility", inputs=passing)
    stage.fire(ref, Role.SECRETARIAT, "begin_technical_review")
    asked = {"people": [ana.user_id, bruno.user_id]}
    assert len(answer(api.post(f"/cases/{ref}/reviews", staff, asked))["reviews"]) == 2
    assert answer(api.get(f"/reviews/{ref}", ana))["request"] is None
    scores = {"scores": [{"criterion": n, "points": 15, "comment": f"Sobre {n}."} for n in FIVE]}
    early = answer(api.post(f"/reviews/{ref}/scores", ana, scores), 409)
    assert early["refusals"][0]["code"] == "conflict_not_declared"
    for person in (ana, bruno):
        answer(api.post(f"/reviews/{ref}/declaration", person, {"conflict": False}))
    done = answer(api.post(f"/reviews/{ref}/scores", ana, scores))
    assert done == {"ref": ref, "status": "scored"}
    assert answer(api.get(f"/reviews/{ref}", bruno))["others"] == []
    assert answer(api.get(f"/reviews/{ref}", bruno))["request"]["months"]
    answer(api.post(f"/reviews/{ref}/scores", bruno, scores))
    assert answer(api.get(f"/reviews/{ref}", bruno))["others"][0]["points"]["clarity"] == 15
    whole = answer(api.get(f"/cases/{ref}/reviews", staff))
    assert (whole["score"], [r["reviewer"] for r in whole["reviews"]]) == (
        "75.00",
        ["Ana", "Bruno"],
    )
    assert answer(api.get("/reviews", ana))["reviews"][0]["status"] == "scored"
    outsider = stage.the(Role.FOCAL_POINT, "PY")
    assert api.get(f"/reviews/{ref}", outsider).status_code == 404
    assert api.get(f"/cases/{ref}/reviews", outsider).status_code == 403
    assert api.get(f"/cases/{ref}/reviews", ana).status_code == 403


def test_the_queue_and_the_order_are_for_their_offices(api: Api) -> None:
    ref = announced(api)
    chair, focal = api.stage.the(Role.CHAIR), api.stage.the(Role.FOCAL_POINT, "PY")
    assert answer(api.get("/awaiting-funds", chair))["lines"] == []
    assert api.get("/awaiting-funds", focal).status_code == 403
    assert api.get(f"/calls/{ref}/order", chair).status_code == 404
    assert api.get(f"/calls/{ref}/order", focal).status_code == 403
