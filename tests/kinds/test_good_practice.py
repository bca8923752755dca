"""A good practice is reviewed before anything of it is published: accepted, changed or declined."""

from __future__ import annotations

import pytest

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.support.office import OfficeHouse, fill_in
from tests.support.visitor import Visitor

KIND = "good_practice"
TEXT = "Se inscribe a la familia entera en una sola visita."
VALUES: dict[str, Json] = {
    "title": {"es": "Registro de retornados en ventanilla única"},
    "summary": {"es": "Una ventanilla atiende a quien vuelve y a su familia."},
    "topics": ["return_reintegration"],
    "populations": ["returnees"],
    "responsible_institution": "Secretaría de Repatriados",
    "since": "2024-03-01",
    "problem": {"es": "Quien volvía iba a siete oficinas."},
    "what_is_done": {"es": TEXT},
    "results": {"es": "De siete visitas a una, según los registros de 2025."},
    "evidence_kind": "records",
    "lessons": {"es": "El horario de la tarde es el que sirve."},
    "willing_to_share": True,
    "contact": "Ana Benítez, 555 0101",
    "declaration": True,
}
APPLICANT, OFFICE = (Role.FOCAL_POINT, "PY"), (Role.SECRETARIAT, "")
LABELS = {
    "es": {"submit": "Presentar la práctica", "publish": "Aceptar y publicar"},
    "pt": {"submit": "Apresentar a prática", "publish": "Aceitar e publicar"},
}


def confirmed(house: OfficeHouse, visitor: Visitor, label: str, lang: str, why: str = "") -> None:
    said = house.text("act.button", lang, act=label[:1].lower() + label[1:])
    visitor.press(said, {"reason": why} if why else {})
    assert visitor.status == 200, visitor.text
    assert not visitor.page.faults(), visitor.page.faults()


def submitted(house: OfficeHouse, lang: str = "es") -> str:
    """The focal point opens a practice from the page of its process and submits it."""
    visitor = house.the(*APPLICANT, lang).open(f"/{lang}/cases/new?kind={KIND}")
    visitor.press(house.text("work.open_draft", lang))
    ref = visitor.path.split("/cases/")[1].split("/")[0]
    assert f"/cases/{ref}/forms/{KIND}" in visitor.path
    fill_in(house, visitor, house.services.library.forms[f"{KIND}/v1"], VALUES, lang)
    confirmed(house, visitor, LABELS[lang]["submit"], lang)
    assert house.case(ref).state == "practice_review"
    return ref


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_an_accepted_practice_is_public_without_its_contact(house: OfficeHouse, lang: str) -> None:
    ref = submitted(house, lang)
    assert Visitor(house.app).open(f"/{lang}/catalogue/{ref}").status == 404
    office = house.the(*OFFICE, lang).open(f"/{lang}/cases/{ref}")
    office.follow(LABELS[lang]["publish"])
    confirmed(house, office, LABELS[lang]["publish"], lang)
    public = Visitor(house.app).open(f"/{lang}/catalogue?kind={KIND}&q=retornados")
    kind = house.services.library.latest(KIND)
    assert kind.label[lang] in public.text
    public.open(f"/{lang}/catalogue/{ref}")
    form = house.services.library.forms[f"{KIND}/v1"]
    for told in (TEXT, form.field("results").label[lang], form.field("evidence_kind").label[lang]):
        assert told in public.text
    assert "Ana Benítez" not in public.text
    assert not public.page.faults()


def test_changes_are_asked_for_with_a_reason_and_the_practice_comes_back(
    house: OfficeHouse,
) -> None:
    ref = submitted(house)
    office = house.the(*OFFICE).open(f"/es/cases/{ref}").follow("Pedir cambios")
    confirmed(house, office, "Pedir cambios", "es", "Falta la fecha de los registros.")
    visitor = house.the(*APPLICANT).open(f"/es/cases/{ref}")
    assert "Falta la fecha de los registros." in visitor.text
    house.act(ref, Role.FOCAL_POINT, "submit", "PY", inputs=VALUES)
    assert house.case(ref).state == "practice_review"


def test_a_practice_that_is_not_accepted_stays_with_its_state_and_the_office(
    house: OfficeHouse,
) -> None:
    ref = submitted(house)
    house.act(ref, Role.SECRETARIAT, "decline", reason="No hay resultado que mostrar.")
    assert house.case(ref).state == "not_accepted"
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404
    assert house.the(Role.CEAM_DELEGATE, "AR").open(f"/es/cases/{ref}").status == 404
    assert "No hay resultado que mostrar." in house.the(*APPLICANT).open(f"/es/cases/{ref}").text
