"""What changes after a pledge, in the pages: reduced, amended, called by letter, given back."""

from datetime import date
from io import BytesIO

from pypdf import PdfReader

from ricomi_workflow.contributions.refunds import list_open_returns
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization import formats
from tests.support.office import OfficeHouse
from tests.workspace.test_contributions import DAY, REVIEW, at, pledged

EUROS = {"currency": "EUR", "rate": "1,10", "rate_source": "BCE", "rate_on": DAY}


def words(text: str) -> str:
    """A page on one line."""
    return " ".join(text.split())


def arrived(house: OfficeHouse) -> str:
    """A promise of 1,000 euros for legislation, of which 400 came; answer its reference."""
    ref = pledged(house)
    visitor = at(house, f"contributions/{ref}/receipt")
    visitor.press(REVIEW, {**EUROS, "amount": "400", "received_on": DAY, "bank_reference": "E-1"})
    visitor.press("Confirmar: llegaron EUR 400")
    return ref


def whole_in_every_language(house: OfficeHouse, ref: str) -> None:
    """The pages of a changed pledge, and the letter of its first call."""
    for lang in LANGUAGES:
        for path in (f"contributions/{ref}", "agreements/AGR-2026-0001", "donor?donor=ES"):
            page = at(house, path, lang)
            assert not page.page.faults(), (lang, path)
        own = "contributions/AGR-2026-0001/amendment"
        for path in (own, *(f"contributions/{ref}/{act}" for act in ("reduction", "return"))):
            page = at(house, path, lang)
            assert (page.status, page.page.faults()) == (200, []), (lang, path)
        made = house.the(Role.FUND_ADMINISTRATOR).client.get(
            f"/{lang}/fund/desk/contributions/{ref}/calls/1/letter.pdf"
        )
        told = words(" ".join(x.extract_text() for x in PdfReader(BytesIO(made.data)).pages))
        assert house.text("contributions.call_letter", lang) in told
        assert f"{ref}/1" in told
        assert "Adenda 1" in told
        assert told.count(words(formats.money(Money(100_00, "EUR"), lang))) == 3
        assert words(formats.day(date(2026, 12, 1), lang)) in told
        assert words(house.text("contributions.call_issued_on", lang)) in told
        assert "(eur-main)" in told
    unknown = f"/es/fund/desk/contributions/{ref}/calls/2/letter.pdf"
    assert house.the(Role.FUND_ADMINISTRATOR).client.get(unknown).status_code == 404


def test_a_pledge_is_reduced_and_its_agreement_amended(house: OfficeHouse) -> None:
    ref = arrived(house)
    visitor = at(house, f"contributions/{ref}/reduction")
    less = {"less": "lowered", "amount": "250", "reduced_on": DAY, "reason": "Presupuesto"}
    visitor.press(REVIEW, {**less, "document": "Nota 12"})
    assert "Por recibir EUR 350" in words(visitor.text)
    visitor.press("Confirmar: reducir en EUR 250")
    assert visitor.status == 200, visitor.text
    assert "Nota 12" in at(house, f"contributions/{ref}").text
    assert "reducida en EUR 250" in words(at(house, "ageing").text)
    page = at(house, "donor?donor=ES")
    assert "EUR EUR 1.000 EUR 250 EUR 400 EUR 350" in words(page.text)
    visitor = at(house, f"contributions/{ref}/reduction")
    visitor.press(REVIEW, {**less, "amount": "351", "document": "Nota 13"})
    assert visitor.codes() >= {"reduction_over_pledge"}
    visitor = at(house, "contributions/AGR-2026-0001/amendment")
    change = {"amended_by": "Adenda 1", "from_on": DAY, "unspent": "extend"}
    visitor.press(REVIEW, change)
    assert "Se devuelve →" in words(visitor.text)
    visitor.press("Confirmar la enmienda")
    assert visitor.status == 200, visitor.text
    page = at(house, "agreements/AGR-2026-0001")
    told = words(page.text)
    assert told.index("Adenda 1") < told.index("Memorando 7 ", told.index("Como se firmó"))
    visitor = at(house, f"contributions/{ref}/return")
    visitor.press(REVIEW, {"amount": "1", "document": "Informe"})
    assert visitor.codes() >= {"return_not_agreed"}
    visitor = at(house, f"contributions/{ref}/call")
    visitor.press(REVIEW, {"amount": "100", "due_on": "01/12/2026"})
    visitor.press("Confirmar: pedir EUR 100")
    whole_in_every_language(house, ref)


def test_what_would_be_refused_is_not_said_back(house: OfficeHouse) -> None:
    ref = arrived(house)
    house.the(Role.FUND_ADMINISTRATOR).open("/es/fund/periods/2026-08").press("Cerrar el período")
    less = {"less": "lowered", "amount": "1", "reason": "Presupuesto", "document": "Nota 12"}
    for act, sent, code in (
        ("reduction", {**less, "reduced_on": "10/08/2026"}, "period_closed"),
        ("call", {"amount": "601", "due_on": "01/12/2026"}, "call_over_pledge"),
    ):
        visitor = at(house, f"contributions/{ref}/{act}")
        visitor.press(REVIEW, sent)
        assert (visitor.status, visitor.codes()) == (409, {"refused", code}), act


def test_what_is_left_is_prepared_by_one_and_paid_by_another(house: OfficeHouse) -> None:
    ref = arrived(house)
    visitor = at(house, f"contributions/{ref}/return")
    assert "Sin gastar US$ 387,20" in words(visitor.text)
    visitor.press(REVIEW, {"amount": "87,20", "document": "Informe final"})
    assert "Queda con su destino US$ 300" in words(visitor.text)
    visitor.press("Confirmar: apartar US$ 87,20")
    assert visitor.status == 200, visitor.text
    with house.services.uow.read() as connection:
        (back,) = list_open_returns(connection)
    paid = {"paid_on": DAY, "bank_reference": "OUT-1", "evidence": "Aviso de débito 4"}
    visitor = at(house, f"returns/{back.ref}/return_paid")
    visitor.press(REVIEW, paid)
    assert visitor.codes() >= {"own_return"}
    certifier = house.the(Role.CERTIFYING_OFFICER)
    certifier.open(f"/es/fund/desk/contributions/{ref}").follow(
        f"Registrar el pago de la devolución : {back.ref}"
    )
    certifier.press(REVIEW, paid)
    certifier.press("Confirmar: se pagaron US$ 87,20")
    assert certifier.status == 200, certifier.text
    assert "OUT-1 · Aviso de débito 4" in words(at(house, f"contributions/{ref}").text)
    assert "devuelto" in house.the(Role.AUDITOR).open("/es/fund").text
    visitor = at(house, f"returns/{back.ref}/return_undone")
    visitor.press(REVIEW, {"reason": "Tarde"})
    assert visitor.codes() >= {"return_ended"}
    assert (
        house.the(Role.AUDITOR).open(f"/es/fund/desk/returns/{back.ref}/return_paid").status == 403
    )
    assert certifier.open(f"/es/fund/desk/returns/{back.ref}/receipt").status == 404
    for lang in ("en", "pt", "fr"):
        assert not at(house, f"contributions/{ref}", lang).page.faults()
        assert not at(house, f"returns/{back.ref}/return_paid", lang).page.faults()
