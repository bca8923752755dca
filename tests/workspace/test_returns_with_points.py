"""A return that names fields: ticked by the Secretariat, read at the field, answered, compared."""

from __future__ import annotations

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse

REASON = "Faltan dos cosas en el pedido."
WHAT = "Separe el costo de los pasajes."
WORDS = {
    "es": ("Se pide cambiar", "Qué cambió", "Lo que se había pedido", "Confirmar"),
    "en": ("To be changed", "What changed", "What had been asked", "Confirm"),
    "pt": ("Pede-se mudar", "O que mudou", "O que havia sido pedido", "Confirmar"),
    "fr": ("À changer", "Ce qui a changé", "Ce qui avait été demandé", "Confirmer"),
}


def return_it(house: OfficeHouse, ref: str) -> None:
    """The Secretariat ticks a section and a field, and writes about the field."""
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    assert "Qué debe cambiar en: Pedido de cooperación" in visitor.text
    visitor.press(
        "Confirmar: devolver para aclaraciones",
        {
            "reason": REASON,
            "point": ["purpose", "money.budget"],
            "point_text.money.budget": WHAT,
        },
    )
    assert visitor.status == 200, visitor.text


def test_the_points_stand_in_the_trail_and_on_the_case(house: OfficeHouse) -> None:
    ref = house.under_review()
    return_it(house, ref)
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert "Lo que se pide cambiar: Pedido de cooperación" in visitor.text
    assert WHAT in visitor.text
    links = visitor.links()
    assert links["Presupuesto y financiación: Costo"].endswith("/forms/request/money#f-budget")
    assert not visitor.page.faults()


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_each_point_is_read_at_its_field_and_is_gone_when_it_is_answered(
    house: OfficeHouse, lang: str
) -> None:
    asked, changed, was_asked, _ = WORDS[lang]
    ref = house.under_review()
    return_it(house, ref)
    visitor = house.the(Role.FOCAL_POINT, "PY", lang)
    visitor.open(f"/{lang}/cases/{ref}/forms/request/money")
    assert f"{asked} {WHAT}" in visitor.text
    assert not visitor.page.faults()
    assert asked not in visitor.open(f"/{lang}/cases/{ref}/forms/request/people").text
    assert asked in visitor.open(f"/{lang}/cases/{ref}/forms/request/purpose").text
    again = {**house.answered(ref, "request"), "months": 9, "problem": "Otro problema."}
    house.act(ref, Role.FOCAL_POINT, "resubmit", "PY", inputs=again)
    visitor.open(f"/{lang}/cases/{ref}")
    assert WHAT not in visitor.text
    visitor.open(f"/{lang}/cases/{ref}/dossier/request/2/changes")
    assert visitor.heading.startswith(changed)
    assert was_asked in visitor.text
    assert WHAT in visitor.text
    assert "Otro problema." in visitor.text
    assert not visitor.page.faults()


def test_the_reviewer_reads_what_no_longer_holds(house: OfficeHouse) -> None:
    ref = house.under_review()
    house.act(ref, Role.FOCAL_POINT, "confirm_participation", "BR")
    return_it(house, ref)
    again = {**house.answered(ref, "request"), "months": 9}
    house.act(ref, Role.FOCAL_POINT, "resubmit", "PY", inputs=again)
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}")
    assert visitor.links()["Ver qué cambió"].endswith("/dossier/request/2/changes")
    visitor.open(f"/es/cases/{ref}/dossier/request/2/changes")
    assert "Participación confirmada (Brasil)" in visitor.text
    assert "Duración en meses" in visitor.text
    visitor.open(f"/es/cases/{ref}/do/open_ballot")
    assert "dejó sin efecto las confirmaciones dadas" in visitor.text


def test_a_first_version_has_no_changes_and_no_stranger_reads_any(house: OfficeHouse) -> None:
    ref = house.under_review()
    path = f"/es/cases/{ref}/dossier/request/1/changes"
    assert house.the(Role.SECRETARIAT).open(path).status == 404
    assert house.the(Role.FOCAL_POINT, "AR").open(path).status == 404


def test_a_text_too_long_is_told_at_its_place_and_kept(house: OfficeHouse) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/do/return_for_clarification")
    long = "palabra " * 300
    visitor.press(
        "Confirmar: devolver para aclaraciones",
        {"reason": REASON, "point": ["money.budget"], "point_text.money.budget": long},
    )
    assert visitor.status == 422
    assert long.strip() in visitor.source
    assert visitor.errors()
    assert not visitor.page.faults()
    assert house.case(ref).state == "secretariat_review"
