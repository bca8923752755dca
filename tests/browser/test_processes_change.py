"""Processes that change, and a kind nobody thought of, each read by two sides in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copytree

import pytest
from playwright.sync_api import expect

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import MOVERS, Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.definitions.migration_plan import read_plan
from ricomi_workflow.identity.commands import add_user, end_grant, give_role
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.simulation.scenario import Scenario
from ricomi_workflow.web.app import create_app
from ricomi_workflow.workflow_migration.commands import migrate
from tests.browser.page_types import APPLICANT, CERTIFIER, SECRETARIAT
from tests.browser.tongue import Tongue
from tests.kinds import study_visit
from tests.support import papers
from tests.support.browser import Pages, axe_findings
from tests.support.databases import Databases, connected
from tests.support.looking import overflowing
from tests.support.rehearsed import SECRET, Rehearsed, rehearsed
from tests.support.serving import serve
from tests.support.site import PASSWORD, Site, Who
from tests.support.walking import Walker

INSTITUTION: Who = (Role.INSTITUTION_USER, "PY")
PLAN = Path(__file__).parents[2] / "docs" / "plans" / "cooperation_request.v1-v2.yaml"
KIND = "cooperation_request"


def with_definitions(behind: Rehearsed, folder: Path | None) -> Services:
    """The product on the same database, with the definitions of a folder, or those shipped."""
    settings = Settings(str(behind.services.uow.engine.url), SECRET, definitions=folder)
    return compose(settings, behind.clock, behind.services.uow.engine)


def copied(folder: Path, *names: str) -> Path:
    """Some of the shipped definitions in a folder."""
    for name in names:
        copytree(str(resources.root(name)), folder / name)
    return folder


@pytest.fixture(scope="module")
def behind(sqlite_databases: Databases) -> Iterator[Rehearsed]:
    """People who can sign in."""
    with connected(sqlite_databases) as engine:
        yield rehearsed(engine, PASSWORD)


def site_of(behind: Rehearsed, services: Services, address: str) -> Site:
    told = replace(behind, services=services)
    return Site(address, told, Scenario(services, behind.accounts, behind.clock, Random(1)))


@pytest.fixture(scope="module")
def visits(behind: Rehearsed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product served with one kind alone, which two files make."""
    folder = copied(tmp_path_factory.mktemp("visits"), "notifications")
    study_visit.write(folder)
    services = with_definitions(behind, folder)
    with serve(create_app(services)) as address:
        yield site_of(behind, services, address)


def at(pages: Pages, site: Site, lang: str) -> Tongue:
    """Walkers of another site."""

    def open_page(lang: str, *, width: int, height: int) -> Walker:
        return Walker(pages.open(language=lang, width=width, height=height), site, lang)

    return Tongue(open_page, lang)


def fill_in_a_visit(walker: Walker, say: Tongue) -> None:
    """The only form of the invented kind."""

    def there(words: str) -> str:
        return say(words, f"{words} (pt)")

    said = say("En español", "Em português")
    walker.group(there("Título")).get_by_label(said).fill("Visita al registro de Ñuble")
    walker.group(there("Resumen")).get_by_label(said).fill("Tres días.")
    walker.group(there("Meta")).get_by_label(said).fill("Ver cómo se inscribe.")
    walker.fill({say("Anfitrión", "Anfitrião"): "Registro Civil", say("Personas", "Pessoas"): "4"})
    walker.fill({there("Comienza"): "2/11/2026", there("Pasaporte"): "N 1234567"})
    walker.tick(there("Temas"), say("Retorno y reintegración", "Retorno e reintegração"))


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_an_invented_kind_is_walked_to_the_catalogue(pages: Pages, visits: Site, lang: str) -> None:
    say = at(pages, visits, lang)
    there = say.other
    walker = say.enter(INSTITUTION)
    walker.follow(say("Nuevo caso", "Novo caso"))
    walker.press(say("Abrir el borrador", "Abrir o rascunho"))
    ref = walker.page.url.split("/cases/")[1].split("/")[0]
    fill_in_a_visit(walker, say)
    say.hand_in(walker, say("Pedir la visita", "Pedir a visita"))
    walker.sees(say("Hecho: Pedir la visita", "Hecho: Pedir la visita (pt)"))
    office = there.enter(SECRETARIAT)
    office.sees(ref)
    office.visit(f"/cases/{ref}")
    office.stands(there("Plan", "Plano"))
    there.act(office, "Acordar la visita", "Acordar a visita")
    assert visits.stage.case(ref).state == "agreed"
    office.visit("/process/study_visit/studio")
    office.sees(there("Visita de estudio", "Visita de estudo"))
    assert overflowing(office.page) == []
    reader = say.enter(APPLICANT, f"/catalogue/{ref}")
    reader.sees("Ver cómo se inscribe.")
    expect(reader.page.get_by_role("main")).not_to_contain_text("1234567")
    assert axe_findings(reader.page) == []
    assert overflowing(reader.page) == []


@pytest.fixture(scope="module")
def moved(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, dict[str, str]]]:
    """Requests of version 1 that the shipped plan brought into version 2."""
    folder = copied(tmp_path_factory.mktemp("first"), "workflows", "forms", "notifications")
    (folder / "workflows" / KIND / "v2.yaml").unlink()
    with connected(sqlite_databases) as engine:
        behind = rehearsed(engine, PASSWORD)
        shipped = behind.services
        first = site_of(behind, with_definitions(behind, folder), "")
        refs = {lang: submitted(first) for lang in ("es", "pt")}
        plan = read_plan(PLAN.read_bytes(), PLAN.name, shipped.library)
        assert {each.ref for each in migrate(shipped, plan, MOVERS)} == set(refs.values())
        with serve(create_app(shipped)) as address:
            yield site_of(behind, shipped, address), refs


def submitted(site: Site) -> str:
    """A request of Paraguay, as version 1 asks for it."""
    with site.stage.services.uow.begin(site.behind.accounts.actor(*APPLICANT)) as tx:
        ref = open_case(tx, site.stage.services, KIND, "PY").ref
    site.stage.fire(ref, APPLICANT, "submit", papers.request(site.today))
    return ref


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_cases_that_were_moved_say_so_and_the_studio_counts_them(
    pages: Pages, moved: tuple[Site, dict[str, str]], lang: str
) -> None:
    site, refs = moved
    say, ref = at(pages, site, lang), refs[lang]
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    told = say(
        "El proceso de este caso cambió de la versión 1 a la 2",
        "O processo deste caso mudou da versão 1 para a 2",
    )
    desk.sees(told)
    desk.sees("Lo ya hecho vale y los plazos no cambian.")
    assert overflowing(desk.page) == []
    say.other.enter(APPLICANT, f"/cases/{ref}").sees(
        say.other(
            "El proceso de este caso cambió de la versión 1 a la 2",
            "O processo deste caso mudou da versão 1 para a 2",
        )
    )
    desk.visit(f"/process/{KIND}/studio")
    desk.sees(say("Versión 2: 2 casos", "Versão 2: 2 casos"))
    assert overflowing(desk.page) == []
    desk.follow(say("Qué cambió en la versión 2", "O que mudou na versão 2"))
    desk.reads(
        say(
            "Pedido de cooperación: de la versión 1 a la 2",
            "Pedido de cooperação: da versão 1 à 2",
        )
    )
    assert overflowing(desk.page) == []
    assert axe_findings(desk.page) == []
    desk.visit(f"/cases/{ref}")
    say.act(desk, "Tomar en revisión", "Iniciar a análise")
    assert site.stage.case(ref).state == "secretariat_review"


@pytest.fixture(scope="module")
def certifier_writes(site: Site) -> None:
    """The only certifying officer is a user of the institution, too."""
    key = site.behind.accounts.actor(*CERTIFIER).user_id
    assert key is not None
    with site.stage.services.uow.begin(SYSTEM) as tx:
        give_role(tx, key, Role.INSTITUTION_USER, "PY")


@pytest.mark.usefixtures("certifier_writes")
def test_before_submission_it_is_said_who_will_be_missing(say: Tongue, site: Site) -> None:
    ref = site.open()
    writer = say.enter(CERTIFIER, f"/cases/{ref}/forms/request/activities")
    writer.fill({say("Duración en meses", "Duração em meses"): "7"})
    writer.press(say("Guardar y seguir", "Salvar e continuar"))
    there = say.other
    applicant = there.enter(APPLICANT, f"/cases/{ref}")
    note = applicant.page.locator(".shortages")
    expect(note).to_contain_text(there("Faltará una persona.", "Faltará uma pessoa."))
    expect(note).to_contain_text(
        there(
            "Certificar el desembolso: hace falta otra persona",
            "Certificar o desembolso: falta outra pessoa",
        )
    )
    assert overflowing(applicant.page) == []
    assert axe_findings(applicant.page) == []
    with site.stage.services.uow.begin(SYSTEM) as tx:
        second = add_user(tx, f"second-{say.lang}@ricomi.example", "Second", "es")
        held = give_role(tx, second, Role.CERTIFYING_OFFICER)
    applicant.visit(f"/cases/{ref}")
    expect(applicant.page.locator(".shortages")).to_have_count(0)
    with site.stage.services.uow.begin(SYSTEM) as tx:
        end_grant(tx, held)
