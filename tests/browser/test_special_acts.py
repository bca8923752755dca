"""The accidents of an electronic ballot, walked through: each ends safely and leaves its record.

In Spanish at a desk and in French on a phone: an answer taken back, one recorded on a note, a
recall for changes, a ballot closed without deciding, one put off to a meeting.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.test_silence_end_to_end import DESK, PHONE, Procedure
from tests.support.looking import overflowing
from tests.support.site import PASSES, Site, Who, delegate
from tests.support.walking import Walker

SECRETARIAT: Who = (Role.SECRETARIAT, None)
CHAIR: Who = (Role.CHAIR, None)
APPLICANT: Who = (Role.FOCAL_POINT, "PY")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WHY = "El presupuesto tiene un error."
SAID: Mapping[str, Mapping[str, str]] = {
    "es": {
        "in favour": "A favor",
        "review": "Revisar antes de confirmar",
        "cast": "Confirmar: Uruguay vota a favor",
        "take back": "Retirar la respuesta",
        "taken": "Confirmar: Uruguay retira su respuesta",
        "unanswered": "Uruguay: la respuesta quedó retirada.",
        "record": "Inscribir el voto de un Estado",
        "state": "Bolivia",
        "note": "Nota 114.pdf",
        "recorded": "Confirmar: inscribir el voto de Bolivia",
        "kept": "El voto quedó inscrito.",
        "recall": "Retirar la votación para cambios",
        "recalled": "Retirada para cambios; ninguna posición cuenta",
        "earlier": "no cuenta en ninguna otra votación",
        "close": "Cerrar sin decidir",
        "closed": "Cerrada sin decidir",
        "defer": "Aplazar a una reunión",
        "deferred": "Remitida a una reunión",
        "meeting": "Reunión",
        "save": "Guardar y revisar",
        "no meeting": "RI-2026-9999 no es una reunión que se prepare o esté convocada",
        "confirm": "Confirmar",
    },
    "fr": {
        "in favour": "Pour",
        "review": "Relire avant de confirmer",
        "cast": "Confirmer : Uruguay vote pour",
        "take back": "Retirer la réponse",
        "taken": "Confirmer : retirer la réponse (Uruguay)",
        "unanswered": "la réponse a été retirée.",
        "record": "Inscrire le vote d'un État",
        "state": "Bolivie",
        "note": "Note 114.pdf",
        "recorded": "Confirmer : inscrire le vote (Bolivie)",
        "kept": "Le vote est inscrit.",
        "recall": "Rappeler le vote pour modification",
        "recalled": "Rappelé pour modification ; aucune position ne compte",
        "earlier": "ne comptent dans aucun autre vote",
        "close": "Clore sans décider",
        "closed": "Clos sans décider",
        "defer": "Reporter à une réunion",
        "deferred": "Renvoyé à une réunion",
        "meeting": "Réunion",
        "save": "Enregistrer et relire",
        "no meeting": "RI-2026-9999 n'est pas une réunion en préparation ni convoquée",
        "confirm": "Confirmer",
    },
}


class Special(Procedure):
    """A ballot with its accidents, in one language."""

    lang = "es"

    def the(self, who: Who, path: str = "/ballot") -> Walker:
        """Somebody with the page of the ballot, or another of the case, open."""
        size = DESK if self.lang == "es" else PHONE
        walker: Walker = self.visitor(self.lang, **size).enter(who)
        walker.visit(f"/cases/{self.ref}{path}")
        return walker

    def say(self, key: str) -> str:
        """The words of the language."""
        return SAID[self.lang][key]

    def open(self) -> None:
        """Put the request, as it stands now, to an electronic ballot."""
        fire = self.site.stage.fire
        if self.site.stage.case(self.ref).state == "returned":
            fire(self.ref, (Role.FOCAL_POINT, ""), "resubmit", self.site.request(months=7))
        if self.site.stage.case(self.ref).state == "secretariat_review":
            fire(self.ref, SECRETARIAT, "record_admissibility", PASSES)
            fire(self.ref, SECRETARIAT, "record_opinion")
        fire(self.ref, SECRETARIAT, "open_ballot", {})

    def confirm(self, walker: Walker, act: str) -> None:
        """Say why, and confirm an act."""
        walker.page.locator("#reason").fill(WHY)
        assert overflowing(walker.page) == []
        small = act[:1].lower() + act[1:]
        colon = " :" if self.lang == "fr" else ":"
        walker.press(f"{self.say('confirm')}{colon} {small}")


def takes_an_answer_back(walk: Special) -> None:
    """It was given a moment ago; the state is unanswered again."""
    uruguay = walk.the(delegate("UY"))
    uruguay.page.get_by_role("radio", name=walk.say("in favour"), exact=True).check()
    uruguay.press(walk.say("review"))
    uruguay.press(walk.say("cast"))
    uruguay.follow(walk.say("take back"))
    assert overflowing(uruguay.page) == []
    uruguay.press(walk.say("taken"))
    uruguay.sees(walk.say("unanswered"))


def records_on_a_note(walk: Special) -> None:
    """The Secretariat sends the scanned note with what it records; both names are said back."""
    secretary = walk.the(SECRETARIAT)
    secretary.follow(walk.say("record"))
    secretary.page.locator("#country").select_option(label=walk.say("state"))
    secretary.page.get_by_role("radio", name=walk.say("in favour"), exact=True).check()
    secretary.page.locator("#signatory").fill("Su representante permanente")
    secretary.page.locator("#file").set_input_files(
        {"name": walk.say("note"), "mimeType": "application/pdf", "buffer": PDF}
    )
    assert overflowing(secretary.page) == []
    secretary.press(walk.say("review"))
    secretary.sees("Su representante permanente")
    secretary.sees(walk.say("note"))
    assert overflowing(secretary.page) == []
    secretary.press(walk.say("recorded"))
    secretary.sees(walk.say("kept"))
    walk.the(delegate("UY"), "/documents").sees(walk.say("note"))


def recalls_for_changes(walk: Special) -> None:
    """Delegates, who no longer read the case, are led to what became of their ballot."""
    secretary = walk.the(SECRETARIAT, "")
    secretary.follow(walk.say("recall"))
    walk.confirm(secretary, walk.say("recall"))
    uruguay = walk.the(delegate("UY"))
    uruguay.visit("/inbox")
    uruguay.go(uruguay.page.locator(f"main a[href$='/decisions/{walk.ref}/1']").first)
    uruguay.sees(walk.say("recalled"))
    uruguay.sees(WHY)
    assert overflowing(uruguay.page) == []
    walk.open()
    again = walk.the(delegate("UY"))
    again.sees(walk.say("earlier"))
    expect(again.page.get_by_role("radio", checked=True)).to_have_count(0)


def closes_without_deciding(walk: Special) -> None:
    """The chair takes the item off, with a reason that everybody reads."""
    chair = walk.the(CHAIR, "")
    chair.follow(walk.say("close"))
    walk.confirm(chair, walk.say("close"))
    reader = walk.the(delegate("UY"))
    reader.visit(f"/decisions/{walk.ref}/2")
    reader.sees(walk.say("closed"))
    reader.sees(WHY)


def puts_off_to_a_meeting(walk: Special) -> None:
    """A meeting that is not ahead is refused at its field; blank, it is the next."""
    chair = walk.the(CHAIR, "")
    chair.follow(walk.say("defer"))
    chair.fill({walk.say("meeting"): "RI-2026-9999"})
    chair.press(walk.say("save"))
    walk.confirm(chair, walk.say("defer"))
    chair.sees(walk.say("no meeting"))
    assert overflowing(chair.page) == []
    chair.go(chair.page.get_by_role("link", name=walk.say("no meeting")))
    chair.fill({walk.say("meeting"): ""})
    chair.press(walk.say("save"))
    walk.confirm(chair, walk.say("defer"))
    reader = walk.the(delegate("UY"))
    reader.visit(f"/decisions/{walk.ref}/3")
    reader.sees(walk.say("deferred"))


@pytest.mark.parametrize("lang", ["es", "fr"])
def test_the_accidents_of_a_ballot_end_safely(
    visitor: Entering, site: Site, tmp_path: Path, lang: str
) -> None:
    site.give()
    walk = Special(visitor, site, tmp_path, site.case_at("secretariat_review"))
    walk.lang = lang
    walk.open()
    takes_an_answer_back(walk)
    records_on_a_note(walk)
    recalls_for_changes(walk)
    closes_without_deciding(walk)
    walk.open()
    puts_off_to_a_meeting(walk)
    reader = walk.the(delegate("UY"))
    assert all(walk.verified(reader, number) for number in (1, 2, 3))
