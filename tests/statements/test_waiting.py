"""What waits at the desk of the fund: each list by its facts, most urgent first, page by page."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import Engine

from ricomi_workflow.contributions.amendments import Reduction, ReductionKind, reduce_pledge
from ricomi_workflow.contributions.balances import get_contribution_balance
from ricomi_workflow.contributions.queries import find_acknowledgement
from ricomi_workflow.contributions.receipts import record_acknowledgement
from ricomi_workflow.contributions.rules import OverdueBand
from ricomi_workflow.fund.disbursement_deadlines import list_open_commitments
from ricomi_workflow.kernel.errors import Conflict, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.periods import close_period, list_pending_periods
from ricomi_workflow.statements.treasury_worklist import WorkQueue, list_work, list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from tests.bank.counter import Counter, line, statement
from tests.contributions.treasury import ADMINISTRATOR, TODAY, Treasury, usd
from tests.fund.desk import CERTIFIER, REF, Desk


def lists(treasury: Treasury, limit: int = 5) -> dict[WorkKind, WorkQueue]:
    """Everything that waits."""
    with treasury.uow.read() as connection:
        return list_worklists(connection, limit)


def told(queue: WorkQueue) -> list[tuple[str, int, Money]]:
    """Of each row: whose it is, its number, its amount."""
    return [(row.ref, row.number, row.amount) for row in queue.rows]


def found_ages(treasury: Treasury, ref: str) -> Mapping[OverdueBand, Money]:
    """What of a pledge has not come, by how late it is."""
    with treasury.uow.read() as connection:
        return get_contribution_balance(connection, ref, TODAY).ages


def test_a_pledge_waits_to_be_called_and_a_call_to_arrive(engine: Engine) -> None:
    treasury = Treasury(engine)
    late = treasury.pledge(usd(100), date(2026, 9, 1))
    soon = treasury.pledge(usd(50), date(2026, 9, 1), donor="BR", due_on=date(2026, 10, 1))
    whole = treasury.pledge(usd(10), donor="MX")
    treasury.receive(whole, usd(6))
    treasury.call(whole, usd(3), TODAY)
    treasury.receive(whole, usd(1))
    treasury.call(late, usd(30), TODAY)
    treasury.call(late, usd(20), date(2026, 12, 1))
    treasury.receive(late, usd(40))
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        reduce_pledge(
            tx, late, Reduction(ReductionKind.LOWERED, usd(15), TODAY, "Budget", "Note 7")
        )
    found = lists(treasury)
    assert told(found[WorkKind.CALL]) == [
        (soon, 0, usd(50)),
        (late, 0, usd(35)),
        (whole, 0, usd(1)),
    ]
    assert found[WorkKind.CALL].count == 3
    assert told(found[WorkKind.ARRIVE]) == [(whole, 1, usd(2)), (late, 2, usd(10))]
    assert [row.who for row in found[WorkKind.ACKNOWLEDGE].rows] == ["MX", "MX", "CA"]
    assert found_ages(treasury, whole) == {
        OverdueBand.NOT_DUE: usd(2),
        OverdueBand.NOT_CALLED: usd(1),
    }


def test_a_receipt_waits_until_its_letter_was_sent_once(engine: Engine) -> None:
    treasury = Treasury(engine)
    ref = treasury.receive(treasury.pledge(usd(10), date(2026, 9, 1)), usd(4), date(2026, 9, 10))
    with pytest.raises(Invalid), treasury.uow.begin(ADMINISTRATOR) as tx:
        record_acknowledgement(tx, ref, sent_on=date(2026, 9, 9), sent_to="Mission")
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        record_acknowledgement(tx, ref, sent_on=TODAY, sent_to=" Mission of Canada ")
    assert lists(treasury)[WorkKind.ACKNOWLEDGE] == WorkQueue()
    with treasury.uow.read() as connection:
        sent = find_acknowledgement(connection, ref)
    assert sent is not None
    assert (sent.sent_on, sent.sent_to) == (TODAY, "Mission of Canada")
    with pytest.raises(Conflict), treasury.uow.begin(ADMINISTRATOR) as tx:
        record_acknowledgement(tx, ref, sent_on=TODAY, sent_to="Mission")


def test_a_list_goes_on_by_its_key_and_ends(engine: Engine) -> None:
    treasury = Treasury(engine)
    refs = [treasury.pledge(usd(n + 1), due_on=date(2026, 12, 9 - n % 2)) for n in range(5)]
    first = lists(treasury, limit=2)[WorkKind.CALL]
    assert (len(first.rows), first.count) == (2, 5)
    seen, after = list(first.rows), first.after
    with treasury.uow.read() as connection:
        while after:
            queue = list_work(connection, WorkKind.CALL, after=after, limit=2)
            seen, after = [*seen, *queue.rows], queue.after
        with pytest.raises(Invalid):
            list_work(connection, WorkKind.CALL, after="yesterday")
    assert [row.ref for row in seen] == [refs[n] for n in (1, 3, 0, 2, 4)]


def test_lines_of_the_bank_wait_by_account(engine: Engine) -> None:
    counter = Counter(engine)
    counter.bring(statement(line(5, 3, "A"), line(7, 9, "B")))
    with counter.uow.read() as connection:
        queue = list_worklists(connection, 5)[WorkKind.MATCH]
    assert [(row.ref, row.number, row.day) for row in queue.rows] == [
        ("usd-main", 2, date(2026, 9, 3))
    ]
    assert queue.count == 2


def test_a_period_waits_from_its_end_until_it_is_closed(engine: Engine) -> None:
    treasury = Treasury(engine)
    with treasury.uow.read() as connection:
        assert list_pending_periods(connection, TODAY).to_close == ()
    treasury.receive(treasury.pledge(usd(10), date(2025, 11, 2)), usd(4), date(2025, 11, 3))
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        close_period(tx, "2025-11")
    with treasury.uow.read() as connection:
        found = [each.code for each in list_pending_periods(connection, date(2026, 3, 1)).to_close]
    assert found == ["2025-12", "2025", "2026-01", "2026-02"]
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        close_period(tx, "2025")
    with treasury.uow.read() as connection:
        found = [each.code for each in list_pending_periods(connection, date(2026, 3, 1)).to_close]
    assert found == ["2026-01", "2026-02"]


def test_a_commitment_is_listed_by_its_year_as_far_as_it_is_not_certified(desk: Desk) -> None:
    desk.executing()
    desk.ask(30)
    desk.act("certify_tranche", CERTIFIER)
    with desk.uow.read() as connection:
        [found] = list_open_commitments(connection)
    assert (found.ref, found.year, found.amount) == (REF, 2026, usd(70))
