"""A shorter life on a phone, in Portuguese: returned with a reason, mended, voted on."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.browser.page_types import SECRETARIAT
from tests.browser.portuguese_request import asks_for_money, plans
from tests.support.looking import overflowing
from tests.support.site import WHY, Site, delegate
from tests.support.walking import Walker

BRAZIL = (Role.FOCAL_POINT, "BR")
PHONE = {"width": 390, "height": 844}
TITLE = "Registro de pessoas retornadas"
ENOUGH = 10  # interactions from the front page to a confirmed vote


def filled_in(walker: Walker) -> str:
    """A request from the menu to the last section; answers its reference."""
    walker.follow("Novo caso")
    walker.press("Abrir o rascunho")
    ref = walker.page.url.split("/cases/")[1].split("/")[0]
    walker.group("Título").get_by_label("Em português").fill(TITLE)
    walker.group("Resumo").get_by_label("Em português").fill("Duas instituições compartilham.")
    walker.tick("Forma de cooperação", "Estágio")
    walker.tick("Temas", "Retorno e reintegração")
    walker.press("Salvar e continuar")
    walker.fill({"Instituição que pede": "Ministério", "Pessoa de contato": "Cooperação"})
    walker.press("Salvar e continuar")
    walker.reads("Instituições e países")  # with whom, or why with nobody, is missing
    walker.tick("O projeto é de toda a rede", "Sim")
    walker.fill({"Por que é de toda a rede": "O serviço fica à disposição de todos."})
    walker.press("Salvar e continuar")
    walker.fill({"Problema e situação atual": "O serviço falta."})
    walker.group("Objetivos").get_by_label("Em português").fill("Um serviço em cada posto.")
    walker.fill({"Resultado esperado e capacidade que ficará": "Pessoal capacitado."})
    walker.press("Salvar e continuar")
    plans(walker)
    walker.tick("População a que se dirige", "Pessoas retornadas")
    walker.press("Salvar e continuar")
    asks_for_money(walker)
    return ref


def test_a_request_is_returned_mended_and_handed_in_again_on_a_phone(
    visitor: Entering, site: Site
) -> None:
    walker = visitor("pt", **PHONE).sign_in(BRAZIL)
    ref = filled_in(walker)
    assert overflowing(walker.page) == []
    walker.press("Confirmar: apresentar o pedido")
    walker.stands("Apresentado")
    site.stage.fire(ref, SECRETARIAT, "start_review")
    site.stage.fire(ref, SECRETARIAT, "return_for_clarification", reason=WHY)
    walker.visit("/work")
    walker.follow(TITLE)
    walker.sees(WHY)
    walker.stands("Devolvido")
    walker.follow("Preencher: pedido de cooperação")
    walker.follow("Instituições e países")
    expect(walker.field("Instituição que pede")).to_have_value("Ministério")
    walker.fill({"Instituição que pede": "Ministério da Justiça"})
    walker.press("Salvar e continuar")
    walker.follow("Declaração")
    walker.press("Salvar e revisar")
    walker.press("Confirmar: apresentar de novo")
    walker.stands("Análise da Secretaria")
    walker.go(walker.page.get_by_role("link", name=re.compile("versão 2")).first)
    walker.sees("Ministério da Justiça")


def test_a_delegate_votes_on_a_phone_in_under_ten_interactions(
    visitor: Entering, site: Site
) -> None:
    site.give()
    ref = site.case_at("ceam_vote")
    walker = visitor("pt", **PHONE)
    page = walker.page
    walker.visit("/")
    acts: tuple[Callable[[], object], ...] = (
        lambda: page.get_by_text("Menu", exact=True).click(),
        lambda: walker.follow("Entrar"),
        lambda: page.locator("#email").fill(site.account(delegate("BR"))),
        walker.enter_password,
        lambda: walker.go(page.get_by_role("main").get_by_role("link").first),
        lambda: page.get_by_role("radio", name="A favor", exact=True).check(),
        lambda: walker.press("Revisar antes de confirmar"),
        lambda: walker.press("Confirmar: Brasil vota a favor"),
    )
    for act in acts:
        act()
        assert overflowing(page) == []
    walker.sees("Feito.")
    assert site.behind.acts(ref)[-1] == "ballot.vote_cast"
    assert len(acts) < ENOUGH
