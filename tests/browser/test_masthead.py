"""The masthead on a desk: two lines for the office with the longest menu, nothing left out."""

import pytest
from playwright.sync_api import expect

from ricomi_workflow.kernel.actors import Role
from tests.browser.conftest import Entering
from tests.support.browser import axe_findings
from tests.support.looking import overflowing, small_targets

_LINES = """() => {
  const tops = (of) => new Set([...document.querySelectorAll(of)].filter(e => e.offsetParent)
    .map(e => Math.round(e.getBoundingClientRect().top))).size;
  const bottom = (of) => document.querySelector(of).getBoundingClientRect().bottom;
  const top = document.querySelector('.mast-full').getBoundingClientRect().top;
  const first = ['.brand', '.case-search', '.corner'].every(of => bottom(of) <= top + 1);
  return [tops('.mast-full li'), tops('.langs li'), tops('.account li'), first];
}"""


@pytest.mark.parametrize("width", [1280, 1024])
@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_menu_of_the_secretariat_takes_one_line_below_everything_else(
    visitor: Entering, lang: str, width: int
) -> None:
    walker = visitor(lang, width=width).enter((Role.SECRETARIAT, None))
    assert walker.page.evaluate(_LINES) == [1, 1, 1, True]
    height = walker.page.locator(".masthead-row").bounding_box()
    assert height
    assert height["height"] < 125  # a third line would make it more than 140
    assert overflowing(walker.page) == small_targets(walker.page) == []
    assert axe_findings(walker.page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_who_is_signed_in_and_the_way_out_are_there_at_every_width(
    visitor: Entering, width: int
) -> None:
    walker = visitor("es", width=width).enter((Role.SECRETARIAT, None))
    if width < 992:
        walker.page.get_by_text("Menú", exact=True).click()
    banner = walker.page.get_by_role("banner")
    expect(banner.get_by_role("link", name="Secretaría Técnica")).to_be_visible()
    walker.press("Salir")
    walker.page.goto(walker.page.url)
    expect(banner.get_by_role("button", name="Salir")).to_have_count(0)
