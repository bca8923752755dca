"""A silence procedure from its form to its record: a Secretariat, a chair and five delegates.

Three read Spanish, two French; two sit at a desk, three hold a phone. The records are verified by
the program that anybody may take, outside the product.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ricomi_workflow.ballots.silence_procedure import run_silence_procedures
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.messaging.delivery import deliver_mails
from tests.ballots.room import Postman
from tests.browser.conftest import Entering
from tests.support.looking import overflowing
from tests.support.site import PASSES, Site, Who, delegate
from tests.support.walking import Walker
from verifier import verify_decision

SECRETARIAT: Who = (Role.SECRETARIAT, None)
CHAIR: Who = (Role.CHAIR, None)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PEOPLE = {
    "AR": ("es", DESK),
    "CO": ("es", PHONE),
    "EC": ("es", PHONE),
    "HT": ("fr", PHONE),
    "CA": ("fr", DESK),
}
WHY = "El texto no dice quién paga los pasajes."
PROGRAM = Path(verify_decision.__file__)


@dataclass
class Procedure:
    """One procedure and the people who follow it."""

    visitor: Entering
    site: Site
    folder: Path
    ref: str = ""

    def enter(self, country: str) -> Walker:
        """A delegate, in their language and on their device."""
        lang, size = PEOPLE[country]
        walker: Walker = self.visitor(lang, **size).enter(delegate(country))
        return walker

    def post(self, *bounced: str) -> None:
        """Every mail that waits is handed over; the worker writes down what arrived."""
        postman = Postman(refuses={self.site.account(delegate(each)) for each in bounced})
        while deliver_mails(self.site.stage.services, postman, 500).total:
            pass
        run_silence_procedures(self.site.stage.services)

    def verified(self, walker: Walker, number: int = 1) -> str:
        """What the program says of the record that a reader takes from the public page."""
        walker.visit(f"/decisions/{self.ref}/{number}")
        name = {"es": "registro", "fr": "enregistrement"}[walker.lang]
        with walker.page.expect_download() as taken:
            walker.page.locator("a[href$='record.json'][download]").click()
        assert name in walker.page.locator("a[href$='record.json'][download]").inner_text().lower()
        file = self.folder / taken.value.suggested_filename
        taken.value.save_as(file)
        command = [sys.executable, "-I", str(PROGRAM), str(file), "--lang", walker.lang]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture
def procedure(visitor: Entering, site: Site, tmp_path: Path) -> Procedure:
    """A request that may be put to the committee."""
    site.give()
    ref = site.case_at("secretariat_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    site.stage.fire(ref, SECRETARIAT, "record_opinion")
    return Procedure(visitor, site, tmp_path, ref)


def opened_by_the_form(walk: Procedure) -> Walker:
    """The Secretariat opens it by clicking, for three business days."""
    secretary = walk.visitor("es", **DESK).enter(SECRETARIAT)
    secretary.visit(f"/cases/{walk.ref}")
    secretary.follow("Abrir la votación")
    secretary.tick("Modo de decidir", "Procedimiento de silencio")
    secretary.fill({"Plazo en días hábiles": "3"})
    secretary.press("Guardar y revisar")
    secretary.press("Confirmar: abrir la votación")
    secretary.sees("Hecho. Votación abierta")
    return secretary


def read_by_five(walk: Procedure, said: dict[str, str]) -> None:
    """Each delegate comes to it from the desk of the committee."""
    for country in PEOPLE:
        walker = walk.enter(country)
        walker.visit("/ceam")
        walker.go(walker.page.locator(f"h3 a[href$='/cases/{walk.ref}/ballot']").first)
        walker.sees(said[walker.lang])
        assert overflowing(walker.page) == []


def served_by_hand(walk: Procedure, secretary: Walker) -> None:
    """The page says whose notice bounced; service by other means is said back and recorded."""
    secretary.visit(f"/cases/{walk.ref}")
    secretary.sees("falta la prueba de notificación de Haití")
    secretary.follow("Completar la notificación")
    secretary.sees("El correo fue rechazado o no pudo entregarse.")
    secretary.fill({"Estado": "Haití", "Cómo se entregó": "Nota verbal entregada en mano"})
    secretary.fill({"Día de la entrega": walk.site.today.isoformat(), "Constancia": "Acuse 12"})
    secretary.press("Revisar la notificación")
    secretary.sees("Haití fue notificado por otro medio")
    secretary.press("Confirmar: asentar la notificación a Haití")
    secretary.sees("Quedan 3 días hábiles")


def test_a_silence_procedure_expires_into_adoption(procedure: Procedure) -> None:
    walk = procedure
    secretary = opened_by_the_form(walk)
    walk.post("HT")
    read_by_five(walk, {"es": "El plazo no ha empezado", "fr": "Le délai n'a pas commencé"})
    served_by_hand(walk, secretary)
    read_by_five(walk, {"es": "Quedan 3 días hábiles", "fr": "Il reste 3 jours ouvrables"})
    walk.site.stage.clock.advance(timedelta(days=9))
    walk.post()
    for country in PEOPLE:
        walker = walk.enter(country)
        walker.visit("/inbox")
        walker.sees(walk.ref)
        walker.visit(f"/cases/{walk.ref}/silence")
        walker.sees({"es": "Adoptado por silencio", "fr": "Adopté par silence"}[walker.lang])
        assert overflowing(walker.page) == []
        if country in {"CO", "CA"}:
            assert walk.verified(walker)
    chair = walk.visitor("fr", **DESK).enter(CHAIR)
    chair.visit(f"/cases/{walk.ref}")
    expect(chair.page.get_by_role("main")).to_contain_text("Adopt")


def test_an_objection_breaks_it_and_everybody_is_told(procedure: Procedure) -> None:
    walk = procedure
    opened_by_the_form(walk)
    walk.post()
    ecuador = walk.enter("EC")
    ecuador.visit(f"/cases/{walk.ref}/silence")
    ecuador.fill({"Objeción y su razón": WHY})
    ecuador.press("Revisar la objeción")
    ecuador.sees(WHY)
    ecuador.press("Objetar por Ecuador")
    ecuador.sees("Silencio roto por una objeción.")
    walk.post()
    subject = {"es": "objeción de Ecuador", "fr": "objection – Équateur"}
    colon = {"es": ":", "fr": "\u00a0:"}
    chair = walk.visitor("fr", **PHONE).enter(CHAIR)
    secretary = walk.visitor("es", **DESK).enter(SECRETARIAT)
    for walker in (chair, secretary, *map(walk.enter, PEOPLE)):
        walker.visit("/inbox")
        walker.sees(f"{walk.ref}{colon[walker.lang]} {subject[walker.lang]}")
        walker.sees(WHY)
        assert overflowing(walker.page) == []
        walker.go(walker.page.locator(f"main a[href$='/cases/{walk.ref}']").first)
        expect(walker.page.get_by_role("heading", level=1)).to_be_visible()
        assert "404" not in walker.page.title()
    assert walk.verified(ecuador)
