"""A year of the fund, act by act: what is clicked, what other offices do, what the bank sees.

The acts of the fund are clicked by its administrator and by the certifying officer; what others do
in between, a request or a report, is done by the verbs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from playwright.sync_api import expect

from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.simulation import work_answers
from ricomi_workflow.simulation.camt_writer import camt053
from tests.browser.conftest import Entering
from tests.browser.page_types import CERTIFIER, FUND, SECRETARIAT
from tests.support.site import Site, Who
from tests.support.walking import Walker

# Each case: travel in thousands, and materials of two thousand; half from either class of donors.
CASES: Final = {"PY": 10, "HN": 6, "GT": 8, "JM": 4, "BR": 7}
FIRST: Final = {"PY": "6.000", "HN": "8.000", "GT": "5.000", "JM": "3.000", "BR": "4.500"}
FARES, MATERIALS = "1.1 Pasajes", "2.1 Materiales"
APPLICANT: Final[Who] = (Role.FOCAL_POINT, "")
OF_BRAZIL: Final[Who] = (Role.FOCAL_POINT, "BR")
ACCOUNT: Final = "usd-main"
TABLE_OF_EUROS: Final = """Cuenta en euros
Fecha;Cargo;Abono;Referencia;Ordenante;Concepto
10.02.2026;20.000,00;;FX-001;;Conversión a dólares
13.01.2026;;30.000,00;ES-001;España;Contribución al fondo
"""


@dataclass
class Year:
    """The year, its people each at a browser of their own, and what the bank saw."""

    visitor: Entering
    site: Site
    people: dict[Who, Walker] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)  # of the cases, by state
    bank: list[StatementLine] = field(default_factory=list)  # of the account in US$

    def on(self, day: int, month: int, year: int = 2026) -> str:
        """Let the days pass; answer the day as it is typed."""
        self.site.behind.clock.at = datetime(year, month, day, 15, tzinfo=UTC)
        return f"{day}/{month}/{year}"

    def the(self, who: Who) -> Walker:
        """The holder of an office, who signs in when first called."""
        if who not in self.people:
            self.people[who] = self.visitor().enter(who)
        return self.people[who]

    def at(self, who: Who, path: str) -> Walker:
        """The holder of an office at a page."""
        walker = self.the(who)
        walker.visit(path)
        return walker

    def confirms(
        self, who: Who, country: str, act: str, done: str, form: dict[str, str] | None = None
    ) -> None:
        """An act on the page of a case: its form if it has one, said back, confirmed."""
        walker = self.at(who, f"/cases/{self.refs[country]}")
        walker.follow(act)
        if form is not None:
            walker.fill(form)
            walker.press("Guardar y revisar")
        walker.press(f"Confirmar: {act[:1].lower()}{act[1:]}")
        walker.sees(f"Hecho. {done}")

    def fire(
        self, who: Who, country: str, trigger: str, inputs: Mapping[str, Json] | None = None
    ) -> None:
        """What another office does, by its verb."""
        self.site.stage.fire(self.refs[country], who, trigger, inputs)

    def moved(self, amount: int, reference: str) -> None:
        """The bank books whole dollars a day later, negative what leaves."""
        booked = self.site.today + timedelta(days=1)
        self.bank.append(
            StatementLine(booked, booked, Money(amount * 100), (f"BK{len(self.bank)}", reference))
        )


def records(
    walker: Walker,
    fields: dict[str, str],
    confirm: str,
    *tells: str,
    done: str = "Quedó registrado",
) -> None:
    """A fact of the desk on its form: filled in, said back with what it will do, confirmed."""
    chosen = {label: text for label, text in fields.items() if walker.group(label).count()}
    for group, option in chosen.items():
        walker.tick(group, option)
    walker.fill({label: text for label, text in fields.items() if label not in chosen})
    walker.press("Revisar antes de registrar")
    for text in tells:
        walker.sees(text)
    walker.press(confirm)
    walker.sees(done)


def _euros(rate: str, day: str) -> dict[str, str]:
    return {
        "Moneda": "EUR",
        "Tipo de cambio": rate,
        "Fuente del tipo de cambio": "Banco Central Europeo",
        "Fecha del tipo de cambio": day,
    }


def _at_gift(year: Year, donor: str, act: str) -> Walker:
    walker = year.at(FUND, "/fund/desk/contributions")
    walker.follow(donor)
    walker.follow(act)
    walker.reads(act)
    return walker


def is_promised_and_received(year: Year) -> None:
    """Two donors promise in their currencies, and each pays a part."""
    day = year.on(12, 1)
    for donor, more, amount, said in (
        ("México", {}, "60.000", "US$ 60.000"),
        ("España", _euros("1,10", day), "50.000", "EUR 50.000"),
    ):
        walker = year.at(FUND, "/fund/desk/pledge")
        given = {"Aportante": donor, **more, "Monto": amount, "Fecha de la promesa": day}
        records(walker, given, f"Confirmar: promesa de {said}", "Una promesa no es dinero")
    arrived = {"Monto": "40.000", "Fecha en que llegó": day, "Referencia del banco": "MX-001"}
    walker = _at_gift(year, "México", "Registrar un ingreso")
    records(walker, arrived, "Confirmar: llegaron US$ 40.000", "35.600 al fondo común")  # less 11 %
    year.moved(40_000, "MX-001")
    arrived |= {"Monto": "30.000", "Referencia del banco": "ES-001"}
    walker = _at_gift(year, "España", "Registrar un ingreso")
    given = {**_euros("1,12", day), **arrived}
    records(
        walker, given, "Confirmar: llegaron EUR 30.000", "33.600", "29.568 al fondo común"
    )  # less 12 %


def is_approved_and_committed(year: Year) -> None:
    """Five cases that the committee approved get their money, and may spend it."""
    year.on(19, 1)
    for country, thousands in CASES.items():
        half = f"{(thousands + 2) * 500}.00"
        sources = ("member_states", "permanent_observers")
        asked: dict[str, Json] = {
            "budget": [_line(FARES, "airfare", thousands), _line(MATERIALS, "other", 2)],
            "financing": [{"source": source, "amount": half} for source in sources],
        }
        year.refs[country] = year.site.case_at("approved_awaiting_funds", country, **asked)
        year.confirms(FUND, country, "Comprometer los fondos", "Fondos comprometidos")
        year.fire(APPLICANT, country, "record_agreement")
        year.fire(APPLICANT, country, "submit_plan", _plan())
        year.fire(SECRETARIAT, country, "accept_plan")
        year.fire(APPLICANT, country, "designate_official")
        year.fire(FUND, country, "start_execution")


def _line(name: str, category: str, thousands: int) -> Json:
    cost: dict[str, Json] = {"quantity": thousands, "unit_cost": "1000.00", "periods": 1}
    return {"component": "other", "line": name, "category": category, "unit": "none", **cost}


def _plan() -> dict[str, Json]:
    row = {
        "activity": work_answers.VISIT,
        "starts": "2026-03-02",
        "ends": "2027-06-30",
        "place": "Capital",
        "responsible": "Dirección General",
        "indicator": "Procedimiento escrito",
    }
    return {"plan": [row]}


def is_paid(year: Year, country: str, amount: str, number: int) -> None:
    """A tranche that was asked for is certified by one and paid by another."""
    year.fire(APPLICANT, country, "request_tranche", _asked(amount))
    year.confirms(CERTIFIER, country, "Certificar el desembolso", "Desembolso certificado")
    reference = f"TRF-{country}-{number}"
    on = year.site.today
    paid = {"Referencia bancaria": reference, "Fecha del pago": f"{on.day}/{on.month}/{on.year}"}
    year.confirms(FUND, country, "Registrar el pago", "Desembolso pagado", paid)
    year.moved(-int(amount.replace(".", "")), reference)


def _asked(amount: str) -> dict[str, Json]:
    return {"amount": f"{amount.replace('.', '')}.00", "purpose": "Visita de estudio"}


def is_accounted_for(year: Year, country: str, fares: int, materials: int = 0) -> None:
    """The institution reports what it spent, and the Secretariat accepts it."""
    situation = year.site.stage.context(year.site.stage.case(year.refs[country]))
    told = work_answers.progress_report(Random(3), situation)
    spent = _spending(fares, materials)
    year.fire(APPLICANT, country, "submit_report", {**told, "spending": spent})
    year.fire(SECRETARIAT, country, "accept_report")


def _spending(fares: int, materials: int) -> list[Json]:
    return [
        {"line": line, "amount": f"{amount}.00", "evidence": "Factura"}
        for line, amount in ((FARES, fares), (MATERIALS, materials))
        if amount
    ]


def pays_and_closes_january(year: Year) -> None:
    """The first tranches; January is closed, and takes nothing any more."""
    day = year.on(2, 2)
    for country, amount in FIRST.items():
        is_paid(year, country, amount, 1)
    walker = year.at(FUND, "/fund/periods")
    walker.follow("Enero de 2026")
    walker.press("Cerrar el período")
    walker.sees("El período está cerrado.")
    walker = _at_gift(year, "México", "Registrar un ingreso")
    late = {"Monto": "1", "Fecha en que llegó": "30/1/2026", "Referencia del banco": "MX-002"}
    walker.fill(late)
    walker.press("Revisar antes de registrar")
    refused = walker.page.get_by_role("alert")
    expect(refused).to_contain_text("El 30 de enero de 2026 está en un período cerrado")
    expect(refused).to_contain_text("la administración del fondo y quien certifica reabran")
    walker = year.at(FUND, "/fund/desk/conversion")
    sold = {"Moneda": "EUR", "Monto que se cambia": "20.000", "Dólares que entraron": "22.600"}
    sold |= {"Fecha del cambio": day, "Referencia del banco": "FX-001"}
    records(walker, sold, "Confirmar: entraron US$ 22.600", "22.400", "Ganancia por cambio")
    year.moved(22_600, "FX-001")


def is_refunded(year: Year) -> None:
    """Honduras ends with less than it was paid, and gives the rest back."""
    year.on(20, 4)
    for country, fares in (("PY", 6000), ("GT", 5000), ("JM", 3000)):
        is_accounted_for(year, country, fares)
    situation = year.site.stage.context(year.site.stage.case(year.refs["HN"]))
    told = work_answers.final_report(Random(3), situation)
    year.fire(APPLICANT, "HN", "submit_final_report", {**told, "spending": _spending(6000, 1500)})
    year.fire(SECRETARIAT, "HN", "accept_final_accounts")
    back = {
        "Número del desembolso": "1",
        "Monto en dólares (US$)": "500",
        "Referencia bancaria": "DEV-HN",
        "Fecha en que se recibió": year.on(27, 4),
    }
    year.confirms(FUND, "HN", "Registrar un reintegro", "Reintegro registrado", back)
    year.moved(500, "DEV-HN")
    year.fire(SECRETARIAT, "HN", "close")
    year.on(11, 5)
    is_paid(year, "PY", "6.000", 2)


def is_late(year: Year) -> None:
    """Brazil owes accounts for too long: no new money, and the page says what is missing."""
    year.on(10, 6)
    walker = year.at(FUND, "/fund/advances")
    owed = walker.page.get_by_role("row").filter(has_text=year.refs["BR"])
    expect(owed).to_contain_text("4.500")
    walker = year.at(OF_BRAZIL, f"/cases/{year.refs['BR']}")
    refused = walker.page.get_by_role("listitem").filter(
        has=walker.page.get_by_role("heading", name="Pedir un desembolso")
    )
    expect(refused).to_contain_text("llevan 38 días de atraso, y se admiten 30")
    expect(refused).to_contain_text("La institución rinde esas cuentas en un informe")
    is_accounted_for(year, "BR", 4500)
    day = year.on(22, 6)
    is_paid(year, "BR", "4.500", 2)
    walker = _at_gift(year, "México", "Pedir un pago")
    called = {"Monto": "20.000", "Para cuándo": "30/6/2026"}
    records(walker, called, "Confirmar: pedir US$ 20.000")
    walker = _at_gift(year, "México", "Registrar un ingreso")
    arrived = {"Monto": "20.000", "Fecha en que llegó": day, "Referencia del banco": "MX-002"}
    records(walker, arrived, "Confirmar: llegaron US$ 20.000", "17.800 al fondo común")
    year.moved(20_000, "MX-002")


def is_reconciled(year: Year, folder: Path) -> None:
    """The bank's two statements are taken in and matched by who entered nothing of it."""
    year.on(30, 6)
    fee = StatementLine(
        date(2026, 6, 26), None, Money(-1250), ("BK-FEE",), "", "Comisión de cuenta"
    )
    lines = [*year.bank, fee]
    moved = Money(sum(line.amount.minor for line in lines))
    days = (date(2026, 1, 1), date(2026, 6, 29))
    said = BankStatement("RICOMI-USD-0001", "USD-2026-1", 1, *days, Money(0), moved, tuple(lines))
    dollars, table = folder / "usd.xml", folder / "eur.csv"
    dollars.write_bytes(camt053([said]))
    table.write_bytes(TABLE_OF_EUROS.encode("latin-1"))
    _matches(year, ACCOUNT, dollars, {}, len(year.bank))
    balances = {"Saldo inicial": "0", "Saldo final": "10.000"}
    _matches(year, "eur-main", table, balances, 2)
    walker = year.at(CERTIFIER, f"/fund/bank/{ACCOUNT}/matching")
    walker.follow("Comisión de cuenta")
    walker.fill({"Por qué difiere": "comisión del banco", "En sus palabras": "Extracto de junio"})
    walker.press("Revisar lo elegido")
    walker.press("Confirmar: US$ −12,50")
    walker.sees("Está conciliado.")


def _matches(year: Year, account: str, file: Path, typed: dict[str, str], sure: int) -> None:
    walker = year.at(CERTIFIER, f"/fund/bank/{account}")
    walker.page.set_input_files("#file", file)
    walker.fill(typed)
    walker.press("Ver lo que contiene")
    walker.press("Importar un extracto")
    walker.sees("El extracto está importado.")
    walker.follow("Conciliar")
    walker.press("Revisar lo elegido")
    walker.press(f"Confirmar: {sure} conciliaciones")
    walker.sees("Está conciliado.")


def is_run(year: Year) -> None:
    """The fund pays its own administration: one prepares it, the other pays."""
    day = year.on(6, 7)
    walker = year.at(FUND, "/fund/desk/spending/new")
    asked = {
        "Clase de gasto": "Administración",
        "De qué dinero": "Estados miembros",
        "Importe en US$": "1.000",
        "Plan o decisión que lo aprueba": "Plan de trabajo 2026",
    }
    records(walker, asked, "Preparar: gasto de US$ 1.000", done="El gasto quedó preparado")
    walker.sees("Lo paga otra persona")
    path = walker.page.url.split("/es", 1)[1].partition("?")[0]
    walker = year.at(CERTIFIER, path)
    walker.follow("Registrar el pago")
    paid = {"Fecha del pago": day, "Referencia del banco": "ADM-001"}
    records(walker, paid, "Confirmar: gasto de US$ 1.000")


def is_spent_and_closed(year: Year) -> None:
    """The second half: accounts, a last tranche that stays unpaid, and the end of the year."""
    year.on(3, 8)
    is_accounted_for(year, "PY", 4000, 2000)
    year.on(14, 9)
    is_accounted_for(year, "BR", 2500, 2000)
    year.on(1, 12)
    is_paid(year, "JM", "3.000", 2)
    year.on(28, 12)
    year.fire(APPLICANT, "GT", "request_tranche", _asked("5.000"))
    year.confirms(CERTIFIER, "GT", "Certificar el desembolso", "Desembolso certificado")
    year.on(11, 1, 2027)
    walker = year.at(FUND, "/fund/periods")
    walker.follow("Año 2026")
    walker.press("Cerrar el período")
    walker.sees("El período está cerrado.")
