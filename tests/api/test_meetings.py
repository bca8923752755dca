"""Meetings through the API: what everybody reads, what the chair does, the minutes."""

from __future__ import annotations

from datetime import timedelta

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from tests.api.client import Api, answer

PRESENT = tuple("AR BO BR CL CO CR DO EC GT GY HT MX PA PE PY SR SV UY".split())


def prepared(api: Api) -> str:
    """A meeting with an open and a closed item, not convened yet."""
    stage = api.stage
    with stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx:
        ref = open_case(tx, stage.services, "committee_meeting", NETWORK).ref
    staff = stage.the(Role.SECRETARIAT)
    for title, public in (("Informe", True), ("Reservado", False)):
        body: dict[str, Json] = {"title": {"es": title}, "public": public}
        assert api.post(f"/meetings/{ref}/items", staff, body).status_code == 201
    return ref


def convened(api: Api) -> str:
    """The same, convened for tomorrow."""
    ref = prepared(api)
    today = api.stage.services.calendar.local_day(api.stage.services.uow.clock.now())
    notice: dict[str, Json] = {
        "title": {"es": "Reunión"},
        "session": "regular",
        "held_on": (today + timedelta(days=1)).isoformat(),
        "begins": "10:00",
        "ends": "12:00",
        "mode": "virtual",
        "place": "Videoconferencia",
    }
    api.stage.fire(ref, Role.SECRETARIAT, "convene", inputs=notice)
    return ref


def test_everybody_reads_public_items_and_the_caller_what_is_theirs(api: Api) -> None:
    draft = prepared(api)
    assert api.get(f"/meetings/{draft}").status_code == 404
    ref = convened(api)
    (listed,) = answer(api.get("/meetings"))["meetings"]
    assert (listed["ref"], listed["mode"]) == (ref, "virtual")
    found = answer(api.get(f"/meetings/{ref}"))
    assert ([i["title"]["es"] for i in found["items"]], found["closed"]) == (["Informe"], 1)
    assert [d["symbol"] for d in found["documents"]] == ["CAM/doc.1/26", "CAM/doc.2/26"]
    delegate = api.stage.the(Role.CEAM_DELEGATE, "PY")
    inside = answer(api.get(f"/meetings/{ref}/mine", delegate))
    assert [i["title"]["es"] for i in inside["items"]] == ["Informe", "Reservado"]
    assert api.get(f"/meetings/{ref}/minutes", delegate).status_code == 404


def test_the_chair_holds_a_meeting_and_refusals_are_coded(api: Api) -> None:
    ref, stage = convened(api), api.stage
    chair, rapporteur = stage.the(Role.CHAIR), stage.the(Role.RAPPORTEUR)
    clock = stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(timedelta(days=1))
    roll: dict[str, Json] = {"answers": [{"country": c, "status": "titular"} for c in PRESENT]}
    assert api.post(f"/meetings/{ref}/roll", rapporteur, roll).status_code == 201
    stage.fire(ref, Role.CHAIR, "adopt_agenda")
    taken: dict[str, Json] = {"item": 1, "act": "take_up"}
    outsider = stage.the(Role.CEAM_DELEGATE, "PY")
    assert api.post(f"/meetings/{ref}/treated", outsider, taken).status_code == 403
    body = answer(api.post(f"/meetings/{ref}/treated", chair, taken), 201)
    assert [i["status"] for i in body["items"]] == ["taken_up", "pending"]
    late = api.post(f"/meetings/{ref}/items", stage.the(Role.SECRETARIAT), {"title": {"es": "X"}})
    assert late.status_code == 409
    guest: dict[str, Json] = {"item": 2, "country": "ES"}
    assert api.post(f"/meetings/{ref}/invitations", chair, guest).status_code == 201
    written: dict[str, Json] = {"text": "Acta.", "lang": "es"}
    made = answer(api.post(f"/meetings/{ref}/minutes", rapporteur, written), 201)
    assert (made["version"], made["approved"]) == (1, False)


def in_session(api: Api) -> str:
    """The same in session, its first item taken up, with a quorum of the states."""
    ref, stage = convened(api), api.stage
    clock = stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(timedelta(days=1))
    roll: dict[str, Json] = {"answers": [{"country": c, "status": "titular"} for c in PRESENT]}
    answer(api.post(f"/meetings/{ref}/roll", stage.the(Role.RAPPORTEUR), roll), 201)
    stage.fire(ref, Role.CHAIR, "adopt_agenda")
    return ref


def test_the_chair_puts_an_addition_and_an_item_to_the_room(api: Api) -> None:
    ref, chair = in_session(api), api.stage.the(Role.CHAIR)
    added: dict[str, Json] = {"title": {"es": "Informe oral"}, "public": True}
    assert answer(api.post(f"/meetings/{ref}/additions", chair, added), 201) == {"case": ref}
    for country in PRESENT:
        said: dict[str, Json] = {"country": country, "position": "in_favour"}
        answer(api.post(f"/cases/{ref}/ballot/roll-call-answers", chair, said), 201)
    answer(api.post(f"/cases/{ref}/ballot/conclusion", chair, {}), 201)
    items = answer(api.get(f"/meetings/{ref}/mine", chair))["items"]
    assert [item["title"]["es"] for item in items] == ["Informe", "Reservado", "Informe oral"]
    taken: dict[str, Json] = {"item": items[2]["number"], "act": "take_up"}
    answer(api.post(f"/meetings/{ref}/treated", chair, taken), 201)
    asked: dict[str, Json] = {"item": items[2]["number"], "method": "consensus"}
    assert answer(api.post(f"/meetings/{ref}/ballots", chair, asked), 201) == {"case": ref}
    assert answer(api.get(f"/cases/{ref}/ballot", chair))["method"] == "consensus"


def test_minutes_are_written_amended_and_certified(api: Api) -> None:
    ref, stage = in_session(api), api.stage
    chair, rapporteur = stage.the(Role.CHAIR), stage.the(Role.RAPPORTEUR)
    for item in (1, 2):
        for act in ({"act": "take_up"}, {"act": "conclude", "words": "Se tomó nota."}):
            answer(api.post(f"/meetings/{ref}/treated", chair, {"item": item, **act}), 201)
    stage.fire(ref, Role.CHAIR, "adjourn")
    written: dict[str, Json] = {"text": "La Comisión tomó nota.", "lang": "es"}
    answer(api.post(f"/meetings/{ref}/minutes", rapporteur, written), 201)
    stage.fire(ref, Role.SECRETARIAT, "open_minutes")
    wish: dict[str, Json] = {"country": "BO", "passage": "tomó nota", "proposed": "agradeció"}
    delegate = stage.the(Role.CEAM_DELEGATE, "BO")
    made = answer(api.post(f"/meetings/{ref}/amendments", delegate, wish), 201)
    path, said = f"/meetings/{ref}/amendments/answers", {"accepted": False}
    refused: dict[str, Json] = {**made, **said, "reason": "No se dijo."}
    answer(api.post(path, rapporteur, refused), 201)
    held = answer(api.post(f"/meetings/{ref}/certificate", rapporteur, {}), 201)
    assert (held["certified_by"], held["approved"]) == (rapporteur.name, False)
    assert answer(api.get(f"/meetings/{ref}/minutes", delegate)) == held
