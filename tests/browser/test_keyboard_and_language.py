"""By keyboard alone, in the language one chose, and without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT
from tests.browser.test_life_in_spanish import Life, adds_up_the_money, opens_a_request
from tests.support.browser import Pages
from tests.support.databases import Databases, connected
from tests.support.site import Site, delegate, open_site
from tests.support.walking import Walker

OUTLINE = """() => {
  const e = document.activeElement, drawn = getComputedStyle(e);
  const name = e.textContent.trim().slice(0, 60) || e.id;
  return [name, drawn.outlineStyle, parseFloat(drawn.outlineWidth)];
}"""


def tab_to(walker: Walker, name: str) -> list[str]:
    """Press Tab until the focus stands on `name`; answers what was passed without being seen."""
    unseen = []
    for _step in range(60):
        walker.page.keyboard.press("Tab")
        there, style, width = walker.page.evaluate(OUTLINE)
        if style == "none" or width < 2:
            unseen.append(there)
        if there == name:
            return unseen
    raise AssertionError(f"{name} cannot be reached; unseen: {unseen}")


def test_a_delegate_votes_by_keyboard_and_always_sees_where_the_focus_is(
    visitor: Entering, site: Site
) -> None:
    site.give()
    ref = site.case_at("ceam_vote")
    walker = visitor().enter(delegate("HT"))
    walker.visit(f"/cases/{ref}/ballot")
    assert tab_to(walker, "vote-0") == []
    for _ in range(2):  # in favour, in favour with reservations, against
        walker.page.keyboard.press("ArrowDown")
    expect(walker.page.get_by_role("radio", name="En contra")).to_be_checked()
    assert tab_to(walker, "explanation") == []
    walker.page.keyboard.type("Con las observaciones enviadas.")
    assert tab_to(walker, "Revisar antes de confirmar") == []
    with walker.arriving():
        walker.page.keyboard.press("Enter")
    walker.sees("Con las observaciones enviadas.")
    assert tab_to(walker, "Confirmar: Haití vota en contra") == []
    with walker.arriving():
        walker.page.keyboard.press("Enter")
    walker.sees("Hecho.")


def test_the_first_key_leads_past_the_menu(visitor: Entering, site: Site) -> None:
    del site
    walker = visitor()
    walker.visit("/catalogue")
    assert tab_to(walker, "Ir al contenido") == []
    walker.page.keyboard.press("Enter")
    expect(walker.page.get_by_role("main")).to_be_focused()


def test_the_switch_of_languages_keeps_the_page_and_its_question(
    visitor: Entering, site: Site
) -> None:
    ref = site.open()
    walker = visitor().enter(APPLICANT)
    for path in (f"/cases/{ref}/forms/request/money?check=1", f"/cases/{ref}", "/catalogue?q=red"):
        walker.visit(path)
        for lang, name in LANGUAGE_NAMES.items():
            if lang != walker.page.locator("html").get_attribute("lang"):
                walker.follow(name)
            expect(walker.page).to_have_url(f"{site.address}/{lang}{path}")
            expect(walker.page.locator("html")).to_have_attribute("lang", lang)


def test_a_text_in_another_language_says_so_to_the_ear_and_to_the_eye(
    visitor: Entering, site: Site
) -> None:
    site.give()
    title: Json = {"es": "Oficinas de retorno"}
    ref = site.case_at("executing", title=title, summary={"es": "Dos oficinas."})
    walker = visitor("fr")
    walker.visit(f"/catalogue/{ref}")
    heading = walker.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Oficinas de retorno")
    expect(heading).to_have_attribute("lang", "es")
    walker.sees("Texte original en espagnol")
    walker.visit("/catalogue")
    found = walker.page.get_by_role("link", name="Oficinas de retorno", exact=True)
    expect(found).to_have_attribute("lang", "es")
    parts = walker.page.locator("main [lang]").all()
    assert {part.get_attribute("lang") for part in parts} == {"es"}


@pytest.fixture
def postgresql_site(postgresql_databases: Databases) -> Iterator[Site]:
    """The product served on PostgreSQL."""
    with connected(postgresql_databases) as engine, open_site(engine) as site:
        yield site


def test_a_request_is_written_and_handed_in_without_a_script(
    pages: Pages, postgresql_site: Site
) -> None:
    def visitor(**_options: object) -> Walker:
        return Walker(pages.open(language="es", javascript=False), postgresql_site)

    life = Life(visitor, postgresql_site)
    opens_a_request(life)
    adds_up_the_money(life)
    walker = life.at_case(APPLICANT)
    walker.go(walker.page.get_by_role("link", name=re.compile("versión 1")).first)
    life.the(APPLICANT).sees("9.000")
