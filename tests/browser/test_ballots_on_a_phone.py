"""A delegate answers a ballot from the desk: on a phone, without JavaScript, in a minute."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from ricomi_workflow.kernel.actors import Role
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import (
    broken_relations,
    overflowing,
    small_targets,
    spilling,
    untagged_language,
)
from tests.support.site import Site, delegate
from tests.support.walking import Walker

Entering = Callable[..., Walker]
SLOW_BYTES_A_SECOND = 16_000  # 128 kbit/s, a bad day of a mobile network
LOOKS = 20  # seconds to read and to tap


@pytest.fixture(scope="module")
def ref(site: Site) -> str:
    """A case on which the committee votes."""
    site.give()
    return site.case_at("ceam_vote")


def _is_fine(walker: Walker, name: str) -> None:
    page = walker.page
    faults = broken_relations(page) + untagged_language(page, walker.lang) + spilling(page)
    faults += overflowing(page) + small_targets(page)
    faults += axe_findings(page)
    save_screenshot(page, name)
    page.set_viewport_size({"width": 320, "height": 700})
    faults += [f"320: {each}" for each in overflowing(page) + spilling(page)]
    save_screenshot(page, f"{name}-320")
    page.set_viewport_size({"width": 390, "height": 844})
    assert not faults, "\n".join(faults)


def test_a_ballot_is_answered_in_four_taps_and_few_bytes(visitor: Entering, ref: str) -> None:
    assert ref
    walker = visitor("fr", width=390, height=844, javascript=False).enter(delegate("HT"))
    came: list[Request] = []
    walker.visit("/ceam")
    walker.page.on("requestfinished", lambda done: came.append(done))  # noqa: PLW0108 - append itself is refused
    walker.follow("Répondre : Haïti")
    walker.page.get_by_role("radio", name="Pour", exact=True).check()
    walker.press("Relire avant de confirmer")
    walker.press("Confirmer : Haïti vote pour")
    walker.sees("Haïti : Pour. Vous pouvez le changer tant que le vote reste ouvert.")
    taps = 4
    received = sum(each.sizes()["responseBodySize"] for each in came)  # as it came over the line
    seconds = received / SLOW_BYTES_A_SECOND
    pages = [each.url for each in came if each.resource_type == "document"]
    assert len(pages) == taps  # the ballot, the confirmation, the redirect and where it leads
    assert received < 400_000, f"{received} bytes"
    assert seconds + LOOKS < 60, f"{seconds:.0f} s on a slow line"


def test_the_desk_and_the_ballot_fit_a_phone_in_portuguese(visitor: Entering, ref: str) -> None:
    assert ref
    walker = visitor("pt", width=390, height=844).enter(delegate("BR"))
    walker.visit("/ceam")
    walker.sees("Aguardam a resposta de seu Estado")
    walker.sees("Tempo restante:")
    _is_fine(walker, "desk-pt")
    walker.follow("Responder: Brasil")
    _is_fine(walker, "ballot-pt")
    walker.page.get_by_role("radio", name="A favor, com reservas").check()
    walker.press("Revisar antes de confirmar")
    walker.sees("Escreva as reservas com que seu Estado vota a favor.")
    _is_fine(walker, "ballot-wrong-pt")
    expect(walker.page.get_by_role("radio", name="A favor, com reservas")).to_be_checked()
    walker.page.locator("#reservation").fill("O segundo ano não é assumido.")
    walker.press("Revisar antes de confirmar")
    _is_fine(walker, "ballot-confirm-pt")
    walker.press("Confirmar: Brasil vota a favor, com reservas")
    walker.sees("O segundo ano não é assumido.")
    walker.sees("depois pode ser mudada enquanto a votação estiver aberta.")
    walker.follow("Retirar a resposta")
    _is_fine(walker, "take-back-pt")
    walker.press("Confirmar: Brasil retira sua resposta")
    walker.sees("Brasil: a resposta foi retirada.")


def test_the_secretariat_records_a_vote_in_spanish(visitor: Entering, ref: str) -> None:
    walker = visitor("es", width=1280).enter((Role.SECRETARIAT, None))
    walker.visit(f"/cases/{ref}/ballot")
    walker.follow("Inscribir el voto de un Estado")
    walker.press("Revisar antes de confirmar")
    walker.sees("Escriba quién comunicó el voto.")
    _is_fine(walker, "record-es")
    walker.fill({"Estado que vota": "Bolivia"})
    walker.page.get_by_role("radio", name="A favor", exact=True).check()
    walker.page.locator("#signatory").fill("Representante Permanente de Bolivia")
    walker.page.locator("#reference").fill("Nota 114/2026")
    walker.press("Revisar antes de confirmar")
    walker.sees("La Secretaría inscribe el voto de Bolivia")
    _is_fine(walker, "record-confirm-es")
    walker.press("Confirmar: inscribir el voto de Bolivia")
    walker.sees("El voto quedó inscrito.")


def test_a_calendar_address_is_made_and_ended(visitor: Entering, site: Site) -> None:
    walker = visitor("fr", width=390, height=844).enter(delegate("HT"))
    walker.visit("/profile")
    walker.follow("Votre adresse de calendrier")
    walker.press("Créer une adresse")
    walker.sees("Copiez-la maintenant")
    _is_fine(walker, "calendar-fr")
    address = walker.page.locator("#address").inner_text()
    assert address.endswith(".ics")
    walker.press("Mettre fin à l'adresse")
    walker.sees("Vous n'en avez aucune.")
    del site


def test_a_paper_is_offered_without_a_line(visitor: Entering, ref: str) -> None:
    walker = visitor("fr", width=390, height=844).enter(delegate("CL"))
    walker.visit(f"/cases/{ref}/ballot")
    walker.follow("Répondre hors ligne")
    _is_fine(walker, "paper-fr")
    walker.press("Relire avant de confirmer")
    walker.sees("Choisissez un fichier.")
    _is_fine(walker, "paper-none-fr")
