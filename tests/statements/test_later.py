"""A statement of an earlier day, made today, says in what it differs from one made on that day."""

import json
from datetime import date, timedelta

from click.testing import CliRunner

from ricomi_workflow.cli.fund import fund
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.ledger.accounts import Kind, Source
from ricomi_workflow.statements.ledger_facts import sum_late_entries
from ricomi_workflow.statements.statement import get_fund_statement
from tests.fund.desk import PAYER, TODAY, Desk, usd


def given(desk: Desk, units: int, on: date) -> None:
    """A promise of a day and what arrived of it on the same."""
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(units + 5), pledged_on=on)
        record_receipt(tx, ref, usd(units), bank_reference=ref, received_on=on, icr=NO_ICR)


def test_what_was_recorded_later_is_what_a_statement_of_the_day_did_not_have(desk: Desk) -> None:
    zone = desk.services.calendar.zone
    given(desk, 100, TODAY)
    with desk.uow.read() as connection:
        then = get_fund_statement(connection, TODAY)
        assert sum_late_entries(connection, TODAY, zone) == {}
    desk.clock.at = desk.services.calendar.closing(TODAY) + timedelta(hours=6, minutes=59)
    given(desk, 10, TODAY)  # a minute before midnight in Washington
    with desk.uow.read() as connection:
        assert sum_late_entries(connection, TODAY, zone) == {}
        assert sum_late_entries(connection, TODAY - timedelta(days=1), zone) == {}
    desk.clock.advance(timedelta(minutes=1))
    given(desk, 1, TODAY + timedelta(days=1))  # a fact of the next day adds nothing to this one
    with desk.uow.read() as connection:
        assert sum_late_entries(connection, TODAY, zone) == {}
        assert get_fund_statement(connection, TODAY).cash == then.cash + usd(10)
    given(desk, 7, TODAY)
    with desk.uow.read() as connection:
        now, later = (
            get_fund_statement(connection, TODAY),
            sum_late_entries(connection, TODAY, zone),
        )
    assert now.cash - then.cash - usd(10) == later[Kind.CASH] == usd(7)
    asked = ["statement", "--as-of", TODAY.isoformat()]
    address = {"RICOMI_DATABASE_URL": desk.engine.url.render_as_string(hide_password=False)}
    told = [
        CliRunner().invoke(fund, [*asked, *more], env=address).output for more in ([], ["--json"])
    ]
    assert "Recorded after that day" in told[0]
    assert json.loads(told[1])["recorded_later"][0] == {"kind": "cash", "amount": "7.00"}
    assert later == {Kind.CASH: usd(7), Kind.AVAILABLE: usd(7), Kind.PLEDGED: usd(5)}
