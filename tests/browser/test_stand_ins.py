"""Standing in, in the browser: made, accepted, acted through and revoked, in two languages."""

import re
from datetime import timedelta

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.tongue import Tongue
from tests.support.browser import axe_findings
from tests.support.looking import overflowing
from tests.support.site import Site, Who, delegate
from tests.support.walking import Walker

SECRETARIAT: Who = (Role.SECRETARIAT, None)
CHAIR: Who = (Role.CHAIR, None)


def name_of(site: Site, who: Who) -> str:
    return site.behind.accounts.actor(*who).name


def named(walker: Walker, label: str, site: Site, who: Who) -> None:
    """Choose a person in a list that says name and e-mail."""
    walker.fill({label: f"{name_of(site, who)} · {site.account(who)}"})


def certify(absent: Walker, say: Tongue, site: Site) -> None:
    """The Secretariat certifies that the chair stands in for it; first without saying who."""
    press = say("Certificar la suplencia", "Certificar a substituição")
    absent.visit("/profile")
    absent.follow(say("Mis suplencias", "Minhas substituições"))
    absent.press(press)
    who = say("Quién suple", "Quem substitui")
    absent.sees(who)
    assert absent.page.locator("#refusal").count() == 1
    assert overflowing(absent.page) == []
    named(absent, who, site, CHAIR)
    last = site.today + timedelta(days=10)
    note = say("Motivo o instrumento (optativo)", "Motivo ou instrumento (opcional)")
    absent.fill({say("Último día", "Último dia"): last.isoformat()})
    absent.fill({note: "Vacaciones"})
    absent.press(press)
    absent.sees(
        say(
            "El certificado está hecho. Vale cuando la otra persona lo acepte.",
            "O certificado está feito. Vale quando a outra pessoa o aceitar.",
        )
    )


def pair_of(say: Tongue, site: Site, by: Who, giver: Who) -> str:
    """Both names, as the language joins them."""
    return f"{name_of(site, by)} {say('en nombre de', 'em nome de')} {name_of(site, giver)}"


def act_as_deputy(deputy: Walker, say: Tongue, site: Site, ref: str) -> None:
    """Accept the certificate, and do an act that bears both names."""
    deputy.visit("/work")
    assert ref not in deputy.page.get_by_role("main").inner_text()
    deputy.visit("/stand-ins")
    pair = pair_of(say, site, CHAIR, SECRETARIAT)
    deputy.sees(pair)
    deputy.press(f"{say('Aceptar', 'Aceitar')}: {pair}")
    deputy.sees(say("En vigor", "Em vigor"))
    deputy.visit("/work")
    deputy.sees(ref)
    deputy.visit(f"/cases/{ref}/do/start_review")
    does = say("actúa en nombre de", "age em nome de")
    deputy.sees(f"{name_of(site, CHAIR)} {does} {name_of(site, SECRETARIAT)}")
    assert axe_findings(deputy.page) == []
    assert overflowing(deputy.page) == []
    deputy.go(deputy.page.get_by_role("main").get_by_role("button").last)
    deputy.stands(say("Revisión de la Secretaría", "Análise da Secretaria"))
    deputy.sees(f"({pair})")


def test_the_secretariat_is_stood_in_for_and_both_names_stay(say: Tongue, site: Site) -> None:
    ref = site.case_at("submitted")
    absent, there = say.enter(SECRETARIAT), say.other
    deputy = there.enter(CHAIR)
    certify(absent, say, site)
    act_as_deputy(deputy, there, site, ref)
    deputy.visit(f"/cases/{ref}/do/record_opinion")
    absent.visit("/stand-ins")
    absent.press(f"{say('Revocar', 'Revogar')}: {pair_of(say, site, CHAIR, SECRETARIAT)}")
    absent.sees(say("Revocada", "Revogada"))
    deputy.visit(f"/cases/{ref}")
    returning = there("Devolver para aclaraciones", "Devolver para esclarecimentos")
    assert deputy.page.get_by_role("link", name=returning).count() == 0
    deputy.visit("/work")
    assert ref not in deputy.page.get_by_role("main").inner_text()


def test_a_delegate_is_stood_in_for_in_a_vote(say: Tongue, site: Site) -> None:
    site.give()
    ref = site.case_at("ceam_vote")
    country = say("PE", "BR")  # a certificate is of one pair of people
    absent, alternate = delegate(country), (Role.FOCAL_POINT, country)
    giver = say.enter(absent, "/stand-ins")
    named(giver, say("Quién suple", "Quem substitui"), site, alternate)
    last = (site.today + timedelta(days=3)).isoformat()
    giver.fill({say("Último día", "Último dia"): last})
    giver.page.get_by_label(say("También puede votar", "Também pode votar")).check()
    assert overflowing(giver.page) == []
    giver.press(say("Certificar la suplencia", "Certificar a substituição"))
    there = say.other
    deputy = there.enter(alternate, "/stand-ins")
    pair = pair_of(there, site, alternate, absent)
    deputy.press(f"{there('Aceptar', 'Aceitar')}: {pair}")
    deputy.sees(there("Con derecho a votar", "Com direito de votar"))
    assert overflowing(deputy.page) == []
    deputy.visit("/work")
    deputy.sees(ref)
    deputy.visit(f"/cases/{ref}/ballot?country={country}")
    deputy.page.get_by_role("radio", name="A favor", exact=True).check()
    deputy.go(deputy.page.get_by_role("main").get_by_role("button").last)
    does = there("actúa en nombre de", "age em nome de")
    deputy.sees(f"{name_of(site, alternate)} {does} {name_of(site, absent)}")
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
