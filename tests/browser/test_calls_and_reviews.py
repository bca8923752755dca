"""A dated call by clicking: in Portuguese on a phone, in Spanish at a desk without scripts."""

import re

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import CHAIR, DELEGATE, NEW_REVIEWER, SECRETARIAT
from tests.support.browser import axe_findings
from tests.support.dated import announced, played
from tests.support.looking import overflowing
from tests.support.site import Site
from tests.support.walking import Walker

BRAZIL = (Role.FOCAL_POINT, "BR")
BOLIVIA = (Role.FOCAL_POINT, "BO")
PHONE = {"width": 390, "height": 844}
QUESTION = "O seguro de viagem pode ser pago?"
ANSWER = "Sí, dentro del pasaje."


@pytest.fixture(scope="module")
def refs(site: Site) -> dict[str, str]:
    """A call played to its frozen order, and one to which one may apply."""
    site.give()
    return played(site) | {"open": announced(site)}


def test_a_focal_point_asks_and_applies_on_a_phone_in_portuguese(
    visitor: Entering, refs: dict[str, str]
) -> None:
    walker = visitor("pt", **PHONE).enter(BRAZIL)
    walker.visit("/calls")
    walker.follow("Primera convocatoria")
    walker.fill({"Sua pergunta": QUESTION})
    walker.press("Perguntar")
    walker.sees("A pergunta ficou publicada.")
    assert overflowing(walker.page) == []
    staff = visitor(javascript=False).enter(SECRETARIAT)
    staff.visit(f"/calls/{refs['open']}")
    staff.fill({"Respuesta a la pregunta 1": ANSWER})
    staff.press("Publicar la respuesta, Pregunta 1")
    walker.visit(f"/calls/{refs['open']}")
    walker.sees(ANSWER)
    walker.follow("Abrir um pedido nesta convocatória")
    expect(walker.group("Como se apresenta").get_by_role("radio", checked=True)).to_have_value(
        refs["open"]
    )
    walker.page.get_by_role("radio", name="Pedido de cooperação, Brasil").check()
    walker.press("Abrir o rascunho")
    walker.visit("/cases/" + walker.page.url.split("/cases/")[1].split("/")[0])
    walker.sees("Pedido aberto em uma convocatória")
    _follow(walker, "Convocatória 2/2026")
    walker.reads("Primera convocatoria")


def test_the_public_reads_a_call_without_an_account_in_portuguese(
    visitor: Entering, refs: dict[str, str]
) -> None:
    walker = visitor("pt")
    walker.visit(f"/calls/{refs['call']}")
    walker.sees("Visitas")
    walker.sees("Compromisso das partes")
    expect(walker.page.get_by_role("button", name="Perguntar")).to_have_count(0)
    assert axe_findings(walker.page) == []


def test_a_reviewer_declares_and_scores_at_a_desk_in_spanish(
    visitor: Entering, refs: dict[str, str]
) -> None:
    walker = visitor().enter(NEW_REVIEWER)
    walker.follow("Mis evaluaciones")
    walker.follow("Ventanilla de retorno en las regiones")
    walker.sees(refs["reviewed"])
    expect(walker.page.get_by_role("heading", name="El pedido")).to_have_count(0)
    walker.tick("¿Tiene un conflicto de interés en este pedido?", "No lo tengo")
    walker.press("Declarar")
    walker.sees("Ya puede ver el pedido.")
    walker.sees("Se ven después de dar la propia.")
    points = walker.page.get_by_label("Puntos, de 0 a 20")
    words = walker.page.get_by_role("textbox", name="Comentario")
    for number in range(points.count()):
        points.nth(number).fill("20")
        words.nth(number).fill("Está bien explicado.")
    walker.press("Dar la evaluación")
    walker.sees("Evaluación registrada.")
    walker.sees("Evaluación 1")
    assert axe_findings(walker.page) == []


def test_the_order_is_adopted_and_refusals_are_told_in_spanish(
    visitor: Entering, refs: dict[str, str]
) -> None:
    delegate = visitor("pt", **PHONE).enter(DELEGATE)
    delegate.visit("/ceam")
    _follow(delegate, "Ordem da convocatória 1/2026")
    delegate.sees("Aqui termina o montante da convocatória")
    assert overflowing(delegate.page) == []
    chair = visitor(javascript=False).enter(CHAIR)
    chair.visit(f"/cases/{refs['call']}")
    chair.follow("Adoptar el orden")
    chair.press("Confirmar: adoptar el orden")
    chair.sees("Orden adoptado")
    staff = visitor(javascript=False).enter(SECRETARIAT)
    staff.visit(f"/calls/{refs['call']}/order")
    staff.sees("Adoptado por la presidencia el")
    staff.follow("Comunicar las negativas")
    staff.page.locator("#reason").fill("El monto alcanzó para tres pedidos.")
    staff.press("Confirmar: hacerlo en 2 casos")
    _publish(staff, refs["call"])
    applicant = visitor("pt", **PHONE).enter(BOLIVIA)
    applicant.visit(f"/calls/{refs['call']}")
    applicant.sees("Lugar 5 de 5")
    applicant.follow("Estadística de entradas y salidas")
    applicant.sees("El monto alcanzó para tres pedidos.")


def _follow(walker: Walker, name: str) -> None:
    """Follow a link whose name holds a stroke."""
    walker.go(walker.page.get_by_role("link", name=name, exact=True).first)


def _publish(staff: Walker, ref: str) -> None:
    staff.visit(f"/cases/{ref}")
    staff.follow("Publicar los resultados")
    staff.press("Confirmar: publicar los resultados")
    staff.sees(re.compile("Resultados publicados"))
