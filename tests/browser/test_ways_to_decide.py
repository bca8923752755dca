"""Silence, consensus and roll call walked through in the browser, in Spanish and French."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from ricomi_workflow.ballots.silence_procedure import run_silence_procedures
from ricomi_workflow.demo import meeting
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.meetings import session
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.messaging.delivery import deliver_mails
from tests.ballots.room import Postman
from tests.browser.conftest import Entering
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import broken_relations, overflowing, small_targets, spilling
from tests.support.site import PASSES, Site, Who, delegate
from tests.support.walking import Walker

SECRETARIAT: Who = (Role.SECRETARIAT, None)
CHAIR: Who = (Role.CHAIR, None)
PHONE = {"width": 390, "height": 844}
WHY = "El texto no dice quién paga los pasajes."


def can_be_used(walker: Walker, name: str) -> None:
    """The open page is whole for everybody, on a desk, a phone and a narrow one, light and dark."""
    page = walker.page
    size = page.viewport_size or {"width": 1280, "height": 900}
    faults = broken_relations(page) + spilling(page)
    faults += [f"light: {finding}" for finding in axe_findings(page)]
    page.emulate_media(color_scheme="dark")
    faults += [f"dark: {finding}" for finding in axe_findings(page, only="color-contrast")]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    faults += small_targets(page) + overflowing(page)
    save_screenshot(page, f"{name}-390")
    page.set_viewport_size({"width": 320, "height": 640})
    faults += overflowing(page) + spilling(page)
    page.set_viewport_size(size)
    save_screenshot(page, f"{name}-{size['width']}")
    assert not faults, "\n".join(faults)


def posted(site: Site, postman: Postman) -> None:
    """Every mail that waits is handed over, and the worker writes down what arrived."""
    while deliver_mails(site.stage.services, postman, 500).total:
        pass
    run_silence_procedures(site.stage.services)


def asked_by(site: Site, way: str, **more: Json) -> str:
    """A case that is put to the committee in a way; answer its reference."""
    site.give()
    ref = site.case_at("secretariat_review")
    stage = site.stage
    stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    stage.fire(ref, SECRETARIAT, "record_opinion")
    stage.fire(ref, SECRETARIAT, "open_ballot", {"way": way, **more})
    return ref


def all_present(walker: Walker) -> None:
    """Mark every state of the attendance as present."""
    for box in walker.group("Estados presentes").get_by_role("checkbox").all():
        box.check()


def answer(walker: Walker, key: str) -> None:
    """Answer the call by the number of the answer, once it has the focus."""
    expect(walker.page.locator("#call")).to_be_focused()
    with walker.arriving():
        walker.page.keyboard.press(key)


def test_a_bounced_notice_is_served_by_other_means_in_spanish(
    visitor: Entering, site: Site
) -> None:
    postman = Postman(refuses={site.account(delegate("HT"))})
    ref = asked_by(site, "silence", business_days=5)
    posted(site, postman)
    secretary = visitor("es").enter(SECRETARIAT)
    secretary.visit(f"/cases/{ref}")
    secretary.sees(
        "El procedimiento de silencio no corre: falta la prueba de notificación de Haití"
    )
    secretary.follow("Completar la notificación")
    secretary.sees("El correo fue rechazado o no pudo entregarse.")
    can_be_used(secretary, "silence-missing")
    secretary.press("Revisar la notificación")
    secretary.sees("Falta este dato.")
    can_be_used(secretary, "silence-service-empty")
    secretary.fill(
        {
            "Estado": "Haití",
            "Cómo se entregó": "Nota verbal entregada en mano",
            "Día de la entrega": site.today.isoformat(),
            "Constancia": "Acuse 12, firmado por la misión",
        }
    )
    secretary.press("Revisar la notificación")
    secretary.reads("Confirmar la notificación")
    secretary.sees("Nota verbal entregada en mano")
    secretary.sees("el plazo de 5 días hábiles empieza al confirmar")
    can_be_used(secretary, "silence-service-confirm")
    secretary.press("Volver y cambiar")
    expect(secretary.field("Cómo se entregó")).to_have_value("Nota verbal entregada en mano")
    secretary.sees("El plazo no ha empezado")
    secretary.press("Revisar la notificación")
    secretary.press("Confirmar: asentar la notificación a Haití")
    secretary.sees("La notificación quedó asentada.")
    secretary.sees("Quedan 5 días hábiles")
    can_be_used(secretary, "silence-running")


def test_an_objection_in_two_steps_breaks_the_silence_in_spanish(
    visitor: Entering, site: Site
) -> None:
    ref = asked_by(site, "silence", business_days=5)
    posted(site, Postman())
    ecuador = visitor("es", **PHONE).enter(delegate("EC"))
    ecuador.visit(f"/cases/{ref}/ballot")
    expect(ecuador.page).to_have_url(re.compile(f"/cases/{ref}/silence$"))
    ecuador.press("Revisar la objeción")
    ecuador.sees("Objeción y su razón")
    can_be_used(ecuador, "silence-objection-empty")
    ecuador.fill({"Objeción y su razón": WHY})
    ecuador.press("Revisar la objeción")
    ecuador.reads("Confirmar la objeción")
    ecuador.sees(WHY)
    can_be_used(ecuador, "silence-objection")
    ecuador.press("Volver y cambiar")
    expect(ecuador.page.get_by_label("Objeción y su razón")).to_have_value(WHY)
    ecuador.press("Revisar la objeción")
    ecuador.press("Objetar por Ecuador")
    ecuador.sees("La objeción de Ecuador quedó en el registro.")
    ecuador.sees("Silencio roto por una objeción.")
    can_be_used(ecuador, "silence-broken")
    ecuador.visit(f"/cases/{ref}")
    ecuador.stands("Aplazado por la Comisión")


def test_silence_adopts_while_the_scheduler_sleeps_and_a_late_objection_is_kept_in_french(
    visitor: Entering, site: Site
) -> None:
    ref = asked_by(site, "silence", business_days=3)
    posted(site, Postman())
    haiti = visitor("fr", **PHONE).enter(delegate("HT"))
    haiti.visit(f"/cases/{ref}/silence")
    haiti.sees("Il reste 3 jours ouvrables")
    site.stage.clock.advance(timedelta(days=9))
    haiti = visitor("fr", **PHONE).enter(delegate("HT"))
    haiti.visit(f"/cases/{ref}/silence")
    haiti.sees("Le délai s'est écoulé sans objection")
    haiti.fill({"Objection et sa raison": "Trop tard, mais pour mémoire."})
    haiti.press("Vérifier l'objection")
    haiti.sees("elle est conservée comme objection tardive, sans effet")
    haiti.press("Faire objection : Haïti")
    haiti.sees("Adopté par silence")
    haiti.sees("Elle est arrivée après la clôture : elle est consignée et sans effet.")
    can_be_used(haiti, "silence-late")


def test_a_delegation_asks_for_a_roll_call_in_spanish(visitor: Entering, site: Site) -> None:
    ref = asked_by(site, "consensus")
    chair = visitor("es").enter(CHAIR)
    chair.visit(f"/cases/{ref}")
    chair.follow("Llevar el consenso")
    chair.press("Asentar la asistencia")
    chair.sees("Estados presentes")
    can_be_used(chair, "consensus-nobody")
    all_present(chair)
    chair.page.get_by_role("checkbox", name="Belice").uncheck()
    chair.press("Asentar la asistencia")
    chair.sees("Hay quórum para decidir")
    chair.sees("Ausentes: Belice")
    can_be_used(chair, "consensus")
    chair.press("No hay objeciones: adoptar")
    chair.sees("Sin objeciones, queda adoptado")
    can_be_used(chair, "consensus-confirm")
    chair.follow("Volver y cambiar")
    chair.page.locator("#asking").select_option(label="México")
    chair.press("Pasar a votación nominal")
    expect(chair.page).to_have_url(re.compile(f"/cases/{ref}/roll-call"))
    chair.sees("El consenso se cierra sin decidir")


def test_a_roll_is_called_by_keyboard_in_spanish(visitor: Entering, site: Site) -> None:
    ref = asked_by(site, "roll_call")
    chair = visitor("es").enter(CHAIR)
    chair.visit(f"/cases/{ref}")
    chair.follow("Llevar la votación nominal")
    chair.press("Asentar la asistencia")
    chair.sees("Orden del llamado")
    can_be_used(chair, "roll-call-no-order")
    chair.page.get_by_label("Alfabético en español").check()
    all_present(chair)
    chair.press("Asentar la asistencia")
    expect(chair.page.locator(".called")).to_have_text("Antigua y Barbuda")
    can_be_used(chair, "roll-call")
    chair.press("A favor")
    expect(chair.page.locator(".called")).to_have_text("Argentina")
    answer(chair, "1")
    expect(chair.page.locator(".called")).to_have_text("Bahamas")
    chair.sees("Argentina: A favor.")
    chair.go(chair.page.get_by_role("link", name="Corregir", exact=True))
    expect(chair.page.locator(".called")).to_have_text("Argentina")
    answer(chair, "2")
    chair.sees("Explicación o reserva")
    can_be_used(chair, "roll-call-without-words")
    chair.page.get_by_label("Explicación o reserva").fill("Se entiende sin costo para los Estados.")
    chair.press("A favor, con reservas")
    chair.sees("Se entiende sin costo para los Estados.")
    chair.sees("corregido después")
    while chair.page.locator(".called").count():
        answer(chair, "1")
    chair.sees("Todos los presentes respondieron.")
    can_be_used(chair, "roll-call-complete")
    chair.press("Concluir la votación")
    chair.sees("32 a favor (de ellos 1 con reservas)")
    can_be_used(chair, "roll-call-conclusion")
    chair.press("Concluir la votación")
    chair.sees("La Presidencia concluyó la votación.")
    chair.sees("Adoptado")
    can_be_used(chair, "roll-call-ended")
    chair.visit(f"/cases/{ref}")
    chair.stands("Aprobado, por comenzar")


def test_a_roll_call_without_scripts_on_a_phone_in_french(visitor: Entering, site: Site) -> None:
    ref = asked_by(site, "roll_call")
    secretary = visitor("fr", javascript=False, **PHONE).enter(SECRETARIAT)
    secretary.visit(f"/cases/{ref}/roll-call")
    secretary.page.get_by_label("Par tirage", exact=False).check()
    for name in ("Canada", "Haïti", "Brésil"):
        secretary.page.get_by_role("checkbox", name=name).check()
    secretary.press("Consigner les présences")
    secretary.sees("Ordre tiré au sort, le premier : ")
    secretary.sees("Pas de quorum")
    delegates = visitor("fr", **PHONE).enter(delegate("HT"))
    delegates.visit(f"/cases/{ref}/roll-call")
    assert delegates.page.get_by_role("button", name="Pour").count() == 0
    for _each in range(3):
        secretary.press("Pour")
    secretary.sees("Tous les présents ont répondu.")
    secretary.sees("La présidence, ou qui la remplace, conclut.")
    chair = visitor("fr", javascript=False, **PHONE).enter(CHAIR)
    chair.visit(f"/cases/{ref}/roll-call")
    chair.press("Conclure le vote")
    chair.press("Conclure le vote")
    chair.sees("Sans décision : le quorum n'était pas atteint")


def test_an_objection_in_the_room_ends_the_consensus_in_french(
    visitor: Entering, site: Site
) -> None:
    ref = asked_by(site, "consensus")
    chair = visitor("fr").enter(CHAIR)
    chair.visit(f"/cases/{ref}/consensus")
    for box in chair.group("États présents").get_by_role("checkbox").all():
        box.check()
    chair.press("Consigner les présences")
    chair.press("Vérifier l'objection")
    can_be_used(chair, "consensus-objection-empty")
    chair.page.locator("#country").select_option(label="Équateur")
    chair.fill({"Objection et sa raison": "Le coût n'est pas réparti."})
    chair.press("Vérifier l'objection")
    chair.sees("Il n'y a pas de consensus")
    chair.press("Faire objection : Équateur")
    chair.sees("Il y a une objection : la question est mise en débat")
    chair.sees("Le coût n'est pas réparti.")
    can_be_used(chair, "consensus-broken")
    chair.visit(f"/cases/{ref}")
    chair.stands("Reportée par la Commission")


def test_a_question_of_a_meeting_is_decided_on_the_same_page(visitor: Entering, site: Site) -> None:
    ref, stage = meeting.open_session(site.stage), site.stage
    with stage.services.uow.begin(stage.accounts.actor(Role.CHAIR)) as tx:
        session.propose_addition(tx, stage.services, ref, NewItem({"es": "Informe oral"}))
    chair = visitor("es", **PHONE).enter(CHAIR)
    chair.visit(f"/cases/{ref}/ballot")
    expect(chair.page).to_have_url(re.compile(f"/cases/{ref}/roll-call$"))
    can_be_used(chair, "roll-call-of-a-meeting")
    present = len(chair.page.locator(".roll li:has(a)").all())
    assert present
    while chair.page.locator(".called").count():
        chair.press("A favor")
    chair.press("Concluir la votación")
    chair.press("Concluir la votación")
    chair.sees("La Presidencia concluyó la votación.")
