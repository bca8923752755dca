"""Filters that can be shared and kept, the board, one act on several cases."""

import pytest

from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.collaboration.assignments import assign
from ricomi_workflow.collaboration.rules import Office
from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

SEVERAL = "/es/cases/several"


def refs(visitor: Visitor) -> list[str]:
    """The references of the rows on the page."""
    codes = visitor.page.find("span", **{"class": "code"})
    return [code.text for code in codes if code.text.startswith(("RICOMI-", "EJ-"))]


def taken(house: OfficeHouse, ref: str) -> None:
    """Let the Secretariat take a case in hand."""
    actor = house.actor(Role.SECRETARIAT)
    with house.services.uow.begin(actor) as tx:
        case = lock(tx, house.services, ref)
        assign(tx, house.services, case, Office(Role.SECRETARIAT), actor.user_id)


def test_each_filter_finds_its_cases_and_the_address_holds_it(house: OfficeHouse) -> None:
    waiting = house.submitted()
    house.later(days=40)
    abroad = house.submitted("AR", ())
    review = house.submitted("AR", ())
    house.act(review, Role.SECRETARIAT, "start_review")
    taken(house, abroad)
    visitor = house.the(Role.SECRETARIAT)
    found = {
        "waits=me": [review, abroad, waiting],
        "waits=focal_point": [],
        "waits=secretariat&country=AR": [review, abroad],
        "state=secretariat_review": [review],
        "hand=me": [abroad],
        "hand=nobody": [review, waiting],
        "overdue=yes": [waiting],
        "from=2026-10-01": [review, abroad],
        "to=2026-10-01": [waiting],
        "kind=cooperation_request&to=2026-09-01": [],
        "call=CALL-1": [],
        "waits=nonsense&state=nowhere&from=yesterday&kind=x&hand=y": [review, abroad, waiting],
    }
    told = {query: refs(visitor.open(f"/es/cases?{query}")) for query in found}
    assert told == found


def test_filters_are_named_in_words_and_can_be_removed_one_by_one(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.SECRETARIAT).open("/es/cases?waits=me&overdue=yes&from=2026-09-01")
    assert "Esperan por usted" in visitor.text
    assert "Abiertos desde el 1 de septiembre de 2026" in visitor.text
    assert "Ningún caso que usted pueda ver responde a lo que busca." in visitor.text
    visitor.follow(house.text("ui.remove_filter_named", "es", name="Solo los atrasados"))
    assert refs(visitor) == [ref]


def test_a_filter_is_kept_shown_first_and_dropped(house: OfficeHouse) -> None:
    mine = house.submitted()
    other = house.submitted("AR", ())
    visitor = house.the(Role.SECRETARIAT).open("/es/cases?country=AR")
    visitor.follow("Guardar este filtro").press("Guardar", {"name": ""})
    assert visitor.status == 422
    assert "El filtro no se guardó" in visitor.text
    visitor.press("Guardar", {"name": "Argentina", "first": "yes"})
    assert refs(visitor) == [other]
    assert "Argentina" in visitor.open("/es/cases?all=yes").links()
    assert refs(visitor) == [other, mine]
    assert refs(visitor.open("/es/cases")) == [other]  # the filter that is shown first
    visitor.open("/es/cases/filters").press("No mostrar primero : Argentina")
    assert refs(visitor.open("/es/cases")) == [other, mine]
    visitor.open("/es/cases/filters").press("Borrar : Argentina")
    assert "Todavía no hay ninguno." in visitor.text
    assert "Argentina" not in house.the(Role.SECRETARIAT).open("/es/cases").links()


def test_the_board_shows_cases_by_step_as_links(house: OfficeHouse) -> None:
    ref, abroad = house.under_review(), house.submitted("AR", ())
    visitor = house.the(Role.SECRETARIAT, lang="pt").open("/pt/cases/board")
    columns: dict[str, list[str]] = {}
    for code in visitor.page.find("span", **{"class": "code"}):
        column = next(node for node in code.above() if node.tag == "section")
        name = next(child for child in column.children if child.tag == "h2")
        columns.setdefault(" ".join(name.whole_text().split()), []).append(code.text)
    assert columns == {"Análise da Secretaria 1": [ref], "Apresentado 1": [abroad]}


def choose(house: OfficeHouse, *chosen: str, act: str = "start_review") -> Visitor:
    """Choose an act and cases, up to what is said back."""
    visitor = house.the(Role.SECRETARIAT).open(SEVERAL)
    return visitor.press("Revisar antes de confirmar", {"act": act, "ref": list(chosen)})


def test_one_act_is_done_on_several_cases_each_judged_by_itself(house: OfficeHouse) -> None:
    one, two, three = house.submitted(), house.submitted("AR", ()), house.submitted("CL", ())
    visitor = choose(house, one, two)
    assert "Es posible en 2 casos" in visitor.text
    house.act(two, Role.SECRETARIAT, "start_review")  # somebody was faster
    visitor.press("Confirmar: hacerlo en 2 casos")
    assert "Se hizo en 2 casos." in visitor.text  # the second by the same person, a moment before
    assert "ya estaba hecho por usted" in visitor.text
    assert house.acts(one)[-1] == house.acts(two)[-1] == "case.start_review"
    assert house.acts(two).count("case.start_review") == 1
    assert "case.start_review" not in house.acts(three)


def test_a_case_that_says_no_keeps_no_other_from_being_done(house: OfficeHouse) -> None:
    one, two = house.submitted(), house.submitted("AR", ())
    visitor = choose(house, one, two)
    house.act(two, Role.FOCAL_POINT, "withdraw", "AR", reason="Ya no hace falta.")
    visitor.press("Confirmar: hacerlo en 2 casos")
    assert "Se hizo en 1 caso." in visitor.text
    assert "El caso cambió después de que usted lo leyó." in visitor.text
    assert house.acts(one)[-1] == "case.start_review"
    assert house.acts(two)[-1] == "case.withdraw"


def test_a_case_of_others_that_is_named_in_the_form_is_not_told(house: OfficeHouse) -> None:
    own, other = house.submitted(), house.submitted("AR", ())
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{own}")
    token = visitor.page.find("input", name="csrf_token")[0].attributes["value"]
    sent = [f"{other}:{house.case(other).version}", f"{own}:{'9' * 5_000}", "RICOMI-2026-9999:1"]
    answer = visitor.client.post(
        "/es/cases/several/review",
        data={"csrf_token": token, "act": "start_review", "case": sent},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 200
    assert answer.text.count("No hay un caso con ese número que usted pueda ver.") == 2
    title = house.case(other).title or {}
    assert title["es"] not in answer.text
    assert f"/cases/{other}" not in answer.text


def test_the_same_form_sent_twice_acts_once(house: OfficeHouse) -> None:
    one, two = house.submitted(), house.submitted("AR", ())
    visitor = choose(house, one, two)
    again = visitor.source, visitor.path, visitor.page
    visitor.press("Confirmar: hacerlo en 2 casos")
    visitor.source, visitor.path, visitor.page = again
    visitor.press("Confirmar: hacerlo en 2 casos")
    assert visitor.text.count("ya estaba hecho por usted") == 2
    assert [house.acts(ref).count("case.start_review") for ref in (one, two)] == [1, 1]


def test_only_what_the_process_allows_is_offered_for_several(house: OfficeHouse) -> None:
    ref = house.under_review()
    house.act(ref, Role.SECRETARIAT, "return_for_clarification", reason="Falta un dato.")
    visitor = house.the(Role.SECRETARIAT)
    assert "no hay nada que usted pueda hacer de una vez" in visitor.open(SEVERAL).text
    visitor.open(f"{SEVERAL}/review?act=withdraw&ref={ref}")
    assert visitor.status == 422
    applicant = house.the(Role.FOCAL_POINT, "PY").open(SEVERAL)
    assert "no hay nada que usted pueda hacer de una vez" in applicant.text


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_pages_speak_four_languages(house: OfficeHouse, lang: str) -> None:
    house.submitted()
    visitor = house.the(Role.SECRETARIAT, lang=lang)
    for path in ("/cases?waits=me", "/cases/board", "/cases/several", "/cases/filters?country=PY"):
        assert visitor.open(f"/{lang}{path}").status == 200, path


def test_an_exercise_is_shown_with_its_mark_and_not_counted(house: OfficeHouse) -> None:
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        open_case(tx, house.services, "cooperation_request", "PY", exercise=True)
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/work")
    assert "Nada espera por usted ahora." in visitor.text
    assert "EJ-2026-" in visitor.text
    assert house.text("exercise.mark", "es") in visitor.text
    visitor.open("/es/cases/board")
    assert "EJ-2026-" in visitor.text
    assert "Borrador 0" in visitor.text
