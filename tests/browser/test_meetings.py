"""A meeting by clicking: prepared and held at a desk without scripts, followed on a phone."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.meetings.queries import find_meeting
from ricomi_workflow.simulation.accounts import OBSERVER_STATE
from tests.browser.conftest import Entering
from tests.browser.page_types import CHAIR, RAPPORTEUR, SECRETARIAT
from tests.support.browser import axe_findings
from tests.support.looking import overflowing
from tests.support.site import Site
from tests.support.walking import Walker

HAITI = (Role.CEAM_DELEGATE, "HT")
OBSERVER = (Role.OBSERVER, OBSERVER_STATE)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def ready(site: Site) -> str:
    """A request that may be put to a ballot."""
    site.give()
    ref = site.case_at("secretariat_review")
    site.stage.fire(ref, (Role.SECRETARIAT, None), "record_admissibility")
    site.stage.fire(ref, (Role.SECRETARIAT, None), "record_opinion")
    return ref


def test_a_meeting_from_its_order_of_business_to_its_minutes(
    site: Site, visitor: Entering, ready: str
) -> None:
    """In Spanish at a desk without scripts; in French on a phone."""
    staff = visitor(javascript=False).enter(SECRETARIAT)
    ref = _prepared(staff, site, ready)
    _convened(staff, site, ref)
    haiti = visitor("fr", **PHONE).enter(HAITI)
    haiti.visit(f"/meetings/{ref}")
    haiti.sees("Projet d'ordre du jour")
    haiti.sees("Consulta reservada")
    assert overflowing(haiti.page) == []
    observer = visitor("fr", **PHONE).enter(OBSERVER)
    observer.visit(f"/meetings/{ref}")
    observer.sees("Un autre point est traité à huis clos.")
    expect(observer.page.get_by_role("main")).not_to_contain_text("Consulta reservada")

    site.stage.clock.at = _begins(site, ref)
    chair = visitor(javascript=False).enter(CHAIR)
    _opened(chair, visitor, ref)
    _decided(chair, ready)
    _invited(chair, ref)
    observer.visit(f"/meetings/{ref}")
    observer.sees("Consulta reservada")
    assert axe_findings(observer.page) == []
    _ended(chair, ref)
    rapporteur = visitor(javascript=False).enter(RAPPORTEUR)
    _written(rapporteur, ref)
    _amended(haiti, ref)
    _approved(rapporteur, chair, site, ref)
    observer.visit(f"/meetings/{ref}/minutes")
    observer.sees("La Comisión se reunió en la fecha prevista y aprobó un pedido.")
    observer.sees("Procès-verbal approuvé, version 2.")
    assert overflowing(observer.page) == []


def _prepared(staff: Walker, site: Site, ready: str) -> str:
    """The order of business: a report, a closed item, a case; moved without a script."""
    staff.visit("/meetings")
    staff.follow("Preparar una reunión")
    staff.page.get_by_role("radio", name=re.compile("Reunión de la Comisión")).check()
    staff.press("Abrir el borrador")
    ref = site.newest("committee_meeting")
    staff.visit(f"/meetings/{ref}/desk")
    staff.group("Título del punto").get_by_label("Español").fill("Informe de la Secretaría")
    staff.press("Añadir al orden del día")
    staff.group("Título del punto").get_by_label("Español").fill("Consulta reservada")
    staff.page.get_by_label("Tratarlo a puerta cerrada").check()
    staff.press("Añadir al orden del día")
    staff.page.get_by_label("Caso que decide").select_option(ready)
    staff.press("Añadir al orden del día")
    staff.go(staff.page.get_by_role("button", name=re.compile("^Subir")).last)
    places = staff.page.locator("#item-3 .kind")
    expect(places).to_contain_text("2")
    return ref


def _convened(staff: Walker, site: Site, ref: str) -> None:
    day = site.stage.services.calendar.add(site.today, 3)
    staff.follow("Convocar la reunión")
    staff.group("Nombre de la reunión").get_by_label("Español").fill("Reunión ordinaria")
    staff.tick("Clase de reunión", "Ordinaria")
    staff.fill({"Día": day.isoformat(), "Comienza a las": "10:00", "Termina a las": "13:00"})
    staff.tick("Modalidad", "Mixta")
    staff.fill({"Lugar": "Salón de las Américas"})
    staff.press("Guardar y revisar")
    staff.visit(f"/cases/{ref}/do/convene")
    staff.press("Confirmar: convocar la reunión")
    staff.visit(f"/meetings/{ref}")
    staff.sees("Salón de las Américas")


def _begins(site: Site, ref: str) -> datetime:
    with site.stage.services.uow.read() as connection:
        found = find_meeting(connection, ref)
    assert found is not None
    assert found.terms is not None
    return found.terms.begins_at


def _opened(chair: Walker, visitor: Entering, ref: str) -> None:
    """The rapporteur calls the roll, the chair opens the session."""
    rapporteur = visitor(**PHONE).enter(RAPPORTEUR)
    rapporteur.visit(f"/meetings/{ref}/roll")
    for control in rapporteur.page.locator("main select").all()[:20]:
        control.select_option("titular")
    assert overflowing(rapporteur.page) == []
    rapporteur.press("Registrar la lista")
    rapporteur.sees("Lista registrada.")
    chair.visit(f"/meetings/{ref}/desk")
    chair.follow("Abrir la sesión y aprobar el orden del día")
    chair.press("Confirmar: abrir la sesión y aprobar el orden del día")
    chair.follow("Trabajar en la reunión")
    chair.sees("Orden del día aprobado por la Comisión.")


def _decided(chair: Walker, ready: str) -> None:
    """The case is put to a ballot by consensus, and concluded."""
    item = chair.page.locator("li").filter(has_text=ready)
    chair.go(item.get_by_role("button", name=re.compile("^Tomar el punto")))
    item = chair.page.locator("li").filter(has_text=ready)
    item.get_by_label("Cómo se decide").select_option("consensus")
    chair.go(item.get_by_role("button", name="Poner a votación"))
    expect(chair.page).to_have_url(re.compile(f"/cases/{ready}/consensus"))
    chair.press("No hay objeciones: adoptar")
    chair.go(chair.page.get_by_role("main").get_by_role("button").last)
    chair.sees("Adoptad")


def _invited(chair: Walker, ref: str) -> None:
    chair.visit(f"/meetings/{ref}/desk")
    item = chair.page.locator("li").filter(has_text="Consulta reservada")
    item.get_by_text("Invitar a un observador").click()
    item.get_by_label("Observador permanente").select_option(OBSERVER_STATE)
    chair.go(item.get_by_role("button", name="Invitar", exact=True))
    chair.sees("Observador invitado.")


def _put_off(chair: Walker, words: str) -> None:
    item = chair.page.locator("li").filter(has_text=words)
    item.locator("summary").filter(has_text="Aplazar").click()
    item.get_by_label("Qué se concluyó, o por qué se aplaza").fill("Falta tiempo.")
    chair.go(item.get_by_role("button", name="Aplazar", exact=True))
    chair.sees("Punto aplazado.")


def _ended(chair: Walker, ref: str) -> None:
    chair.visit(f"/meetings/{ref}/desk")
    _put_off(chair, "Consulta reservada")
    _put_off(chair, "Informe de la Secretaría")
    chair.follow("Levantar la sesión")
    chair.press("Confirmar: levantar la sesión")
    chair.visit(f"/meetings/{ref}")
    chair.sees("Aplazado")


def _written(rapporteur: Walker, ref: str) -> None:
    rapporteur.visit(f"/meetings/{ref}/minutes")
    rapporteur.fill({"Texto del acta": "La Comisión se reunió y aprobó un pedido."})
    rapporteur.press("Guardar como versión nueva")
    rapporteur.sees("Versión guardada.")
    rapporteur.visit(f"/cases/{ref}/do/open_minutes")
    rapporteur.press("Confirmar: abrir el acta a enmiendas")


def _amended(haiti: Walker, ref: str) -> None:
    haiti.visit(f"/meetings/{ref}/minutes")
    haiti.fill({"Passage": "se reunió", "Texte proposé": "se reunió en la fecha prevista"})
    haiti.press("Proposer")
    haiti.sees("Amendement proposé.")
    assert overflowing(haiti.page) == []
    assert axe_findings(haiti.page) == []


def _approved(rapporteur: Walker, chair: Walker, site: Site, ref: str) -> None:
    rapporteur.visit(f"/meetings/{ref}/minutes")
    rapporteur.press("Aceptar: Enmienda 1")
    rapporteur.follow("Qué cambió: Versión 2")
    rapporteur.sees("en la fecha prevista")
    rapporteur.visit(f"/meetings/{ref}/minutes")
    rapporteur.press("Certificar esta versión")
    site.stage.clock.advance(timedelta(days=20))
    chair.visit(f"/cases/{ref}/do/approve_minutes")
    if "sign-in" in chair.page.url:
        chair.enter(CHAIR)
        chair.visit(f"/cases/{ref}/do/approve_minutes")
    chair.press("Confirmar: aprobar el acta")
