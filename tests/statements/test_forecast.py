"""The cash forecast: by month what will be received and paid, figures reckoned by hand."""

import json
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import event

from ricomi_workflow.cases.act import Act
from ricomi_workflow.contributions.commands import issue_call, record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.engine.process import Process
from ricomi_workflow.fund.disbursements import PAYMENT_DAYS
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.ledger.accounts import Kind, Memo, Source
from ricomi_workflow.statements.breakdowns import Books
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.forecast import (
    EXPECTED,
    UNDATED,
    ExpectedFlow,
    ForecastReason,
    by_month,
    find_shortfall_month,
    forecast_month,
    schedule_commitment,
)
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import (
    get_posting_total,
    list_case_facts,
    list_journal_ids,
)
from ricomi_workflow.statements.rules import Breakdown, PostingSum, Row
from ricomi_workflow.statements.statement_types import make_breakdown, opening_forms
from ricomi_workflow.statements.statement_workbook import breakdown_workbook
from tests.fund.desk import (
    APPLICANT,
    CERTIFIER,
    PAYER,
    PAYMENT,
    REF,
    SECRETARY,
    TODAY,
    Desk,
    spending,
    usd,
)
from tests.statements.world import SECOND

EURO = Rate(Decimal("1.10"), "European Central Bank", TODAY)


def ahead(desk: Desk, day: date = TODAY) -> Breakdown:
    with desk.uow.read() as connection:
        return make_breakdown(connection, desk.services, "forecast", day)


def dollars(row: Row) -> list[int]:
    return [figure.amount.minor // 100 for figure in row.figures]


def told(cut: Breakdown) -> dict[str, list[int]]:
    return {row.key: dollars(row) for row in cut.rows}


def parts(cut: Breakdown) -> dict[str, list[tuple[str, str, list[int]]]]:
    return {
        row.key: [(part.note, part.key, dollars(part)) for part in row.parts] for row in cut.rows
    }


def in_days(desk: Desk, days: int) -> None:
    """What is certified from now on is paid in so many business days."""

    def with_term(process: Process[Act]) -> Process[Act]:
        made = copy(process)
        terms = {**process.workflow.terms, PAYMENT_DAYS: days}
        made.workflow = replace(process.workflow, terms=terms)
        return made

    processes = {key: with_term(each) for key, each in desk.services.processes.items()}
    desk.services = replace(desk.services, processes=processes)


def promises(desk: Desk) -> tuple[str, str, str]:
    """200 dollars called in part, of which 40 came; 100 euros, of which 50 are called; 10 more."""
    with desk.uow.begin(PAYER) as tx:
        called = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(200))
        issue_call(tx, called, usd(30), due_on=date(2026, 9, 30))
        issue_call(tx, called, usd(50), due_on=date(2027, 1, 15))
        record_receipt(tx, called, usd(40), bank_reference="A", received_on=TODAY, icr=NO_ICR)
        euros = Money(100_00, "EUR")
        foreign = record_pledge(tx, "ES", Source.PERMANENT_OBSERVERS, euros, rate=EURO)
        issue_call(tx, foreign, Money(50_00, "EUR"), due_on=date(2026, 10, 20))
        small = record_pledge(tx, "CL", Source.MEMBER_STATES, usd(10))
    return called, foreign, small


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A case of 100 dollars with 50 certified, one of 10 that is funded, and promises."""
    in_days(desk, 20)
    desk.executing(60, 40)
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    promises(desk)
    desk.case(10, 0, ref=SECOND)
    for trigger, by in (("open_ballot", SECRETARY), ("decide", SYSTEM), ("fund", PAYER)):
        desk.act(trigger, by, ref=SECOND)
    return desk


def test_months_hold_what_is_called_and_certified_and_the_rest_stands_apart(busy: Desk) -> None:
    cut = ahead(busy)
    assert told(cut) == {
        "2026-09": [140, 0, 0, 140],
        "2026-10": [140, 55, 50, 145],
        "2027-01": [145, 40, 0, 185],
        UNDATED: [185, 185, 60, 310],
    }
    assert find_shortfall_month(cut) is None
    called, foreign, small = (f"FUND-2026-000{n}" for n in (3, 4, 5))
    assert parts(cut) == {
        "2026-09": [],
        "2026-10": [("tranche", REF, [0, 50]), ("call", foreign, [55, 0])],
        "2027-01": [("call", called, [40, 0])],
        UNDATED: [
            ("commitment", REF, [0, 50]),
            ("commitment", SECOND, [0, 10]),
            ("pledge", called, [120, 0]),
            ("pledge", foreign, [55, 0]),
            ("pledge", small, [10, 0]),
        ],
    }


def test_a_commitment_is_left_to_its_days_in_the_order_of_its_plan() -> None:
    october, december = date(2026, 10, 1), date(2026, 12, 1)
    plan = [(usd(30), october), (usd(40), december), (usd(20), None)]
    assert schedule_commitment(usd(50), usd(50), plan) == [(usd(20), december), (usd(30), None)]
    assert schedule_commitment(usd(100), usd(0), plan) == [*plan[:2], (usd(30), None)]
    assert schedule_commitment(usd(5), usd(2), [(usd(4), TODAY), (usd(9), TODAY)]) == [
        (usd(5), TODAY)
    ]
    assert schedule_commitment(usd(5), usd(0), []) == [(usd(5), None)]


def test_what_is_late_is_expected_in_the_first_month(busy: Desk) -> None:
    assert told(ahead(busy, date(2026, 11, 2))) == {
        "2026-11": [140, 55, 50, 145],
        "2027-01": [145, 40, 0, 185],
        UNDATED: [185, 185, 60, 310],
    }


def test_before_anything_was_given_nothing_is_expected(busy: Desk) -> None:
    assert told(ahead(busy, date(2026, 9, 13))) == {"2026-09": [0, 0, 0, 0]}


def test_what_is_certified_without_a_term_may_be_paid_on_any_day(desk: Desk) -> None:
    desk.executing(60, 40)
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    assert told(ahead(desk)) == {"2026-09": [100, 0, 50, 50], UNDATED: [50, 0, 50, 0]}


def test_a_past_day_is_told_as_it_stood(desk: Desk) -> None:
    in_days(desk, 20)
    desk.executing(60, 40)
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)
    paid = TODAY + timedelta(days=20)
    desk.clock.advance(timedelta(days=20))
    desk.act("pay_tranche", PAYER, {**PAYMENT, "paid_on": paid.isoformat()})
    desk.acts(("submit_report", APPLICANT, spending(fares=10)), ("accept_report", SECRETARY))
    desk.ask(30)
    desk.act("certify_tranche", CERTIFIER)
    before = {"2026-09": [100, 0, 0, 100], "2026-10": [100, 0, 50, 50], UNDATED: [50, 0, 50, 0]}
    assert told(ahead(desk)) == before
    after = {"2026-10": [50, 0, 0, 50], "2026-11": [50, 0, 30, 20], UNDATED: [20, 0, 20, 0]}
    assert told(ahead(desk, paid)) == after


def test_every_part_that_has_postings_is_their_sum(busy: Desk) -> None:
    cut = ahead(busy)
    opened = 0
    with busy.uow.read() as connection:
        known = list_case_facts(connection, opening_forms(busy.services))
        entries = JournalIndex(connection, known, TODAY)
        for figure in (figure for row in cut.rows for part in row.parts for figure in part.figures):
            if figure.query is not None:
                opened += 1
                assert get_posting_total(connection, figure.query, known)[0] == figure.amount
                assert entries.of(figure.query) == list_journal_ids(connection, figure.query, known)
        data = json.loads(json.dumps(breakdown_json(cut, entries, lambda ask: str(ask.words()))))
    assert opened == 4  # two commitments, the tranche, the promise that nobody called
    assert data["falls_short_in"] is None
    october = data["rows"][1]
    assert [(each["key"], each["of"]) for each in october["parts"]] == [
        (REF, "tranche"),
        ("FUND-2026-0004", "call"),
    ]
    assert october["parts"][0]["figures"]["going_out"]["entries"]
    assert october["parts"][1]["due_on"] == "2026-10-20"


def test_a_month_is_a_statement_of_its_own(busy: Desk) -> None:
    cut = ahead(busy)
    october = forecast_month(cut, "2026-10")
    assert october.holds
    assert october.sums is not None
    assert dollars(october.sums) == [55, 50]
    assert forecast_month(cut, "2026-12").rows == ()
    for wrong in ("2026-13", "soon", "2026-1", "../x"):
        with pytest.raises(NotFound):
            forecast_month(cut, wrong)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forecast_has_its_words_and_its_workbook(busy: Desk, lang: str) -> None:
    cut, words = ahead(busy), StatementLabels(busy.services, lang)
    page = load_workbook(BytesIO(breakdown_workbook(cut, words, busy.clock.now()))).worksheets[0]
    assert str(page["A3"].value).endswith(words.foot(cut))
    heads = [words.row(cut, row).text for row in cut.rows]
    assert all(head[0].isupper() for head in heads)
    for month in (row.key for row in cut.rows):
        part = forecast_month(cut, month)
        assert "statements." not in words.title(part)
        for row in part.rows:
            assert row.key in words.note(part, row)
            assert words.row(part, row).text


def test_the_first_month_that_falls_short_is_named_in_words(busy: Desk) -> None:
    books = Books(TODAY, [cash(30_00)], {})
    due = [
        ExpectedFlow(ForecastReason.TRANCHE, REF, usd(20), date(2026, 10, 5)),
        ExpectedFlow(ForecastReason.TRANCHE, SECOND, Money(25_50), date(2026, 11, 5)),
        ExpectedFlow(ForecastReason.CALL, "FUND-2026-0001", usd(10), date(2026, 12, 1)),
        ExpectedFlow(ForecastReason.CALL, "FUND-2026-0002", usd(5), date(2026, 10, 1)),
        ExpectedFlow(ForecastReason.PLEDGE, "FUND-2026-0003", usd(900)),
    ]
    cut = by_month(books, due)
    short = find_shortfall_month(cut)
    assert short is not None
    assert (short.key, short.figures[-1].amount) == ("2026-11", Money(-10_50))
    said = StatementLabels(busy.services, "en").foot(cut)
    assert said.startswith("In November 2026 the cash would fall short by US$")
    assert "10.50" in said
    assert "noviembre de 2026" in StatementLabels(busy.services, "es").foot(cut)


def test_more_gifts_and_cases_cost_no_more_statements(busy: Desk) -> None:
    def cost() -> int:
        seen: list[object] = []

        def watch(*told: object) -> None:
            seen.append(told)

        event.listen(busy.engine, "before_cursor_execute", watch)
        ahead(busy)
        event.remove(busy.engine, "before_cursor_execute", watch)
        return len(seen)

    few = cost()
    with busy.uow.begin(PAYER) as tx:
        for _ in range(4):
            issue_call(
                tx, record_pledge(tx, "CA", Source.MEMBER_STATES, usd(9)), usd(5), due_on=TODAY
            )
    busy.case(5, 0, ref="RICOMI-2026-0003")
    for trigger, by in (("open_ballot", SECRETARY), ("decide", SYSTEM), ("fund", PAYER)):
        busy.act(trigger, by, ref="RICOMI-2026-0003")
    assert cost() == few
    assert few <= 11


def cash(minor: int) -> PostingSum:
    return PostingSum(Kind.CASH, "usd-main", Memo.RECEIPT, 2026, "", "", minor)


AMOUNTS = st.integers(1, 10**9).map(Money)
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2032, 12, 31))
ITEMS = st.builds(ExpectedFlow, st.sampled_from(ForecastReason), st.just("X"), AMOUNTS, DAYS)


@given(st.integers(0, 10**9), st.lists(ITEMS, max_size=12))
def test_nothing_that_is_expected_is_lost_or_counted_twice(
    minor: int, expected: list[ExpectedFlow]
) -> None:
    cut = by_month(Books(TODAY, [cash(minor)], {}), expected)
    dated = [row for row in cut.rows if row.key != UNDATED]
    apart = next((row for row in cut.rows if row.key == UNDATED), None)
    closing = dated[-1].figures[-1].amount
    loose = apart.figures[1].amount - apart.figures[2].amount if apart else Money(0)
    came = total(each.amount for each in expected if each.reason.comes_in)
    went = total(each.amount for each in expected if not each.reason.comes_in)
    assert closing + loose == Money(minor) + came - went
    assert cut.rows[-1].figures[-1].amount == closing + loose
    for before, after in zip(cut.rows, cut.rows[1:], strict=False):
        assert after.figures[0].amount == before.figures[-1].amount
    for row in cut.rows:
        for n in range(len(EXPECTED)):
            assert row.figures[n + 1].amount == total(p.figures[n].amount for p in row.parts)
