"""The pages of the bank: a file is looked at before it is imported, a match before it is made."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from ricomi_workflow.bank.queries import reconcile
from ricomi_workflow.bank.rows import list_unmatched_lines
from ricomi_workflow.bank.statement import BankStatement, LinePart, StatementLine
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Memo, Source, available_account, cash_account, transfer
from ricomi_workflow.ledger.posting import post
from ricomi_workflow.simulation.camt_writer import camt053
from tests.support.network import PASSWORD, Network
from tests.support.visitor import Visitor
from tests.web.markup import Markup

ACCOUNT = "usd-main"
FUND, CERTIFIER, AUDITOR = Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR


@dataclass
class Bank:
    """A network whose books hold two receipts and a payment, and what the bank says of them."""

    people: Network

    @property
    def today(self) -> date:
        services = self.people.services
        return services.calendar.local_day(services.uow.clock.now())

    def book(self, units: int, ago: int, reference: str) -> None:
        cash, pool = cash_account(), available_account(Source.MEMBER_STATES)
        with self.people.services.uow.begin(self.people.accounts.actor(FUND)) as tx:
            post(
                tx,
                Memo.RECEIPT if units > 0 else Memo.PAYMENT,
                transfer(cash, pool, Money(units * 100)),
                key=reference,
                at=self.today - timedelta(ago),
                reference=reference,
            )

    def line(
        self, units: int, ago: int, *references: str, parts: tuple[int, ...] = ()
    ) -> StatementLine:
        return StatementLine(
            self.today - timedelta(ago),
            None,
            Money(units * 100),
            references,
            "" if parts else "Banco Central",
            "Aporte" if not parts else "Lote",
            "PMNT-RCDT-ESCT",
            tuple(LinePart(Money(p * 100), (f"P{p}",), "Alguien", "Pago") for p in parts),
        )

    def paper(self, *lines: StatementLine, name: str = "S1", opening: int = 0) -> bytes:
        days = self.today - timedelta(20), self.today - timedelta(1)
        end = Money(opening * 100 + sum(line.amount.minor for line in lines))
        start = Money(opening * 100)
        said = BankStatement("RICOMI-USD-0001", name, 1, *days, start, end, lines)
        return camt053([said])

    def visit(self, role: Role) -> Visitor:
        return Visitor(self.people.app).sign_in(self.people.accounts.emails[role, None], PASSWORD)

    def bring(self, visitor: Visitor, data: bytes, name: str = "s.xml") -> Visitor:
        visitor.open(f"/es/fund/bank/{ACCOUNT}")
        return visitor.press("Ver lo que contiene", files={"file": [(name, data)]})


@pytest.fixture
def bank(people: Network) -> Bank:
    made = Bank(people)
    made.book(500, 10, "GIFT-1")
    made.book(1000, 9, "GIFT-2")
    made.book(-200, 2, "PAY-1")
    return made


def test_a_statement_is_taken_from_its_file_to_a_clear_report(bank: Bank) -> None:
    officer = bank.visit(CERTIFIER).open("/es/fund/desk").follow("El banco")
    officer.follow("Cuenta principal en US$")
    assert "Todavía no hay extractos" in officer.text
    lines = bank.line(500, 8, "B1", "GIFT-1"), bank.line(985, 7, "B2", "GIFT-2")
    bank.bring(officer, bank.paper(*lines, bank.line(-3, 1, "B3", "FEE")))
    assert "El archivo contiene un extracto." in officer.text
    officer.press("Importar un extracto")
    assert "El extracto está importado." in officer.text
    officer.follow("Conciliar").press("Revisar lo elegido")
    assert "una conciliación" in officer.text
    officer.press("Confirmar: una conciliación")
    assert "Está conciliado." in officer.text
    officer.follow("Explicar la diferencia").press("Revisar lo elegido")
    assert officer.status == 422
    assert len(officer.errors()) == 2
    texts = {"explanation": "bank_fee", "note": "Comisión del corresponsal."}
    officer.press("Revisar lo elegido", texts)
    assert "Queda una diferencia de US$ −15: comisión del banco." in officer.text
    officer.press(next(b for b in officer.buttons() if b.startswith("Confirmar")))
    officer.follow("Banco Central · Aporte").press("Revisar lo elegido", texts)
    assert "no tiene asiento en los libros" in officer.text
    officer.press(next(b for b in officer.buttons() if b.startswith("Confirmar")))
    officer.open(f"/es/fund/bank/{ACCOUNT}/report")
    with bank.people.services.uow.read() as connection:
        report = reconcile(connection, ACCOUNT, bank.today)
    assert (report.bank, report.books, report.holds) == (Money(1482_00), Money(1300_00), True)
    for shown in ("1.300", "−18", "1.482", "PAY-1", "Comisión del corresponsal."):
        assert shown in officer.text
    links = officer.links()
    book = officer.client.get(links["Hoja de cálculo (XLSX)"])
    rows = list(load_workbook(BytesIO(book.data)).worksheets[0].iter_rows(values_only=True))
    figures = {row[0]: row[1] for row in rows if isinstance(row[1], int | float)}
    assert figures["Saldo según los libros"] == 1300
    assert figures["Saldo que el banco debería tener"] == 1482
    paper = officer.client.get(links["Documento (PDF)"])
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    for shown in ("1.300", "1.482", "PAY-1", "Comisión del corresponsal."):
        assert shown in text


def test_the_same_file_again_changes_nothing(bank: Bank) -> None:
    officer = bank.visit(CERTIFIER)
    data = bank.paper(bank.line(500, 8, "B1", "GIFT-1"))
    bank.bring(officer, data).press("Importar un extracto")
    bank.bring(officer, data)
    assert "Todo lo que contiene ya está importado." in officer.text
    assert "Importar un extracto" not in officer.buttons()


def test_a_file_that_says_something_else_or_is_none_is_told_at_its_control(bank: Bank) -> None:
    officer = bank.visit(CERTIFIER)
    bank.bring(officer, bank.paper(bank.line(500, 8, "B1"))).press("Importar un extracto")
    bank.bring(officer, bank.paper(bank.line(501, 8, "B1")))
    assert "ya está importado, y este archivo dice otra cosa" in officer.text
    assert not officer.buttons()
    bank.bring(officer, b"<html></html>", "page.html")
    assert (officer.status, officer.codes()) == (422, {"invalid"})
    assert "no es un extracto camt.053" in officer.errors()[0]
    officer.press("Ver lo que contiene")
    assert officer.status == 422
    bank.bring(officer, b"x" * (5 * 1024 * 1024 + 1), "large.csv")
    assert "pesa más de 5 MB" in officer.errors()[0]


def test_balances_are_typed_where_the_table_has_none(bank: Bank) -> None:
    officer = bank.visit(CERTIFIER).open("/es/fund/bank/eur-main")
    day = bank.today - timedelta(3)
    table = f"Fecha;Cargo;Abono;Referencia;Ordenante;Concepto\n{day:%d.%m.%Y};;500,00;R;M;A"
    files = {"file": [("t.csv", table.encode())]}
    officer.press("Ver lo que contiene", {"opening": "0", "closing": "poco"}, files=files)
    assert officer.status == 422
    officer.press("Ver lo que contiene", {"opening": "0", "closing": "500,00"}, files=files)
    officer.press("Importar un extracto")
    assert "500" in officer.follow(f"{day}/{day}").text


def test_whoever_entered_a_posting_is_told_that_another_person_confirms(bank: Bank) -> None:
    unknown = [bank.line(n, 8, f"X{n}", f"FEE-{n}") for n in range(1, 53)]
    paper = bank.paper(bank.line(500, 8, "B1", "GIFT-1"), *unknown)
    bank.bring(bank.visit(CERTIFIER), paper).press("Importar un extracto")
    treasurer = bank.visit(FUND).open(f"/es/fund/bank/{ACCOUNT}/matching")
    assert "La asentó usted: la confirma otra persona." in treasurer.text
    assert "Revisar lo elegido" not in treasurer.buttons()
    assert "sin propuesta 52" in treasurer.text  # of which fifty stand there
    auditor = bank.visit(AUDITOR).open(f"/es/fund/bank/{ACCOUNT}/matching")
    assert not auditor.buttons()
    assert auditor.client.post(f"/es/fund/bank/{ACCOUNT}/matching").status_code in {400, 403}


def test_a_match_is_undone_with_a_reason_and_a_statement_set_aside(bank: Bank) -> None:
    officer = bank.visit(CERTIFIER)
    bank.bring(officer, bank.paper(bank.line(500, 8, "B1", "GIFT-1"))).press("Importar un extracto")
    officer.follow("Conciliar").press("Revisar lo elegido").press("Confirmar: una conciliación")
    officer.open(f"/es/fund/bank/{ACCOUNT}").follow("S1").follow("Apartar este extracto")
    officer.press("Apartar este extracto", {"reason": "Otro banco."})
    assert officer.codes() == {"refused", "bank_statement_matched"}
    officer.follow("S1").follow("Banco Central · Aporte").follow("Deshacer esta conciliación")
    officer.press("Deshacer esta conciliación")
    assert officer.status == 422
    officer.press("Deshacer esta conciliación", {"reason": "Era otra."})
    assert "La conciliación está deshecha." in officer.text
    officer.open(f"/es/fund/bank/{ACCOUNT}").follow("S1").follow("Apartar este extracto")
    officer.press("Apartar este extracto", {"reason": "Otro banco."})
    assert "apartado" in officer.text


def test_a_match_that_somebody_made_meanwhile_is_told(bank: Bank) -> None:
    first, second = bank.visit(CERTIFIER), bank.visit(CERTIFIER)
    bank.bring(first, bank.paper(bank.line(500, 8, "B1", "GIFT-1"))).press("Importar un extracto")
    for officer in (first, second):
        officer.open(f"/es/fund/bank/{ACCOUNT}/matching").press("Revisar lo elegido")
    first.press("Confirmar: una conciliación")
    second.press("Confirmar: una conciliación")
    assert (second.status, second.codes()) == (409, {"conflict"})


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_every_page_is_whole_in_every_language(bank: Bank, lang: str) -> None:
    officer = bank.visit(CERTIFIER)
    batch = bank.line(-300, 5, "B9", parts=(-100, -200))
    data = bank.paper(bank.line(500, 8, "B1", "GIFT-1"), bank.line(985, 7, "B2", "GIFT-2"), batch)
    shown = bank.bring(officer, data).path.removeprefix("/es")
    officer.press("Importar un extracto")
    with bank.people.services.uow.read() as connection:
        keys = [line.id for line in list_unmatched_lines(connection, ACCOUNT)]
    statement = officer.links()["S1"].removeprefix("/es")
    paths = ["", f"/{ACCOUNT}", f"/{ACCOUNT}/matching", f"/{ACCOUNT}/report", "/eur-main"]
    paths += [f"/lines/{key}" for key in keys]
    for path in [f"/fund/bank{path}" for path in paths] + [shown, statement, f"{statement}/aside"]:
        officer.open(f"/{lang}{path}")
        assert officer.status == 200, path
        assert Markup(officer.source).faults() == [], path
