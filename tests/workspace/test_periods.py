"""Months and years of the books on their pages: closed by one, reopened by two."""

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

MARCH = "/fund/periods/2026-03"


def at(house: OfficeHouse, role: Role, path: str = MARCH, lang: str = "es") -> Visitor:
    return house.the(role, lang=lang).open(f"/{lang}{path}")


def test_the_list_leads_from_the_desk_to_a_month_that_is_over(house: OfficeHouse) -> None:
    visitor = at(house, Role.FUND_ADMINISTRATOR, "/fund/desk").follow("Períodos")
    assert not visitor.page.faults()
    assert "Septiembre de 2026" in visitor.text
    assert "En curso" in visitor.text
    visitor.follow("Agosto de 2026")
    assert "Cerrar el período" in visitor.text
    assert not visitor.page.faults()


def test_a_month_is_closed_asked_for_and_reopened_by_two(house: OfficeHouse) -> None:
    fund = at(house, Role.FUND_ADMINISTRATOR)
    fund.press("Cerrar el período")
    assert "El período está cerrado." in fund.text
    assert "con 0 asientos" in fund.text
    fund.press("Pedir que se reabra", {"reason": " "})
    assert fund.status == 422
    assert not fund.page.faults()
    fund.press("Pedir que se reabra", {"reason": "Llegó una factura"})
    assert "espera a otra persona de otra oficina" in fund.text
    assert "Reabrir el período" not in fund.text
    certifier = at(house, Role.CERTIFYING_OFFICER, "/fund/desk", lang="fr")
    certifier.follow("Mars 2026")
    assert "Llegó una factura" in certifier.text
    assert not certifier.page.faults()
    certifier.press("Rouvrir la période")
    assert "La période est rouverte." in certifier.text
    assert "Cerrar el período" in at(house, Role.FUND_ADMINISTRATOR).text


def test_who_asks_may_take_it_back_and_readers_see_only(house: OfficeHouse) -> None:
    fund = at(house, Role.FUND_ADMINISTRATOR, lang="pt")
    fund.press("Encerrar o período")
    fund.press("Pedir a reabertura", {"reason": "Falta um recibo"})
    fund.press("Deixá-lo encerrado", {"reason": "Já estava"})
    assert "O período continua encerrado." in fund.text
    auditor = at(house, Role.AUDITOR, lang="en")
    assert "Kept closed" in auditor.text
    assert "Ask to reopen" not in auditor.text
    assert house.the(Role.FOCAL_POINT, "PY").open(f"/es{MARCH}").status == 403
    assert at(house, Role.AUDITOR, "/fund/periods/1999-01").status == 404
