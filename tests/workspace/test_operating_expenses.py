"""Operating expenses through their pages: prepared by one person, paid by another, given up."""

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from tests.support.office import OfficeHouse

REVIEW = "Revisar antes de registrar"
EXPENSE = {
    "category": "administration",
    "source": "member_states",
    "amount": "1.000",
    "document": "Plan 4",
}
PAID = {"paid_on": "14/09/2026", "bank_reference": "OP-1"}


def prepared(house: OfficeHouse) -> str:
    """An expense that the fund administration prepared; answer the address of its page."""
    visitor = house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/desk/spending/new")
    assert not visitor.page.faults()
    visitor.press(REVIEW, EXPENSE)
    assert "por Administración, de Estados miembros, según Plan 4." in visitor.text
    visitor.press("Preparar: gasto de US$ 1.000")
    assert "El gasto quedó preparado" in visitor.text
    return visitor.path.partition("?")[0]


def test_an_expense_is_paid_by_another_person_than_prepared_it(house: OfficeHouse) -> None:
    address = prepared(house)
    visitor = house.the(Role.FUND_ADMINISTRATOR).open(f"{address}/payment")
    visitor.press(REVIEW, PAID)
    assert (visitor.status, visitor.codes()) == (409, {"refused", "own_spending"})
    certifier = house.the(Role.CERTIFYING_OFFICER).open(address).follow("Registrar el pago")
    certifier.press(REVIEW, {**PAID, "paid_on": "14/09/2030"})
    assert certifier.status == 422
    certifier.press(REVIEW, PAID)
    assert "el 14 de septiembre de 2026, según Plan 4." in certifier.text
    certifier.press("Confirmar: gasto de US$ 1.000")
    assert "Quedó registrado: el gasto." in certifier.text
    assert "OP-1" in certifier.open(address).text


def test_an_expense_is_given_up_with_a_reason(house: OfficeHouse) -> None:
    visitor = house.the(Role.FUND_ADMINISTRATOR).open(prepared(house))
    visitor.press("Dejar sin efecto", {"reason": ""})
    assert visitor.status == 422
    visitor.press("Dejar sin efecto", {"reason": "Duplicado"})
    assert "El gasto quedó sin efecto." in visitor.text
    assert "Duplicado" in visitor.text


def test_the_pages_of_expenses_are_whole_in_every_language(house: OfficeHouse) -> None:
    address = prepared(house).removeprefix("/es")
    for lang in LANGUAGES:
        for path in ("/fund/desk/spending", address, f"{address}/payment"):
            page = house.the(Role.CERTIFYING_OFFICER, lang=lang).open(f"/{lang}{path}")
            assert (page.status, page.page.faults()) == (200, []), (lang, path)
