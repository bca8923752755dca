"""The button that opens a draft, pressed twice: one draft, to which both ways lead."""

from __future__ import annotations

from sqlalchemy import func, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

OPEN = "Abrir el borrador"


def cases(house: OfficeHouse) -> int:
    with house.services.uow.read() as connection:
        return connection.execute(select(func.count()).select_from(case)).scalar_one()


def test_a_page_sent_twice_opens_one_case(house: OfficeHouse) -> None:
    visitor = house.the(Role.FOCAL_POINT, "PY").open("/es/cases/new")
    page, path = visitor.page, visitor.path
    before = cases(house)
    first = visitor.press(OPEN).path
    again = Visitor(visitor.app, path=path, page=page)
    again.client = visitor.client
    assert again.press(OPEN).path == first
    assert cases(house) == before + 1
    visitor.open("/es/cases/new").press(OPEN)  # asked for anew
    assert cases(house) == before + 2
