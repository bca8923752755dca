"""Processes in the browser: from inside, by version; a good practice that is reviewed."""

import re

from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import SECRETARIAT
from tests.support.looking import overflowing
from tests.support.site import Site
from tests.support.walking import Walker

PARAGUAY = (Role.FOCAL_POINT, "PY")
TITLE = "Registro de retornados en ventanilla única"


def test_staff_see_where_cases_stand_and_what_a_version_changed(
    visitor: Entering, site: Site
) -> None:
    site.case_at("submitted")
    walker = visitor("es").enter(SECRETARIAT)
    walker.visit("/process")
    walker.sees("Cuánto tarda")
    walker.follow("Ver el proceso por dentro")
    walker.reads(re.compile("el proceso por dentro"))
    row = walker.page.locator(".flow li").filter(has_text="Presentado, por tomar en revisión")
    expect(row).to_contain_text("1 caso aquí")
    row.get_by_role("link").click()
    expect(walker.page.locator("#state-submitted h3")).to_be_in_viewport()
    expect(walker.page.locator("#state-submitted")).to_contain_text("Tomar en revisión")
    walker.follow("Qué cambió en la versión 2")
    walker.reads("Pedido de cooperación: de la versión 1 a la 2")
    walker.sees("Los actos")


def test_everybody_reads_a_process_on_a_phone_in_portuguese(visitor: Entering, site: Site) -> None:
    site.case_at("submitted", "UY")
    walker = visitor("pt", width=390, height=844)
    walker.visit("/process")
    walker.sees("Quanto tempo leva")
    assert overflowing(walker.page) == []
    walker.follow("Boa prática")
    walker.reads("Como funciona: Boa prática")
    walker.follow("Pedido de cooperação")
    walker.follow("O que mudou na versão 2")
    walker.sees("Os atos")
    assert overflowing(walker.page) == []


def practice(walker: Walker) -> str:
    """A good practice from the menu to the confirmation; answers its reference."""
    walker.follow("Nuevo caso")
    walker.page.get_by_role("radio", name=re.compile("^Buena práctica")).check()
    walker.press("Abrir el borrador")
    ref = walker.page.url.split("/cases/")[1].split("/")[0]
    walker.group("Título").get_by_label("En español").fill(TITLE)
    walker.group("Resumen").get_by_label("En español").fill("Una ventanilla atiende a la familia.")
    walker.tick("Temas", "Retorno y reintegración")
    walker.tick("Población a la que sirve", "Personas retornadas")
    walker.press("Guardar y seguir")
    walker.fill({"Institución responsable": "Secretaría", "Desde cuándo se aplica": "1/3/2024"})
    walker.group("Qué problema había").get_by_label("En español").fill("Siete oficinas.")
    walker.group("Qué se hace y cómo").get_by_label("En español").fill("Una sola visita.")
    walker.press("Guardar y seguir")
    walker.group("Resultados").get_by_label("En español").fill("De siete visitas a una.")
    walker.page.get_by_label("Registros y estadísticas de la institución").check()
    walker.group("Lo que se aprendió").get_by_label("En español").fill("El horario importa.")
    walker.press("Guardar y seguir")
    walker.tick("La institución puede enseñarla a otros países", "Sí")
    walker.fill({"Persona de contacto": "Ana, 555 0101"})
    walker.tick("Declaro que los datos son ciertos", "Sí")
    walker.press("Guardar y revisar")
    walker.press("Confirmar: presentar la práctica")
    return ref


def test_a_good_practice_is_offered_in_spanish_and_published_in_portuguese(
    visitor: Entering, site: Site
) -> None:
    ref = practice(visitor("es").enter(PARAGUAY))
    assert site.stage.case(ref).state == "practice_review"
    office = visitor("pt").enter(SECRETARIAT)
    office.visit(f"/cases/{ref}")
    office.follow("Aceitar e publicar")
    office.press("Confirmar: aceitar e publicar")
    reader = visitor("pt", width=390, height=844)
    reader.visit(f"/catalogue/{ref}")
    reader.sees("Boa prática")
    reader.sees("Una sola visita.")
    expect(reader.page.get_by_role("main")).not_to_contain_text("555 0101")
    assert overflowing(reader.page) == []
