"""What is given to the fund through the pages of the desk: acts said back, lists, reports."""

from datetime import date

from ricomi_workflow.contributions.commands import AgreementTerms, record_agreement, record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.queries import list_agreements, list_contributions
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import Instrument, Limits
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

REVIEW = "Revisar antes de registrar"
DAY = "14/09/2026"
EUROS = {
    "currency": "EUR",
    "amount": "1.000",
    "rate": "1,10",
    "rate_source": "Banco Central Europeo",
    "rate_on": DAY,
}
PLEDGE = {"donor": "ES", **EUROS, "pledged_on": DAY}
AGREEMENT = {
    "donor": "ES",
    "kind": "mou",
    "reference": "Memorando 7",
    "signed_on": DAY,
    "purpose": "Legislación migratoria",
    "limit_topics": ["legislation"],
    "currency": "EUR",
    "unspent": "return",
}


def at(house: OfficeHouse, path: str, lang: str = "es") -> Visitor:
    """The fund administrator on a page of the desk."""
    return house.the(Role.FUND_ADMINISTRATOR, lang=lang).open(f"/{lang}/fund/desk/{path}")


def pledged(house: OfficeHouse) -> str:
    """A promise of 1,000 euros with a purpose; answer its reference."""
    at(house, "agreement").press(REVIEW, AGREEMENT)
    house.the(Role.FUND_ADMINISTRATOR).press("Confirmar el acuerdo")
    visitor = at(house, "pledge")
    visitor.press(REVIEW, {**PLEDGE, "agreement_ref": "AGR-2026-0001"})
    assert "Valor en dólares US$ 1.100" in " ".join(visitor.text.split())
    visitor.press("Confirmar: promesa de EUR 1.000")
    assert visitor.status == 200, visitor.text
    return visitor.path.rpartition("=")[2]


def test_a_rate_is_asked_for_money_that_is_no_dollar(house: OfficeHouse) -> None:
    def hides(page: Visitor) -> bool:
        (rate,) = page.page.find("input", name="rate")
        return any("hidden" in node.attributes for node in rate.above())

    visitor = at(house, "pledge")
    assert hides(visitor)
    visitor.press(REVIEW, {"donor": "ES", "currency": "EUR", "amount": "-1", "pledged_on": DAY})
    assert not hides(visitor)
    assert any("EUR 0,01" in error for error in visitor.errors())  # and no limit in dollars


def test_what_would_be_refused_is_told_before_it_is_confirmed(house: OfficeHouse) -> None:
    ref = pledged(house)
    visitor = at(house, "pledge")
    other = {**PLEDGE, "donor": "CA", "agreement_ref": "AGR-2026-0001"}
    visitor.press(REVIEW, other)
    assert visitor.errors() == [
        "AGR-2026-0001 es un acuerdo con otro aportante. Elija uno de este aportante, o ninguno."
    ]
    visitor.press(REVIEW, {"agreement_ref": "", "due_on": "01/09/2026"})
    assert "La fecha no puede ser anterior al 14 de septiembre de 2026." in visitor.errors()[0]
    visitor = at(house, f"contributions/{ref}/waiver")
    waived = {"icr_rate": "12,5", "from_on": DAY, "reason": "-Acordado", "document": "=Nota 3"}
    visitor.press(REVIEW, waived)
    assert "El valor más alto admitido es 12 %" in visitor.errors()[0].replace("\u00a0", " ")
    visitor.press(REVIEW, {"icr_rate": "7,5"})
    assert "se cobra 7,5 %" in visitor.text
    visitor.press("Confirmar la exención")
    visitor = at(house, f"contributions/{ref}/waiver")
    visitor.press(REVIEW, waived | {"icr_rate": "5"})
    assert (visitor.status, visitor.codes() >= {"waiver_known"}) == (409, True)


def test_an_agreement_binds_the_money_that_names_it(house: OfficeHouse) -> None:
    ref = pledged(house)
    with house.services.uow.read() as connection:
        agreed, made = list_agreements(connection)[0], list_contributions(connection)[-1]
    assert agreed.limits == Limits(topics=("legislation",)) == made.limits
    assert made.pledged == Money(1_000_00, "EUR")
    page = at(house, f"contributions/{ref}")
    assert "Legislación migratoria" in page.text
    assert not page.page.faults()


def test_euros_arrive_at_their_rate_and_are_exchanged(house: OfficeHouse) -> None:
    ref = pledged(house)
    visitor = at(house, f"contributions/{ref}/receipt")
    visitor.press(REVIEW, {**EUROS, "received_on": DAY, "bank_reference": "E-1"})
    assert "US$ 968 a su destino propio y US$ 132 de costos indirectos (12 %)" in visitor.text
    visitor.press("Confirmar: llegaron EUR 1.000")
    assert visitor.status == 200, visitor.text
    sale = {"currency": "EUR", "sold": "400", "bought": "460", "converted_on": DAY}
    visitor = at(house, "conversion")
    visitor.press(REVIEW, {**sale, "bank_reference": "FX-1"})
    assert "Ganancia por cambio US$ 20" in " ".join(visitor.text.split())
    visitor.press("Confirmar: entraron US$ 460")
    assert visitor.status == 200, visitor.text


def test_money_of_a_donor_pays_the_oldest_promise(house: OfficeHouse) -> None:
    for day in ("14/09/2026", "01/02/2026"):
        visitor = at(house, "pledge")
        promise = {"donor": "CA", "currency": "USD", "amount": "100", "pledged_on": day}
        visitor.press(REVIEW, promise)
        visitor.press("Confirmar: promesa de US$ 100")
    visitor = at(house, "donor_receipt")
    came = {"donor": "CA", "currency": "USD", "amount": "150", "received_on": DAY}
    visitor.press(REVIEW, {**came, "bank_reference": "C-1"})
    assert "FUND-2026-0003 US$ 50 a esta promesa" in " ".join(visitor.text.split())
    visitor.press("Confirmar: llegaron US$ 150")
    page = at(house, "donor?donor=CA")
    assert "REC-2026-0003" in page.text
    assert not page.page.faults()
    visitor = at(house, "donor_receipt")
    visitor.press(REVIEW, {**came, "amount": "51", "bank_reference": "C-2"})
    assert visitor.status == 409
    assert visitor.codes() >= {"receipt_over_pledges"}


def test_a_call_a_waiver_and_a_mistake_taken_back(house: OfficeHouse) -> None:
    ref = pledged(house)
    visitor = at(house, f"contributions/{ref}/call")
    visitor.press(REVIEW, {"amount": "600", "due_on": "01/12/2026"})
    visitor.press("Confirmar: pedir EUR 600")
    visitor = at(house, f"contributions/{ref}/waiver")
    waived = {"icr_rate": "5", "from_on": DAY, "reason": "-Acordado", "document": "=Nota 3"}
    visitor.press(REVIEW, waived)
    assert "en lugar del 12 %" in visitor.text
    visitor.press("Confirmar la exención")
    visitor = at(house, f"contributions/{ref}/receipt")
    visitor.press(REVIEW, {**EUROS, "received_on": DAY, "bank_reference": "E-1"})
    visitor.press("Confirmar: llegaron EUR 1.000")
    assert "=Nota 3: -Acordado" in at(house, "icr").text
    table = at(house, "icr.csv").source
    assert "REC-2026-0003,FUND-2026-0003,ES" in table
    assert "'=Nota 3,'-Acordado" in table
    visitor = at(house, "contributions/REC-2026-0003/take_back")
    visitor.press(REVIEW, {"reason": "Era de otro fondo"})
    visitor.press("Confirmar la anulación")
    assert visitor.status == 200, visitor.text
    page = at(house, f"contributions/{ref}")
    assert "No hay ingresos." in page.text
    assert "Aún no vence" in at(house, "ageing").text


def test_a_gift_in_kind_is_shown_apart(house: OfficeHouse) -> None:
    visitor = at(house, "in_kind")
    given = {"donor": "MX", "beside": "in_kind", "description": "Salas", "value": "800"}
    visitor.press(REVIEW, {**given, "valued_by": "Alquiler", "given_on": DAY})
    visitor.press("Confirmar: aporte de US$ 800")
    assert "Salas" in at(house, "donor?donor=MX").text
    public = house.the(Role.FUND_ADMINISTRATOR).open("/es/fund")
    assert "valorado en US$ 800, va aparte" in public.text
    assert "11 % de los Estados miembros, 12 % de los demás" not in public.text  # nothing charged


def test_a_donor_is_told_what_a_gift_with_a_purpose_pays_for(house: OfficeHouse) -> None:
    """One scene in four languages: what it gave to a project, and the money of the whole."""
    terms = AgreementTerms(
        Instrument.MOU, "MoU", date(2026, 9, 14), "Paraguay", Limits(countries=("PY",))
    )
    with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
        agreed = record_agreement(tx, "CA", Source.MEMBER_STATES, terms)
        gift = record_pledge(tx, "CA", Source.MEMBER_STATES, Money(70_000), agreement_ref=agreed)
        record_receipt(
            tx, gift, Money(70_000), bank_reference="B1", received_on=terms.signed_on, icr=NO_ICR
        )
    ref = house.executing()
    for lang in ("es", "en", "pt", "fr"):
        for path in (f"contributions/{gift}", "donor?donor=CA"):
            page = at(house, path, lang)
            assert (page.status, page.page.faults()) == (200, [])
            row = page.source.partition(f"/{lang}/cases/{ref}")[2].partition("</tr>")[0]
            assert '">700</td>' in row
            assert row.count('">0</td>') == 2  # neither paid nor accounted for
    donor = at(house, "donor?donor=CA", "fr")
    assert f"{ref} · {gift}" in donor.source


def test_every_page_of_gifts_is_whole_in_every_language(house: OfficeHouse) -> None:
    ref = pledged(house)
    paths = ["contributions", f"contributions/{ref}", "donor?donor=ES", "ageing", "icr"]
    forms = ["agreement", "pledge", "donor_receipt", "conversion", "in_kind"]
    own = [f"contributions/{ref}/{act}" for act in ("receipt", "call", "waiver")]
    for lang in ("en", "pt", "fr"):
        for path in (*paths, *forms, *own):
            page = at(house, path, lang)
            assert (page.status, path) == (200, path)
            assert not page.page.faults(), path


def test_only_the_fund_administration_records_and_its_readers_look(house: OfficeHouse) -> None:
    auditor = house.the(Role.AUDITOR)
    assert auditor.open("/es/fund/desk/contributions").status == 200
    assert "Registrar una promesa" not in auditor.links()
    assert auditor.open("/es/fund/desk/agreement").status == 403
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/desk/icr").status == 403
    assert at(house, "contributions/FUND-2026-0099").status == 404
    assert at(house, "contributions/FUND-2026-0099/call").status == 404
    assert at(house, "donor?donor=nobody").status == 404
