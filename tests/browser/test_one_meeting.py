"""One meeting from its draft to its approved minutes, by links and buttons that people see.

The Secretariat, the chair and the rapporteur run it, five delegations speak in it, a delegate and
an observer follow it on a phone; in Spanish at a desk, in French with everybody on a phone.
"""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.meetings.queries import find_meeting
from ricomi_workflow.resources import root
from ricomi_workflow.simulation.accounts import OBSERVER_STATE
from tests.browser.conftest import Entering
from tests.browser.meeting_walk import Meeting
from tests.browser.page_types import CHAIR, RAPPORTEUR, SECRETARIAT
from tests.support.site import Site, Who, delegate
from tests.support.walking import Walker

OBSERVER: Who = (Role.OBSERVER, OBSERVER_STATE)
CLOSED, REPORT, ADDED = "Consulta reservada", "Informe de la Secretaría", "Informe oral"
SAID = "Se entiende sin costo para los Estados."
MINUTES = "La Comisión se reunió y aprobó dos pedidos."
MENDED = "La Comisión se reunió en la fecha prevista y aprobó dos pedidos."


def got(walker: Walker, link: str) -> Path:
    """What a link downloads."""
    with walker.page.expect_download() as waiting:
        walker.page.get_by_role("link", name=link, exact=True).click()
    return Path(waiting.value.path())


def ready(site: Site) -> str:
    """A request that may be put to a ballot."""
    site.give()
    ref = site.case_at("secretariat_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility")
    site.stage.fire(ref, SECRETARIAT, "record_opinion")
    return ref


@pytest.mark.parametrize("lang", ["fr"])  # in Spanish: test_meetings.py
def test_a_committee_runs_one_meeting(site: Site, visitor: Entering, lang: str) -> None:
    """From the order of business to the approved minutes; what it decided verifies by itself."""
    meeting = Meeting(site, visitor, lang)
    first, second = ready(site), ready(site)
    staff = meeting.enter(SECRETARIAT)
    _prepared(meeting, staff, first, second)
    _convened(meeting, staff)
    haiti, observer = (meeting.enter(who, phone=True) for who in (delegate("HT"), OBSERVER))
    _read_before(meeting, haiti, observer)

    _at_the_hour(meeting)
    rapporteur, chair = meeting.enter(RAPPORTEUR), meeting.enter(CHAIR)
    _roll_called(meeting, rapporteur)
    meeting.work(chair)
    meeting.confirm(
        chair,
        meeting(
            "Abrir la sesión y aprobar el orden del día",
            "Ouvrir la séance et adopter l'ordre du jour",
        ),
    )
    chair.sees(meeting("Orden del día aprobado", "Ordre du jour adopté"))
    _by_consensus(meeting, chair, first)
    _by_roll_call(meeting, chair, haiti, second)
    _grown(meeting, chair)
    _invited(meeting, chair, observer)
    _adjourned(meeting, chair)
    _written(meeting, rapporteur)
    _amended(meeting, haiti)
    _certified(meeting, rapporteur)
    site.stage.clock.advance(timedelta(days=20))
    chair, observer = meeting.enter(CHAIR), meeting.enter(OBSERVER, phone=True)
    meeting.work(chair)
    meeting.confirm(chair, meeting("Aprobar el acta", "Approuver le procès-verbal"))
    _public(meeting, observer)
    for ref in (first, second):
        _proved(meeting, observer, ref)


def _prepared(meeting: Meeting, staff: Walker, first: str, second: str) -> None:
    """The order of business: a report, an item that becomes closed, two requests."""
    meeting.menu(staff, meeting("Comisión", "Commission"))
    staff.follow(meeting("Reuniones", "Réunions"))
    meeting.look(staff, "list")
    staff.follow(meeting("Preparar una reunión", "Préparer une réunion"))
    kind = meeting("Reunión de la Comisión", "Réunion de la Commission")
    staff.page.get_by_role("radio", name=kind).check()
    staff.press(meeting("Abrir el borrador", "Ouvrir le brouillon"))
    meeting.ref = meeting.site.newest("committee_meeting")
    staff.follow(meeting.ref)
    staff.follow(meeting("Trabajar en la reunión", "Travailler à la réunion"))
    title = meeting("Título del punto", "Intitulé du point")
    add = meeting("Añadir al orden del día", "Inscrire à l'ordre du jour")
    for words in (REPORT, CLOSED):
        staff.group(title).get_by_label("Español").fill(words)
        staff.press(add)
    for ref in (first, second):
        about = meeting("Caso que decide", "Dossier dont il décide")
        staff.page.get_by_label(about).select_option(ref)
        staff.press(add)
    close = meeting("Pasar a puerta cerrada", "Mettre à huis clos")
    staff.go(meeting.item(staff, CLOSED).get_by_role("button", name=close))
    expect(meeting.item(staff, CLOSED)).to_contain_text(meeting("A puerta cerrada", "À huis clos"))
    up = meeting("Subir", "Monter")
    staff.go(meeting.item(staff, second).get_by_role("button", name=up))
    meeting.look(staff, "draft")


def _convened(meeting: Meeting, staff: Walker) -> None:
    day = meeting.site.stage.services.calendar.add(meeting.site.today, 3)
    convene = meeting("Convocar la reunión", "Convoquer la réunion")
    staff.follow(convene)
    name = meeting("Nombre de la reunión", "Intitulé de la réunion")
    words = staff.group(name).get_by_label(meeting("Español", "Français"))
    words.fill(meeting("Reunión ordinaria", "Réunion ordinaire"))
    staff.tick(meeting("Clase de reunión", "Type de réunion"), meeting("Ordinaria", "Ordinaire"))
    staff.fill(
        {
            meeting("Día", "Jour"): day.isoformat(),
            meeting("Comienza a las", "Commence à"): "10:00",
            meeting("Termina a las", "Se termine à"): "13:00",
            meeting("Lugar", "Lieu"): "Salón de las Américas",
        }
    )
    staff.tick(meeting("Modalidad", "Modalité"), meeting("Mixta", "Hybride"))
    meeting.look(staff, "notice")
    staff.press(meeting("Guardar y revisar", "Enregistrer et relire"))
    staff.press(f"{meeting('Confirmar', 'Confirmer')}: {convene[0].lower()}{convene[1:]}")
    meeting.look(staff, "file")


def _read_before(meeting: Meeting, haiti: Walker, observer: Walker) -> None:
    """The delegate reads all of the draft; of the closed item the observer knows that it is."""
    draft = meeting("Proyecto de orden del día", "Projet d'ordre du jour")
    meeting.find(haiti)
    haiti.sees(draft)
    haiti.sees(CLOSED)
    meeting.look(haiti, "delegate")
    haiti.follow(meeting("Expediente y registro", "Dossier et registre"))
    haiti.follow(meeting("Ver la reunión", "Voir la réunion"))
    haiti.sees(draft)
    notice = got(haiti, meeting("Aviso en PDF", "Avis en PDF"))
    assert notice.read_bytes().startswith(b"%PDF")
    meeting.find(observer)
    observer.sees(REPORT)
    closed = meeting("un punto que se trata a puerta cerrada", "Un autre point est traité à huis")
    observer.sees(closed)
    expect(observer.page.get_by_role("main")).not_to_contain_text(CLOSED)
    meeting.look(observer, "observer")


def _at_the_hour(meeting: Meeting) -> None:
    stage = meeting.site.stage
    with stage.services.uow.read() as connection:
        found = find_meeting(connection, meeting.ref)
    assert found is not None
    assert found.terms is not None
    stage.clock.at = found.terms.begins_at


def _roll_called(meeting: Meeting, rapporteur: Walker) -> None:
    meeting.work(rapporteur)
    rapporteur.follow(meeting("Pasar lista", "Faire l'appel"))
    for control in rapporteur.page.locator("main select").all()[:20]:
        control.select_option("titular")
    person = rapporteur.page.get_by_role("textbox", name=meeting("Barbados", "Barbade"))
    person.fill("Delegación de Barbados")
    meeting.look(rapporteur, "roll")
    rapporteur.press(meeting("Registrar la lista", "Consigner l'appel"))
    rapporteur.sees(meeting("Lista registrada.", "Appel consigné."))


def _put(meeting: Meeting, chair: Walker, words: str, way: str) -> None:
    """Take an item up and put it to a ballot."""
    take = meeting("Tomar el punto", "Aborder le point")
    chair.go(meeting.item(chair, words).get_by_role("button", name=take))
    item = meeting.item(chair, words)
    item.get_by_label(meeting("Cómo se decide", "Mode de décision")).select_option(way)
    meeting.look(chair, f"session-{way}")
    chair.go(item.get_by_role("button", name=meeting("Poner a votación", "Mettre aux voix")))


def _by_consensus(meeting: Meeting, chair: Walker, ref: str) -> None:
    _put(meeting, chair, ref, "consensus")
    meeting.look(chair, "consensus")
    chair.press(meeting("No hay objeciones: adoptar", "Pas d'objection : adopter"))
    chair.press(meeting("Adoptar por consenso", "Adopter par consensus"))
    chair.sees(meeting("Adoptado", "Adopté"))
    meeting.look(chair, "consensus-ended")
    meeting.back(chair)


def _by_roll_call(meeting: Meeting, chair: Walker, haiti: Walker, ref: str) -> None:
    """Five delegations answer each in their own way, the others in favour."""
    _put(meeting, chair, ref, "roll_call")
    expect(chair.page.locator(".called")).to_have_text(
        "Antigua y Barbuda" if meeting.lang == "es" else "Antigua-et-Barbuda"
    )
    favour = meeting("A favor", "Pour")
    chair.press(favour)
    chair.page.get_by_label(meeting("Explicación o reserva", "Explication ou réserve")).fill(SAID)
    chair.press(meeting("A favor, con reservas", "Pour, avec réserves"))
    chair.press(meeting("En contra", "Contre"))
    chair.press(meeting("Abstención", "Abstention"))
    chair.press(favour)
    meeting.look(chair, "roll-call")
    meeting.find(haiti)
    haiti.follow(f"{meeting('Ver la votación', 'Voir le vote')}: {_title(haiti, ref)}")
    haiti.sees(SAID)
    expect(haiti.page.get_by_role("button", name=favour, exact=True)).to_have_count(0)
    meeting.look(haiti, "roll-call-read")
    _all_answer(chair, favour)
    _concluded(meeting, chair)
    meeting.look(chair, "roll-call-ended")
    meeting.back(chair)


def _title(walker: Walker, ref: str) -> str:
    """The title of the item that is about a case."""
    return (
        walker.page.locator("ul.rows > li").filter(has_text=ref).get_by_role("heading").inner_text()
    )


def _all_answer(chair: Walker, said: str) -> None:
    while chair.page.locator(".called").count():
        chair.press(said)


def _concluded(meeting: Meeting, chair: Walker) -> None:
    conclude = meeting("Concluir la votación", "Conclure le vote")
    chair.press(conclude)
    meeting.look(chair, "conclusion")
    chair.press(conclude)
    chair.sees(meeting("Adoptado", "Adopté"))


def _grown(meeting: Meeting, chair: Walker) -> None:
    """An addition to the adopted order of business is carried by two thirds, and treated."""
    title = chair.group(meeting("Título del punto", "Intitulé du point"))
    title.get_by_label("Español").fill(ADDED)
    chair.press(meeting("Abrir la votación de la adición", "Ouvrir le vote sur l'ajout"))
    chair.sees(ADDED)
    for _each in range(3):
        chair.press(meeting("En contra", "Contre"))
    _all_answer(chair, meeting("A favor", "Pour"))
    _concluded(meeting, chair)
    meeting.back(chair)
    expect(meeting.item(chair, ADDED).first).to_contain_text("5")
    take = meeting("Tomar el punto", "Aborder le point")
    chair.go(meeting.item(chair, ADDED).get_by_role("button", name=take))
    _settled(meeting, chair, ADDED, meeting("Concluir sin votar", "Clore sans vote"))


def _settled(meeting: Meeting, chair: Walker, words: str, how: str) -> None:
    """Conclude an item or put it off, with words."""
    item = meeting.item(chair, words)
    item.locator("summary").filter(has_text=meeting("Aplazar", "Reporter")).click()
    label = meeting("Qué se concluyó, o por qué se aplaza", "Ce qui a été conclu, ou la raison")
    item.get_by_label(label).fill("La Comisión tomó nota.")
    chair.go(item.get_by_role("button", name=how, exact=True))


def _invited(meeting: Meeting, chair: Walker, observer: Walker) -> None:
    """An observer sees the closed item once the chair invites them, and not before."""
    meeting.find(observer)
    expect(observer.page.get_by_role("main")).not_to_contain_text(CLOSED)
    item = meeting.item(chair, CLOSED)
    item.get_by_text(meeting("Invitar a un observador", "Inviter un observateur")).click()
    label = meeting("Observador permanente", "Observateur permanent")
    item.get_by_label(label).select_option(OBSERVER_STATE)
    chair.go(item.get_by_role("button", name=meeting("Invitar", "Inviter"), exact=True))
    chair.sees(meeting("Observador invitado.", "Observateur invité."))
    meeting.look(chair, "session")
    meeting.find(observer)
    observer.sees(CLOSED)


def _adjourned(meeting: Meeting, chair: Walker) -> None:
    for words in (CLOSED, REPORT):
        _settled(meeting, chair, words, meeting("Aplazar", "Reporter"))
        chair.sees(meeting("Punto aplazado.", "Point reporté."))
    meeting.confirm(chair, meeting("Levantar la sesión", "Lever la séance"))


def _written(meeting: Meeting, rapporteur: Walker) -> None:
    meeting.work(rapporteur)
    rapporteur.follow(meeting("Redactar el acta", "Rédiger le procès-verbal"))
    rapporteur.fill({meeting("Texto del acta", "Texte du procès-verbal"): MINUTES})
    rapporteur.page.get_by_role("combobox", name=meeting("Lengua", "Langue")).select_option("es")
    rapporteur.press(meeting("Guardar como versión nueva", "Enregistrer comme nouvelle version"))
    rapporteur.sees(meeting("Versión guardada.", "Version enregistrée."))
    meeting.look(rapporteur, "minutes-draft")
    meeting.work(rapporteur)
    act = meeting("Abrir el acta a enmiendas", "Ouvrir le procès-verbal aux amendements")
    meeting.confirm(rapporteur, act)


def _amended(meeting: Meeting, haiti: Walker) -> None:
    meeting.find(haiti)
    haiti.follow(meeting("Leer el acta", "Lire le procès-verbal"))
    passage, proposed = meeting("Pasaje", "Passage"), meeting("Texto propuesto", "Texte proposé")
    haiti.fill({passage: "se reunió", proposed: "se reunió en la fecha prevista"})
    haiti.press(meeting("Proponer", "Proposer"))
    haiti.sees(meeting("Enmienda propuesta.", "Amendement proposé."))
    meeting.look(haiti, "minutes-amended")


def _certified(meeting: Meeting, rapporteur: Walker) -> None:
    """The rapporteur accepts the amendment, reads what changed, and certifies."""
    rapporteur.follow(meeting("Leer el acta", "Lire le procès-verbal"))
    meeting.look(rapporteur, "minutes")
    rapporteur.press(meeting("Aceptar: Enmienda 1", "Accepter: Amendement 1"))
    rapporteur.follow(meeting("Qué cambió: Versión 2", "Ce qui a changé: Version 2"))
    rapporteur.sees("en la fecha prevista")
    meeting.look(rapporteur, "compared")
    rapporteur.follow(meeting("Acta", "Procès-verbal"))
    rapporteur.press(meeting("Certificar esta versión", "Certifier cette version"))
    rapporteur.sees(meeting("Versión certificada.", "Version certifiée."))


def _public(meeting: Meeting, observer: Walker) -> None:
    meeting.find(observer)
    meeting.look(observer, "held")
    observer.follow(meeting("Leer el acta", "Lire le procès-verbal"))
    observer.sees(MENDED)
    observer.sees(meeting("Acta aprobada, versión 2.", "Procès-verbal approuvé, version 2."))
    meeting.look(observer, "minutes-approved")
    other = meeting("Français : Acta en PDF", "Español : Procès-verbal en PDF")
    paper = got(observer, other)
    assert paper.read_bytes().startswith(b"%PDF")


def _proved(meeting: Meeting, observer: Walker, ref: str) -> None:
    """From the item to the decision: its act is a PDF, its record verifies without the site."""
    meeting.find(observer)
    see = meeting("Ver la decisión y su registro", "Voir la décision et son enregistrement")
    observer.follow(f"{see}: {_title(observer, ref)}")
    meeting.look(observer, "decision")
    act = got(observer, meeting("Acta en PDF", "L'acte en PDF"))
    assert act.read_bytes().startswith(b"%PDF")
    record = got(observer, meeting("Registro (JSON)", "Enregistrement (JSON)"))
    program = root("verifier") / "verify_decision.py"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", str(program), str(record)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
