"""Operators in a real browser: shown, hidden and computed at once, or at the next saving."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Role
from tests.forms import course
from tests.support.browser import Pages, axe_findings
from tests.support.databases import SqliteDatabases
from tests.support.looking import broken_relations, overflowing, small_targets, spilling
from tests.support.office import MORNING, PASSWORD, OfficeHouse, furnish, letter
from tests.support.serving import serve

PHONE = 390
SAVED = re.compile("Guardado|Salvo")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHouse]:
    """The product that knows courses, on a database with people."""
    folder = tmp_path_factory.mktemp("courses")
    address = SqliteDatabases(folder).fresh()
    furnish(address)
    made = OfficeHouse(address, course.product(folder))
    yield made
    made.services.uow.engine.dispose()


@pytest.fixture(scope="module")
def address(house: OfficeHouse) -> Iterator[str]:
    """Where it is served."""
    with serve(house.app) as address:
        yield address


@pytest.fixture
def ref(house: OfficeHouse) -> str:
    """A course that Paraguay has just opened."""
    with house.services.uow.read() as connection:
        user = find_user_by_email(connection, letter(Role.FOCAL_POINT, "PY"))
        assert user is not None
        actor = find_actor(connection, user.id, MORNING.date())
    assert actor is not None
    with house.services.uow.begin(actor) as tx:
        return open_case(tx, house.services, course.KIND, "PY").ref


def at_form(page: Page, address: str, ref: str, lang: str) -> Page:
    """The form of a course, for its focal point."""
    page.goto(f"{address}/{lang}/sign-in")
    page.locator("#email").fill(letter(Role.FOCAL_POINT, "PY"))
    page.locator("#password").fill(PASSWORD)
    with page.expect_navigation(wait_until="load"):
        page.locator("#password").press("Enter")
    page.goto(f"{address}/{lang}/cases/{ref}/forms/course_plan")
    return page


def control(page: Page, name: str) -> Locator:
    return page.locator(f"[name='{name}']")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}'][value='{value}']").check()


def save(page: Page, words: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name=words).last.click()


LATER = {"es": "aún no se puede calcular", "pt": "ainda não se pode calcular"}
TOTAL = "US$\u00a01.250,50"


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_what_applies_and_what_is_computed_follow_the_hand(
    pages: Pages, address: str, ref: str, lang: str
) -> None:
    page = at_form(pages.open(language=lang, width=PHONE, height=900), address, ref, lang)
    expect(control(page, "host")).to_be_visible()
    choose(page, "mode", "online")
    expect(control(page, "host")).to_be_hidden()
    expect(control(page, "tool")).to_be_visible()
    choose(page, "mode", "visit")
    expect(control(page, "host")).to_be_visible()
    expect(control(page, "tool")).to_be_hidden()

    expect(page.locator("output#f-days")).to_have_text(LATER[lang])
    control(page, "first").fill("28/02/2028")
    control(page, "last").fill("1/3/2028")
    expect(page.locator("output#f-days")).to_have_text("2")
    control(page, "last").fill("")
    expect(page.locator("output#f-days")).to_have_text(LATER[lang])

    mark = page.locator("[data-required]")
    expect(mark).to_be_visible()
    expect(control(page, "costs.0.share")).to_be_visible()  # while nothing is known of the cost
    control(page, "costs.0.cost").fill("100")
    expect(control(page, "costs.0.share")).to_be_hidden()
    control(page, "costs.0.cost").fill("2501")
    control(page, "costs.0.share").fill("50")
    expect(page.locator("td[data-product]")).to_have_text("1.250,50")
    expect(page.locator("output#f-total")).to_have_text(TOTAL)
    expect(mark).to_be_hidden()
    sound(page)

    expect(page.locator("[data-status]")).to_have_text(SAVED)
    page.reload()  # and the server says the same
    expect(page.locator("td[data-product]")).to_have_text("1.250,50")
    expect(page.locator("output#f-total")).to_have_text(TOTAL)
    expect(control(page, "tool")).to_be_hidden()


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_without_a_script_the_server_decides_at_each_saving(
    pages: Pages, house: OfficeHouse, address: str, ref: str, lang: str
) -> None:
    opened = pages.open(language=lang, width=320, height=900, javascript=False)
    page = at_form(opened, address, ref, lang)
    words = house.text("ui.save_draft", lang)
    expect(control(page, "host")).to_be_visible()
    choose(page, "mode", "online")
    expect(control(page, "host")).to_be_visible()
    control(page, "host").fill("Quito")
    control(page, "first").fill("28/02/2028")
    control(page, "last").fill("1/3/2028")
    control(page, "costs.0.cost").fill("100")
    save(page, words)
    expect(control(page, "host")).to_be_hidden()
    expect(control(page, "tool")).to_be_visible()
    expect(control(page, "costs.0.share")).to_be_hidden()
    expect(page.locator("output#f-days")).to_have_text("2")
    expect(page.locator("output#f-total")).to_have_text("US$\u00a0100")
    choose(page, "mode", "visit")
    save(page, words)
    expect(control(page, "host")).to_have_value("Quito")


def test_the_page_of_operators_can_be_used_by_everybody(
    pages: Pages, address: str, ref: str
) -> None:
    for scheme in ("light", "dark"):
        page = at_form(pages.open(language="es", width=1280, height=900), address, ref, "es")
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        choose(page, "mode", "visit")
        assert axe_findings(page) == []
        sound(page)


def sound(page: Page) -> None:
    """Nothing hangs over, nothing is too small to touch, every relation leads somewhere."""
    assert [*overflowing(page), *spilling(page), *small_targets(page)] == []
    assert broken_relations(page) == []
