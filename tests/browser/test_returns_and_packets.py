"""A return with points, answered in the other language, compared; a workbook on a phone.

Each page on the way is looked at as every type of page is.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, SECRETARIAT
from tests.browser.tongue import Tongue
from tests.offline_forms.workbook import Filled
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import (
    broken_relations,
    overflowing,
    small_targets,
    spilling,
    untagged_language,
)
from tests.support.site import Site
from tests.support.walking import Walker

BRAZIL, INSTITUTION = (Role.FOCAL_POINT, "BR"), (Role.INSTITUTION_USER, "BR")
PHONE = {"width": 390, "height": 844}
WHAT = "Separe el costo de los pasajes."


def looked_at(walker: Walker, name: str) -> None:
    """Expect nothing on the page over which somebody trips, wide or narrow, light or dark."""
    page, faults = walker.page, list[str]()
    size = page.viewport_size
    faults += broken_relations(page) + untagged_language(page, walker.lang) + spilling(page)
    faults += [f"light: {finding}" for finding in axe_findings(page)]
    page.emulate_media(color_scheme="dark")
    faults += [f"dark: {finding}" for finding in axe_findings(page, only="color-contrast")]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    faults += small_targets(page)
    save_screenshot(page, f"{name}-390")
    page.set_viewport_size({"width": 320, "height": 640})
    faults += overflowing(page) + spilling(page)
    if size:
        page.set_viewport_size(size)
    assert not faults, "\n".join(faults)


def got(page: Page, link: str) -> bytes:
    """What a link downloads."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).first.click()
    return Path(waiting.value.path()).read_bytes()


def name_a_field(desk: Walker, say: Tongue, ref: str) -> None:
    """The Secretariat returns a request, and says of one field what must change."""
    desk.visit(f"/cases/{ref}/do/return_for_clarification")
    section = say("Presupuesto y financiación", "Orçamento e financiamento")
    desk.page.get_by_text(section, exact=True).click()
    desk.page.get_by_label(say("Costo", "Custo"), exact=True).check()
    label = say("Qué debe cambiar: Costo", "O que deve mudar: Custo")
    desk.page.get_by_label(label).fill(WHAT)
    desk.fill({say("Razón", "Razão"): "Falta una cosa."})
    looked_at(desk, f"return-with-points-{say.lang}")
    say.confirm(desk, say("Devolver para aclaraciones", "Devolver para esclarecimentos"))
    desk.sees(WHAT)


def answer_it(applicant: Walker, say: Tongue, ref: str) -> None:
    """The applicant reads the point at its field, mends the request and hands it in again."""
    form = say("Pedido de cooperación", "Pedido de cooperação")
    applicant.sees(say(f"Lo que se pide cambiar: {form}", f"O que se pede mudar: {form}"))
    looked_at(applicant, f"case-with-points-{say.lang}")
    applicant.follow(say("Presupuesto y financiación: Costo", "Orçamento e financiamento: Custo"))
    expect(applicant.page.locator("#f-budget-points")).to_contain_text(WHAT)
    looked_at(applicant, f"form-with-points-{say.lang}")
    applicant.visit(f"/cases/{ref}/forms/request/activities")
    applicant.fill({say("Duración en meses", "Duração em meses"): "11"})
    applicant.press(say("Guardar y seguir", "Salvar e continuar"))
    applicant.visit(f"/cases/{ref}/do/resubmit")
    say.confirm(applicant, say("Presentar de nuevo", "Apresentar de novo"))


def test_a_return_names_a_field_and_the_answer_is_compared(say: Tongue, site: Site) -> None:
    ref = site.case_at("secretariat_review")
    walker = say.enter(SECRETARIAT)
    name_a_field(walker, say, ref)
    answer_it(say.other.enter(APPLICANT, f"/cases/{ref}"), say.other, ref)

    walker.visit(f"/cases/{ref}")
    walker.follow(say("Ver qué cambió", "Ver o que mudou"))
    walker.reads(
        say(
            "Qué cambió en: Pedido de cooperación, versión 2",
            "O que mudou em: Pedido de cooperação, versão 2",
        )
    )
    walker.sees(WHAT)
    walker.sees("11")
    looked_at(walker, f"submission-changes-{say.lang}")
    walker.follow(say("Pedido de cooperación, versión 2", "Pedido de cooperação, versão 2"))
    paper = got(walker.page, say("Este documento en PDF", "Este documento em PDF"))
    first = PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert ref in first
    assert say("Qué se pide", "O que se pede") in first
    walker.visit(f"/cases/{ref}")
    pages = PdfReader(BytesIO(got(walker.page, say("Todo en un PDF", "Tudo em um PDF")))).pages
    assert len(pages) > 3
    whole = "".join(page.extract_text() for page in pages)
    assert say("Presupuesto y financiación", "Orçamento e financiamento") in whole


def test_a_workbook_is_filled_in_offline_on_a_phone(
    visitor: Entering, site: Site, tmp_path: Path
) -> None:
    ref = site.open("BR")
    walker = visitor("pt", **PHONE).enter(INSTITUTION)
    walker.visit(f"/cases/{ref}/forms/request")
    walker.follow("Preencher sem conexão")
    looked_at(walker, "packet")
    book = Filled(got(walker.page, "Baixar com o já respondido"))
    book.write({"months": 7, "problem": "Falta o serviço.", "contact": "Luz"})
    file = tmp_path / "pedido.xlsx"
    file.write_bytes(book.saved())

    other = visitor("pt").enter(BRAZIL)
    other.visit(f"/cases/{ref}/forms/request/activities")
    other.fill({"Duração em meses": "9"})
    other.press("Salvar e continuar")

    walker.page.get_by_label("Arquivo .xlsx baixado deste formulário").set_input_files(file)
    walker.press("Incorporar as respostas")
    walker.sees("Outra pessoa mudou isto entretanto")
    looked_at(walker, "packet-conflict")
    walker.press("Salvar o escolhido")
    walker.sees("Escolha uma das duas respostas.")
    looked_at(walker, "packet-unchosen")
    walker.page.get_by_label("A da minha planilha").check()
    walker.press("Salvar o escolhido")
    walker.sees("3 respostas foram incorporadas")
    looked_at(walker, "packet-taken-in")
    walker.visit(f"/cases/{ref}/forms/request/activities")
    expect(walker.field("Duração em meses")).to_have_value("7")
    assert overflowing(walker.page) == []

    walker.visit(f"/cases/{ref}/packets/request")
    walker.page.get_by_label("Arquivo .xlsx baixado deste formulário").set_input_files(file)
    walker.press("Incorporar as respostas")
    walker.sees("já foi incorporada")
    walker.press("Incorporar as respostas")
    walker.sees("Escolha um arquivo.")
    looked_at(walker, "packet-no-file")
