"""Standing in, in the browser: made, accepted, acted through and revoked, in two languages."""

import re
from datetime import timedelta

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.support.browser import axe_findings
from tests.support.looking import overflowing
from tests.support.site import Site, Who, delegate
from tests.support.walking import Walker

SECRETARIAT: Who = (Role.SECRETARIAT, None)
CHAIR: Who = (Role.CHAIR, None)
PHONE = {"width": 390, "height": 844}


def name_of(site: Site, who: Who) -> str:
    return site.behind.cast.actor(*who).name


def named(walker: Walker, label: str, site: Site, who: Who) -> None:
    """Choose a person in a list that says name and e-mail."""
    walker.fill({label: f"{name_of(site, who)} · {site.account(who)}"})


def test_the_secretariat_is_stood_in_for_and_both_names_stay_in_spanish(
    visitor: Entering, site: Site
) -> None:
    ref = site.case_at("submitted")
    absent, deputy = visitor("es").enter(SECRETARIAT), visitor("es").enter(CHAIR)
    absent.visit("/profile")
    absent.follow("Mis suplencias")
    absent.press("Certificar la suplencia")
    absent.sees("Quién suple")
    assert absent.page.locator("#refusal").count() == 1
    named(absent, "Quién suple", site, CHAIR)
    last = site.today + timedelta(days=10)
    absent.fill({"Último día": last.isoformat(), "Motivo o instrumento (optativo)": "Vacaciones"})
    absent.press("Certificar la suplencia")
    absent.sees("El certificado está hecho. Vale cuando la otra persona lo acepte.")
    deputy.visit("/work")
    assert ref not in deputy.page.get_by_role("main").inner_text()
    deputy.visit("/stand-ins")
    pair = f"{name_of(site, CHAIR)} en nombre de {name_of(site, SECRETARIAT)}"
    deputy.sees(pair)
    deputy.press(f"Aceptar: {pair}")
    deputy.sees("En vigor")
    deputy.visit("/work")
    deputy.sees(ref)
    deputy.visit(f"/cases/{ref}/do/start_review")
    both = f"{name_of(site, CHAIR)} actúa en nombre de {name_of(site, SECRETARIAT)}"
    deputy.sees(both)
    assert axe_findings(deputy.page) == []
    deputy.go(deputy.page.get_by_role("main").get_by_role("button").last)
    deputy.stands("Revisión de la Secretaría")
    deputy.sees(f"({pair})")
    deputy.visit(f"/cases/{ref}/do/record_opinion")
    absent.visit("/stand-ins")
    absent.press(f"Revocar: {pair}")
    absent.sees("Revocada")
    deputy.visit(f"/cases/{ref}")
    assert deputy.page.get_by_role("link", name="Devolver para aclaraciones").count() == 0
    deputy.visit("/work")
    assert ref not in deputy.page.get_by_role("main").inner_text()


def test_a_delegate_is_stood_in_for_in_a_vote_on_a_phone_in_portuguese(
    visitor: Entering, site: Site
) -> None:
    site.give()
    ref = site.case_at("ceam_vote")
    absent, alternate = delegate("BR"), (Role.FOCAL_POINT, "BR")
    giver = visitor("pt", **PHONE).enter(absent)
    giver.visit("/stand-ins")
    named(giver, "Quem substitui", site, alternate)
    giver.fill({"Último dia": (site.today + timedelta(days=3)).isoformat()})
    giver.page.get_by_label("Também pode votar").check()
    assert overflowing(giver.page) == []
    giver.press("Certificar a substituição")
    deputy = visitor("pt", **PHONE).enter(alternate)
    deputy.visit("/stand-ins")
    pair = f"{name_of(site, alternate)} em nome de {name_of(site, absent)}"
    deputy.press(f"Aceitar: {pair}")
    deputy.sees("Com direito de votar")
    assert overflowing(deputy.page) == []
    deputy.visit("/work")
    deputy.sees(ref)
    deputy.visit(f"/cases/{ref}/ballot?country=BR")
    deputy.page.get_by_role("radio", name="A favor", exact=True).check()
    deputy.go(deputy.page.get_by_role("main").get_by_role("button").last)
    deputy.sees(f"{name_of(site, alternate)} age em nome de {name_of(site, absent)}")
    deputy.go(deputy.page.get_by_role("button", name=re.compile("^Confirmar")))
    deputy.visit(f"/cases/{ref}")
    deputy.sees(f"({pair})")


def test_the_administrator_reads_every_certificate(visitor: Entering, site: Site) -> None:
    walker = visitor("en").enter((Role.ADMINISTRATOR, None))
    walker.visit("/people")
    walker.follow("Stand-ins")
    walker.reads("Stand-ins")
    assert axe_findings(walker.page) == []
    assert site.address
