"""The acts of the second process by clicking: a search, a plan, a budget, time, what lasted."""

from __future__ import annotations

import pytest

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.kernel.actors import SYSTEM, Role
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, SECRETARIAT
from tests.support.looking import overflowing
from tests.support.papers import Form
from tests.support.site import PASSES, Site, Who
from tests.support.walking import Walker

BRAZIL: Who = (Role.FOCAL_POINT, "BR")
CHILE: Who = (Role.FOCAL_POINT, "CL")
PHONE = {"width": 390, "height": 844}
SOUGHT: Form = {"seeks_partner": True, "wanted": "Una institución que ya lleve este servicio."}


@pytest.fixture(autouse=True)
def _funds(site: Site) -> None:
    """Money enough for every case of this module."""
    site.give()


def to_case(walker: Walker, ref: str) -> Walker:
    walker.visit(f"/cases/{ref}")
    return walker


def fires(site: Site, ref: str, who: Who, *triggers: str) -> None:
    """Acts by the verbs, whose forms are made up."""
    for trigger in triggers:
        site.stage.fire(ref, who, trigger)


def test_a_partner_is_sought_answers_in_portuguese_and_is_accepted_in_spanish(
    visitor: Entering, site: Site
) -> None:
    ref = site.case_at("submitted", "PY", **SOUGHT)
    fires(site, ref, SECRETARIAT, "start_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    desk = to_case(visitor().enter(SECRETARIAT), ref)
    desk.follow("Buscar un Estado que comparta")
    desk.press("Confirmar: buscar un Estado que comparta")
    desk.sees("Hecho. Búsqueda de un Estado iniciada")

    brazil = visitor("pt", **PHONE).enter(BRAZIL)
    to_case(brazil, ref)
    brazil.sees("Em busca de um Estado que compartilhe")
    brazil.follow("Oferecer a experiência de seu Estado")
    brazil.fill({"Instituição que compartilharia sua experiência": "Ministério da Justiça"})
    brazil.fill({"Pessoa de contato": "Cooperação", "O que oferece": "Duas pessoas."})
    brazil.tick("Forma de cooperação", "Estágio")
    brazil.fill({"Disponível a partir de": "1/12/2027"})
    assert overflowing(brazil.page) == []
    brazil.press("Salvar e revisar")
    brazil.press("Confirmar: oferecer a experiência de seu Estado")
    brazil.sees("Feito. Experiência oferecida por outro Estado")

    chile = to_case(visitor().enter(CHILE), ref)
    chile.sees("Ofrecer la experiencia de su Estado")
    assert "Ministério da Justiça" not in chile.page.content()

    applicant = to_case(visitor().enter(APPLICANT), ref)
    applicant.follow("Aceptar a un Estado")
    applicant.fill({"Estado que se acepta": "Brasil", "Por qué": "Ofrece lo que falta."})
    applicant.press("Guardar y revisar")
    applicant.press("Confirmar: aceptar a un Estado")
    applicant.sees("Hecho. Estado aceptado como participante")
    assert [p.country for p in site.stage.case(ref).participants] == ["BR"]


def test_a_plan_is_submitted_and_accepted_in_portuguese(visitor: Entering, site: Site) -> None:
    ref = site.case_at("funded")
    fires(site, ref, APPLICANT, "record_agreement")
    walker = to_case(visitor("pt", **PHONE).enter(APPLICANT), ref)
    walker.follow("Entregar o plano de execução")
    walker.fill({"Atividade, linha 1": "Visita", "Lugar, linha 1": "Assunção"})
    walker.fill({"Começa, linha 1": "1/2/2028", "Termina, linha 1": "15/2/2028"})
    walker.fill({"Responsável, linha 1": "Direção", "Indicador, linha 1": "Nove pessoas"})
    assert overflowing(walker.page) == []
    walker.press("Salvar e revisar")
    walker.press("Confirmar: entregar o plano de execução")
    walker.sees("Feito. Plano de execução entregue")
    desk = to_case(visitor("pt").enter(SECRETARIAT), ref)
    desk.follow("Aceitar o plano")
    desk.press("Confirmar: aceitar o plano")
    desk.sees("Feito. Plano de execução aceito")


def test_a_change_beyond_the_margin_goes_to_the_committee_in_spanish(
    visitor: Entering, site: Site
) -> None:
    ref = site.case_at("executing")
    lines = site.stage.situation(site.stage.case(ref)).left
    (source, left), (target, _), *_ = lines.items()
    amount = str(left.allocate([1, 1])[0]).replace(".", ",")
    walker = to_case(visitor().enter(APPLICANT), ref)
    walker.follow("Pedir un cambio de presupuesto")
    walker.fill({"Del concepto, línea 1": source, "Al concepto, línea 1": target})
    walker.fill({"Monto, línea 1": amount, "Por qué hace falta": "Costaron menos."})
    walker.press("Guardar y revisar")
    walker.press("Confirmar: pedir un cambio de presupuesto")
    walker.sees("Hecho. Cambio de presupuesto pedido")
    desk = to_case(visitor().enter(SECRETARIAT), ref)
    desk.sees("El cambio supera el margen de la Secretaría")
    desk.follow("Llevar el cambio a votación")
    desk.press("Confirmar: llevar el cambio a votación")
    desk.sees("Hecho. Cambio de presupuesto llevado a votación")
    site.vote(ref, [country for country, _ in site.behind.cast.delegates()][:17])
    assert site.stage.case(ref).state == "executing"
    to_case(walker, ref).sees("Cambio de presupuesto aprobado por la Comisión")


def test_more_time_is_asked_in_spanish_and_granted_in_portuguese(
    visitor: Entering, site: Site
) -> None:
    ref = site.case_at("executing")
    ends = site.stage.situation(site.stage.case(ref)).ends
    assert ends is not None
    walker = to_case(visitor(**PHONE).enter(APPLICANT), ref)
    walker.follow("Pedir una prórroga")
    later = (
        f"28/{ends.month}/{ends.year}"
        if ends.day < 28
        else f"28/{ends.month % 12 + 1}/{ends.year + ends.month // 12}"
    )
    walker.fill({"Nuevo fin de la ejecución": later, "Por qué hace falta": "Se aplazó el taller."})
    walker.press("Guardar y revisar")
    walker.press("Confirmar: pedir una prórroga")
    walker.sees("Hecho. Prórroga pedida")
    desk = to_case(visitor("pt").enter(SECRETARIAT), ref)
    desk.follow("Conceder a prorrogação")
    desk.press("Confirmar: conceder a prorrogação")
    desk.sees("Feito. Prorrogação concedida")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "es",
            {
                "act": "Entregar el informe de seguimiento",
                "use": "Lo que el proyecto dejó",
                "in_use": "Está en uso",
                "what": "Qué perduró y qué no",
                "in": "En español",
                "there": "Personas capacitadas que siguen en su puesto",
                "save": "Guardar y revisar",
                "confirm": "Confirmar: entregar el informe de seguimiento",
                "done": "Hecho. Informe de seguimiento entregado",
            },
        ),
        (
            "pt",
            {
                "act": "Entregar o relatório de seguimento",
                "use": "O que o projeto deixou",
                "in_use": "Está em uso",
                "what": "O que perdurou e o que não",
                "in": "Em português",
                "there": "Pessoas capacitadas que seguem em seu posto",
                "save": "Salvar e revisar",
                "confirm": "Confirmar: entregar o relatório de seguimento",
                "done": "Feito. Relatório de seguimento entregue",
            },
        ),
    ],
)
def test_what_has_lasted_is_told_and_published(
    visitor: Entering, site: Site, lang: str, words: dict[str, str]
) -> None:
    ref = site.case_at("closed")
    services = site.stage.services
    with services.uow.begin(SYSTEM) as tx:
        advance(tx, services, lock(tx, services, ref), "follow_up_falls_due")
    walker = to_case(visitor(lang, **PHONE).enter(APPLICANT), ref)
    walker.follow(words["act"])
    walker.group(words["use"]).get_by_label(words["in_use"], exact=True).check()
    walker.group(words["what"]).get_by_label(words["in"]).fill("El procedimiento sigue en uso.")
    walker.fill({words["there"]: "7"})
    assert overflowing(walker.page) == []
    walker.press(words["save"])
    walker.press(words["confirm"])
    walker.sees(words["done"])
    walker.visit(f"/catalogue/{ref}")
    walker.sees("El procedimiento sigue en uso.")
