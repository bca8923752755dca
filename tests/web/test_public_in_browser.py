import pytest
from playwright.sync_api import Page, expect

from ricomi_workflow.catalogue.queries import list_latest
from ricomi_workflow.kernel.actors import Role
from tests.support.browser import Pages, axe_findings, save_screenshot
from tests.support.network import PASSWORD, Network
from tests.support.serving import serve

PUBLIC = ("", "catalogue?q=ejemplo", "catalogue/{ref}", "fund", "process", "sign-in", "verify")
OWN = ("profile", "people", "people/new", "inbox")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page for those who hear it, and whether it scrolls sideways."""
    page.goto(address)
    wide = ["scrolls sideways"] if page.evaluate(WIDER) > 0 else []
    return [f"{address}: {fault}" for fault in [*axe_findings(page), *wide]]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_public_pages_are_accessible_and_fit(
    lived: Network, pages: Pages, width: int, *, dark: bool
) -> None:
    with lived.services.uow.read() as connection:
        ref = list_latest(connection, 1)[0].ref
    faults = []
    with serve(lived.app) as site:
        page = pages.open(width=width, dark=dark)
        for path in PUBLIC:
            faults += look(page, f"{site}/pt/{path.format(ref=ref)}")
            save_screenshot(page, f"public-{path.partition('?')[0].partition('/')[0]}-{width}")
    assert faults == []


def test_people_sign_in_and_keep_their_account_without_javascript(
    lived: Network, pages: Pages
) -> None:
    faults = []
    with serve(lived.app) as site:
        page = pages.open(javascript=False)
        page.goto(f"{site}/es/people")
        page.fill("#email", lived.accounts.emails[Role.ADMINISTRATOR, None])
        page.fill("#password", PASSWORD)
        page.click("main button")
        expect(page).to_have_url(f"{site}/es/people")
        cookies = page.context.cookies()
        reader = pages.open(width=320)
        reader.context.add_cookies(cookies)  # type: ignore[arg-type]  # playwright's two kinds of cookie are alike
        for path in OWN:
            faults += look(reader, f"{site}/es/{path}")
    assert faults == []
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Lax")]


def test_the_keyboard_reaches_search_first_after_the_menu(lived: Network, page: Page) -> None:
    with serve(lived.app) as site:
        page.goto(f"{site}/es/catalogue")
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()  # with the next frame that is drawn
        page.keyboard.press("Tab")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("ejemplo")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=ejemplo")
