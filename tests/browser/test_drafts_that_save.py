"""Drafts in a real browser: saved as they are typed, by several people, through every mishap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT
from tests.support.site import Site, Who
from tests.support.walking import Walker

COLLEAGUE: Who = (Role.INSTITUTION_USER, "PY")
PHONE = 390
NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
SAVED = re.compile("Guardado (por .+ )?el ")


@pytest.fixture
def ref(site: Site) -> str:
    """A case that Paraguay has just opened."""
    return site.open()


def at_form(walker: Walker, ref: str, section: str = "institutions") -> Walker:
    """Open a section of the request."""
    walker.visit(f"/cases/{ref}/forms/request/{section}")
    return walker


def status(page: Page) -> Locator:
    """Where the page says whether what was typed is saved."""
    return page.locator("[data-status]")


def control(page: Page, name: str) -> Locator:
    """A control by its name."""
    return page.locator(f"[name='{name}']")


def kept(site: Site, ref: str) -> dict[str, Json]:
    """What the draft holds in the database."""
    case = site.stage.case(ref)
    with site.stage.services.uow.read() as connection:
        return get_draft(connection, case.id, "request").values


def write(page: Page, name: str, words: str) -> None:
    """Type into a field and leave it."""
    control(page, name).fill(words)


def test_what_is_typed_is_saved_without_pressing_anything(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref)
    write(walker.page, "requesting_institution", "Dirección de Migraciones")
    expect(status(walker.page)).to_have_text(SAVED)
    assert kept(site, ref) == {"requesting_institution": "Dirección de Migraciones"}
    item = walker.page.locator("[data-section=institutions]")
    expect(item).to_contain_text("faltan 2 datos")  # saved is not complete
    write(walker.page, "contact", "Ana, oficina de cooperación")
    expect(item).to_contain_text("falta 1 dato")
    walker.tick("Otros Estados participantes", "Chile")
    expect(item).to_contain_text("completa")
    walker.page.reload()
    expect(control(walker.page, "contact")).to_have_value("Ana, oficina de cooperación")


def test_a_mistake_is_told_when_its_field_is_left_and_what_was_typed_stays(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref, "activities")
    write(walker.page, "months", "doce")
    expect(status(walker.page)).to_have_text(SAVED)
    expect(walker.page.locator("p.error")).to_have_count(0)  # one is still at it
    control(walker.page, "start_date").focus()
    expect(walker.page.locator("#f-months-error")).to_be_visible()
    expect(control(walker.page, "months")).to_have_attribute("aria-invalid", "true")
    assert kept(site, ref)["months"] == "doce"
    write(walker.page, "months", "12")
    expect(walker.page.locator("#f-months-error")).to_have_count(0)


@pytest.mark.parametrize("words", ["doce", "12"])  # a mistake is told, and none is
def test_a_button_does_not_move_away_from_under_a_finger(
    visitor: Entering, site: Site, ref: str, words: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref, "activities")
    page = walker.page
    write(page, "months", words)
    expect(status(page)).to_have_text(SAVED)
    button = page.get_by_role("button", name="Guardar borrador").last
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    assert before
    page.mouse.move(before["x"] + 5, before["y"] + 5)
    page.mouse.down()
    page.wait_for_timeout(200)
    assert button.bounding_box() == before
    with walker.arriving():
        page.mouse.up()
    assert "saved=1" in page.url
    assert kept(site, ref)["months"] in {"doce", 12}


def test_two_people_in_different_fields_lose_nothing_and_see_each_other(
    visitor: Entering, site: Site, ref: str
) -> None:
    focal = at_form(visitor().enter(APPLICANT), ref)
    write(focal.page, "requesting_institution", "Dirección de Migraciones")
    expect(status(focal.page)).to_have_text(SAVED)
    colleague = at_form(visitor("pt", width=PHONE).enter(COLLEAGUE), ref)
    expect(colleague.page.locator("[data-present]")).to_contain_text("está editando")
    focal.page.clock.install(time=NOON)
    focal.page.reload()  # whose first change asks what others did
    focal.page.clock.pause_at(NOON + timedelta(minutes=1))
    write(colleague.page, "contact", "Ana, oficina")
    expect(status(colleague.page)).to_have_text(re.compile("Salvo em"))
    write(focal.page, "requesting_institution", "Dirección General de Migraciones")
    expect(control(focal.page, "contact")).to_have_value("Ana, oficina")
    expect(status(focal.page)).to_contain_text("Aún no guardado")  # what is saved is the other's
    focal.page.clock.resume()
    expect(status(focal.page)).to_have_text(SAVED)
    assert kept(site, ref) == {
        "requesting_institution": "Dirección General de Migraciones",
        "contact": "Ana, oficina",
    }


def test_in_the_same_field_the_second_is_told_and_chooses(
    visitor: Entering, site: Site, ref: str
) -> None:
    focal = at_form(visitor().enter(APPLICANT), ref)
    colleague = at_form(visitor("pt", width=PHONE).enter(COLLEAGUE), ref)
    control(colleague.page, "contact").focus()  # what one stands in does not follow the other
    write(focal.page, "contact", "Ana")
    expect(status(focal.page)).to_have_text(SAVED)
    write(colleague.page, "contact", "Bento")
    notice = colleague.page.locator("[data-taken=contact]")
    expect(notice).to_contain_text("Ana")
    expect(control(colleague.page, "contact")).to_have_value("Bento")
    assert kept(site, ref)["contact"] == "Ana"
    colleague.page.get_by_role("button", name="Conservar o meu").click()
    expect(status(colleague.page)).to_have_text(re.compile("Salvo em"))
    assert kept(site, ref)["contact"] == "Bento"
    write(focal.page, "contact", "Carla")
    focal.page.get_by_role("button", name="Conservar lo que guardó la otra persona").click()
    expect(control(focal.page, "contact")).to_have_value("Bento")
    assert kept(site, ref)["contact"] == "Bento"
    control(focal.page, "contact").focus()
    write(colleague.page, "contact", "Dora")
    expect(status(colleague.page)).to_have_text(re.compile("Salvo em"))
    write(focal.page, "contact", "Eva")
    expect(focal.page.locator("[data-taken=contact]")).to_contain_text("Dora")
    focal.press("Guardar y seguir")  # asks once more, and does not stay without a word
    expect(focal.page.get_by_label("Conservar lo que guardó la otra persona")).to_be_visible()


def test_a_lost_line_loses_nothing_and_the_page_says_so(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor("pt", width=PHONE).enter(APPLICANT), ref)
    walker.page.context.set_offline(True)
    write(walker.page, "contact", "Ana, sem linha")
    expect(status(walker.page)).to_contain_text("sem conexão")
    assert kept(site, ref) == {}
    walker.page.context.set_offline(False)
    expect(status(walker.page)).to_have_text(re.compile("Salvo em"))
    assert kept(site, ref)["contact"] == "Ana, sem linha"


def test_a_page_that_was_closed_without_line_comes_back_with_what_was_typed(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref)
    context = walker.page.context
    context.set_offline(True)
    write(walker.page, "contact", "Ana, antes de cerrar")
    expect(status(walker.page)).to_contain_text("no hay conexión")
    walker.page.close()
    context.set_offline(False)
    again = at_form(Walker(context.new_page(), site, "es"), ref)
    expect(control(again.page, "contact")).to_have_value("Ana, antes de cerrar")
    expect(status(again.page)).to_have_text(SAVED)
    assert kept(site, ref)["contact"] == "Ana, antes de cerrar"


def test_what_the_button_saved_does_not_stay_in_the_browser(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref)
    page = walker.page
    write(page, "requesting_institution", "Dirección de   Migraciones ")  # kept otherwise
    write(page, "contact", "Ana")
    walker.tick("Otros Estados participantes", "Chile")
    page.get_by_role("button", name="Guardar y seguir").dblclick()
    expect(page).to_have_url(re.compile("/purpose$"))
    keys = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('ricomi-draft'))"
    )
    assert keys == []
    assert kept(site, ref) == {
        "requesting_institution": "Dirección de Migraciones",
        "contact": "Ana",
        "participants": ["CL"],
    }


def test_a_button_pressed_without_line_leaves_the_page_as_it_is(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref)
    walker.page.context.set_offline(True)
    write(walker.page, "contact", "Ana, sin línea")
    walker.page.get_by_role("button", name="Guardar y seguir").click()
    expect(status(walker.page)).to_contain_text("no hay conexión")
    expect(control(walker.page, "contact")).to_have_value("Ana, sin línea")
    walker.page.context.set_offline(False)
    walker.page.get_by_role("button", name="Guardar y seguir").click()
    expect(walker.page).to_have_url(re.compile("/institutions$"))  # one answer is missing
    expect(walker.page.locator("#f-requesting-institution-error")).to_be_visible()
    assert kept(site, ref)["contact"] == "Ana, sin línea"


@pytest.mark.parametrize(("lang", "width"), [("es", 1280), ("pt", PHONE)])
def test_a_session_that_ends_while_one_types_takes_nothing_with_it(
    visitor: Entering, site: Site, ref: str, lang: str, width: int
) -> None:
    walker = at_form(visitor(lang, width=width).enter(APPLICANT), ref)
    walker.page.context.clear_cookies()
    write(walker.page, "contact", "Ana")
    expect(status(walker.page)).to_contain_text(
        "su sesión terminó" if lang == "es" else "a sessão terminou"
    )
    walker.follow("Entrar de nuevo" if lang == "es" else "Entrar novamente")
    walker.page.locator("#email").fill(site.account(APPLICANT))
    walker.enter_password()
    expect(control(walker.page, "contact")).to_have_value("Ana")
    expect(status(walker.page)).to_have_text(re.compile("Guardado el|Salvo em"))
    assert kept(site, ref)["contact"] == "Ana"


def test_without_scripts_an_ended_session_gives_everything_back(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor("pt", width=PHONE, javascript=False).enter(APPLICANT), ref)
    write(walker.page, "contact", "Ana")
    walker.page.context.clear_cookies()
    walker.go(walker.page.get_by_role("button", name="Salvar rascunho").last)
    walker.sees("A sessão terminou.")
    walker.page.locator("#email").fill(site.account(APPLICANT))
    walker.enter_password()
    walker.press("Enviar o que foi escrito")
    expect(control(walker.page, "contact")).to_have_value("Ana")
    assert kept(site, ref)["contact"] == "Ana"


def test_without_scripts_the_second_of_two_is_told_and_chooses(
    visitor: Entering, site: Site, ref: str
) -> None:
    focal = at_form(visitor(javascript=False).enter(APPLICANT), ref)
    colleague = at_form(visitor("pt", width=PHONE, javascript=False).enter(COLLEAGUE), ref)
    write(focal.page, "contact", "Ana")
    focal.go(focal.page.get_by_role("button", name="Guardar borrador").last)
    write(colleague.page, "contact", "Bento")
    write(colleague.page, "requesting_institution", "Direção")
    colleague.go(colleague.page.get_by_role("button", name="Salvar rascunho").last)
    expect(colleague.page.get_by_role("alert")).to_contain_text("foi salvo em outra janela")
    expect(control(colleague.page, "contact")).to_have_value("Bento")
    assert kept(site, ref) == {"contact": "Ana", "requesting_institution": "Direção"}
    colleague.page.get_by_label("Conservar o que a outra pessoa salvou").check()
    colleague.go(colleague.page.get_by_role("button", name="Salvar rascunho").last)
    expect(control(colleague.page, "contact")).to_have_value("Ana")


@contextmanager
def failing(site: Site) -> Iterator[None]:
    """The database fails in the middle of each saving, as long as this lasts."""
    engine = site.stage.services.uow.engine
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER crash AFTER INSERT ON draft_field"
                " BEGIN SELECT RAISE(ABORT, 'crash'); END"
            )
        )
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER crash"))


def test_a_crash_in_the_middle_of_a_saving_is_told_and_made_good(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor().enter(APPLICANT), ref)
    with failing(site):
        write(walker.page, "contact", "Ana")
        expect(status(walker.page)).to_contain_text("el servidor no pudo guardar")
        assert kept(site, ref) == {}
    expect(status(walker.page)).to_have_text(SAVED)
    assert kept(site, ref)["contact"] == "Ana"


def test_without_scripts_a_crash_gives_back_what_was_typed(
    visitor: Entering, site: Site, ref: str
) -> None:
    walker = at_form(visitor("pt", width=PHONE, javascript=False).enter(APPLICANT), ref)
    write(walker.page, "contact", "Ana")
    with failing(site):
        walker.go(walker.page.get_by_role("button", name="Salvar rascunho").last)
        walker.sees("por uma falha nossa")
    walker.press("Enviar o que foi escrito")
    expect(control(walker.page, "contact")).to_have_value("Ana")
    assert kept(site, ref)["contact"] == "Ana"
