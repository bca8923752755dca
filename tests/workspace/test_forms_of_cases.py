"""Forms of a case: nothing typed is lost, saved is not complete, two people do not overwrite."""

from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGES
from tests.support.office import OfficeHouse, fill_in
from tests.support.visitor import Visitor
from tests.web.markup import Markup

MONEY = {
    "budget.0.line": "Pasajes",
    "budget.0.component": "meeting",
    "budget.0.category": "airfare",
    "budget.0.quantity": "10",
    "budget.0.unit_cost": "1.000",
    "budget.0.periods": "1",
    "budget.0.unit": "none",
    "financing.0.source": "member_states",
    "financing.0.amount": "8.500,50",
}


def drafting(house: OfficeHouse, section: str, country: str = "PY") -> tuple[str, Visitor]:
    """A new case and its focal point at one section of the request."""
    ref = house.opened(country)
    return ref, house.the(Role.FOCAL_POINT, country).open(
        f"/es/cases/{ref}/forms/request/{section}"
    )


def draft_of(house: OfficeHouse, ref: str, form: str = "request") -> dict[str, Json]:
    """What the draft of a form holds."""
    with house.services.uow.read() as connection:
        return dict(get_draft(connection, house.case(ref).id, form).values)


def control(visitor: Visitor, name: str) -> str:
    """What stands in a field of the open page."""
    [node] = [n for n in visitor.page.all if n.attributes.get("name") == name]
    return node.text.removeprefix("\n") if node.tag == "textarea" else node.attributes["value"]


def test_what_cannot_be_read_is_kept_as_it_was_typed(house: OfficeHouse) -> None:
    ref, visitor = drafting(house, "activities")
    visitor.press("Guardar borrador", {"start_date": "31 02 2027", "months": "doce"})
    assert visitor.status == 200
    assert control(visitor, "start_date") == "31 02 2027"
    assert control(visitor, "months") == "doce"
    assert draft_of(house, ref) == {"start_date": "31 02 2027", "months": "doce"}
    assert len(visitor.errors()) == 2
    assert not visitor.page.faults()


def test_going_on_tells_every_mistake_at_its_field_and_in_the_summary(house: OfficeHouse) -> None:
    _, visitor = drafting(house, "activities")
    visitor.press("Guardar y seguir", {"start_date": "01/09/2026", "months": "6"})
    assert visitor.status == 422
    summary = visitor.page.find("div", role="alert")[0]
    targets = [a.attributes["href"][1:] for a in visitor.page.find("a") if summary in a.above()]
    ids = {n.attributes.get("id") for n in visitor.page.all}
    assert targets == ["f-activities-table", "f-start-date"]
    assert set(targets) <= ids
    assert "14 de septiembre de 2026" in visitor.text or "anterior a hoy" in visitor.text
    assert control(visitor, "start_date") == "01/09/2026"
    assert not visitor.page.faults()
    title = visitor.page.find("title")[0].text
    assert title.startswith("Error: ")


def test_cost_and_financing_that_differ_say_by_how_much(house: OfficeHouse) -> None:
    _, visitor = drafting(house, "money")
    visitor.press("Guardar y seguir", MONEY)
    assert visitor.status == 422
    assert "US$ 1.499,50" in visitor.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "−1.499,50" in visitor.text
    assert "10.000" in visitor.text


def test_rows_are_added_and_removed_without_losing_the_rest(house: OfficeHouse) -> None:
    ref, visitor = drafting(house, "money")
    add = next(b for b in visitor.buttons() if b.startswith("Añadir una línea"))
    visitor.press(add, MONEY)
    assert "budget.1.line" in visitor.field_names()
    assert visitor.path.endswith("add=budget#f-budget-1-line")
    second = {name.replace("budget.0", "budget.1"): text for name, text in MONEY.items()}
    visitor.press("Guardar borrador", {**second, "budget.1.line": "Viáticos"})
    assert "20.000" in visitor.text
    removal = next(
        b for b in visitor.page.find("button") if b.attributes.get("value") == "budget.0"
    )
    visitor.press(" ".join(removal.whole_text().split()))
    rows = rows_of(draft_of(house, ref)["budget"])
    assert [row["line"] for row in rows] == ["Viáticos"]


def test_a_saved_section_is_not_called_complete(house: OfficeHouse) -> None:
    _, visitor = drafting(house, "institutions")
    visitor.press("Guardar borrador", {"requesting_institution": "Dirección de Migraciones"})
    assert "Guardado el" in visitor.text
    item = next(li for li in visitor.page.find("li") if "Instituciones y países" in li.whole_text())
    assert "faltan 2 datos" in item.whole_text()
    assert item.attributes.get("class", "") == ""


def test_a_draft_saved_by_a_colleague_is_not_overwritten_unseen(house: OfficeHouse) -> None:
    ref, visitor = drafting(house, "institutions")
    colleague = house.the(Role.INSTITUTION_USER, "PY")
    colleague.open(f"/es/cases/{ref}/forms/request/institutions")
    colleague.press("Guardar borrador", {"requesting_institution": "Ministerio", "contact": "Ana"})
    visitor.press("Guardar y seguir", {"requesting_institution": "Dirección"})
    assert visitor.status == 409
    assert "se guardó en otra ventana o por otra persona mientras usted escribía" in visitor.text
    assert control(visitor, "requesting_institution") == "Dirección"
    assert draft_of(house, ref)["requesting_institution"] == "Ministerio"
    visitor.press("Guardar borrador")
    assert draft_of(house, ref)["requesting_institution"] == "Dirección"


def test_sections_of_two_people_do_not_disturb_each_other(house: OfficeHouse) -> None:
    ref, visitor = drafting(house, "institutions")
    visitor.press("Guardar borrador", {"requesting_institution": "Dirección"})
    visitor.open(f"/es/cases/{ref}/forms/request/purpose")
    visitor.press("Guardar borrador", {"problem": "El servicio falta."})
    assert draft_of(house, ref) == {
        "requesting_institution": "Dirección",
        "problem": "El servicio falta.",
    }


def test_an_institution_fills_in_and_the_focal_point_hands_in(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY", "pt").open(f"/pt/cases/{ref}")
    assert "Apresentar o pedido" not in visitor.links()
    visitor.follow("Preencher: pedido de cooperação")
    assert "Quem o entrega: Ponto focal." in visitor.text
    visitor.open(f"/pt/cases/{ref}/forms/request/declaration")
    visitor.press("Salvar e continuar", {"declaration": "yes"})
    assert visitor.path == f"/pt/cases/{ref}"


def test_handing_in_an_unfinished_form_leads_to_every_gap(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}/do/submit")
    gaps = [a for a in visitor.links().values() if "check=1" in a]
    assert any("/forms/request/money?check=1#f-budget-table" in gap for gap in gaps)
    visitor.open(gaps[0])
    assert visitor.page.find("div", role="alert")
    assert visitor.status == 200


def test_a_form_that_changed_under_the_confirmation_is_read_again(house: OfficeHouse) -> None:
    ref = house.opened()
    focal = house.the(Role.FOCAL_POINT, "PY")
    form = house.services.library.forms["request/v2"]
    focal.open(f"/es/cases/{ref}/forms/request")
    fill_in(house, focal, form, house.request(), "es")
    colleague = house.the(Role.INSTITUTION_USER, "PY")
    colleague.open(f"/es/cases/{ref}/forms/request/institutions")
    colleague.press("Guardar borrador", {"requesting_institution": "Ministerio"})
    focal.press("Confirmar: presentar el pedido")
    assert focal.status == 409
    assert "Otra persona cambió el formulario mientras usted lo leía." in focal.text
    assert house.case(ref).state == "draft"
    focal.press("Confirmar: presentar el pedido")
    assert house.case(ref).state == "submitted"


def test_a_returned_request_begins_with_what_was_handed_in(house: OfficeHouse) -> None:
    ref = house.under_review()
    house.act(ref, Role.SECRETARIAT, "return_for_clarification", reason="Falta un dato.")
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert "Empieza con lo que decía la versión anterior." in visitor.text
    visitor.open(f"/es/cases/{ref}/forms/request/institutions")
    assert control(visitor, "contact") == "Oficina de cooperación"
    visitor.press("Guardar borrador", {"contact": "Otra oficina"})
    visitor.open(f"/es/cases/{ref}/do/resubmit").press("Confirmar: presentar de nuevo")
    assert house.case(ref).state == "secretariat_review"
    assert "Pedido de cooperación, versión 2" in visitor.links()


def test_a_form_may_begin_with_its_earlier_version(house: OfficeHouse) -> None:
    ref = house.under_review()
    failing: dict[str, Json] = {
        f.name: f.name != "within_mandate"
        for f in house.services.library.forms["admissibility/v2"].fields()
        if not f.name.endswith("_reason")
    }
    failing["within_mandate_reason"] = "El tema no es migración."
    house.act(ref, Role.SECRETARIAT, "record_admissibility", inputs=failing)
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/forms/admissibility")
    visitor.press("Empezar con lo que decía")
    assert draft_of(house, ref, "admissibility") == failing


def test_a_form_that_is_not_theirs_to_edit_is_refused(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}/forms/admissibility")
    assert visitor.status == 403
    assert house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/forms/payment").status == 404
    visitor.open(f"/es/cases/{ref}/forms/request")  # the address of what was handed in
    assert (visitor.status, visitor.path) == (200, f"/es/cases/{ref}")


def test_papers_are_read_without_what_is_not_the_readers_to_see(house: OfficeHouse) -> None:
    ref = house.before_the_committee()
    secretariat = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/dossier/request/1")
    assert "Oficina de cooperación" in secretariat.text
    delegate = house.the(Role.CEAM_DELEGATE, "AR", "pt").open(f"/pt/cases/{ref}/dossier/request/1")
    assert delegate.status == 200
    assert "Oficina de cooperación" not in delegate.text
    assert "US$" in delegate.text
    assert not delegate.page.faults()
    assert delegate.open(f"/pt/cases/{ref}/dossier/request/2").status == 404
    assert delegate.open(f"/pt/cases/{ref}/dossier/nothing/1").status == 404


def test_a_page_left_open_loses_nothing_when_the_form_was_handed_in(house: OfficeHouse) -> None:
    """With nothing of its own it leads to the case; else what was typed is shown, and not kept."""
    ref, left = drafting(house, "institutions")
    house.act(ref, Role.FOCAL_POINT, "submit", "PY", inputs=house.request())
    with house.services.uow.read() as connection:
        paper = find_latest_submission(connection, house.case(ref).id, "request")
    assert paper is not None
    opened = left.source
    for lang in LANGUAGES:
        left.page = Markup(opened.replace("/es/", f"/{lang}/"))
        left.press("Guardar borrador", {"contact": "Otra oficina"})
        assert (left.status, left.codes()) == (409, {"handed_in"})
        assert "Otra oficina" in left.text
        assert "Oficina de cooperación" not in left.text
        assert not left.page.faults()
        assert house.text("form.late_title", lang) == left.heading
        assert "14" in left.page.find("p", **{"class": "lead"})[0].whole_text()  # the day
    left.page = Markup(opened)
    left.press("Guardar borrador", {"contact": str(paper.values["contact"])})
    assert (left.status, left.path.partition("?")[0]) == (200, f"/es/cases/{ref}")
    for other in ("packets/request", "forms/request/upgrade"):  # pages of the form, left open too
        left.open(f"/es/cases/{ref}/{other}")
        assert (left.status, left.path) == (200, f"/es/cases/{ref}"), other
    stranger = house.the(Role.FOCAL_POINT, "AR")
    assert stranger.open(f"/es/cases/{ref}/packets/request").status == 404
    with house.services.uow.read() as connection:
        assert find_latest_submission(connection, house.case(ref).id, "request") == paper
