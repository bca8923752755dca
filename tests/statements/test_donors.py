"""What each contribution brought: one receipt for several pledges, charged for indirect costs."""

from decimal import Decimal

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.receipts import BankCredit, record_donor_receipt
from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.figure_sources import JournalIndex
from ricomi_workflow.statements.ledger_facts import get_posting_total, list_journal_ids
from ricomi_workflow.statements.statement import get_fund_statement
from ricomi_workflow.statements.statement_types import make_breakdown
from tests.fund.desk import PAYER, TODAY, Desk, usd


def test_a_receipt_for_two_pledges_is_told_of_each_and_opens_to_its_lines(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        for units in (10, 20):
            record_pledge(tx, "CA", Source.MEMBER_STATES, usd(units))
        record_donor_receipt(tx, "CA", BankCredit(usd(25), TODAY, "IN-1"), icr=icr_rates())
    with desk.uow.read() as connection:
        cut = make_breakdown(connection, desk.services, "donor", TODAY)
        entries = JournalIndex(connection, {}, TODAY)
        for row in cut.rows:
            for figure in row.figures:
                assert figure.query is not None
                assert get_posting_total(connection, figure.query, {})[0] == figure.amount, (
                    row.key,
                    figure,
                )
                assert entries.of(figure.query) == list_journal_ids(connection, figure.query, {})
        assert get_fund_statement(connection, TODAY).holds
    assert [[figure.amount.minor for figure in row.figures] for row in cut.rows] == [
        [10_00, 10_00, 1_10, 0],
        [20_00, 15_00, 1_65, 5_00],
    ]
    assert cut.holds


def test_a_pledge_in_another_currency_is_told_in_dollars_by_every_statement(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        record_pledge(tx, "CA", Source.MEMBER_STATES, usd(10))
        promised, came = (Rate(Decimal(rate), "ECB", TODAY) for rate in ("1.10", "1.20"))
        record_pledge(tx, "ES", Source.PERMANENT_OBSERVERS, Money(50_00, "EUR"), rate=promised)
        arrived = BankCredit(Money(30_00, "EUR"), TODAY, "IN-1", came)
        record_donor_receipt(tx, "ES", arrived, icr=icr_rates())
    with desk.uow.read() as connection:
        donors, fund = (
            make_breakdown(connection, desk.services, x, TODAY) for x in ("donor", "fund")
        )
        whole = get_fund_statement(connection, TODAY)
    assert [[figure.amount.minor for figure in row.figures] for row in donors.rows] == [
        [10_00, 0, 0, 10_00],
        [58_00, 36_00, 4_32, 22_00],
    ]
    assert donors.holds
    assert donors.sums is not None
    assert [f.amount for f in donors.sums.figures][::3] == [whole.pledged, whole.outstanding]
    left = next(row.figures[0] for row in fund.rows if row.key == "outstanding")
    assert (left.amount, left.query) == (whole.outstanding, None)
