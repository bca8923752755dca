"""A year of the fund for the tests of statements: gifts, three cases, one in each situation."""

from datetime import date

from sqlalchemy import Engine

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.fund.desk import APPLICANT, PAYER, SECRETARY, Desk, spending, usd

SECOND, THIRD = "RICOMI-2026-0002", "RICOMI-2026-0003"


def busy_year(engine: Engine) -> Desk:
    """Gifts of two years; one case that spends, one before the committee."""
    desk = Desk(engine)
    with desk.uow.begin(PAYER) as tx:
        early = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(200), pledged_on=date(2025, 3, 1))
        record_receipt(
            tx, early, usd(30), bank_reference="A", received_on=date(2025, 4, 1), icr=NO_ICR
        )
        record_receipt(
            tx, early, usd(70), bank_reference="B", received_on=date(2026, 2, 1), icr=NO_ICR
        )
        record_pledge(tx, 'The "Ann\\Bea" trust', Source.OTHER, usd(5), illustrative=True)
    desk.executing(60, 40, lines={'fares "A", B': 100})
    desk.paid(50)
    report = spending()
    report["spending"] = [{"line": 'fares "A", B', "amount": "20.01", "evidence": "x"}]
    desk.acts(("submit_report", APPLICANT, report), ("accept_report", SECRETARY))
    desk.case(10, 0, ref=SECOND)
    desk.act("open_ballot", SECRETARY, ref=SECOND)
    return desk


def cents(minor: int) -> Money:
    """An amount in cents."""
    return Money(minor)
