"""Laws, programmes of work and publications: kept by a State or the Secretariat, then public."""

from __future__ import annotations

import json

import pytest

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, Invalid
from ricomi_workflow.meetings import agenda
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

SOURCED: dict[str, Json] = {
    "topics": ["legislation"],
    "source": "https://example.org/ley",
    "verified_on": "2026-09-01",
    "verified_by": {"es": "Secretaría Técnica"},
}
LAW: dict[str, Json] = SOURCED | {
    "title": {"es": "Ley 6984 de Migraciones"},
    "summary": {"es": "Regula el ingreso y la residencia."},
    "law_type": "law",
    "law_number": "6984",
    "level": "national",
    "validity": "in_force",
    "year": 2022,
}
PROGRAMME: dict[str, Json] = SOURCED | {
    "title": {"en": "Seasonal work in agriculture"},
    "summary": {"en": "Workers go for the harvest."},
    "topics": ["labour_migration"],
    "right_to_work": True,
    "sectors": ["agriculture"],
    "origins": ["JM", "MX"],
    "destinations": ["CA"],
    "programme_status": "running",
}
PUBLICATION: dict[str, Json] = SOURCED | {
    "title": {"en": "Report of the Chair", "es": "Informe de la Presidencia"},
    "summary": {"en": "What the Committee did."},
    "publication_type": "report",
    "forum": ["rcm"],
    "sdg": ["sdg_8", "sdg_10"],
    "gcm": ["gcm_5"],
    "publisher": "CEAM",
    "year": 2010,
}
MEETING: dict[str, Json] = {
    "title": {"en": "Second regular meeting"},
    "session": "regular",
    "held_on": "2026-10-14",
    "begins": "10:00",
    "ends": "13:00",
    "mode": "hybrid",
    "place": "Washington",
    "link": "https://room.example/1",
}
FOCAL, OFFICE = Role.FOCAL_POINT, Role.SECRETARIAT


def opened(house: OfficeHouse, kind: str, country: str, role: Role = OFFICE) -> str:
    """A case of a registry, opened by an office."""
    seat = country if role is FOCAL else None
    with house.services.uow.begin(house.actor(role, seat)) as tx:
        return open_case(tx, house.services, kind, country).ref


def recorded(house: OfficeHouse, kind: str, country: str, values: dict[str, Json]) -> str:
    """What the Secretariat has recorded from a public source."""
    ref = opened(house, kind, country)
    house.act(ref, OFFICE, "record", inputs=values)
    return ref


def test_a_state_submits_its_law_and_the_public_finds_it_after_the_review(
    house: OfficeHouse,
) -> None:
    ref = opened(house, "law", "PY", FOCAL)
    house.act(ref, FOCAL, "submit", "PY", inputs=LAW)
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404
    house.act(ref, OFFICE, "ask_for_changes", reason="Falta el diario oficial.")
    house.act(ref, FOCAL, "submit", "PY", inputs=LAW | {"gazette": "18 de octubre de 2022"})
    house.act(ref, OFFICE, "publish")
    found = Visitor(house.app).open("/es/catalogue?kind=law&country=PY&year=2022")
    assert ref in found.text
    page = found.open(f"/es/catalogue/{ref}")
    assert "En vigor" in page.text
    assert "https://example.org/ley" in page.text
    assert not page.page.faults()


def test_the_secretariat_records_for_any_state_and_a_focal_point_for_its_own(
    house: OfficeHouse,
) -> None:
    ref = recorded(house, "law", "UY", LAW)
    house.act(ref, FOCAL, "revise", "UY", inputs=LAW | {"validity": "not_verified"})
    assert house.case(ref).state == "in_review"
    with pytest.raises(Forbidden):
        opened_for_another(house)
    offered = house.the(OFFICE).open("/es/cases/new")
    assert "law:PY" not in offered.source
    asked = offered.open("/es/cases/new?kind=law")
    assert "law:PY" in asked.source
    assert f"law:{NETWORK}" in asked.source


def opened_for_another(house: OfficeHouse) -> None:
    """A focal point opens a law of another State."""
    with house.services.uow.begin(house.actor(FOCAL, "PY")) as tx:
        open_case(tx, house.services, "law", "BR")


def test_a_card_that_gives_no_right_to_work_is_refused_with_the_reason(house: OfficeHouse) -> None:
    ref = opened(house, "labour_programme", "MX")
    with pytest.raises(Invalid) as refused:
        house.act(ref, OFFICE, "record", inputs=PROGRAMME | {"right_to_work": False})
    (error,) = refused.value.fields
    assert error.path == "right_to_work"
    assert error.message is not None
    assert "tarjeta de visitante" in error.message["es"]
    assert "visitor card" in error.message["en"]


def test_a_programme_is_found_by_each_of_its_countries_and_gives_none_a_role(
    house: OfficeHouse,
) -> None:
    ref = recorded(house, "labour_programme", "CA", PROGRAMME)
    visitor = Visitor(house.app)
    for country in ("CA", "JM", "MX"):
        assert ref in visitor.open(f"/en/catalogue?kind=labour_programme&country={country}").text
    assert ref not in visitor.open("/en/catalogue?role=provides&country=CA").text


def test_a_publication_of_the_organization_belongs_to_no_state(house: OfficeHouse) -> None:
    ref = recorded(house, "publication", NETWORK, PUBLICATION)
    visitor = Visitor(house.app).open("/pt/catalogue?kind=publication")
    assert ref in visitor.text
    assert f'value="{NETWORK}"' not in visitor.source
    assert not visitor.open(f"/fr/catalogue/{ref}").page.faults()
    form = house.the(OFFICE).open(
        f"/es/cases/{opened(house, 'publication', 'PY')}/forms/publication"
    )
    assert form.source.index("Bahamas") < form.source.index("Barbados"), "not by their codes"


def test_forums_and_goals_are_facets_whose_counts_follow_the_other_choices(
    house: OfficeHouse,
) -> None:
    ref = recorded(house, "publication", NETWORK, PUBLICATION)
    recorded(house, "publication", NETWORK, PUBLICATION | {"sdg": ["sdg_8"], "forum": []})
    told = Visitor(house.app).open("/api/v1/catalogue?forum=rcm&sdg=sdg_10")
    assert told.status == 200, told.source
    asked = json.loads(told.source)
    assert [entry["ref"] for entry in asked["entries"]] == [ref]
    assert asked["facets"]["sdg"] == [
        {"value": "sdg_10", "count": 1},
        {"value": "sdg_8", "count": 1},
    ]
    assert asked["facets"]["gcm"] == [{"value": "gcm_5", "count": 1}]
    page = Visitor(house.app).open("/fr/catalogue?sdg=sdg_8")
    assert "Conférence régionale sur la migration" in page.text
    assert "10. Inégalités réduites" in page.text
    assert len(house.services.reference.sdgs) == 17
    assert len(house.services.reference.gcm_objectives) == 23
    forums = {forum.value: forum for forum in house.services.reference.forums}
    assert ("PY" in forums["sacm"].members, forums["rcm"].since) == (True, "1996")


def test_what_nobody_confirms_stays_in_the_catalogue_marked(house: OfficeHouse) -> None:
    ref = recorded(house, "law", "PY", LAW)
    states = house.services.library.latest("law").states
    assert states["published"].deadline is not None
    assert states["published"].deadline.then == "review_falls_due"
    assert states["review_due"].is_public
    with house.services.uow.read() as connection:
        key = house.case(ref).id
        due = list_due_dates(connection, [key])[key]
    assert due.date().isoformat()[:7] == "2027-08"  # twenty business days before a year has passed
    house.act(ref, FOCAL, "take_off", "PY", reason="Registrada dos veces.")
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404


def test_a_meeting_is_in_the_catalogue_from_its_notice_until_it_is_cancelled(
    house: OfficeHouse,
) -> None:
    ref = opened(house, "committee_meeting", NETWORK)
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404
    with house.services.uow.begin(house.actor(OFFICE)) as tx:
        agenda.add_item(tx, house.services, ref, {"es": "Asuntos varios"}, public=False)
    house.act(ref, OFFICE, "convene", inputs=MEETING)
    assert ref in Visitor(house.app).open("/pt/catalogue?kind=committee_meeting").text
    page = Visitor(house.app).open(f"/en/catalogue/{ref}")
    assert "Second regular meeting" in page.text
    assert f"/en/meetings/{ref}" in page.source
    assert "room.example" not in page.source
    assert "Asuntos varios" not in page.source
    assert not page.page.faults()
    with house.services.uow.read() as connection:
        assert not any(differs for _, differs in list_differences(connection, house.services))
    house.act(ref, OFFICE, "cancel_meeting", reason="No hay quórum.")
    assert Visitor(house.app).open(f"/es/catalogue/{ref}").status == 404
