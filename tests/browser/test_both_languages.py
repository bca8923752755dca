"""What offices do on a case, each walked twice: in Spanish at a desk, in Portuguese on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, FUND, NEW_REVIEWER, SECRETARIAT
from tests.browser.tongue import WHY, Tongue
from tests.offline_forms.workbook import Filled
from tests.support.dated import played
from tests.support.looking import overflowing
from tests.support.site import Site, Who

BRAZIL: Who = (Role.FOCAL_POINT, "BR")


@pytest.fixture(autouse=True)
def _funds(site: Site) -> None:
    """Money enough for the cases of a test."""
    site.give()


def taken(page: Page, name: str) -> bytes:
    """What a link gives to take along."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).first.click()
    return Path(download.value.path()).read_bytes()


def test_a_case_is_opened_as_an_exercise_and_stays_out_of_public_view(say: Tongue) -> None:
    walker = say.enter(APPLICANT)
    walker.follow(say("Nuevo caso", "Novo caso"))
    walker.page.get_by_role("radio", name=re.compile("^Pedido de coopera")).check()
    walker.page.get_by_label(say("Abrir como ejercicio", "Abrir como exercício")).check()
    walker.press(say("Abrir el borrador", "Abrir o rascunho"))
    ref = walker.page.url.split("/cases/")[1].split("/")[0]
    assert ref.startswith("EJ-")
    walker.visit(f"/cases/{ref}")
    note = say("Este caso sirve para practicar", "Este caso serve para praticar")
    expect(walker.page.locator(".practice-note")).to_contain_text(note)
    assert overflowing(walker.page) == []
    walker.visit(f"/catalogue?q={ref}")
    walker.sees(say("Ninguna entrada", "Nenhuma entrada"))


def test_a_checklist_asks_for_the_reason_of_what_fails(say: Tongue, site: Site) -> None:
    ref = site.case_at("secretariat_review")
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    act = say("Registrar la admisibilidad", "Registrar a admissibilidade")
    desk.follow(act)
    for group in desk.page.get_by_role("radiogroup").all():
        group.get_by_label(say("Sí", "Sim"), exact=True).check()
    question = say("El tema corresponde a la migración", "O tema corresponde à migração")
    desk.page.get_by_role("radiogroup", name=re.compile(question)).get_by_label(
        say("No", "Não"), exact=True
    ).check()
    desk.press(say("Guardar y revisar", "Salvar e revisar"))
    desk.sees(say("Falta este dato", "Falta este dado"))
    desk.fill({say("Razón: tema y mandatos", "Razão: tema e mandatos"): "No es migración."})
    say.hand_in(desk, act)
    say.give_reason(desk, say("Declarar inadmisible", "Declarar inadmissível"))
    applicant = say.enter(APPLICANT, f"/cases/{ref}")
    applicant.sees(WHY[say.lang])
    assert site.stage.case(ref).state == "rejected"


def test_an_official_note_confirms_for_a_state(say: Tongue, site: Site) -> None:
    ref = site.case_at("submitted", participants=["CL"], network_wide=False)
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    act = say("Registrar una nota oficial", "Registrar uma nota oficial")
    desk.follow(act)
    note = say("Número de la nota", "Número da nota")
    signed = say("Quién la firma", "Quem assina")
    dated = say("Fecha de la nota", "Data da nota")
    desk.fill({"Estado que confirma": "Brasil"})
    desk.fill({note: "N-17/2026", signed: "Embajada de Chile", dated: "1/9/2026"})
    desk.press(say("Guardar y revisar", "Salvar e revisar"))
    confirm = f"Confirmar: {act[0].lower()}{act[1:]}"
    desk.press(confirm)  # of a State that is not asked
    desk.sees(say("Faltan: Chile", "Faltam: Chile"))
    desk.visit(f"/cases/{ref}/forms/endorsement")
    desk.fill({"Estado que confirma": "Chile"})
    say.hand_in(desk, act)
    (part,) = site.stage.case(ref).participants
    assert part.confirmed_seq


def test_work_is_suspended_and_goes_on_each_with_its_reason(say: Tongue, site: Site) -> None:
    ref = site.case_at("executing")
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    say.give_reason(desk, say("Suspender la ejecución", "Suspender a execução"))
    applicant = say.enter(APPLICANT, f"/cases/{ref}")
    applicant.sees(WHY[say.lang])
    expect(
        applicant.page.get_by_role("link", name=say("Pedir un desembolso", "Pedir um desembolso"))
    ).to_have_count(0)
    desk.visit(f"/cases/{ref}")
    say.give_reason(desk, say("Reanudar la ejecución", "Retomar a execução"))
    assert site.stage.case(ref).state == "executing"


def test_a_report_is_returned_with_a_reason_and_accepted(say: Tongue, site: Site) -> None:
    ref = site.case_at("report_review")
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    say.give_reason(desk, say("Devolver el informe", "Devolver o relatório"))
    say.enter(APPLICANT, f"/cases/{ref}").sees(WHY[say.lang])
    site.stage.fire(ref, APPLICANT, "submit_report")
    desk.visit(f"/cases/{ref}")
    act = say("Aceptar el informe", "Aceitar o relatório")
    desk.follow(act)
    say.confirm(desk, act)
    desk.sees(say("Informe de avance aceptado", "Relatório de andamento aceito"))


def test_who_waits_for_funds_is_seen_in_order_and_funded(say: Tongue, site: Site) -> None:
    ref = site.case_at("approved_awaiting_funds")
    fund = say.enter(FUND, "/awaiting-funds")
    fund.sees(ref)
    fund.sees(say("Dinero reservado", "Dinheiro reservado"))
    assert overflowing(fund.page) == []
    fund.visit(f"/cases/{ref}")
    act = say("Comprometer los fondos", "Comprometer os recursos")
    fund.follow(act)
    say.confirm(fund, act)
    assert site.stage.case(ref).state == "funded"
    fund.visit("/awaiting-funds")
    expect(fund.page.get_by_role("main")).not_to_contain_text(ref)


def test_a_case_is_taken_found_by_a_filter_and_done_with_others(say: Tongue, site: Site) -> None:
    refs = [site.case_at("submitted", "EC") for _ in range(2)]
    desk = say.enter(SECRETARIAT, f"/cases/{refs[0]}")
    desk.press(say("Hacerme cargo", "Assumir o caso"))
    desk.sees(say("Lo lleva usted desde el", "Sob sua responsabilidade desde"))
    desk.visit("/cases?hand=me")
    desk.sees(refs[0])
    desk.visit("/cases?country=EC&state=submitted")
    desk.follow(say("Guardar este filtro", "Salvar este filtro"))
    desk.fill({say("Nombre del filtro", "Nome do filtro"): f"EC {say.lang}"})
    desk.press(say("Guardar", "Salvar"))
    desk.visit("/cases?all=yes")
    desk.follow(f"EC {say.lang}")
    desk.follow(say("Hacer lo mismo en varios casos", "Fazer o mesmo em vários casos"))
    words = say("Tomar en revisión", "Iniciar a análise")
    desk.page.get_by_role("radio", name=re.compile(words)).check()
    for ref in refs:
        desk.page.get_by_role("checkbox", name=re.compile(ref)).check()
    assert overflowing(desk.page) == []
    desk.press("Revisar antes de confirmar")
    desk.press(say("Confirmar: hacerlo en 2 casos", "Confirmar: fazer em 2 casos"))
    desk.sees(say("Se hizo en 2 casos.", "Foi feito em 2 casos."))
    desk.visit("/cases/board")
    desk.sees(refs[0])
    assert overflowing(desk.page) == []


def test_a_workbook_goes_out_and_comes_back(say: Tongue, site: Site, tmp_path: Path) -> None:
    ref = site.open("BR")
    walker = say.enter(BRAZIL, f"/cases/{ref}/packets/request")
    book = Filled(
        taken(walker.page, say("Descargar con lo ya respondido", "Baixar com o já respondido"))
    )
    book.write({"months": 7, "contact": "Luz"})
    file = tmp_path / "request.xlsx"
    file.write_bytes(book.saved())
    walker.page.locator("input[type=file]").set_input_files(file)
    walker.press(say("Incorporar las respuestas", "Incorporar as respostas"))
    walker.sees(say("2 respuestas", "2 respostas"))
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(b"no workbook")
    walker.visit(f"/cases/{ref}/packets/request")
    walker.page.locator("input[type=file]").set_input_files(wrong)
    walker.press(say("Incorporar las respuestas", "Incorporar as respostas"))
    walker.sees(say("El libro no se incorporó", "A planilha não foi incorporada"))
    walker.visit(f"/cases/{ref}/forms/request/activities")
    expect(walker.field(say("Duración en meses", "Duração em meses"))).to_have_value("7")


def test_a_reviewer_in_conflict_stays_out_and_reads_nothing(visitor: Entering, site: Site) -> None:
    played(site)
    walker = Tongue(visitor, "pt").enter(NEW_REVIEWER, "/reviews")
    walker.follow("Ventanilla de retorno en las regiones")
    walker.page.get_by_label("Há, e a avaliação fica com outra pessoa").check()
    walker.fill({"Razão do conflito": "Trabalhei ali."})
    assert overflowing(walker.page) == []
    walker.press("Declarar")
    walker.sees("Conflito registrado.")
    expect(walker.page.get_by_role("heading", name="O pedido", exact=True)).to_have_count(0)
