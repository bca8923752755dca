"""A need is reviewed, published without its contact, asked again, and answered by a case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.catalogue.models import catalogue_facet
from ricomi_workflow.catalogue.queries import CatalogueEntry, get_entry
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.support import papers
from tests.support.office import MORNING, OfficeHouse
from tests.support.visitor import Visitor

KIND = "cooperation_need"


def published(house: OfficeHouse, **changes: Json) -> str:
    """A need of Paraguay that the Secretariat published."""
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        ref = open_case(tx, house.services, KIND, "PY").ref
    values = papers.need(MORNING.date()) | changes
    house.act(ref, Role.FOCAL_POINT, "submit", "PY", inputs=values)
    house.act(ref, Role.SECRETARIAT, "publish")
    return ref


def entry(house: OfficeHouse, ref: str) -> CatalogueEntry:
    with house.services.uow.read() as connection:
        return get_entry(connection, ref)


def roles(house: OfficeHouse, ref: str) -> list[str]:
    case_id = house.case(ref).id
    with house.services.uow.read() as connection:
        return list(
            connection.execute(
                select(catalogue_facet.c.value).where(
                    catalogue_facet.c.entry_id == case_id, catalogue_facet.c.facet == "role"
                )
            ).scalars()
        )


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_a_published_need_asks_and_hides_its_contact(house: OfficeHouse, lang: str) -> None:
    ref = published(house)
    assert roles(house, ref) == ["asks"]
    page = Visitor(house.app).open(f"/{lang}/catalogue/{ref}")
    form = house.services.library.forms[f"{KIND}/v1"]
    for told in (form.field("needed_by").label[lang], "Dirección de Migraciones"):
        assert told in page.text
    assert "ana@example.org" not in page.text
    assert not page.page.faults()


def test_a_need_that_was_answered_stays_in_the_catalogue_with_what_answered_it(
    house: OfficeHouse,
) -> None:
    ref = published(house)
    other = published(house)
    house.act(ref, Role.FOCAL_POINT, "record_answer", "PY", inputs={"met_by": other})
    assert house.case(ref).state == "met"
    assert entry(house, ref).status == "met"
    assert entry(house, ref).public["met_by"] == other


def test_a_need_that_is_withdrawn_leaves_the_catalogue(house: OfficeHouse) -> None:
    ref = published(house)
    house.act(ref, Role.FOCAL_POINT, "withdraw", "PY", reason="Ya no hace falta.")
    assert house.case(ref).state == "withdrawn"
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404
