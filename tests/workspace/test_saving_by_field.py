"""One field saved by a script, and what it is told: mistakes, sections, others, and when not."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

EMPTY = value_tag(None)


def at_form(house: OfficeHouse, ref: str, role: Role, section: str = "institutions") -> Visitor:
    """Somebody of Paraguay at a section of the request."""
    return house.the(role, "PY").open(f"/es/cases/{ref}/forms/request/{section}")


def send(visitor: Visitor, ref: str, path: str, **texts: str) -> TestResponse:
    """What the script of the open page sends."""
    [token, *_] = [n for n in visitor.page.all if n.attributes.get("name") == "csrf_token"]
    headers = {"X-CSRFToken": token.attributes["value"], "Origin": "http://localhost"}
    address = f"/es/cases/{ref}/forms/request/{path}"
    return visitor.client.post(address, data=texts, headers=headers)


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """What the script is told."""
    assert answer.status_code == status, answer.text
    value: dict[str, Any] = answer.get_json()
    return value


def kept(house: OfficeHouse, ref: str) -> dict[str, Json]:
    """What the draft holds."""
    with house.services.uow.read() as connection:
        return get_draft(connection, house.case(ref).id, "request").values


def test_a_saved_field_says_so_and_how_far_its_section_is(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT)
    answer = told(send(visitor, ref, "fields/contact", contact="Ana", _seen=f"contact:{EMPTY}"))
    assert (answer["saved"], answer["revision"], answer["errors"]) == (True, 1, [])
    assert answer["mark"] == value_tag("Ana")
    assert answer["words"].startswith("Guardado el 14 de septiembre de 2026")
    [section] = [s for s in answer["sections"] if s["name"] == "institutions"]
    assert (section["state"], section["note"]) == ("open", "faltan 2 datos")
    assert kept(house, ref) == {"contact": "Ana"}


def test_a_mistake_is_told_and_what_was_typed_is_kept(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT, "activities")
    answer = told(send(visitor, ref, "fields/months", months="doce"))
    assert [error["id"] for error in answer["errors"]] == ["f-months"]
    assert kept(house, ref) == {"months": "doce"}


def test_a_field_that_somebody_else_saved_is_told_with_both_answers(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT)
    colleague = at_form(house, ref, Role.INSTITUTION_USER)
    seen = f"contact:{EMPTY}"
    told(send(colleague, ref, "fields/contact", contact="Bento", _seen=seen))
    answer = told(send(visitor, ref, "fields/contact", contact="Ana", _seen=seen), 409)
    taken = answer["taken"]
    assert (answer["saved"], taken["text"], taken["inputs"]) == (
        False,
        "Bento",
        {"contact": ["Bento"]},
    )
    assert taken["who"].startswith("Guardado por ")
    assert kept(house, ref) == {"contact": "Bento"}
    told(send(visitor, ref, "fields/contact", contact="Ana", _seen=f"contact:{taken['mark']}"))
    assert kept(house, ref) == {"contact": "Ana"}


def test_nobody_meets_oneself_when_an_answer_was_lost_on_the_way(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT)
    seen = f"contact:{EMPTY}"
    told(send(visitor, ref, "fields/contact", contact="An", _seen=seen))
    told(send(visitor, ref, "fields/contact", contact="Ana", _seen=seen), 409)
    told(send(visitor, ref, "fields/contact", contact="Ana", _seen=seen, _again="1"))
    assert kept(house, ref) == {"contact": "Ana"}


def test_the_others_are_told_who_is_at_work_and_what_changed(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT)
    colleague = at_form(house, ref, Role.INSTITUTION_USER)
    told(send(colleague, ref, "present/institutions", editing="1"))
    told(send(colleague, ref, "fields/contact", contact="Bento"))
    answer = told(send(visitor, ref, "present/institutions", _seen=f"contact:{EMPTY}"))
    [line] = answer["present"]
    assert "está editando «Instituciones y países» desde el 14 de septiembre" in line
    assert answer["changed"]["contact"]["inputs"] == {"contact": ["Bento"]}
    assert line in visitor.open(f"/es/cases/{ref}/forms/request/purpose").text
    house.later(minutes=2)
    assert told(send(visitor, ref, "present/institutions"))["present"] == []


def test_what_is_no_field_and_who_is_not_signed_in_saves_nothing(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = at_form(house, ref, Role.FOCAL_POINT)
    assert send(visitor, ref, "fields/nothing", nothing="x").status_code == 404
    assert send(visitor, ref, "present/nothing", editing="1").status_code == 404
    visitor.client.delete_cookie("ricomi")
    assert send(visitor, ref, "fields/contact", contact="Ana").status_code in {400, 401}
    assert kept(house, ref) == {}
    stranger = house.the(Role.FOCAL_POINT, "AR").open("/es/work")
    assert send(stranger, ref, "fields/contact", contact="x").status_code == 404


def test_a_page_that_is_shown_again_offers_what_it_offered(house: OfficeHouse) -> None:
    visitor = at_form(house, house.opened(), Role.FOCAL_POINT)
    visitor.press("Guardar borrador", {"contact": "Ana"})
    assert 'id="list-institutions"' in visitor.source
    visitor.press("Guardar y seguir")  # the institution is missing
    assert visitor.status == 422
    assert 'id="list-institutions"' in visitor.source
