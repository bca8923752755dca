"""Operators on the pages of a form, for a browser that knows no script."""

from __future__ import annotations

import pytest

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from tests.forms.course import KIND
from tests.support.office import MORNING, OfficeHouse, letter
from tests.support.visitor import Visitor, plain
from tests.web.markup import Node

FOCAL = (Role.FOCAL_POINT, "PY")
PROFILE: dict[str, Json] = {
    "title": {"es": "Perfil del Paraguay"},
    "focal_point_office": "Dirección de Cooperación",
    "contact": "Ana",
    "languages": ["es"],
    "institutions": [
        {"institution": "Registro Civil", "capacity": "Diez personas.", "shares_experience": False},
        {"institution": "Migraciones", "capacity": "Todo el país.", "shares_experience": False},
    ],
}


def focal(house: OfficeHouse, country: str = "PY") -> Actor:
    with house.services.uow.read() as connection:
        user = find_user_by_email(connection, letter(Role.FOCAL_POINT, country))
        assert user is not None
        actor = find_actor(connection, user.id, MORNING.date())
    assert actor is not None
    return actor


def opened(house: OfficeHouse, kind: str = KIND, country: str = "PY") -> str:
    with house.services.uow.begin(focal(house, country)) as tx:
        return open_case(tx, house.services, kind, country).ref


def at_form(house: OfficeHouse, ref: str, lang: str = "es") -> Visitor:
    return house.the(*FOCAL, lang).open(f"/{lang}/cases/{ref}/forms/course_plan")


def of(visitor: Visitor, name: str) -> Node:
    """The field in which a control stands."""
    (control,) = [n for n in visitor.page.all if n.attributes.get("id") == f"f-{name}"]
    return next(n for n in control.above() if "field" in n.attributes.get("class", "").split())


def is_hidden(visitor: Visitor, name: str) -> bool:
    return "hidden" in of(visitor, name).attributes


def output(visitor: Visitor, name: str) -> str:
    (found,) = visitor.page.find("output", id=f"f-{name}")
    return plain(found.whole_text())


SAVE = {"es": "Guardar borrador", "pt": "Salvar rascunho"}


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_what_does_not_apply_goes_away_at_the_next_saving(house: OfficeHouse, lang: str) -> None:
    page = at_form(house, opened(house), lang)
    assert not is_hidden(page, "host")
    assert not is_hidden(page, "tool")
    told = {"es": "Solo si «Modo» es Visita.", "pt": "Somente se “Modo” é Visita."}
    assert told[lang] in page.text
    page.press(house.text("ui.save_draft", lang), {"mode": "online", "host": "Quito"})
    assert is_hidden(page, "host")
    assert not is_hidden(page, "tool")
    assert not page.page.faults()
    page.press(house.text("ui.save_draft", lang), {"mode": "visit"})
    assert not is_hidden(page, "host")
    assert is_hidden(page, "tool")
    (host,) = page.page.find("input", name="host")
    assert host.attributes["value"] == "Quito"  # nothing that was typed is lost


def test_what_is_computed_is_shown_and_recomputed(house: OfficeHouse) -> None:
    page = at_form(house, opened(house))
    assert output(page, "days") == "aún no se puede calcular"
    assert "Se calcula: días entre «Desde» y «Hasta»." in page.text
    typed = {
        "first": "01/11/2026",
        "last": "15/11/2026",
        "costs.0.line": "Pasaje",
        "costs.0.cost": "1.500,00",
        "costs.0.times": "2",
        "costs.0.share": "12,5 %",
    }
    page.press(house.text("ui.save_draft", "es"), typed)
    assert output(page, "days") == "14"
    assert output(page, "total") == "US$ 375"
    (share,) = page.page.find("input", name="costs.0.share")
    assert share.attributes["value"] == "12,5"
    assert not page.page.faults()


def test_a_column_that_does_not_apply_is_hidden_in_its_row(house: OfficeHouse) -> None:
    page = at_form(house, opened(house))
    typed = {"costs.0.line": "Café", "costs.0.cost": "50", "costs.0.times": "2"}
    page.press(house.text("ui.save_draft", "es"), typed)
    (share,) = page.page.find("input", name="costs.0.share")
    assert any("hidden" in n.attributes for n in share.above())
    assert output(page, "total") == "US$ 100"
    assert "Parte: Solo si «Costo» es mayor que US$ 100." in page.text


def test_what_is_required_under_a_condition_is_asked_for_when_it_holds(house: OfficeHouse) -> None:
    ref = opened(house)
    page = at_form(house, ref)
    whole = {
        "title.es": "Curso de registro",
        "mode": "online",
        "tool": "Aula",
        "first": "01/11/2026",
        "last": "15/11/2026",
        "contact": "Ana",
        "costs.0.line": "Pasaje",
        "costs.0.cost": "1001",
        "costs.0.share": "100",
    }
    going_on = house.text("form.review", "es")
    page.press(going_on, whole)
    assert page.status == 422
    assert page.errors() == ["Falta este dato. Escríbalo o elija una respuesta."]
    assert "Obligatorio si «Total» es mayor que US$ 1.000." in page.text
    page.press(going_on, {"costs.0.cost": "1000"})
    assert page.status == 200
    assert not page.errors()


def test_a_relation_that_does_not_hold_is_told_at_its_field(house: OfficeHouse) -> None:
    page = at_form(house, opened(house))
    typed = {
        "first": "15/11/2026",
        "last": "01/11/2026",
        "costs.0.line": "a",
        "costs.0.cost": "1",
    }
    page.press(house.text("ui.save_draft", "es"), typed)
    (error,) = page.errors()
    assert "15 de noviembre de 2026" in error
    page.press(house.text("ui.add_line", "es") + " : Gastos", {"last": "15/11/2026"})
    page.press(house.text("ui.save_draft", "es"), {"costs.1.line": "a", "costs.1.cost": "2"})
    assert page.errors() == ["Gasto: Esta línea repite la línea 1. Cámbiela o quítela."]


def test_the_confirmation_shows_what_will_be_handed_in(house: OfficeHouse) -> None:
    ref = opened(house)
    page = at_form(house, ref)
    whole = {
        "title.es": "Curso de registro",
        "mode": "online",
        "tool": "Aula",
        "host": "Una casa que no viene al caso",
        "first": "01/11/2026",
        "last": "15/11/2026",
        "contact": "Ana",
        "costs.0.line": "Pasaje",
        "costs.0.cost": "1000",
        "costs.0.share": "100",
    }
    page.press(house.text("form.review", "es"), whole)
    assert page.path.endswith("/do/hand_in"), page.path
    assert "Aula" in page.text
    assert "Total" in page.text
    assert "Una casa" not in page.text
    page.press(house.text("act.button", "es", act="entregar"))
    assert house.case(ref).state == "given"
    assert set(house.answered(ref, "course_plan")) == {
        *("title", "mode", "tool", "first", "last", "days", "costs", "total", "contact"),
    }


def handed_in(house: OfficeHouse, ref: str, contact: str) -> None:
    """A whole course."""
    values: dict[str, Json] = {
        "title": {"es": "Curso"},
        "mode": "online",
        "tool": "Aula",
        "first": "2026-11-01",
        "last": "2026-11-02",
        "costs": [{"line": "Café", "cost": "5"}],
        "contact": contact,
    }
    house.act(ref, Role.FOCAL_POINT, "hand_in", "PY", inputs=values)


def profiled(house: OfficeHouse) -> str:
    """A profile of Paraguay that was published."""
    ref = opened(house, "country_profile")
    house.act(ref, Role.FOCAL_POINT, "publish_profile", "PY", inputs=PROFILE)
    return ref


def test_first_answers_are_offered_with_the_place_they_come_from(house: OfficeHouse) -> None:
    profile, before = profiled(house), opened(house)
    handed_in(house, before, "Berta")
    ref = opened(house)
    page = at_form(house, ref)
    (contact,) = page.page.find("input", name="contact")
    assert contact.attributes["value"] == "Berta"
    day = "14 de septiembre de 2026"
    assert f"Copiado de un expediente anterior ({before}, {day}). Compruébelo." in page.text
    assert f"Copiado del perfil del país ({profile}, {day}). Compruébelo." in page.text
    assert not page.page.faults()
    page.press(house.text("ui.save_draft", "es"), {"contact": "Carla", "office": ""})
    assert "Copiado" not in page.text
    (contact,) = page.page.find("input", name="contact")
    assert contact.attributes["value"] == "Carla"  # and nothing is offered over it again
    with house.services.uow.read() as connection:
        kept = get_draft(connection, house.case(ref).id, "course_plan").values
    assert kept == {"contact": "Carla"}


def test_another_country_is_offered_nothing(house: OfficeHouse) -> None:
    profiled(house)
    handed_in(house, opened(house), "Berta")
    ref = opened(house, country="CL")
    page = house.the(Role.FOCAL_POINT, "CL").open(f"/es/cases/{ref}/forms/course_plan")
    assert "Copiado" not in page.text
    assert not page.page.find("option", value="Migraciones")


def test_a_withdrawn_profile_offers_nothing(house: OfficeHouse) -> None:
    profile = profiled(house)
    house.act(profile, Role.FOCAL_POINT, "retire_profile", "PY", reason="Cambió la oficina.")
    assert "Copiado" not in at_form(house, opened(house)).text


def test_the_institutions_of_the_profile_are_suggested(house: OfficeHouse) -> None:
    profiled(house)
    page = at_form(house, opened(house))
    (names,) = page.page.find("datalist")
    offered = [n.attributes["value"] for n in page.page.find("option") if names in n.above()]
    assert offered == ["Registro Civil", "Migraciones"]
    for name in ("host", "costs.0.line"):
        (control,) = page.page.find("input", name=name)
        assert control.attributes["list"] == names.attributes["id"]
    page.press(house.text("ui.save_draft", "es"), {"mode": "visit", "host": "Otra casa"})
    assert not page.errors()  # a suggestion does not bind


def test_what_was_handed_in_is_read_without_what_did_not_apply(house: OfficeHouse) -> None:
    ref = opened(house)
    handed_in(house, ref, "Ana")
    page = house.the(*FOCAL).open(f"/es/cases/{ref}/dossier/course_plan/1")
    assert page.status == 200, page.path
    assert "Anfitrión" not in page.text
    assert "Total" in page.text
