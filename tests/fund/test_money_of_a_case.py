"""Raw SQL against the money of a case: what rows say and what journals move cannot differ."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.statements.treasury_worklist import list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from tests.fund.desk import (
    APPLICANT,
    CERTIFIER,
    PAYER,
    PAYMENT,
    SECRETARY,
    TODAY,
    Desk,
    spending,
    usd,
)
from tests.fund.test_races import SECOND_PAYER, at_once, losers

JOURNAL = (
    "INSERT INTO journal (id, at, recorded_at, memo, key, case_id, case_seq, lines)"
    " SELECT :id, '2026-09-14', '2026-09-14T15:00:00.000000Z', :memo, :key, id, :seq, :lines"
    ' FROM "case"'
)
BUDGET = (
    "INSERT INTO budget (case_id, seq, total_minor, tolerance, lines)"
    ' SELECT id, :seq, :total, :tolerance, :lines FROM "case"'
)
REFUND = (
    "INSERT INTO refund (case_id, seq, tranche_id, amount_minor, received_on, bank_reference)"
    " SELECT case_id, :seq, id, :amount, :day, :bank FROM tranche"
)
Moves = Sequence[tuple[str, int] | tuple[str, int, str]]


def run(engine: Engine, statement: str, **params: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), params)


def code(kind: str) -> str:
    return "cash:usd-main" if kind == "cash" else f"{kind}:RICOMI-2026-0001"


def write(desk: Desk, memo: str, moves: Moves, *, seq: int = 2, number: int = 5) -> None:
    """Insert a journal of the case by hand; `seq` is an entry of its trail."""
    with desk.engine.connect() as connection:
        rows = connection.execute(text("SELECT code, id FROM account"))
        known = {row.code: row.id for row in rows}
    lines = [
        {"account": known[code(kind)], "amount": minor, "currency": "USD", "note": (*note, None)[0]}
        for kind, minor, *note in moves
    ]
    given = {"id": number, "memo": memo, "key": f"raw {number}", "seq": seq}
    run(desk.engine, JOURNAL, lines=json.dumps(lines), **given)


def figures(desk: Desk) -> list[object]:
    with desk.engine.connect() as connection:
        return [
            tuple(row)
            for table in ("account", "budget", "refund", "tranche_event")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3"))
        ]


PAID: Moves = [("committed", 5_000), ("disbursed", -5_000), ("advances", 5_000), ("cash", -5_000)]
BACK: Moves = [("cash", 1_000), ("advances", -1_000), ("disbursed", 1_000), ("committed", -1_000)]


@pytest.mark.parametrize(
    ("memo", "moves", "refused"),
    [
        ("payment", PAID, "no_tranche"),  # another payment of what nobody certified
        ("receipt", PAID, "no_tranche"),  # under another name
        ("obligation", [("committed", 5_000), ("obligated", -5_000)], "no_tranche"),
        ("refund", BACK, "no_tranche"),  # of no tranche
        ("release", BACK, "no_tranche"),
        ("expenditure", [("expenditure", 100, "tea"), ("advances", -100)], "over_line"),
        ("expenditure", [("expenditure", 100), ("advances", -100)], "over_line"),
        ("expenditure", [("expenditure", 1_001, "fares"), ("advances", -1_001)], "over_line"),
        # more than was approved: the money of others
        ("commitment", [("reserved", 100), ("committed", -100)], "over_grant|ck_account_side"),
        ("commitment", [("cash", 100), ("committed", -100)], "over_grant"),
    ],
)
def test_no_journal_moves_money_of_a_case_beyond_what_rows_allow(
    desk: Desk, memo: str, moves: Moves, refused: str
) -> None:
    desk.executing(lines={"fares": 30, "hotel": 70})
    desk.paid(50)
    desk.act("submit_report", APPLICANT, spending(fares=20))
    desk.act("accept_report", SECRETARY)
    before = figures(desk)
    with pytest.raises(DBAPIError, match=refused):
        write(desk, memo, moves)
    assert figures(desk) == before
    assert desk.faults() == []


def test_the_payment_of_a_tranche_is_booked_once(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.acts(("certify_tranche", CERTIFIER))
    seq = len(desk.trail())
    with pytest.raises(DBAPIError, match="no_tranche"):  # an obligation is entered already
        write(desk, "obligation", [("committed", 5_000), ("obligated", -5_000)], seq=seq)
    desk.acts(("pay_tranche", PAYER, PAYMENT))
    with pytest.raises(DBAPIError, match=r"no_tranche|ck_account_side"):
        write(desk, "payment", PAID, seq=seq + 1)
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("total", "tolerance", "lines", "refused"),
    [
        (10_001, 0, {"fares": 10_001}, "over_budget"),  # another total
        (10_000, 0, {"fares": 3_000, "hotel": 7_001}, "over_budget"),  # lines beyond it
        (10_000, 0, {"fares": 1_999, "hotel": 8_001}, "over_budget"),  # less than was spent
        (10_000, 0, {"fares": 2_000, "hotel": -1}, "over_budget"),
        (10_000, 26, {"fares": 2_000, "hotel": 8_000}, "ck_budget_tolerance"),
    ],
)
def test_no_budget_adds_money_or_undercuts_what_was_spent(
    desk: Desk, total: int, tolerance: int, lines: dict[str, int], refused: str
) -> None:
    desk.executing(lines={"fares": 30, "hotel": 70})
    desk.paid(50)
    desk.act("submit_report", APPLICANT, spending(fares=20))
    desk.act("accept_report", SECRETARY)
    rows = json.dumps([{"line": line, "amount": amount} for line, amount in lines.items()])
    seq = len(desk.trail())
    with pytest.raises(DBAPIError, match=refused):
        run(desk.engine, BUDGET, seq=seq, total=total, tolerance=tolerance, lines=rows)
    for statement in ("UPDATE budget SET tolerance = 25", "DELETE FROM budget"):
        with pytest.raises(DBAPIError, match="append_only"):
            run(desk.engine, statement)


def test_the_first_budget_is_what_was_reserved(desk: Desk) -> None:
    desk.give(60, 40)
    desk.case()
    desk.act("open_ballot", SECRETARY)
    rows = json.dumps([{"line": "fares", "amount": 10_100}])
    with pytest.raises(DBAPIError, match="over_budget"):
        run(desk.engine, BUDGET, seq=2, total=10_100, tolerance=0, lines=rows)


@pytest.mark.parametrize(
    ("amount", "day", "refused"),
    [
        (5_001, "2026-09-14", "over_tranche"),
        (1, "2026-09-13", "over_tranche"),  # before it was paid
        (0, "2026-09-14", "ck_refund_amount"),
    ],
)
def test_no_more_comes_back_of_a_tranche_than_it_paid(
    desk: Desk, amount: int, day: str, refused: str
) -> None:
    desk.executing()
    desk.paid(50)
    with pytest.raises(DBAPIError, match=refused):
        run(desk.engine, REFUND, seq=2, amount=amount, day=day, bank="B")


def refund(units: int, bank: str = "BACK-1") -> dict[str, str]:
    return {"amount": str(usd(units)), "bank_reference": bank, "received_on": TODAY.isoformat()}


def test_refunds_of_a_tranche_never_come_to_more_than_it_paid(desk: Desk) -> None:
    """In the older form they name no tranche: the oldest that is owed is paid back first."""
    desk.executing()
    desk.paid(50)
    desk.act("submit_report", APPLICANT, spending(fares=20))
    desk.act("accept_report", SECRETARY)
    desk.paid(40)
    desk.act("record_refund", PAYER, refund(35))  # 30 of the first, 5 of the second
    assert desk.trail()[-1].detail["tranches"] == {"1": "30.00", "2": "5.00"}
    assert [part.refunded for part in desk.money().tranches] == [usd(30), usd(5)]
    with pytest.raises(Refused) as known:
        desk.act("record_refund", PAYER, refund(5))  # the same transfer again
    assert [r.code for r in known.value.refusals] == ["refund_known"]
    assert desk.held() == (0, 45, 55, 35, 20)
    assert desk.faults() == []


def test_two_refunds_at_once_never_exceed_the_tranche(desk: Desk) -> None:
    desk.executing()
    desk.paid(50)
    lost = losers(
        at_once(
            lambda: desk.act("record_refund", PAYER, refund(30, bank="A")),
            lambda: desk.act("record_refund", SECOND_PAYER, refund(30, bank="B")),
        )
    )
    assert len(lost) == 1
    assert desk.held() == (0, 80, 20, 20, 0)
    assert desk.faults() == []


def test_a_tranche_that_is_refused_after_its_certification_gives_its_money_back(
    desk: Desk,
) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    assert (desk.held(), desk.money().obligated) == ((0, 50, 0, 0, 0), usd(50))
    desk.act("refuse_tranche", CERTIFIER, reason="The account is closed")
    assert (desk.held(), desk.money().obligated) == ((0, 100, 0, 0, 0), usd(0))
    desk.ask(100)
    desk.act("certify_tranche", CERTIFIER)
    with desk.uow.read() as connection:
        assert [row.number for row in list_worklists(connection, 5)[WorkKind.PAY].rows] == [2]
    assert desk.faults() == []


def test_a_line_is_not_exceeded_by_an_accepted_report(desk: Desk) -> None:
    desk.executing(lines={"fares": 30, "hotel": 70})
    desk.paid(50)
    desk.act("submit_report", APPLICANT, spending(fares=31))
    with pytest.raises(Refused) as refused:
        desk.act("accept_report", SECRETARY)
    assert [r.code for r in refused.value.refusals] == ["line_overspent"]
    assert desk.held() == (0, 50, 50, 50, 0)


def test_nothing_is_released_while_a_tranche_waits_for_its_payment(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    with pytest.raises(Refused) as refused:
        desk.apply("release_remaining", SECRETARY)
    assert [r.code for r in refused.value.refusals] == ["tranche_open"]
    assert (desk.held(), desk.money().obligated) == ((0, 50, 0, 0, 0), usd(50))
