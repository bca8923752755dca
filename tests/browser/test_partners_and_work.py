"""The acts of the second process by clicking: a search, a plan, a budget, time, what lasted.

Each is walked in Spanish at a desk and in Portuguese on a phone.
"""

from __future__ import annotations

import pytest

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.kernel.actors import SYSTEM, Role
from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, SECRETARIAT
from tests.browser.tongue import PHONE, Tongue
from tests.support.looking import overflowing
from tests.support.papers import Form
from tests.support.site import PASSES, Site, Who
from tests.support.walking import Walker

BRAZIL: Who = (Role.FOCAL_POINT, "BR")
CHILE: Who = (Role.FOCAL_POINT, "CL")
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


def offer(brazil: Walker, say: Tongue) -> None:
    """Brazil fills in what it offers, and hands it in."""
    institution = say(
        "Institución que compartiría su experiencia",
        "Instituição que compartilharia sua experiência",
    )
    brazil.fill({institution: "Ministério da Justiça"})
    brazil.fill({say("Persona de contacto", "Pessoa de contato"): "Cooperação"})
    brazil.fill({say("Qué aporta", "O que oferece"): "Duas pessoas."})
    kind = say("Forma de cooperación", "Forma de cooperação")
    brazil.tick(kind, say("Pasantía", "Estágio"))
    brazil.fill({say("Disponible desde", "Disponível a partir de"): "1/12/2027"})
    act = say("Ofrecer la experiencia de su Estado", "Oferecer a experiência de seu Estado")
    say.hand_in(brazil, act)
    say.done(
        brazil, "Experiencia ofrecida por otro Estado", "Experiência oferecida por outro Estado"
    )


def test_a_partner_is_sought_in_one_language_and_answers_in_the_other(
    say: Tongue, site: Site
) -> None:
    ref = site.case_at("submitted", "PY", **SOUGHT)
    fires(site, ref, SECRETARIAT, "start_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    say.act(desk, "Buscar un Estado que comparta", "Buscar um Estado que compartilhe")
    say.done(desk, "Búsqueda de un Estado iniciada", "Busca de um Estado iniciada")

    there = say.other
    brazil = there.enter(BRAZIL, f"/cases/{ref}")
    brazil.sees(
        there("En busca de un Estado que comparta", "Em busca de um Estado que compartilhe")
    )
    act = there("Ofrecer la experiencia de su Estado", "Oferecer a experiência de seu Estado")
    brazil.follow(act)
    offer(brazil, there)

    chile = say.enter(CHILE, f"/cases/{ref}")
    chile.sees(say("Ofrecer la experiencia de su Estado", "Oferecer a experiência de seu Estado"))
    assert "Ministério da Justiça" not in chile.page.content()

    applicant = say.enter(APPLICANT, f"/cases/{ref}")
    accept = say("Aceptar a un Estado", "Aceitar um Estado")
    applicant.follow(accept)
    applicant.fill({say("Estado que se acepta", "Estado aceito"): "Brasil"})
    applicant.fill({say("Por qué", "Por quê"): "Ofrece lo que falta."})
    say.hand_in(applicant, accept)
    say.done(applicant, "Estado aceptado como participante", "Estado aceito como participante")
    assert [p.country for p in site.stage.case(ref).participants] == ["BR"]


def test_a_plan_is_submitted_and_accepted(say: Tongue, site: Site) -> None:
    ref = site.case_at("funded")
    fires(site, ref, APPLICANT, "record_agreement")
    walker = say.enter(APPLICANT, f"/cases/{ref}")
    act = say("Entregar el plan de ejecución", "Entregar o plano de execução")
    walker.follow(act)
    line = say("línea 1", "linha 1")
    walker.fill({f"{say('Actividad', 'Atividade')}, {line}": "Visita"})
    walker.fill({f"{say('Lugar', 'Lugar')}, {line}": "Assunção"})
    walker.fill({f"{say('Empieza', 'Começa')}, {line}": "1/2/2028"})
    walker.fill({f"Termina, {line}": "15/2/2028"})
    walker.fill({f"{say('Responsable', 'Responsável')}, {line}": "Direção"})
    walker.fill({f"Indicador, {line}": "Nove pessoas"})
    say.hand_in(walker, act)
    say.done(walker, "Plan de ejecución entregado", "Plano de execução entregue")
    desk = say.other.enter(SECRETARIAT, f"/cases/{ref}")
    desk.visit(f"/cases/{ref}/dossier/execution_plan/1")
    desk.sees("Assunção")
    to_case(desk, ref)
    say.other.act(desk, "Aceptar el plan", "Aceitar o plano")
    say.other.done(desk, "Plan de ejecución aceptado", "Plano de execução aceito")


def ask_change(site: Site, say: Tongue, ref: str, share: int) -> Walker:
    """The applicant asks to move one part in `share` of the first line to the second."""
    lines = site.stage.context(site.stage.case(ref)).left
    (source, left), (target, _), *_ = lines.items()
    amount = str(left.allocate([1, share - 1])[0]).replace(".", ",")
    walker = say.enter(APPLICANT, f"/cases/{ref}")
    act = say("Pedir un cambio de presupuesto", "Pedir uma mudança de orçamento")
    walker.follow(act)
    line = say("línea 1", "linha 1")
    walker.fill({f"{say('Del concepto', 'Do item')}, {line}": source})
    walker.fill({f"{say('Al concepto', 'Ao item')}, {line}": target})
    walker.fill({f"{say('Monto', 'Montante')}, {line}": amount})
    walker.fill({say("Por qué hace falta", "Por que é necessário"): "Costaron menos."})
    say.hand_in(walker, act)
    say.done(walker, "Cambio de presupuesto pedido", "Mudança de orçamento pedida")
    return walker


def test_a_small_change_is_approved_by_the_secretariat(say: Tongue, site: Site) -> None:
    ref = site.case_at("executing")
    walker = ask_change(site, say, ref, 50)
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    say.act(desk, "Aprobar el cambio", "Aprovar a mudança")
    done = say(
        "Cambio de presupuesto aprobado por la Secretaría",
        "Mudança de orçamento aprovada pela Secretaria",
    )
    desk.sees(done)
    to_case(walker, ref).sees(done)


def test_a_change_beyond_the_margin_goes_to_the_committee(say: Tongue, site: Site) -> None:
    ref = site.case_at("executing")
    walker = ask_change(site, say, ref, 2)
    desk = say.enter(SECRETARIAT, f"/cases/{ref}")
    desk.sees(
        say(
            "El cambio supera el margen de la Secretaría", "A mudança supera a margem da Secretaria"
        )
    )
    say.act(desk, "Llevar el cambio a votación", "Levar a mudança à votação")
    say.done(
        desk, "Cambio de presupuesto llevado a votación", "Mudança de orçamento levada à votação"
    )
    countries = [country for country, _ in site.behind.accounts.delegates()]
    member = say.other.enter((Role.CEAM_DELEGATE, countries[0]), f"/cases/{ref}/ballot")
    member.page.get_by_role("radio", name="A favor", exact=True).check()
    assert overflowing(member.page) == []
    member.press("Revisar antes de confirmar")
    member.go(member.page.get_by_role("button", name="Confirmar"))
    member.sees(say.other("Hecho", "Feito"))
    site.vote(ref, countries[1:17])
    assert site.stage.case(ref).state == "executing"
    to_case(walker, ref).sees(
        say(
            "Cambio de presupuesto aprobado por la Comisión",
            "Mudança de orçamento aprovada pela Comissão",
        )
    )


def test_more_time_is_asked_in_one_language_and_granted_in_the_other(
    say: Tongue, site: Site
) -> None:
    ref = site.case_at("executing")
    ends = site.stage.context(site.stage.case(ref)).ends
    assert ends is not None
    walker = say.enter(APPLICANT, f"/cases/{ref}")
    act = say("Pedir una prórroga", "Pedir uma prorrogação")
    walker.follow(act)
    later = (
        f"28/{ends.month}/{ends.year}"
        if ends.day < 28
        else f"28/{ends.month % 12 + 1}/{ends.year + ends.month // 12}"
    )
    walker.fill({say("Nuevo fin de la ejecución", "Novo fim da execução"): later})
    walker.fill({say("Por qué hace falta", "Por que é necessário"): "Se aplazó el taller."})
    say.hand_in(walker, act)
    say.done(walker, "Prórroga pedida", "Prorrogação pedida")
    desk = say.other.enter(SECRETARIAT, f"/cases/{ref}")
    desk.visit(f"/cases/{ref}/dossier/extension/1")
    desk.sees("Se aplazó el taller.")
    to_case(desk, ref)
    say.other.act(desk, "Conceder la prórroga", "Conceder a prorrogação")
    say.other.done(desk, "Prórroga concedida", "Prorrogação concedida")


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
