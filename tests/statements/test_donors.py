"""What each contribution brought: one receipt for several pledges, charged for indirect costs."""

from ricomi_workflow.contributions.commands import pledge
from ricomi_workflow.contributions.icr import shipped
from ricomi_workflow.contributions.receipts import Arrived, receive_from
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.entries import Entries
from ricomi_workflow.statements.making import make
from ricomi_workflow.statements.reading import entries_of, sum_of
from ricomi_workflow.statements.statement import statement
from tests.fund.desk import PAYER, TODAY, Desk, usd


def test_a_receipt_for_two_pledges_is_told_of_each_and_opens_to_its_lines(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        for units in (10, 20):
            pledge(tx, "CA", Source.MEMBER_STATES, usd(units))
        receive_from(tx, "CA", Arrived(usd(25), TODAY, "IN-1"), icr=shipped())
    with desk.uow.read() as connection:
        cut = make(connection, desk.services, "donor", TODAY)
        entries = Entries(connection, {}, TODAY)
        for row in cut.rows:
            for figure in row.figures:
                assert figure.ask is not None
                assert sum_of(connection, figure.ask, {})[0] == figure.amount, (row.key, figure)
                assert entries.of(figure.ask) == entries_of(connection, figure.ask, {})
        assert statement(connection, TODAY).holds
    assert [[figure.amount.minor for figure in row.figures] for row in cut.rows] == [
        [10_00, 10_00, 1_10, 0],
        [20_00, 15_00, 1_65, 5_00],
    ]
    assert cut.holds
