"""The trail in plain words: who, what, why, and which answers changed; the search of each page."""

from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.support.office import OfficeHouse

WHY = "Falta decir quién paga."


def handed_in_again(house: OfficeHouse, **changes: Json) -> str:
    """A request that was returned and handed in again with these changes."""
    ref = house.submitted()
    house.act(ref, Role.SECRETARIAT, "start_review")
    house.act(ref, Role.SECRETARIAT, "return_for_clarification", reason=WHY)
    with house.services.uow.read() as connection:
        given = find_latest_submission(connection, house.case(ref).id, "request")
    assert given is not None
    inputs = {**given.values, **changes}
    house.act(ref, Role.FOCAL_POINT, "resubmit", "PY", inputs=inputs)
    return ref


def test_a_resubmission_says_which_answers_changed(house: OfficeHouse) -> None:
    ref = handed_in_again(house, requesting_institution="Ministerio nuevo", problem="Otro.")
    text = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}").text
    assert "Cambiaron: Institución que pide y Problema y situación actual." in text
    assert f"«{WHY}»" in text
    again = house.the(Role.FOCAL_POINT, "PY", "pt").open(f"/pt/cases/{ref}").text
    assert "Mudaram: Instituição que pede e " in again


def test_a_resubmission_without_changes_says_so(house: OfficeHouse) -> None:
    ref = handed_in_again(house)
    assert "Se entregó sin cambios." in house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}").text


def test_staff_read_who_acted_and_others_read_the_office(house: OfficeHouse) -> None:
    ref = house.under_review()
    name = house.actor(Role.SECRETARIAT).name
    assert name in house.the(Role.AUDITOR).open(f"/es/cases/{ref}").text
    applicant = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert "Secretaría Técnica" in applicant.text
    assert name not in applicant.text


def test_cases_are_searched_from_the_head_of_every_page(house: OfficeHouse) -> None:
    house.submitted()
    visitor = house.the(Role.SECRETARIAT).open("/es/work")
    assert 'id="find-case"' in visitor.source
    assert 'id="find-case-menu"' in visitor.source
    visitor.client.get("/es/sign-out")
    public = house.app.test_client().get("/es/catalogue")
    assert 'id="find-case"' not in public.text
