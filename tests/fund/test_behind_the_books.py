"""Somebody who owns the database writes behind the books: the proof says what, and of what.

With the triggers in place a journal that no row speaks of; without them, rows that were changed,
put in or taken out. The same of cases: `tests/audit/test_witnesses.py`.
"""

import json

import pytest
from sqlalchemy import Engine, text

from ricomi_workflow.contributions.amendments import Reduction, ReductionKind, reduce_pledge
from ricomi_workflow.contributions.commands import InKindDetails, record_in_kind, record_waiver
from ricomi_workflow.contributions.currency_exchange import CurrencySale, convert_currency
from ricomi_workflow.contributions.receipts import reverse_receipt
from ricomi_workflow.contributions.refunds import (
    ReturnPayment,
    pay_return,
    prepare_return,
    withdraw_return,
)
from ricomi_workflow.contributions.rules import InKindKind
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.fund.operating_expenses import ExpenseRequest
from ricomi_workflow.ledger.accounts import Memo, Source
from ricomi_workflow.ledger.models import journal
from tests.audit.test_witnesses import without_triggers
from tests.contributions.treasury import ADMINISTRATOR, TODAY, Treasury, eur, usd
from tests.fund.desk import CERTIFIER, Desk

JOURNAL = (
    "INSERT INTO journal (id, at, recorded_at, memo, actor_id, key, lines) VALUES"
    " (99, '2026-09-14', '2026-09-14T15:00:00.000000Z', :memo, 4, 'mine', :lines)"
)
TAMPERED = {
    "UPDATE contribution SET pledged_minor = pledged_minor + 1 WHERE currency = 'USD'": "FUND",
    "UPDATE contribution SET pledged_on = '2026-09-01'": "FUND",
    "UPDATE contribution SET donor = 'US' WHERE donor = 'ES'": "REC",
    "UPDATE contribution SET donor_class = 'other' WHERE donor = 'ES'": "REC",
    "UPDATE contribution SET value_minor = value_minor + 1 WHERE currency = 'EUR'": "FUND",
    "UPDATE contribution SET rate = '1.2' WHERE currency = 'EUR'": "FUND",
    "DELETE FROM contribution WHERE currency = 'EUR'": "",
    "UPDATE agreement SET donor = 'US'": "FUND",
    "UPDATE pledge_reduction SET amount_minor = amount_minor - 1": "RED-2026-0001",
    "UPDATE pledge_reduction SET reduced_on = '2026-09-01'": "RED-2026-0001",
    "UPDATE pledge_reduction SET actor_id = 5": "RED-2026-0001",
    "DELETE FROM pledge_reduction": "reduction:RED-2026-0001",
    "UPDATE receipt SET received_on = '2026-09-01'": "REC",
    "UPDATE receipt SET bank_reference = 'another ' || ref": "REC",
    "UPDATE receipt SET amount_minor = amount_minor + 1 WHERE currency = 'EUR'": "REC",
    "UPDATE receipt SET value_minor = value_minor + 1 WHERE currency = 'EUR'": "REC",
    "UPDATE receipt SET rate = '1.2' WHERE currency = 'EUR'": "REC",
    "UPDATE receipt SET donor = 'US'": "REC",
    "UPDATE receipt_part SET credited_minor = credited_minor + 1": "REC",
    "UPDATE receipt_part SET icr_minor = icr_minor + 1": "REC",
    "UPDATE receipt_part SET icr_rate = 100": "REC",
    "DELETE FROM receipt_taken_back": "reversal",
    "UPDATE conversion SET bought_minor = bought_minor + 1": "FX-1",
    "UPDATE conversion SET book_minor = book_minor - 1": "FX-1",
    "UPDATE conversion SET converted_on = '2026-09-01'": "FX-1",
    "DELETE FROM conversion": "conversion",
    "UPDATE donor_return SET amount_minor = amount_minor + 1": "RET",
    "UPDATE donor_return SET actor_id = 3": "RET",
    "UPDATE donor_return_end SET bank_reference = 'x' WHERE event = 'paid'": "RET-2026-0001",
    "UPDATE donor_return_end SET actor_id = 4 WHERE event = 'paid'": "RET-2026-0001",
    "DELETE FROM donor_return_end": "ret",
    "UPDATE in_kind SET value_minor = value_minor + 1": "KIND-2026-0001",
    "UPDATE in_kind SET given_on = '2026-09-01'": "KIND-2026-0001",
    "DELETE FROM in_kind": "in_kind:KIND-2026-0001",
    "UPDATE spending SET amount_minor = amount_minor + 1": "SPEND-2026-0001",
    "UPDATE spending SET category = 'study'": "SPEND-2026-0001",
    "UPDATE spending SET source = 'other'": "SPEND-2026-0001",
    "UPDATE spending SET document = 'Another decision'": "SPEND-2026-0001",
    "UPDATE spending SET prepared_by = 3": "SPEND-2026-0001",
    "UPDATE spending_event SET actor_id = 4": "SPEND-2026-0001",
    "UPDATE spending_event SET paid_on = '2026-09-01'": "SPEND-2026-0001",
    "UPDATE spending_event SET bank_reference = 'x'": "SPEND-2026-0001",
    "DELETE FROM spending_event": "operation:SPEND-2026-0001",
    "UPDATE journal SET at = '2026-09-01' WHERE memo = 'operation'": "SPEND-2026-0001",
    "UPDATE journal SET actor_id = 4 WHERE memo = 'operation'": "SPEND-2026-0001",
    "UPDATE journal SET reference = 'x' WHERE memo = 'receipt'": "REC",
}


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Books with one of every fact that stands outside cases."""
    treasury, desk = Treasury(engine), Desk(engine)
    poor = treasury.pledge(usd(100))
    treasury.receive(poor, usd(40))
    wrong = treasury.receive(poor, usd(10))
    own = treasury.pledge(usd(80), agreement=treasury.agree(topics="legislation"))
    treasury.receive(own, usd(80))
    euros = treasury.pledge(eur(90), donor="ES", source=Source.PERMANENT_OBSERVERS)
    treasury.receive(euros, eur(50))
    treasury.call(euros, eur(10), TODAY)
    beside = InKindDetails(InKindKind.IN_KIND, "Rooms", usd(5), "Rent", TODAY)
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        reverse_receipt(tx, wrong, reason="Twice")
        record_waiver(tx, euros, 500, from_on=TODAY, reason="Small", document="Decision 1")
        reduce_pledge(tx, poor, Reduction(ReductionKind.LOWERED, usd(20), TODAY, "Less", "Letter"))
        convert_currency(tx, CurrencySale(eur(30), usd(35), TODAY, "FX-1"))
        record_in_kind(tx, "CL", Source.MEMBER_STATES, beside)
        first = prepare_return(tx, own, usd(20), document="Report")
        second = prepare_return(tx, own, usd(5), document="Report")
    with treasury.uow.begin(CERTIFIER) as tx:
        pay_return(tx, first, ReturnPayment(TODAY, "OUT-1", "MT103"))
        withdraw_return(tx, second, reason="Kept")
    desk.spend(ExpenseRequest("administration", "member_states", usd(7), "Plan 3"))
    return engine


def test_what_was_changed_behind_the_books_is_named(told: Engine) -> None:
    with told.connect() as connection:
        assert verify(connection) == []
    missed: dict[str, list[str]] = {}
    with without_triggers(told) as connection:
        for statement, subject in TAMPERED.items():
            before = connection.begin_nested()
            assert connection.execute(text(statement)).rowcount, statement
            found = [str(fault) for fault in verify(connection)]
            before.rollback()
            if not any(line.startswith(subject) for line in found):
                missed[statement] = found
    assert missed == {}


def test_a_journal_that_no_row_speaks_of_is_named(told: Engine) -> None:
    """Cash that leaves, to nobody: balanced, covered, in an open month."""
    missed: dict[str, list[str]] = {}
    with told.connect() as connection, connection.begin() as transaction:
        rows = connection.execute(text("SELECT code, id FROM account"))
        known = {row.code: row.id for row in rows}
        line = {"amount": 100, "currency": "USD", "note": None}
        lines = [
            {**line, "account": known["available:member_states"]},
            {**line, "account": known["cash:usd-main"], "amount": -100},
        ]
        for memo in (*Memo, "gold"):
            before = connection.begin_nested()
            connection.execute(text(JOURNAL), {"memo": memo, "lines": json.dumps(lines)})
            found = [str(fault) for fault in verify(connection)]
            before.rollback()
            if found not in ([f"mine: journal_unknown {memo}"], [f"mine: no_case {memo}"]):
                missed[memo] = found
        transaction.rollback()
    assert missed == {}


def test_a_fact_undone_by_nobody_is_named(told: Engine) -> None:
    """The negation of a payment of the fund itself: the money would be there again."""
    undo = text("""INSERT INTO journal (id, at, recorded_at, memo, actor_id, key, reverses, lines)
        VALUES (99, '2026-09-14', '2026-09-14T15:00:00.000000Z', 'operation', 4, 'undo', :of,
        :lines)""")
    with told.connect() as connection, connection.begin() as transaction:
        paid = connection.execute(
            journal.select().where(journal.c.memo == Memo.OPERATION.value)
        ).one()
        lines = [{**line, "amount": -line["amount"]} for line in paid.lines]
        connection.execute(undo, {"of": paid.id, "lines": json.dumps(lines)})
        assert [str(fault) for fault in verify(connection)] == ["undo: journal_unknown operation"]
        transaction.rollback()
