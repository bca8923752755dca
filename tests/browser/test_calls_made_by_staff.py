"""A dated call is made in each language; reviewed and adopted in Portuguese, read in Spanish."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import CHAIR, DELEGATE, NEW_REVIEWER, SECRETARIAT
from tests.browser.tongue import Tongue
from tests.support.browser import axe_findings
from tests.support.dated import played
from tests.support.looking import overflowing
from tests.support.site import Site
from tests.support.walking import Walker

BRAZIL = (Role.FOCAL_POINT, "BR")
BOLIVIA = (Role.FOCAL_POINT, "BO")
WEIGHTS = {
    ("Pertinencia", "Pertinência"): "30",
    ("Oportunidad", "Oportunidade"): "15",
    ("Claridad de los objetivos", "Clareza dos objetivos"): "20",
    ("Compromiso de las partes", "Compromisso das partes"): "20",
    ("Capacidad instalada esperada", "Capacidade instalada esperada"): "15",
}


@pytest.fixture
def pt(visitor: Entering) -> Tongue:
    """Whoever acts; the other side reads Spanish."""
    return Tongue(visitor, "pt")


@pytest.fixture(scope="module")
def refs(site: Site) -> dict[str, str]:
    """A call played to its frozen order."""
    site.give()
    return played(site)


def what_is_called_for(desk: Walker, say: Tongue) -> None:
    """The first section: number, title, themes, languages."""
    said = say("En español", "Em português")
    desk.fill({"Número": f"7/{say.lang}"})
    desk.group("Título").get_by_label(said).fill(say("Visitas del año", "Visitas do ano"))
    desk.group(say("Qué se busca", "O que se busca")).get_by_label(said).fill("Visitas.")
    desk.tick("Temas", say("Retorno y reintegración", "Retorno e reintegração"))
    languages = say("Lenguas en que se presenta", "Idiomas em que se apresenta")
    desk.tick(languages, say("Español", "Espanhol"), say("Portugués", "Português"))
    go_on(desk, say)


def go_on(desk: Walker, say: Tongue) -> None:
    assert overflowing(desk.page) == []
    desk.press(say("Guardar y seguir", "Salvar e continuar"))


def when_and_how_much(desk: Walker, say: Tongue, site: Site) -> None:
    """Dates and money."""
    dates = (
        (say("Abre el", "Abre em"), 1),
        (say("Último día para preguntas", "Último dia para perguntas"), 30),
        (say("Cierra el", "Encerra em"), 51),
        (say("Resultados el", "Resultados em"), 86),
    )
    for label, after in dates:
        day = site.today + timedelta(days=after)
        desk.fill({label: f"{day.day}/{day.month}/{day.year}"})
    go_on(desk, say)
    whole = say("Monto total de la convocatoria", "Montante total da convocatória")
    desk.fill({whole: "28.000", say("Máximo por proyecto", "Máximo por projeto"): "10.000"})
    go_on(desk, say)


def how_it_is_judged(desk: Walker, say: Tongue) -> None:
    """The criteria with their weights, a line each."""
    line, table = say("línea", "linha"), say("Criterios y pesos", "Critérios e pesos")
    for number, (names, weight) in enumerate(WEIGHTS.items(), 1):
        name = f"{say('Criterio', 'Critério')}, {line} {number}"
        if not desk.field(name).count():
            desk.press(f"{say('Añadir una línea', 'Acrescentar uma linha')}: {table}")
        desk.fill({name: say(*names), f"Peso, {line} {number}": weight})
    least = say("Evaluaciones por pedido, al menos", "Avaliações por pedido, no mínimo")
    desk.fill({least: "2"})


def test_a_reviewer_declares_and_scores_in_portuguese(pt: Tongue, refs: dict[str, str]) -> None:
    walker = pt.enter(NEW_REVIEWER, "/reviews")
    walker.follow("Ventanilla de retorno en las regiones")
    walker.sees(refs["reviewed"])
    expect(walker.page.get_by_role("heading", name="O pedido", exact=True)).to_have_count(0)
    walker.page.get_by_role("main").get_by_role("radio").first.check()
    walker.press("Declarar")
    points = walker.page.get_by_label("Pontos, de 0 a 20")
    words = walker.page.get_by_role("textbox", name="Comentário")
    assert points.count() == len(WEIGHTS)
    for number in range(points.count()):
        points.nth(number).fill("20")
        words.nth(number).fill("Está bem explicado.")
    assert overflowing(walker.page) == []
    walker.press("Dar a avaliação")
    walker.sees("Avaliação registrada.")
    assert axe_findings(walker.page) == []


def test_the_order_is_adopted_in_portuguese_and_read_in_spanish(
    pt: Tongue, refs: dict[str, str]
) -> None:
    chair = pt.enter(CHAIR, f"/cases/{refs['call']}")
    pt.act(chair, "Adoptar el orden", "Adotar a ordem")
    chair.sees("Ordem adotada")
    staff = pt.enter(SECRETARIAT, f"/calls/{refs['call']}/order")
    assert overflowing(staff.page) == []
    staff.sees("Adotad")
    staff.follow("Comunicar as recusas")
    staff.page.locator("#reason").fill("O montante alcançou três pedidos.")
    staff.press("Confirmar: fazer em 2 casos")
    staff.visit(f"/cases/{refs['call']}")
    pt.act(staff, "Publicar los resultados", "Publicar os resultados")
    delegate = pt.other.enter(DELEGATE, f"/calls/{refs['call']}/order")
    delegate.sees("Adoptado por la presidencia el")
    delegate.sees("Aquí termina el monto de la convocatoria")
    applicant = pt.other.enter(BOLIVIA, f"/calls/{refs['call']}")
    applicant.sees("Lugar 5 de 5")
    applicant.follow("Estadística de entradas y salidas")
    applicant.sees("O montante alcançou três pedidos.")


def test_a_call_is_made_and_a_question_on_it_answered(say: Tongue, site: Site) -> None:
    desk = say.enter(SECRETARIAT, "/cases/new")
    desk.page.get_by_role("radio", name=re.compile("^Convocat")).check()
    desk.press(say("Abrir el borrador", "Abrir o rascunho"))
    ref = desk.page.url.split("/cases/")[1].split("/")[0]
    what_is_called_for(desk, say)
    when_and_how_much(desk, say, site)
    how_it_is_judged(desk, say)
    say.hand_in(desk, say("Anunciar la convocatoria", "Anunciar a convocatória"))
    say.done(desk, "Convocatoria anunciada", "Convocatória anunciada")
    there = say.other
    asks = there.enter(BRAZIL, f"/calls/{ref}")
    asks.sees(there("Visitas do ano", "Visitas del año"))  # only one language is written
    asks.fill({there("Su pregunta", "Sua pergunta"): "¿Seguro?"})
    asks.press(there("Preguntar", "Perguntar"))
    desk.visit(f"/calls/{ref}")
    desk.fill({say("Respuesta a la pregunta 1", "Resposta à pergunta 1"): "Sim."})
    desk.press(say("Publicar la respuesta, Pregunta 1", "Publicar a resposta, Pergunta 1"))
    asks.visit(f"/calls/{ref}")
    asks.sees("Sim.")
    assert axe_findings(asks.page) == []
