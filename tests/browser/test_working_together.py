"""Working together by clicking: on a desk in Spanish, on a phone in Portuguese, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.kernel.actors import SYSTEM, Role
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, SECRETARIAT
from tests.browser.tongue import PHONE, Tongue
from tests.support.looking import overflowing
from tests.support.site import Site
from tests.support.walking import Walker

BRAZIL = (Role.FOCAL_POINT, "BR")
ANA = "Ana Pérez"
QUESTION = "¿Quién pagará los pasajes?"
ANSWER = "Os bilhetes serão pagos pelo ministério."


def colleague(site: Site) -> None:
    """A second person of the Secretariat."""
    with site.stage.services.uow.begin(SYSTEM) as tx:
        give_role(tx, add_user(tx, "ana@ricomi.example", ANA, "es"), Role.SECRETARIAT)


def section(walker: Walker, name: str) -> str:
    """What a list of My work says."""
    return walker.page.get_by_role("region", name=re.compile(f"^{name}")).inner_text()


def test_the_secretariat_shares_its_work_on_a_desk(visitor: Entering, site: Site) -> None:
    colleague(site)
    ref, other = site.case_at("submitted"), site.case_at("submitted", "AR")
    walker = visitor(javascript=False).enter(SECRETARIAT)
    assert ref in section(walker, "Esperan por usted")
    walker.sees("Nadie lo lleva todavía.")
    walker.visit(f"/cases/{ref}")
    walker.press("Hacerme cargo")
    walker.sees("Lo lleva usted desde el")
    walker.follow("Asignar a otra persona")
    walker.fill({"Asignar a": ANA, "Mensaje": "Por favor, mírelo."})
    walker.press("Asignar")
    walker.sees(f"Lo lleva {ANA} (Secretaría Técnica) desde el")
    walker.visit("/cases?hand=nobody")
    walker.sees(other)
    expect(walker.page.get_by_role("main")).not_to_contain_text(ref)


def test_cases_are_found_kept_and_moved_together_on_a_desk(visitor: Entering, site: Site) -> None:
    refs = [site.case_at("submitted", "UY") for _ in range(2)]
    walker = visitor(javascript=False).enter(SECRETARIAT)
    walker.page.locator("#find-case").fill(refs[0])
    walker.press("Buscar casos")
    walker.sees(refs[0])
    walker.page.get_by_text("Más filtros", exact=True).click()
    walker.page.locator("#q").fill("")
    walker.fill({"País que pide": "Uruguay", "Situación": "Presentado, por tomar en revisión"})
    walker.press("Buscar")
    walker.follow("Guardar este filtro")
    walker.fill({"Nombre del filtro": "Uruguay"})
    walker.press("Guardar")
    walker.visit("/cases?all=yes")
    walker.follow("Uruguay")
    for ref in refs:
        walker.sees(ref)
    walker.follow("Hacer lo mismo en varios casos")
    walker.page.get_by_role("radio", name=re.compile("Tomar en revisión")).check()
    for ref in refs:
        walker.page.get_by_role("checkbox", name=re.compile(ref)).check()
    walker.press("Revisar antes de confirmar")
    walker.press("Confirmar: hacerlo en 2 casos")
    walker.sees("Se hizo en 2 casos.")
    walker.page.reload()  # sends the same form again
    walker.sees("ya estaba hecho por usted")
    for ref in refs:
        assert site.behind.acts(ref).count("case.start_review") == 1
    walker.visit("/cases/board")
    expect(walker.page.get_by_role("region", name=re.compile("Revisión"))).to_contain_text(refs[0])


def ask(asks: Walker, say: Tongue) -> None:
    """One comment for the office alone, one that names the focal point."""
    post = say("Publicar el comentario", "Publicar o comentário")
    asks.follow(say("Interno de la Secretaría", "Interno da Secretaria"))
    asks.page.locator("#body").fill("Esto queda entre nosotros.")
    asks.press(post)
    asks.follow(say("Compartido con el solicitante", "Compartilhado com o solicitante"))
    asks.page.locator("#body").fill(QUESTION)
    asks.page.get_by_role("checkbox", name=re.compile("P[ou]nto focal")).check()
    assert overflowing(asks.page) == []
    asks.press(post)
    asks.sees(QUESTION)


@pytest.mark.parametrize(("asking", "answering"), [("es", "pt"), ("pt", "es")])
def test_a_question_is_answered_in_the_other_language(
    visitor: Entering, site: Site, asking: str, answering: str
) -> None:
    ref = site.case_at("secretariat_review", "BR")
    there, say = Tongue(visitor, asking), Tongue(visitor, answering)
    asks = visitor(asking, **PHONE, javascript=False).enter(SECRETARIAT)
    asks.visit(f"/cases/{ref}")
    ask(asks, there)

    walker = visitor(answering, **PHONE, javascript=False).enter(BRAZIL)
    walker.visit("/work")  # whoever signs in is led to the language of the account
    assert ref in section(walker, say("Esperan a otros", "Esperam por outros"))
    walker.sees(
        say("Se espera a: Secretaría Técnica, desde", "Espera-se por: Secretaria Técnica, desde")
    )
    assert overflowing(walker.page) == []
    walker.visit(f"/cases/{ref}")
    walker.sees(QUESTION)
    expect(walker.page.get_by_role("main")).not_to_contain_text("Esto queda entre nosotros.")
    walker.follow(say("Compartido con el solicitante", "Compartilhado com o solicitante"))
    walker.page.locator("#body").fill(ANSWER)
    walker.press(say("Publicar el comentario", "Publicar o comentário"))
    walker.sees(ANSWER)
    assert overflowing(walker.page) == []
    take_back(walker, say)
    walker.page.get_by_text(say("Menú", "Menu"), exact=True).click()
    walker.page.locator("#find-case-menu").fill(ref)
    walker.press("Buscar casos")
    walker.sees(ref)
    assert overflowing(walker.page) == []


def take_back(walker: Walker, say: Tongue) -> None:
    """Whoever wrote a comment takes it back, with a reason that stays."""
    walker.follow("Retirar")
    walker.page.locator("#reason").fill("Respondi antes de confirmar.")
    walker.press(say("Confirmar: retirar el comentario", "Confirmar: retirar o comentário"))
    walker.sees(say("Razón: Respondi antes", "Razão: Respondi antes"))
    expect(walker.page.get_by_role("main")).not_to_contain_text(ANSWER)


def test_what_is_late_and_what_comes_is_listed(visitor: Entering, site: Site) -> None:
    ref = site.case_at("submitted", "PY")
    walker = visitor(javascript=False).enter(APPLICANT)
    assert ref in section(walker, "Esperan a otros")
    assert ref in section(walker, "Viene pronto")
    late = section(walker, "Atrasados a la espera de otros")
    assert "Nada de lo que espera a otros está atrasado." in late
