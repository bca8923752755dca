"""What can be done in a case and why not the rest; acts said back, done once, refused in full."""

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

REASON = "Falta decir quién paga los pasajes de la segunda visita."
CONFIRM_RETURN = "Confirmar: devolver para aclaraciones"


def at(house: OfficeHouse, ref: str, role: Role, country: str = "", lang: str = "es") -> Visitor:
    """Somebody's browser with the page of the case open."""
    return house.the(role, country, lang).open(f"/{lang}/cases/{ref}")


def test_possible_acts_are_links_and_the_rest_says_what_is_missing(house: OfficeHouse) -> None:
    visitor = at(house, house.under_review(), Role.SECRETARIAT)
    assert "Registrar la admisibilidad" in visitor.links()
    assert "Abrir la votación" not in visitor.links()
    assert {"admissibility_missing", "opinion_missing", "participants_missing"} <= visitor.codes()
    assert "Aún no han confirmado su participación: Brasil." in visitor.text
    assert "Lo hace en este caso el punto focal de cada Estado que falta." in visitor.text


def test_acts_of_other_offices_are_listed_with_whose_they_are(house: OfficeHouse) -> None:
    visitor = at(house, house.under_review(), Role.FOCAL_POINT, "PY")
    assert "role" not in visitor.codes()
    assert "Devolver para aclaraciones Secretaría Técnica" in visitor.text
    assert "Devolver para aclaraciones" not in visitor.links()


def test_who_can_do_nothing_reads_whom_the_case_waits_for(house: OfficeHouse) -> None:
    visitor = at(house, house.under_review(), Role.AUDITOR)
    assert "El caso espera a: Secretaría Técnica." in visitor.text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/forms/request",
        "/do/submit",
        "/dossier/request/1",
        "/ballot",
    ],
)
def test_a_case_of_another_state_does_not_exist_for_a_focal_point(
    house: OfficeHouse, path: str
) -> None:
    ref = house.under_review()
    visitor = house.the(Role.FOCAL_POINT, "AR").open(f"/es/cases/{ref}{path}")
    assert visitor.status == 404
    assert ref not in visitor.text


def test_a_visitor_is_asked_to_sign_in_and_brought_back(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = Visitor(house.app).open(f"/pt/cases/{ref}")
    assert "/pt/sign-in" in visitor.path
    assert f"next=/pt/cases/{ref}" in visitor.path.replace("%2F", "/")


def test_an_act_without_its_reason_is_not_done_and_says_where(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    visitor.press(CONFIRM_RETURN, {"reason": "   "})
    assert visitor.status == 422
    assert visitor.errors() == ["Escriba la razón de este acto."]
    assert not visitor.page.faults()
    assert house.case(ref).state == "secretariat_review"


def test_what_happened_meanwhile_is_told_and_the_reason_is_kept(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    house.act(ref, Role.FOCAL_POINT, "confirm_participation", "BR")
    visitor.press(CONFIRM_RETURN, {"reason": REASON})
    assert visitor.status == 409
    assert "Participación confirmada" in visitor.text
    assert REASON in visitor.source
    assert house.case(ref).state == "secretariat_review"
    visitor.press(CONFIRM_RETURN)
    assert house.case(ref).state == "returned"
    assert f"«{REASON}»" in visitor.text


def test_an_act_that_is_no_longer_offered_keeps_what_was_typed(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    house.act(ref, Role.FOCAL_POINT, "withdraw", "PY", reason="Ya no hace falta.")
    visitor.press(CONFIRM_RETURN, {"reason": REASON})
    assert visitor.status == 409
    assert visitor.codes() >= {"not_offered"}
    assert "Pedido retirado" in visitor.text
    assert REASON in visitor.text
    assert "Confirmar" not in " ".join(visitor.buttons())


def test_an_act_sent_twice_is_done_once(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/start_review")
    before = visitor.source, visitor.path, visitor.page
    visitor.press("Confirmar: tomar en revisión")
    visitor.source, visitor.path, visitor.page = before
    visitor.press("Confirmar: tomar en revisión")
    assert visitor.status == 200
    assert visitor.text.startswith("Hecho. Revisión iniciada.")
    assert house.acts(ref).count("case.start_review") == 1


def test_the_confirmation_of_a_refused_act_says_why(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT, lang="pt").open(f"/pt/cases/{ref}/do/open_ballot")
    assert visitor.status == 409
    assert "admissibility_missing" in visitor.codes()
    assert visitor.buttons() == []
    visitor.open(f"/pt/cases/{ref}/do/no_such_act")
    assert visitor.status == 409
    assert visitor.codes() >= {"not_offered"}


def test_an_effect_that_refuses_leaves_the_case_as_it_was(house: OfficeHouse) -> None:
    ref = house.executing()
    house.act(ref, Role.CERTIFYING_OFFICER, "refuse_tranche", reason="No está en el plan.")
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}/forms/tranche_request")
    visitor.press("Guardar y revisar", {"amount": "900.000", "purpose": "Todo a la vez"})
    visitor.press("Confirmar: pedir un desembolso")
    assert visitor.status == 409
    assert visitor.codes() >= {"tranche_over_commitment"}
    assert "Se piden US$" in visitor.text
    assert house.acts(ref)[-1] == "case.refuse_tranche"


def test_who_certifies_reads_what_is_certified(house: OfficeHouse) -> None:
    ref = house.executing()
    visitor = house.the(Role.CERTIFYING_OFFICER, lang="pt")
    visitor.open(f"/pt/cases/{ref}/do/certify_tranche")
    assert "Desembolso em curso n.º 1, US$" in visitor.text
    assert not visitor.page.faults()


def test_the_language_switch_keeps_the_page_that_a_form_answered(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    visitor.press(CONFIRM_RETURN, {"reason": ""})
    assert visitor.links()["Português"] == f"/pt/cases/{ref}/do/return_for_clarification"


def test_the_side_state_stands_on_the_line_with_the_reason_in_the_trail(house: OfficeHouse) -> None:
    ref = house.under_review()
    house.act(ref, Role.SECRETARIAT, "return_for_clarification", reason=REASON)
    visitor = at(house, ref, Role.FOCAL_POINT, "PY", "pt")
    [now] = [n for n in visitor.page.find("li") if n.attributes.get("aria-current") == "step"]
    assert "Devolvido para esclarecimentos" in now.whole_text()
    assert f"“{REASON}”" in visitor.text
    assert visitor.links()["Preencher: pedido de cooperação"].endswith("/forms/request")


def test_a_late_case_says_that_it_is_late(house: OfficeHouse) -> None:
    ref = house.submitted()
    house.later(days=10)
    visitor = at(house, ref, Role.SECRETARIAT)
    assert "El plazo venció el" in visitor.text
    assert visitor.page.find("p", **{"class": "due late mb-0"})
