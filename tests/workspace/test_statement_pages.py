"""Statements on screen and to take along, the postings of a figure, and own spending."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.statement_types import NAMES
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

PAPER = {
    "category": "administration",
    "source": "member_states",
    "amount": "1.250,50",
    "document": "Plan de trabajo 2026, 3",
}
PAID = {"paid_on": "14/09/2026", "bank_reference": "AB-9"}
REVIEW = "Revisar antes de registrar"


def auditor(house: OfficeHouse, path: str, lang: str = "es") -> Visitor:
    """Somebody of the fund's desk who records nothing."""
    return house.the(Role.CERTIFYING_OFFICER, lang=lang).open(f"/{lang}{path}")


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_is_shown_and_every_figure_opens(house: OfficeHouse, name: str) -> None:
    house.executing()
    page = auditor(house, f"/fund/statements/{name}")
    assert page.status == 200, page.text
    assert not page.page.faults()
    assert "en dólares de los Estados Unidos (US$)" in page.text
    opened = {href for href in page.links().values() if "/fund/postings?" in href}
    for href in sorted(opened)[:3]:
        assert page.open(href).status == 200
        assert not page.page.faults()


def test_a_statement_of_an_earlier_day_says_what_was_recorded_after_it(house: OfficeHouse) -> None:
    """What is added to a day that is over is told apart (N12)."""
    day = house.services.calendar.local_day(house.clock.now())
    house.later(days=1)
    said = {
        "es": "Asentado después de ese día, y por eso ausente de un estado hecho entonces",
        "en": "Recorded after that day, and so missing from a statement made on it: In the bank",
        "pt": "Registrado depois desse dia e, por isso, ausente de um demonstrativo feito nele: No",
        "fr": "Enregistré après ce jour, et donc absent d'un état établi ce jour-là : En banque",
    }
    pages = [f"/{name}?as_of={day}" for name in ("fund", "fund/statements/fund")]
    for path in pages:
        assert said["es"] not in auditor(house, path).text
    with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, Money(7_000_00), pledged_on=day)
        record_receipt(tx, ref, Money(6_543_00), bank_reference="L", received_on=day, icr=NO_ICR)
    for lang, words in said.items():
        for path in pages:
            page = auditor(house, path, lang)
            assert words in page.text, (path, page.text)
            assert not page.page.faults()
    api = auditor(house, "/fund").client
    told = api.get(f"/api/v1/fund/statement?as_of={day}").get_json()["recorded_later"]
    assert {"kind": "cash", "amount": "6543.00"} in told
    assert api.get("/api/v1/fund/statement").get_json()["recorded_later"] == []


def test_a_statement_is_taken_along_in_three_forms(house: OfficeHouse) -> None:
    ref = house.executing()
    visitor = auditor(house, "/fund/statements/case")
    links = visitor.links()
    book = visitor.client.get(links["Hoja de cálculo (XLSX)"])
    rows = list(load_workbook(BytesIO(book.data)).worksheets[0].iter_rows(values_only=True))
    told = json.loads(visitor.client.get(links["Datos (JSON)"]).data)
    paper = visitor.client.get(links["Documento (PDF)"])
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    assert told["rows"][0]["key"] == ref
    granted = told["rows"][0]["figures"]["granted"]
    assert float(str(rows[4][2])) == float(granted["amount"])
    assert granted["entries"]
    assert visitor.client.get(granted["postings"]).status_code == 200
    assert "Por proyecto" in text
    assert ref in text


def test_the_books_are_taken_along_for_programs_of_others(house: OfficeHouse) -> None:
    visitor = auditor(house, "/fund/statements/fund")
    links = visitor.links()
    bean = visitor.client.get(links["Diario Beancount"]).get_data(as_text=True)
    journal = visitor.client.get(links["Diario hledger"]).get_data(as_text=True)
    tables = visitor.client.get(links["Tablas CSV con diccionario (ZIP)"]).data
    assert "open Equity:Available:MemberStates USD" in bean
    assert "account Equity:available:member_states  ; type: E" in journal
    assert "datapackage.json" in ZipFile(BytesIO(tables)).namelist()
    assert Visitor(house.app).open("/es/fund/books.zip").status == 200  # led to the sign-in
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/books.zip").status == 403


def test_a_case_stands_against_the_lines_of_its_budget(house: OfficeHouse) -> None:
    ref = house.executing()
    page = auditor(house, f"/fund/statements/case/{ref}")
    assert page.status == 200
    assert f"Presupuesto y gasto, {ref}" in page.text
    assert not page.page.faults()
    told = json.loads(page.client.get(page.links()["Datos (JSON)"]).data)
    assert told["columns"] == ["budgeted", "spent", "left"]
    assert auditor(house, "/fund/statements/case/RICOMI-2026-0999").status == 404


def test_a_month_of_the_forecast_opens_to_what_is_expected_in_it(house: OfficeHouse) -> None:
    ref = house.executing()
    ahead = auditor(house, "/fund/statements/forecast")
    told = json.loads(ahead.client.get(ahead.links()["Datos (JSON)"]).data)
    parts = [part for row in told["rows"] for part in row["parts"]]
    assert {(part["key"], part["of"]) for part in parts} == {(ref, "commitment")}
    month = next(row["key"] for row in told["rows"] if row["parts"])
    planned = auditor(house, f"/fund/statements/forecast/{month}")
    assert f"{ref} · comprometido y no certificado" in planned.text
    house.act(ref, Role.CERTIFYING_OFFICER, "certify_tranche")
    page = auditor(house, "/fund/statements/forecast")
    assert "La caja alcanza en todos los meses." in page.text
    told = json.loads(page.client.get(page.links()["Datos (JSON)"]).data)
    assert told["falls_short_in"] is None
    month = next(row for row in told["rows"] if row["figures"]["going_out"]["amount"] != "0.00")
    part = month["parts"][0]
    assert (part["key"], part["of"]) == (ref, "tranche")
    assert page.client.get(part["figures"]["going_out"]["postings"]).status_code == 200
    href = f"/es/fund/statements/forecast/{month['key']}"
    assert any(each.startswith(href) for each in page.links().values())
    page.open(href)
    assert page.status == 200
    assert not page.page.faults()
    assert f"{ref} · desembolso certificado, por pagar hasta el" in page.text
    assert f"/es/cases/{ref}" in page.links().values()
    paper = page.client.get(page.links()["Documento (PDF)"])
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(paper.data)).pages)
    assert ref in text
    for form in ("Hoja de cálculo (XLSX)", "Datos (JSON)"):
        assert page.client.get(page.links()[form]).status_code == 200
    assert auditor(house, "/fund/statements/forecast/2026-13").status == 404
    closed = house.the(Role.FOCAL_POINT, "PY").open(href)
    assert closed.status == 403


def test_a_promise_of_the_forecast_leads_to_its_contribution(house: OfficeHouse) -> None:
    with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, Money(10_00))
    page = auditor(house, "/fund/statements/forecast/undated")
    assert f"{ref} · prometido y no pedido" in page.text
    href = f"/es/fund/desk/contributions/{ref}"
    assert href in page.links().values()
    assert page.open(href).status == 200


def test_statements_are_for_the_offices_and_postings_for_everybody(house: OfficeHouse) -> None:
    ref = house.executing()
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/statements/fund").status == 403
    public = Visitor(house.app).open("/es/fund/postings?kind=available")
    assert public.status == 200
    assert ref in public.text
    assert Visitor(house.app).open("/es/fund/postings?kind=gold").status == 422


def test_a_place_that_no_row_can_have_leads_nowhere_and_breaks_nothing(house: OfficeHouse) -> None:
    for key in ("9223372036854775808", "9" * 30, "-1"):
        place = f"/es/fund/postings?kind=available&after=2026-01-01.{key}.1"
        assert Visitor(house.app).open(place).status == 422
        account = f"/es/fund/bank/usd-main?before=2026-01-01.{key}"
        assert house.the(Role.AUDITOR).open(account).status == 200


def test_own_spending_is_prepared_by_one_and_paid_by_another(house: OfficeHouse) -> None:
    visitor = house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/desk/spending/new")
    visitor.press(REVIEW, PAPER)
    assert "Administración, de Estados miembros" in visitor.text
    visitor.press("Preparar: gasto de US$ 1.250,50")
    assert "Nada se asentó todavía." in visitor.text
    assert "Usted preparó este gasto." in visitor.text
    assert "Registrar el pago" not in visitor.links()
    assert not visitor.page.faults()
    path = visitor.path.partition("?")[0]

    visitor.open(f"{path}/payment").press(REVIEW, PAID)  # not even said back
    assert (visitor.status, visitor.codes()) == (409, {"refused", "own_spending"})
    house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/periods/2026-08").press("Cerrar el período")

    other = house.the(Role.CERTIFYING_OFFICER).open(path)
    other.open(other.links()["Registrar el pago"])
    other.press(REVIEW, {**PAID, "paid_on": "10/08/2026"})
    assert (other.status, other.codes()) == (409, {"refused", "period_closed"})
    other.press(REVIEW, PAID)
    before = other.source, other.path, other.page
    other.press("Confirmar: gasto de US$ 1.250,50")
    assert "Quedó registrado: el gasto." in other.text
    other.source, other.path, other.page = before
    other.press("Confirmar: gasto de US$ 1.250,50")
    assert (other.status, other.codes()) == (409, {"refused", "spending_ended"})
    assert "1.250,50" in auditor(house, "/fund/statements/source").text
    listed = auditor(house, "/fund/desk/spending")
    assert "Pagado" in listed.text
    assert not listed.page.faults()


def test_a_payment_that_cannot_be_is_refused_with_the_figures_and_given_up(
    house: OfficeHouse,
) -> None:
    visitor = house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/desk/spending/new")
    visitor.press(REVIEW, {**PAPER, "amount": "9.999.999"})
    visitor.press("Preparar: gasto de US$ 9.999.999")
    path = visitor.path.partition("?")[0]
    other = house.the(Role.CERTIFYING_OFFICER).open(f"{path}/payment")
    other.press(REVIEW, PAID)  # refused before anything is to be confirmed
    assert other.status == 409
    assert other.codes() >= {"funds_missing"}
    assert 'value="AB-9"' in other.source
    visitor.open(path).press("Dejar sin efecto", {"reason": " "})
    assert visitor.status == 422
    visitor.press("Dejar sin efecto", {"reason": "Se suspendió el taller."})
    assert "«Se suspendió el taller.»" in visitor.text


@pytest.mark.parametrize("lang", ["en", "pt", "fr"])
def test_the_pages_of_operating_expenses_are_whole(house: OfficeHouse, lang: str) -> None:
    visitor = house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/desk/spending/new")
    visitor.press(REVIEW, PAPER)
    visitor.press("Preparar: gasto de US$ 1.250,50")
    ref = visitor.path.partition("?")[0].rpartition("/")[2]
    for path in ("", "/new", f"/{ref}", f"/{ref}/payment"):
        page = house.the(Role.CERTIFYING_OFFICER).open(f"/{lang}/fund/desk/spending{path}")
        assert (page.status, page.page.faults()) == (200, []), path
