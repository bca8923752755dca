"""The ballot on a phone: no default, said back, changeable, refused with its reason."""

import pytest

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

REVIEW = {"es": "Revisar antes de confirmar", "pt": "Revisar antes de confirmar"}


def phone(house: OfficeHouse, ref: str, country: str, lang: str = "es") -> Visitor:
    """A delegate with the ballot open."""
    return house.the(Role.CEAM_DELEGATE, country, lang).open(f"/{lang}/cases/{ref}/ballot")


def vote(visitor: Visitor, position: str, confirm: str, lang: str = "es") -> Visitor:
    """Choose, read it back, confirm."""
    visitor.press(REVIEW[lang], {"vote": position})
    return visitor.press(confirm)


def cast_elsewhere(house: OfficeHouse, ref: str, country: str, position: str) -> None:
    """Vote by the verb."""
    with house.services.uow.begin(house.actor(Role.CEAM_DELEGATE, country)) as tx:
        cast_vote(tx, house.services, lock(tx, house.services, ref), country, position)


@pytest.fixture
def ref(house: OfficeHouse) -> str:
    """A case on which the committee votes."""
    return house.before_the_committee()


def test_nothing_is_preselected_and_no_answer_is_an_answer(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY")
    radios = visitor.page.find("input", type="radio")
    assert [r.attributes["value"] for r in radios] == [
        "in_favour",
        "with_reservations",
        "against",
        "abstain",
        "not_participating",
    ]
    assert not any("checked" in r.attributes for r in radios)
    visitor.press(REVIEW["es"], {"explanation": "Sin elegir."})
    assert visitor.status == 422
    assert visitor.errors() == ["Elija una de las respuestas."]
    assert "Sin elegir." in visitor.source
    assert not visitor.page.faults()


def test_a_vote_is_said_back_before_it_is_cast(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "BR", "pt")
    visitor.press(REVIEW["pt"], {"vote": "against", "explanation": "Falta informação."})
    assert visitor.status == 200
    assert "Brasil vota Contra" in visitor.text
    assert "Falta informação." in visitor.text
    assert house.acts(ref).count("ballot.vote_cast") == 0
    visitor.press("Confirmar: Brasil vota contra")
    assert "Feito. Brasil: Contra." in visitor.text
    assert house.acts(ref)[-1] == "ballot.vote_cast"


def test_going_back_keeps_the_explanation_and_preselects_nothing(
    house: OfficeHouse, ref: str
) -> None:
    visitor = phone(house, ref, "UY")
    visitor.press(REVIEW["es"], {"vote": "against", "explanation": "Falta información."})
    visitor.press("Volver y cambiar")
    assert "Falta información." in visitor.source
    radios = visitor.page.find("input", type="radio")
    assert not any("checked" in r.attributes for r in radios)


def test_a_vote_may_be_changed_and_the_earlier_one_stays_to_read(
    house: OfficeHouse, ref: str
) -> None:
    visitor = phone(house, ref, "UY")
    vote(visitor, "in_favour", "Confirmar: Uruguay vota a favor")
    house.later(hours=1)
    vote(visitor.open(f"/es/cases/{ref}/ballot"), "abstain", "Confirmar: Uruguay se abstiene")
    assert house.acts(ref).count("ballot.vote_cast") == 2
    assert "reemplazado por un voto posterior" in visitor.text
    assert "A favor 0" in visitor.text
    assert "Abstención 1" in visitor.text
    case = house.the(Role.CEAM_DELEGATE, "UY").open(f"/es/cases/{ref}")
    assert "Ver o cambiar el voto" in case.links()


def test_a_vote_sent_twice_is_cast_once(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY")
    visitor.press(REVIEW["es"], {"vote": "in_favour"})
    before = visitor.source, visitor.path, visitor.page
    visitor.press("Confirmar: Uruguay vota a favor")
    visitor.source, visitor.path, visitor.page = before
    visitor.press("Confirmar: Uruguay vota a favor")
    assert visitor.status == 200
    assert house.acts(ref).count("ballot.vote_cast") == 1


def test_a_vote_of_a_colleague_meanwhile_is_shown_first(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY")
    visitor.press(REVIEW["es"], {"vote": "in_favour"})
    cast_elsewhere(house, ref, "UY", "against")
    visitor.press("Confirmar: Uruguay vota a favor")
    assert visitor.status == 409
    assert "Su Estado votó mientras usted leía" in visitor.text
    assert "En contra 1" in visitor.text


def test_after_the_closing_the_page_says_why_no_vote_counts(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY")
    visitor.press(REVIEW["es"], {"vote": "in_favour"})
    house.later(days=40)
    visitor.press("Confirmar: Uruguay vota a favor")
    assert visitor.status == 409
    assert "ballot_closed" in visitor.codes()
    assert REVIEW["es"] not in visitor.buttons()


def test_who_speaks_for_no_state_reads_without_choices(house: OfficeHouse, ref: str) -> None:
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/ballot")
    assert visitor.status == 200
    assert not visitor.page.find("input", type="radio")
    assert "Votan el delegado titular o alterno de cada Estado de la lista." in visitor.text


def test_a_vote_for_another_state_is_refused(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY")
    visitor.press(REVIEW["es"], {"vote": "in_favour", "country": "AR"})
    assert visitor.status == 409
    assert "role" in visitor.codes()


def test_the_page_says_what_is_missing_and_who_is_not_counted(house: OfficeHouse, ref: str) -> None:
    visitor = phone(house, ref, "UY", "pt")
    assert "Faltam 17 votos a favor para aprovar." in visitor.text
    assert "32 Estados ainda não responderam." in visitor.text
    assert "Por que votam 32 Estados" in visitor.text
    assert "Venezuela" in visitor.text
    assert "A confirmar pela Secretaria" in visitor.text


def test_there_is_no_ballot_before_one_was_opened(house: OfficeHouse) -> None:
    ref = house.under_review()
    assert house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/ballot").status == 404


def test_the_committee_sees_open_and_decided_ballots(house: OfficeHouse, ref: str) -> None:
    delegate = house.the(Role.CEAM_DELEGATE, "UY").open("/es/ceam")
    assert "Falta el voto de Uruguay en una." in delegate.text
    assert f"/es/cases/{ref}/ballot" in delegate.links().values()
    house.vote_until_one_is_missing(ref)
    assert "Falta 1 voto a favor para aprobar." in delegate.open("/es/ceam").text
    cast_elsewhere(house, ref, "UY", "in_favour")
    decided = delegate.open("/es/ceam")
    assert "No hay votaciones abiertas." in decided.text
    assert "Aprobado: 17 a favor, 0 en contra. Uruguay: a favor." in decided.text
    assert not decided.page.faults()
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/ceam").status == 403


def test_a_vote_that_decides_says_so_before_it_is_cast(house: OfficeHouse, ref: str) -> None:
    house.vote_until_one_is_missing(ref)
    visitor = phone(house, ref, "UY", "pt")
    visitor.press(REVIEW["pt"], {"vote": "in_favour"})
    assert "Com este voto a Comissão aprova e a votação se encerra" in visitor.text
    visitor.press("Confirmar: Uruguai vota a favor")
    assert house.case(ref).state == "approved_awaiting_funds"
    assert "Aprovado: 17 a favor, 0 contra." in visitor.text
