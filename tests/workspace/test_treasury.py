"""The treasury: its worklist, pledges and receipts recorded once, advances, files of the bank."""

import pytest

from ricomi_workflow.bank.commands import receive_file
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.queries import list_contributions
from ricomi_workflow.fund.queries import available_by_source
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation.camt_writer import camt053
from tests.bank.counter import line, statement
from tests.support.office import ENOUGH, OfficeHouse
from tests.support.visitor import Visitor

PLEDGE = {"donor": "CA", "currency": "USD", "amount": "12.500,50", "pledged_on": "14/09/2026"}
REVIEW = "Revisar antes de registrar"


def desk(house: OfficeHouse, lang: str = "es") -> Visitor:
    """The fund administrator at the desk."""
    return house.the(Role.FUND_ADMINISTRATOR, lang=lang).open(f"/{lang}/fund/desk")


def pledged(house: OfficeHouse) -> str:
    """Record a promise through the pages; answer its reference."""
    visitor = desk(house).follow("Registrar una promesa")
    visitor.press(REVIEW, PLEDGE)
    visitor.press("Confirmar: promesa de US$ 12.500,50")
    assert visitor.status == 200, visitor.text
    return visitor.path.rpartition("=")[2]


def test_a_promise_is_said_back_and_is_no_money_yet(house: OfficeHouse) -> None:
    visitor = desk(house, "pt").follow("Registrar uma promessa")
    visitor.press(REVIEW, PLEDGE)
    assert "Canadá promete US$ 12.500,50" in visitor.text
    assert "Uma promessa não é dinheiro" in visitor.text
    assert not visitor.page.faults()
    visitor.press("Confirmar: promessa de US$ 12.500,50")
    assert "Ficou registrado: FUND-2026-0003." in visitor.text
    with house.services.uow.read() as connection:
        assert available_by_source(connection)[Source.MEMBER_STATES] == ENOUGH
        made = list_contributions(connection)[-1]
    assert (made.donor, made.donor_class, made.pledged) == (
        "CA",
        Source.MEMBER_STATES,
        Money(12_500_50),
    )


def test_money_that_arrives_becomes_available(house: OfficeHouse) -> None:
    ref = pledged(house)
    visitor = desk(house).follow(f"Registrar un ingreso : {ref}")
    visitor.press(
        REVIEW, {"amount": "2.500,50", "received_on": "14/09/2026", "bank_reference": "AB-1"}
    )
    assert "Quedan por recibir US$ 10.000." in visitor.text
    assert "US$ 275,06 de costos indirectos (11 %)" in visitor.text
    visitor.press("Confirmar: llegaron US$ 2.500,50")
    assert "Quedó registrado: REC-2026-0003." in visitor.text
    with house.services.uow.read() as connection:
        there = available_by_source(connection)[Source.MEMBER_STATES]
    assert there == ENOUGH + Money(2_500_50) - Money(275_06)


def test_a_promise_sent_twice_is_recorded_once(house: OfficeHouse) -> None:
    visitor = desk(house).follow("Registrar una promesa")
    visitor.press(REVIEW, PLEDGE)
    before = visitor.source, visitor.path, visitor.page
    visitor.press("Confirmar: promesa de US$ 12.500,50")
    visitor.source, visitor.path, visitor.page = before
    visitor.press("Confirmar: promesa de US$ 12.500,50")
    assert visitor.status == 409
    assert visitor.codes() >= {"conflict"}
    with house.services.uow.read() as connection:
        assert len(list_contributions(connection)) == 3


def test_going_back_keeps_what_was_typed(house: OfficeHouse) -> None:
    visitor = desk(house).follow("Registrar una promesa")
    visitor.press(REVIEW, PLEDGE)
    visitor.press("Volver y cambiar")
    assert 'value="12.500,50"' in visitor.source
    assert 'value="14/09/2026"' in visitor.source


def test_more_than_was_promised_is_refused_with_the_figures(house: OfficeHouse) -> None:
    ref = pledged(house)
    visitor = house.the(Role.FUND_ADMINISTRATOR)
    visitor.open(f"/es/fund/desk/contributions/{ref}/receipt")
    visitor.press(
        REVIEW, {"amount": "99.999", "received_on": "14/09/2026", "bank_reference": "AB-2"}
    )
    assert visitor.status == 409
    assert visitor.codes() >= {"receipt_over_pledge"}
    assert "US$ 12.500,50" in visitor.text
    assert 'value="AB-2"' in visitor.source


def test_mistakes_stand_at_their_fields_and_nothing_is_lost(house: OfficeHouse) -> None:
    visitor = desk(house).follow("Registrar una promesa")
    visitor.press(REVIEW, {"amount": "mucho", "pledged_on": "31/12/2030", "agreement": "Carta 5"})
    assert visitor.status == 422
    assert len(visitor.errors()) == 3
    assert 'value="mucho"' in visitor.source
    assert 'value="Carta 5"' in visitor.source
    assert not visitor.page.faults()
    visitor.press(REVIEW, {**PLEDGE, "donor": "other"})
    assert visitor.status == 422
    visitor.press(REVIEW, {**PLEDGE, "donor": "other", "donor_name": "Fundación Ejemplo"})
    assert "Fundación Ejemplo promete" in visitor.text


def test_a_tranche_waits_for_one_office_and_then_for_the_other(house: OfficeHouse) -> None:
    ref = house.executing()
    certifier = house.the(Role.CERTIFYING_OFFICER).open("/es/fund/desk")
    assert "Un desembolso espera su certificación." in certifier.text
    assert f"/es/cases/{ref}" in certifier.links().values()
    house.act(ref, Role.CERTIFYING_OFFICER, "certify_tranche")
    assert "Un desembolso certificado espera su pago." in desk(house).text
    assert not desk(house).page.faults()


def test_only_the_fund_administration_records(house: OfficeHouse) -> None:
    certifier = house.the(Role.CERTIFYING_OFFICER)
    assert "Registrar una promesa" not in certifier.open("/es/fund/desk").links()
    assert certifier.open("/es/fund/desk/pledge").status == 403
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/desk").status == 403
    missing = house.the(Role.FUND_ADMINISTRATOR).open(
        "/es/fund/desk/contributions/FUND-2026-0099/receipt"
    )
    assert missing.status == 404


def test_each_list_leads_to_its_act_and_goes_on_page_by_page(house: OfficeHouse) -> None:
    for _ in range(6):
        with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
            record_pledge(tx, "CA", Source.MEMBER_STATES, Money(10_00), illustrative=True)
    visitor = desk(house)
    assert "4 Prometido y sin pedir 6" not in visitor.text  # two lists of payments stand before
    assert "5 Prometido y sin pedir 6" in visitor.text
    assert not visitor.page.faults()
    visitor.follow("Ver todos : Prometido y sin pedir")
    assert visitor.heading == "Prometido y sin pedir"
    assert "FUND-2026-0008" in visitor.text
    assert not visitor.page.faults()
    visitor.follow("Pedir un pago : FUND-2026-0003")
    visitor.press(REVIEW, {"amount": "10", "due_on": "14/09/2026"})
    visitor.press("Confirmar: pedir US$ 10")
    assert "Pedido de pago 1: faltan US$ 10" in visitor.text
    assert visitor.open("/es/fund/desk/waiting/nothing").status == 404
    visitor.open("/es/fund/desk/waiting/call?after=x")
    assert (visitor.status, visitor.codes()) == (422, {"no_place"})


def test_a_letter_that_was_sent_waits_no_longer(house: OfficeHouse) -> None:
    visitor = desk(house).follow("Registrar el envío del acuse : REC-2026-0001")
    sent = {"sent_on": "14/09/2026", "sent_to": "Misión de México"}
    visitor.press(REVIEW, sent)
    assert "A México se envió el acuse de recibo de" in visitor.text
    assert not visitor.page.faults()
    visitor.press("Confirmar el envío")
    assert "Registrar el envío del acuse : REC-2026-0001" not in visitor.links()
    visitor.open("/es/fund/desk/contributions/FUND-2026-0001")
    assert "acuse enviado el 14 de septiembre de 2026 a Misión de México" in visitor.text
    visitor.open("/es/fund/desk/contributions/REC-2026-0001/acknowledge")
    visitor.press(REVIEW, sent)
    assert visitor.status == 409


@pytest.mark.parametrize(
    ("role", "lang", "words"),
    [
        (Role.AUDITOR, "es", "Ninguna institución tiene anticipos por rendir."),
        (Role.CERTIFYING_OFFICER, "en", "No institution holds an advance"),
        (Role.SECRETARIAT, "pt", "Nenhuma instituição tem adiantamentos a comprovar."),
        (Role.FUND_ADMINISTRATOR, "fr", "Aucune institution n'a d'avance à justifier."),
    ],
)
def test_the_ageing_of_advances_is_read_in_each_language(
    house: OfficeHouse, role: Role, lang: str, words: str
) -> None:
    visitor = house.the(role, lang=lang).open(f"/{lang}/fund/advances")
    assert visitor.status == 200
    assert words in visitor.text
    assert not visitor.page.faults()


def test_nobody_else_reads_the_ageing_of_advances(house: OfficeHouse) -> None:
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/advances").status in {403, 404}


def test_a_file_name_of_two_lines_is_no_second_header(house: OfficeHouse) -> None:
    content = camt053([statement(line(5, 2))])
    with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
        key = receive_file(tx, "usd-main", "a\r\nX-Evil: 1.xml", content)
    page = house.the(Role.AUDITOR).open(f"/es/fund/bank/files/{key}/content")
    assert page.status == 200
