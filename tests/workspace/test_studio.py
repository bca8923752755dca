"""The process from inside: where cases stand, how long, what may be done, what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse, statements
from tests.support.visitor import Visitor

KIND = "cooperation_request"
LANGUAGES = ("es", "en", "pt", "fr")


@pytest.fixture
def lived(house: OfficeHouse) -> OfficeHouse:
    """A house in which two cases took their time."""
    for hours in (30, 100):
        ref = house.opened()
        house.clock.advance(timedelta(hours=hours))
        house.act(ref, Role.FOCAL_POINT, "submit", "PY", inputs=house.request("PY", ("BR",)))
    return house


def test_everybody_reads_how_long_it_takes(lived: OfficeHouse) -> None:
    page = Visitor(lived.app).open("/es/process")
    assert "Hay 2 casos." in page.text
    assert "30 horas" in page.text  # the median of two is the shorter one
    assert "4 días" in page.text
    assert not page.page.faults()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_staff_see_the_diagram_and_every_act(lived: OfficeHouse, lang: str) -> None:
    page = lived.the(Role.SECRETARIAT, "", lang).open(f"/{lang}/process/{KIND}/studio")
    assert page.status == 200, page.text
    assert not page.page.faults(), page.page.faults()
    workflow = lived.services.library.latest(KIND)
    for state in workflow.states.values():
        assert state.label[lang] in page.text
    for act in workflow.transitions:
        assert act.label[lang] in page.text
    guards = {guard for act in workflow.transitions for guard in act.guards}
    for guard in guards:
        assert lived.text(f"manual.guard_{guard}", lang) in page.text
    drawn = [n for n in page.page.find("circle") if n.attributes.get("cx") == "64"]
    assert len(drawn) == len(workflow.states)


def test_the_studio_is_for_staff(house: OfficeHouse) -> None:
    path = f"/es/process/{KIND}/studio"
    assert "/sign-in" in Visitor(house.app).open(path).path
    assert house.the(Role.FOCAL_POINT, "PY").open(path).status == 403
    assert house.the(Role.SECRETARIAT).open("/es/process/nothing/studio").status == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_version_changed_is_a_page_for_everybody(house: OfficeHouse, lang: str) -> None:
    page = Visitor(house.app).open(f"/{lang}/process/{KIND}/changes/1/2")
    assert page.status == 200
    assert house.text("process.part_act", lang) in page.text
    assert not page.page.faults(), page.page.faults()
    assert Visitor(house.app).open(f"/{lang}/process/{KIND}/changes/1/99").status == 404


def test_the_number_of_statements_does_not_grow_with_the_cases(lived: OfficeHouse) -> None:
    workflow = lived.services.library.latest(KIND)
    visitor = lived.the(Role.SECRETARIAT)
    visitor.open(f"/es/process/{KIND}/studio")  # what is asked once is known from here on
    counts = []
    for _ in range(2):
        with statements(lived.services.uow.engine) as seen:
            visitor.open(f"/es/process/{KIND}/studio")
        counts.append(len(seen))
        lived.submitted()
    assert counts[0] == counts[1]
    assert counts[0] < len(workflow.states) * 2 + 20
