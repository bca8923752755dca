"""Two files make a kind: pages, API, terms, notices, manual, diagram, list and catalogue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.definitions.manual import manual, mermaid
from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.messaging.models import message
from tests.kinds.study_visit import VALUES
from tests.support.office import OfficeHouse, fill_in
from tests.support.visitor import Visitor

INSTITUTION = (Role.INSTITUTION_USER, "PY")


def planned(house: OfficeHouse, lang: str = "es") -> tuple[Visitor, str]:
    """The institution opens a case and fills in its only form, to the last page."""
    visitor = house.the(*INSTITUTION, lang).open(f"/{lang}/work")
    visitor.follow(house.text("work.new_request", lang))
    visitor.press(house.text("work.open_draft", lang))
    assert "/forms/visit_plan" in visitor.path
    ref = visitor.path.split("/cases/")[1].split("/")[0]
    fill_in(house, visitor, house.services.library.forms["visit_plan/v1"], VALUES, lang)
    return visitor, ref


def pressed(house: OfficeHouse, visitor: Visitor, label: str, lang: str) -> Visitor:
    """Confirm an act called `label`."""
    visitor.press(house.text("act.button", lang, act=label[:1].lower() + label[1:]))
    assert visitor.status == 200, visitor.text
    assert not visitor.page.faults(), visitor.page.faults()
    return visitor


def asked(house: OfficeHouse, lang: str = "es", label: str = "Pedir la visita") -> str:
    """A visit that was asked for."""
    visitor, ref = planned(house, lang)
    pressed(house, visitor, label, lang)
    assert house.case(ref).state == "asked"
    return ref


def agreed(house: OfficeHouse) -> str:
    """A visit that the Secretariat agreed to by its page."""
    ref = asked(house)
    office = house.the(Role.SECRETARIAT).open("/es/work")
    assert ref in office.text
    office.open(f"/es/cases/{ref}").follow("Acordar la visita")
    pressed(house, office, "Acordar la visita", "es")
    return ref


@pytest.mark.parametrize(("lang", "label"), [("es", "Pedir la visita"), ("pt", "Pedir a visita")])
def test_it_is_opened_filled_in_and_handed_in_by_its_pages(
    visits: OfficeHouse, lang: str, label: str
) -> None:
    ref = asked(visits, lang, label)
    visitor = visits.the(Role.SECRETARIAT, "", lang).open(f"/{lang}/cases?q=nuble")
    assert ref in visitor.text
    assert "Pedida" in visitor.text
    assert visitor.open(f"/{lang}/cases/{ref}").status == 200


def test_notices_reach_their_readers_in_words(visits: OfficeHouse) -> None:
    ref = asked(visits)
    with visits.services.uow.read() as connection:
        assert connection.execute(select(message.c.name)).scalars().all() == ["handed_in"]
    inbox = visits.the(Role.SECRETARIAT).open("/es/inbox")
    assert f"{ref}: presentado" in inbox.text


def test_its_term_reminds_and_ends_by_itself(visits: OfficeHouse) -> None:
    ref = asked(visits)
    visits.clock.advance(timedelta(days=12))
    assert sweep(visits.services)["reminded"] == 1
    visits.clock.advance(timedelta(days=20))
    assert sweep(visits.services)["fired"] == 1
    assert visits.case(ref).state == "dropped"


def test_its_end_is_found_in_the_catalogue_with_its_own_labels(visits: OfficeHouse) -> None:
    ref = agreed(visits)
    public = Visitor(visits.app).open("/es/catalogue?q=nuble")
    assert "Visita al registro de Ñuble" in public.text
    assert "US$" not in public.text
    public.open(f"/es/catalogue/{ref}")
    assert public.status == 200
    for told in ("Meta", "Ver cómo se inscribe en el terreno.", "Anfitrión", "Registro Civil"):
        assert told in public.text
    for told in ("Personas", "Comienza", "Acordada"):
        assert told in public.text
    assert "1234567" not in public.text
    assert not public.page.faults()
    country = visits.case(ref).country
    for path in (f"countries/{country}", "news"):
        assert "Visitas de estudio" in public.open(f"/es/{path}").text, path
    with visits.services.uow.read() as connection:
        assert not any(differs for _, differs in list_differences(connection, visits.services))
        assert not [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_process_and_manual_are_written_from_it(visits: OfficeHouse, lang: str) -> None:
    label = visits.services.library.latest("study_visit").label[lang]
    for path in ("", "/process", "/process/study_visit", "/catalogue", "/fund"):
        page = Visitor(visits.app).open(f"/{lang}{path or '/'}")
        assert page.status == 200, page.path
        assert not page.page.faults(), (path, page.page.faults())
    assert label in Visitor(visits.app).open(f"/{lang}/process").text
    library = visits.services.library
    assert label in manual(library.latest("study_visit"), library, lang)
    assert "asked --> agreed" in mermaid(library.latest("study_visit"), lang)


def test_every_staff_page_stands_without_any_other_kind(visits: OfficeHouse) -> None:
    agreed(visits)
    paths = ("work", "cases", "inbox", "committee", "treasury", "people", "process/study_visit")
    for role in (Role.SECRETARIAT, Role.AUDITOR, Role.CHAIR, Role.FUND_ADMINISTRATOR):
        visitor = visits.the(role)
        for path in paths:
            assert visitor.open(f"/es/{path}").status in {200, 403, 404}, (role, path)


def test_programs_read_and_move_it(visits: OfficeHouse) -> None:
    ref = asked(visits)
    actor = visits.actor(Role.SECRETARIAT)
    with visits.services.uow.begin(actor) as tx:
        token = make_token(tx, "test").token
    headers = {"Authorization": f"Bearer {token}"}
    with visits.app.test_client() as client:
        found = client.get(f"/api/v1/cases/{ref}", headers=headers).get_json()
        assert (found["kind"], found["state"]) == ("study_visit", "asked")
        assert found["submissions"][0]["values"]["host"] == "Registro Civil"
        moved = client.post(f"/api/v1/cases/{ref}/actions/agree", json={}, headers=headers)
        assert moved.status_code == 200, moved.text
        entries = client.get("/api/v1/catalogue?kind=study_visit").get_json()
    assert [entry["ref"] for entry in entries["entries"]] == [ref]
    assert entries["facets"]["kind"] == [{"value": "study_visit", "count": 1}]
