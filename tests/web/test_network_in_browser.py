"""The pages of the network for those who hear them, touch them, or have only keys."""

import pytest
from playwright.sync_api import expect

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.network.queries import count_flows
from tests.support.browser import Pages, axe_findings, save_screenshot
from tests.support.network import Network
from tests.support.serving import serve

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """links => links.filter(link => {
    const box = link.getBoundingClientRect();
    return box.width < 24 || box.height < 24;
}).map(link => link.getAttribute('aria-label'))"""
PATHS = (
    "map",
    "map?measure=disbursed&topic=labour_migration",
    "network",
    "countries",
    "countries/{provider}",
    "topics",
    "topics/labour_migration",
)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_the_network_is_accessible_and_fits(
    lived: Network, pages: Pages, width: int, *, dark: bool
) -> None:
    with lived.services.uow.read() as connection:
        provider = count_flows(connection, SearchQuery())[0].provider
    faults: list[str] = []
    with serve(lived.app) as site:
        page = pages.open(width=width, dark=dark)
        for path in PATHS:
            page.goto(f"{site}/pt/{path.format(provider=provider)}")
            faults += [f"{path}: {fault}" for fault in axe_findings(page)]
            faults += [f"{path}: sideways"] if page.evaluate(WIDER) > 0 else []
            save_screenshot(page, f"network-{path.partition('?')[0].partition('/')[0]}-{width}")
    assert faults == []


def test_every_state_is_reached_by_a_finger_and_by_keys_without_a_script(
    lived: Network, pages: Pages
) -> None:
    with serve(lived.app) as site:
        page = pages.open(width=390, javascript=False)
        page.goto(f"{site}/es/map")
        states = page.locator("svg a[aria-label]")
        assert states.count() == 35
        assert states.evaluate_all(SMALL) == []
        states.first.focus()
        names = [states.nth(n).get_attribute("aria-label") for n in (0, 1)]
        page.keyboard.press("Tab")
        expect(states.nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/es/countries/*")
        expect(page.locator("h1")).to_have_text(str(names[1]).partition(":")[0])
