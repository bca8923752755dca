"""Files in a real browser, and a draft that is taken to a newer form: on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ricomi_workflow.bootstrap import MOVERS
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.definitions.migration_plan import read_plan
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.workflow_migration.commands import migrate
from tests.support.browser import Pages, axe_findings
from tests.support.databases import Databases
from tests.support.looking import broken_relations, overflowing, spilling
from tests.support.noted import PDF, NotedHouse
from tests.support.office import PASSWORD, furnish, letter
from tests.support.serving import serve

GOOD: Final[FilePayload] = {"name": "nota.pdf", "mimeType": "application/pdf", "buffer": PDF}
PROGRAM: Final[FilePayload] = {"name": "n.exe", "mimeType": "application/pdf", "buffer": b"MZ"}
TYPED = "Un texto largo que costó escribir."
PLAN = b"""kind: note
from: 1
to: 2
reason: The committee adopted version 2.
drafts: {note: keep}
"""
SAVE = {"es": "Guardar borrador", "pt": "Salvar rascunho"}
ADD = {"es": "Añadir archivos: evidence es", "pt": "Adicionar arquivos: evidence pt"}


@pytest.fixture
def house(sqlite_databases: Databases, tmp_path: Path) -> Iterator[NotedHouse]:
    """The product with a kind that asks for files, in two versions."""
    address = sqlite_databases.fresh()
    furnish(address)
    house = NotedHouse(address, tmp_path, 1)
    yield house
    house.services.uow.engine.dispose()


@pytest.fixture
def ref(house: NotedHouse) -> str:
    """A case of Paraguay in the first version."""
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        return open_case(tx, house.services, "note", "PY").ref


@pytest.fixture
def site(house: NotedHouse) -> Iterator[str]:
    """Its address."""
    with serve(house.app) as address:
        yield address


def at_form(page: Page, site: str, lang: str, ref: str) -> None:
    """Sign in as the focal point, and open the form."""
    form = f"/{lang}/cases/{ref}/forms/note"
    page.goto(f"{site}{form}")
    enter(page)
    expect(page).to_have_url(f"{site}{form}")


def enter(page: Page) -> None:
    """Sign in; the page that one was led from is there, with its scripts, afterwards."""
    page.locator("#email").fill(letter(Role.FOCAL_POINT, "PY"))
    page.locator("#password").fill(PASSWORD)
    with page.expect_navigation(wait_until="load"):
        page.locator("#password").press("Enter")


def save(page: Page, lang: str) -> None:
    """Press the button that saves; the page that answers is there afterwards."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name=SAVE[lang], exact=True).last.click()


def faults(page: Page) -> list[str]:
    """What is wrong with the look of a page and with what is told to the ear."""
    return [*axe_findings(page), *overflowing(page), *spilling(page), *broken_relations(page)]


@pytest.mark.parametrize(
    ("lang", "width", "javascript"),
    [("es", 1280, True), ("pt", 390, True), ("pt", 320, False)],
)
def test_a_refused_file_is_told_at_its_field_and_nothing_typed_is_lost(
    pages: Pages, site: str, ref: str, lang: str, width: int, *, javascript: bool
) -> None:
    page = pages.open(language=lang, width=width, javascript=javascript)
    at_form(page, site, lang, ref)
    page.locator("[name=words]").fill(TYPED)
    page.get_by_label(ADD[lang]).set_input_files([PROGRAM, GOOD])
    save(page, lang)
    field = page.locator("#f-evidence")
    expect(field.locator("p.error")).to_contain_text("n.exe")
    expect(field.get_by_role("link", name="nota.pdf")).to_be_visible()
    expect(page.locator("[name=words]")).to_have_value(TYPED)
    expect(page.get_by_label(ADD[lang])).to_have_attribute("aria-invalid", "true")
    if javascript:
        assert not faults(page)
    page.locator("[name=words]").fill("Otro texto.")
    save(page, lang)
    expect(field.get_by_role("link", name="nota.pdf")).to_be_visible()
    expect(field.locator("p.error")).to_have_count(0)


def test_files_that_were_chosen_before_a_session_ended_are_asked_for_again(
    pages: Pages, site: str, ref: str
) -> None:
    page = pages.open(language="pt", width=390, javascript=False)
    at_form(page, site, "pt", ref)
    page.locator("[name=words]").fill(TYPED)
    page.get_by_label(ADD["pt"]).set_input_files([GOOD])
    page.context.clear_cookies()
    save(page, "pt")
    enter(page)
    page.get_by_role("button", name="Enviar o que foi escrito").click()
    expect(page.locator("#f-evidence p.error")).to_contain_text("nota.pdf")
    expect(page.locator("[name=words]")).to_have_value(TYPED)


def test_a_draft_goes_to_a_newer_form_only_when_its_writer_agrees(
    pages: Pages, house: NotedHouse, ref: str, tmp_path: Path
) -> None:
    with serve(house.app) as site:
        page = pages.open(language="es")
        at_form(page, site, "es", ref)
        page.locator("[name='title.es']").fill("Una nota")
        page.locator("[name=words]").fill(TYPED)
        save(page, "es")
    house = NotedHouse(str(house.services.uow.engine.url), tmp_path / "later", 1, 2)
    plan = read_plan(PLAN, "plan.yaml", house.services.library)
    assert [str(each.verdict) for each in migrate(house.services, plan, MOVERS)] == ["safe"]
    with serve(house.app) as site:
        page = pages.open(language="pt", width=390)
        form = f"/pt/cases/{ref}/forms/note"
        page.goto(f"{site}{form}")
        enter(page)
        expect(page).to_have_url(f"{site}{form}/upgrade")
        main = page.get_by_role("main")
        expect(main).to_contain_text("Este formulário tem uma versão nova")
        expect(main).to_contain_text(f"Não passa: “{TYPED}”")
        assert not faults(page)
        assert _kept(house, ref)["words"] == TYPED  # nothing happened yet
        page.get_by_role("button", name="Passar o rascunho para a versão nova").click()
        expect(page).to_have_url(f"{site}{form}")
        expect(page.locator("[name='title.es']")).to_have_value("Una nota")
        expect(page.locator("[name=months]")).to_be_visible()
    assert _kept(house, ref) == {"title": {"es": "Una nota"}}
    house.services.uow.engine.dispose()


def _kept(house: NotedHouse, ref: str) -> dict[str, object]:
    with house.services.uow.read() as connection:
        return dict(get_draft(connection, house.case(ref).id, "note").values)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ("se envían cuando pulsa Guardar", "aún no enviado")),
        ("pt", ("são enviados com o botão de salvar", "ainda não enviado")),
    ],
)
def test_a_chosen_file_says_that_only_saving_sends_it(
    pages: Pages, site: str, ref: str, lang: str, words: tuple[str, str]
) -> None:
    (help_text, note), page = words, pages.open(language=lang)
    at_form(page, site, lang, ref)
    control = page.get_by_label(ADD[lang])
    expect(page.locator("#f-evidence")).to_contain_text(help_text)
    expect(page.locator("#f-evidence")).not_to_contain_text(note)
    control.set_input_files([GOOD])
    expect(page.locator("#f-evidence").get_by_role("status")).to_contain_text(note)
    control.set_input_files([])
    expect(page.locator("#f-evidence")).not_to_contain_text(note)
    assert not faults(page)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    pages: Pages, site: str, ref: str
) -> None:
    page = pages.open(language="es")
    at_form(page, site, "es", ref)
    large: FilePayload = {**GOOD, "buffer": PDF + b" " * 1_100_000}
    page.get_by_label(ADD["es"]).set_input_files([large])
    expect(page.locator("#f-evidence p.error")).to_contain_text("demasiado grande")
    expect(page.get_by_label(ADD["es"])).to_have_js_property("value", "")
    assert not faults(page)
