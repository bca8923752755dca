"""From a search on a phone to a closed exchange that everybody finds, without retyping it.

A visitor who knows nothing finds in Portuguese who has experience with seasonal agricultural
workers and asks for it; the asked State sees it the same day; the exchange, once closed, is in the
catalogue, on the map, on the pages of both States, in IATI and in the news of the network.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.browser.conftest import Entering
from tests.browser.portuguese_request import asks_for_money, plans
from tests.support import papers
from tests.support.looking import overflowing
from tests.support.site import Site, Who, carried
from tests.support.walking import Walker

PHONE = {"width": 390, "height": 844}
GIVES, ASKS = "GT", "DO"
ASKING: Who = (Role.FOCAL_POINT, ASKS)
GIVING: Who = (Role.FOCAL_POINT, GIVES)
TITLE = "Acompanhamento de trabalhadores agrícolas sazonais"


def offered(site: Site) -> str:
    """An offer of Guatemala that the Secretariat published."""
    with site.stage.services.uow.begin(site.behind.accounts.actor(*GIVING)) as tx:
        ref = open_case(tx, site.stage.services, "cooperation_offer", GIVES).ref
    words: dict[str, Json] = {
        "title": {"es": "Acompañamiento de trabajadores agrícolas de temporada", "pt": TITLE},
        "topics": ["labour_migration"],
    }
    site.stage.fire(ref, GIVING, "submit", papers.offer(site.today) | words)
    site.stage.fire(ref, (Role.SECRETARIAT, None), "publish")
    return ref


def asked_for(walker: Walker, site: Site, offer: str) -> str:
    """From the front page to a draft that says already what the offer says."""
    page = walker.page
    walker.visit("/")
    page.get_by_role("searchbox").first.fill("agricolas sazonais")  # as typed on a phone
    walker.press("Buscar")
    walker.follow(TITLE)
    assert offer in page.url
    assert overflowing(page) == []
    walker.follow("Pedir esta oferta")
    page.locator("#email").fill(site.account(ASKING))
    walker.enter_password()
    walker.press("Abrir o rascunho")
    return page.url.split("/cases/")[1].split("/")[0]


def handed_in(walker: Walker) -> None:
    """The rest of the request, section by section."""
    page = walker.page
    expect(walker.group("Título").get_by_label("Em português")).to_have_value(re.compile(TITLE))
    walker.group("Resumo").get_by_label("Em português").fill("Conhecer o acompanhamento.")
    walker.press("Salvar e continuar")
    expect(page.get_by_label("Guatemala", exact=True).first).to_be_checked()
    walker.fill(
        {"Instituição que pede": "Ministério do Trabalho", "Pessoa de contato": "Escritório"}
    )
    walker.press("Salvar e continuar")
    walker.fill({"Problema e situação atual": "Os trabalhadores vão e voltam sozinhos."})
    walker.group("Objetivos").get_by_label("Em português").fill("Um acompanhamento próprio.")
    walker.fill({"Resultado esperado e capacidade que ficará": "Pessoal capacitado."})
    walker.press("Salvar e continuar")
    plans(walker)
    walker.press("Salvar e continuar")
    asks_for_money(walker)
    walker.press("Confirmar: apresentar o pedido")
    walker.stands("Apresentado")


def test_what_is_found_is_asked_for_done_and_found_again(visitor: Entering, site: Site) -> None:
    site.give()
    offer = offered(site)
    walker = visitor("pt", **PHONE)
    ref = asked_for(walker, site, offer)
    handed_in(walker)
    giving = visitor("es").enter(GIVING)
    giving.visit("/work")  # the same day
    giving.sees("Confirmar la participación")
    giving.visit("/inbox")
    giving.sees(f"{ref}: se espera la confirmación de su Estado")
    site.stage.fire(ref, GIVING, "confirm_participation")
    carried(site.stage, ref, "closed")
    is_found_everywhere(walker, ref)


def is_found_everywhere(walker: Walker, ref: str) -> None:
    """The exchange where the public looks for it, told from what was written on the way."""
    walker.visit("/catalogue?q=agricolas+sazonais&status=closed")
    expect(walker.page.get_by_role("link", name=TITLE)).to_have_attribute("href", re.compile(ref))
    walker.visit("/map?topic=labour_migration")
    walker.sees("1 linha une quem compartilha a quem recebe")
    for country in (ASKS, GIVES):
        walker.visit(f"/countries/{country}")
        walker.sees(ref)
    walker.visit("/network")
    cell = walker.page.get_by_role("row", name="Guatemala").get_by_role("link", name="1")
    walker.go(cell)
    walker.sees(ref)
    walker.visit("/news")
    walker.sees(ref)
    assert overflowing(walker.page) == []
    activities = walker.page.request.get(f"{walker.site.address}/pt/iati.xml").text()
    activity = next(each for each in activities.split("</iati-activity>") if ref in each)
    assert ">2001.00</value></transaction>" in activity
