"""A form filled in badly: mistakes are told at their fields, nothing is lost or done twice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, SECRETARIAT
from tests.support.site import PASSES, PASSWORD, Site
from tests.support.walking import Walker

NO_AMOUNT = "Escriba un monto, solo con cifras"
NO_DAY = "Esta fecha no existe o está escrita de otro modo"
AMOUNTS = {  # what is typed, what stands in the field afterwards, what is told
    "1.234,56": ("1.234,56", ""),
    "1,234.56": ("1.234,56", ""),
    "US$ 1 234,5": ("1.234,50", ""),
    "1,234": ("1,234", NO_AMOUNT),  # 1,23 or 1.234: a guess would be wrong by a thousand
    "mil doscientos": ("mil doscientos", NO_AMOUNT),
    "12,345,6": ("12,345,6", NO_AMOUNT),
}
DAYS = {
    "1/2/2027": ("01/02/2027", ""),
    "2027-02-01": ("01/02/2027", ""),
    "1.2.2027": ("01/02/2027", ""),
    "30/2/2027": ("30/2/2027", NO_DAY),
    "02/13/2027": ("02/13/2027", NO_DAY),
    "mañana": ("mañana", NO_DAY),
}
AWKWARD = 'Dirección "General" & <Migraciones>'
TWENTY_PAGES = "La población migrante recurre a la oficina. " * 1500


@pytest.fixture
def applicant(visitor: Entering) -> Walker:
    """The focal point of Paraguay, signed in."""
    return visitor().enter(APPLICANT)


def drafting(walker: Walker, ref: str, section: str) -> None:
    """Open a section of the request."""
    walker.visit(f"/cases/{ref}/forms/request/{section}")


def told_at(walker: Walker, label: str) -> str:
    """The mistake that the field called `label` is described by, empty when it is right."""
    field = walker.field(label)
    if field.get_attribute("aria-invalid") != "true":
        return ""
    ids = (field.get_attribute("aria-describedby") or "").split()
    texts = [walker.page.locator(f"#{id_}").inner_text() for id_ in ids if id_.endswith("-error")]
    return " ".join(texts)


@pytest.mark.parametrize(
    ("section", "label", "entries"),
    [("money", "Monto, línea 1", AMOUNTS), ("activities", "Fecha de inicio", DAYS)],
)
def test_what_is_typed_is_understood_or_told_at_its_field(
    applicant: Walker, site: Site, section: str, label: str, entries: dict[str, tuple[str, str]]
) -> None:
    drafting(applicant, site.open(), section)
    for typed, (shown, told) in entries.items():
        applicant.fill({label: typed})
        applicant.press("Guardar borrador")
        expect(applicant.field(label)).to_have_value(shown)
        assert told in told_at(applicant, label), typed
        assert bool(told) == bool(told_at(applicant, label)), typed


def test_twenty_pages_pasted_into_a_field_stay_and_their_length_is_told(
    applicant: Walker, site: Site
) -> None:
    drafting(applicant, site.open(), "purpose")
    label = "Problema y situación actual"
    applicant.fill({label: TWENTY_PAGES})
    applicant.press("Guardar y seguir")
    expect(applicant.field(label)).to_have_value(TWENTY_PAGES)
    assert "El texto tiene 10.500 palabras y el máximo es 600" in told_at(applicant, label)


def test_going_back_finds_what_was_saved_and_may_change_it(applicant: Walker, site: Site) -> None:
    drafting(applicant, site.open(), "institutions")
    applicant.fill({"Institución que pide": "Una", "Persona de contacto": "Alguien"})
    applicant.tick("Otros Estados participantes", "Chile")
    applicant.press("Guardar y seguir")
    applicant.reads("Problema y objetivos")
    applicant.page.go_back()
    expect(applicant.field("Institución que pide")).to_have_value("Una")
    applicant.fill({"Institución que pide": "Otra"})
    applicant.press("Guardar y seguir")
    applicant.reads("Problema y objetivos")


def test_an_act_sent_twice_is_done_once(applicant: Walker, site: Site) -> None:
    ref = site.case_at("returned")
    applicant.visit(f"/cases/{ref}/do/resubmit")
    applicant.page.get_by_role("button", name=re.compile("^Confirmar")).dblclick()
    applicant.sees("Hecho. Pedido presentado de nuevo")
    assert site.behind.acts(ref).count("case.resubmit") == 1


def test_a_page_confirmed_after_the_act_was_done_elsewhere_leads_to_what_was_done(
    applicant: Walker, site: Site
) -> None:
    ref = site.case_at("returned")
    again = Walker(applicant.page.context.new_page(), site)
    for tab in (applicant, again):
        tab.visit(f"/cases/{ref}/do/withdraw")
        tab.fill({"Razón": "Ya no hace falta."})
    for tab in (applicant, again):
        tab.press("Confirmar: retirar el pedido")
        tab.sees("Pedido retirado")
    assert site.behind.acts(ref).count("case.withdraw") == 1


def test_a_second_window_is_told_and_loses_nothing(applicant: Walker, site: Site) -> None:
    ref, label = site.open(), "Institución que pide"
    other = Walker(applicant.page.context.new_page(), site)
    for tab in (applicant, other):
        drafting(tab, ref, "institutions")
        tab.field(label).focus()  # what one stands in does not follow the other
    applicant.page.bring_to_front()  # a browser slows down what is not looked at
    applicant.fill({label: "Primera ventana"})
    applicant.press("Guardar borrador")
    expect(applicant.field(label)).to_have_value("Primera ventana")
    other.page.bring_to_front()
    other.fill({label: "Segunda ventana"})
    other.press("Guardar borrador")
    expect(other.page.get_by_role("alert")).to_contain_text("se guardó en otra ventana")
    expect(other.field(label)).to_have_value("Segunda ventana")
    other.press("Guardar borrador")
    expect(other.page.get_by_role("alert")).to_have_count(0)
    drafting(applicant, ref, "institutions")
    expect(applicant.field(label)).to_have_value("Segunda ventana")


def test_what_others_did_meanwhile_is_told_and_the_reason_is_kept(
    visitor: Entering, site: Site
) -> None:
    ref = site.case_at("secretariat_review")
    walker = visitor().enter(SECRETARIAT)
    walker.visit(f"/cases/{ref}/do/return_for_clarification")
    walker.fill({"Razón": "Falta el plan."})
    site.stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    walker.press("Confirmar: devolver para aclaraciones")
    walker.sees("Requisitos de admisibilidad registrados")
    expect(walker.field("Razón")).to_have_value("Falta el plan.")
    walker.press("Confirmar: devolver para aclaraciones")
    walker.sees("Hecho.")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_the_session(
    visitor: Entering, site: Site, *, scripts: bool
) -> None:
    ref = site.open()
    walker = visitor(javascript=scripts).enter(APPLICANT)
    drafting(walker, ref, "institutions")
    walker.fill({"Institución que pide": AWKWARD})
    walker.page.context.clear_cookies()
    walker.press("Guardar borrador")
    walker.sees("Lo que escribió no se perdió ni se envió")
    walker.fill({"Correo electrónico": site.account(APPLICANT), "Contraseña": "equivocada"})
    walker.press("Entrar")
    walker.sees("No se pudo entrar")
    walker.fill({"Contraseña": PASSWORD})
    walker.press("Entrar")
    walker.reads("Lo que escribió está intacto")
    walker.press("Enviar lo escrito")
    expect(walker.field("Institución que pide")).to_have_value(AWKWARD)
    drafting(walker, ref, "institutions")
    expect(walker.field("Institución que pide")).to_have_value(AWKWARD)


def test_a_form_from_another_site_is_not_kept(visitor: Entering, site: Site) -> None:
    ref, walker = site.open(), visitor()
    for origin in ("https://example.org", "null", ""):
        answer = walker.page.request.post(
            f"{site.address}/es/cases/{ref}/do/submit",
            form={"reason": "x"},
            headers={"Origin": origin},
        )
        assert answer.status == 400
        assert "kept" not in answer.text()
