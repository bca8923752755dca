"""My work and the list of cases: what waits, for whom, until when; search, filters, pages."""

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse, statements
from tests.support.visitor import Visitor


def section(visitor: Visitor, name: str) -> str:
    """What a section of My work says."""
    [found] = [
        s for s in visitor.page.find("section") if s.attributes.get("aria-labelledby") == name
    ]
    return " ".join(found.whole_text().split())


def test_the_applicant_sees_the_draft_that_waits_and_opens_it(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/work")
    assert "Un asunto espera por usted." in visitor.text
    assert ref in section(visitor, "waiting")
    visitor.follow("Caso sin título todavía")
    assert visitor.heading == "Caso sin título todavía"


def test_a_draft_is_called_by_the_title_that_stands_in_it(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}/forms/request")
    visitor.press("Guardar borrador", {"title.es": "Registro de retornados"})
    assert "Registro de retornados" in visitor.open("/es/work").links()
    assert visitor.open(f"/es/cases/{ref}").heading == "Registro de retornados"


def test_a_partner_is_asked_to_confirm_until_it_has(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.FOCAL_POINT, "BR", "pt").open("/pt/work")
    assert "Confirmar a participação." in section(visitor, "waiting")
    house.act(ref, Role.FOCAL_POINT, "confirm_participation", "BR")
    assert ref not in section(visitor.open("/pt/work"), "waiting")


def test_who_asked_sees_on_whom_the_case_waits(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/work")
    assert ref in section(visitor, "awaited")
    assert "Se espera a: Secretaría Técnica, desde el 14 sept." in section(visitor, "awaited")


def test_overdue_work_comes_first_and_says_by_how_much(house: OfficeHouse) -> None:
    house.submitted()
    house.later(days=7)
    late = house.case(house.opened()).ref
    visitor = house.the(Role.SECRETARIAT, lang="pt").open("/pt/work")
    assert "Um está atrasado." in visitor.text
    assert "3 dias úteis de atraso" in section(visitor, "waiting")
    assert late not in visitor.text


def test_what_waits_for_the_reader_is_not_told_again_as_late(house: OfficeHouse) -> None:
    ref = house.submitted()
    house.later(days=7)
    late = house.the(Role.SECRETARIAT).open("/es/work")
    assert ref in section(late, "waiting")
    assert ref not in section(late, "late")
    assert ref in section(house.the(Role.FOCAL_POINT, "PY").open("/es/work"), "late")


def test_a_day_at_the_end_of_a_sentence_brings_one_point(house: OfficeHouse) -> None:
    house.submitted()
    awaited = section(house.the(Role.FOCAL_POINT, "PY", "fr").open("/fr/work"), "awaited")
    assert "depuis le 14 sept." in awaited
    assert ".." not in awaited


def test_steps_of_one_name_are_told_apart_by_their_kind(house: OfficeHouse) -> None:
    page = house.the(Role.SECRETARIAT, lang="pt").open("/pt/cases")
    [steps] = [n for n in page.page.find("select") if n.attributes.get("name") == "step"]
    labels = [n.whole_text().strip() for n in page.page.find("option") if steps in n.above()]
    assert len(labels) == len(set(labels)), labels


def test_the_act_that_is_named_is_possible_now(house: OfficeHouse) -> None:
    house.under_review()
    waiting = section(house.the(Role.SECRETARIAT).open("/es/work"), "waiting")
    assert "Registrar " in waiting
    assert "Abrir la votación" not in waiting


def test_a_delegate_who_has_answered_is_not_asked_again(house: OfficeHouse) -> None:
    ref = house.before_the_committee()
    visitor = house.the(Role.CEAM_DELEGATE, "UY").open("/es/work")
    assert "Falta el voto de Uruguay." in section(visitor, "waiting")
    visitor.open(f"/es/cases/{ref}/ballot").press(
        "Revisar antes de confirmar", {"vote": "abstain"}
    ).press("Confirmar: Uruguay se abstiene")
    assert ref not in section(visitor.open("/es/work"), "waiting")


def test_cases_are_counted_by_step_for_the_readers_state(house: OfficeHouse) -> None:
    house.opened()
    house.submitted()
    house.submitted("AR")
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/work")
    assert "Todos los casos de Paraguay" in visitor.text
    assert "Borrador 1" in visitor.text
    assert "Presentado 1" in visitor.text
    assert "Total 2" in visitor.text
    assert "En ejecución 0" not in visitor.text  # where nothing stands leads nowhere
    visitor.follow("Presentado")
    assert len(_refs(visitor)) == 1


def test_cases_are_found_by_number_and_by_title_without_accents(house: OfficeHouse) -> None:
    ref = house.submitted()
    other = house.submitted("AR")
    visitor = house.the(Role.SECRETARIAT).open("/es/cases")
    assert _refs(visitor) == [other, ref]
    visitor.press("Buscar", {"q": ref})
    assert _refs(visitor) == [ref]
    assert f"«{ref}»" in visitor.text
    visitor.follow("quitar")
    visitor.press("Buscar", {"country": "AR"})
    assert _refs(visitor) == [other]
    visitor.press("Buscar", {"q": "no hay tal cosa"})
    assert "Ningún caso que usted pueda ver responde a lo que busca." in visitor.text


def test_pages_of_the_list_follow_each_other_without_gap(house: OfficeHouse) -> None:
    refs = [house.opened() for _ in range(23)]
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/cases")
    first = _refs(visitor)
    visitor.follow("Siguientes")
    assert sorted(first + _refs(visitor)) == sorted(refs)
    assert (len(first), len(_refs(visitor))) == (20, 3)
    assert _refs(visitor.follow("Al principio")) == first


def test_a_cursor_that_was_made_up_is_refused(house: OfficeHouse) -> None:
    assert house.the(Role.SECRETARIAT).open("/es/cases?after=xyz").status == 422


def test_only_applicants_open_requests(house: OfficeHouse) -> None:
    visitor = house.the(Role.FUND_ADMINISTRATOR).open("/es/cases/new")
    assert "Un pedido lo abre el punto focal" in visitor.text
    assert visitor.buttons() == []
    applicant = house.the(Role.INSTITUTION_USER, "PY").open("/es/cases/new")
    offered = applicant.page.find("input", name="opening")
    assert {each.attributes["value"].partition(":")[2] for each in offered} == {"PY"}
    offered[0].attributes["value"] = "cooperation_request:AR"
    applicant.press("Abrir el borrador")
    assert applicant.status == 422
    applicant.open("/es/cases/new").press("Abrir el borrador")
    assert "/forms/request" in applicant.path
    assert house.case("RICOMI-2026-0001").illustrative  # a demonstration marks what is made in it


BUDGETS = {
    "/es/work": 12,
    "/es/cases": 7,
    "/es/ceam": 6,
    "/es/fund/desk": 7,
    "/es/cases/{ref}": 22,
    "/es/cases/{ref}/ballot": 16,
    "/es/cases/{ref}/dossier/request/1": 4,
    "/es/cases/{ref}/do/remind_voters": 19,
}


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_asks_the_database_a_bounded_number_of_times(house: OfficeHouse, path: str) -> None:
    ref = house.before_the_committee()
    visitor = house.the(Role.SECRETARIAT)
    visitor.open(path.format(ref=ref))  # what is read once is read now
    few = _statements(house, visitor, path.format(ref=ref))
    house.vote_until_one_is_missing(ref)
    many = _statements(house, visitor, path.format(ref=ref))
    assert visitor.status == 200
    assert few <= BUDGETS[path]
    assert many <= few


@pytest.mark.parametrize("path", ["/es/ceam", "/es/cases/{ref}/ballot"])
def test_ballots_that_have_ended_cost_a_page_no_statement(house: OfficeHouse, path: str) -> None:
    ref = house.before_the_committee()
    house.act(ref, Role.CHAIR, "defer", reason="El texto va a cambiar.")
    house.act(ref, Role.SECRETARIAT, "open_ballot", inputs={})
    visitor = house.the(Role.SECRETARIAT).open(path.format(ref=ref))
    once = _statements(house, visitor, path.format(ref=ref))
    assert visitor.status == 200
    assert once <= BUDGETS[path]
    house.act(ref, Role.CHAIR, "defer", reason="El texto va a cambiar otra vez.")
    house.act(ref, Role.SECRETARIAT, "open_ballot", inputs={})
    assert _statements(house, visitor, path.format(ref=ref)) <= once


def test_my_work_asks_no_more_for_many_cases_than_its_bound(house: OfficeHouse) -> None:
    for _ in range(15):
        house.submitted()
    visitor = house.the(Role.SECRETARIAT).open("/es/work")
    assert _statements(house, visitor, "/es/work") <= 40


def _statements(house: OfficeHouse, visitor: Visitor, path: str) -> int:
    with statements(house.services.uow.engine) as seen:
        visitor.open(path)
    return sum(sql.lstrip().upper().startswith(("SELECT", "WITH")) for sql in seen)


def _refs(visitor: Visitor) -> list[str]:
    codes = visitor.page.find("span", **{"class": "code"})
    return [code.text for code in codes if code.text.startswith("RICOMI-")]
