"""The account on a day, its proof, its export, and the command line."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zipfile import is_zipfile

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from ricomi_workflow.cli.fund import fund
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt, reverse_receipt
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.fund.operating_expenses import ExpenseRequest
from ricomi_workflow.kernel.errors import Conflict, NotFound, Refused, Unbalanced
from ricomi_workflow.ledger.accounts import Line, Memo, Source, available_account, cash_account
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.posting import post, reverse
from ricomi_workflow.statements.statement import (
    FundStatement,
    get_fund_statement,
    get_public_statement,
)
from tests.fund.desk import (
    APPLICANT,
    PAYER,
    SECRETARY,
    TODAY,
    Desk,
    spending,
    usd,
)

SPENDING = ("--source", "other", "--document", "P", "--as", "nobody@example.org")


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Books with gifts of two years, a case that spends, and one before the committee."""
    with desk.uow.begin(PAYER) as tx:
        early = record_pledge(
            tx, "CA", Source.MEMBER_STATES, usd(200), pledged_on=date(2025, 3, 1), agreement="MOU"
        )
        record_receipt(
            tx, early, usd(30), bank_reference="A", received_on=date(2025, 4, 1), icr=NO_ICR
        )
        record_receipt(
            tx, early, usd(70), bank_reference="B", received_on=date(2026, 2, 1), icr=NO_ICR
        )
        record_pledge(tx, 'The "Ann\\Bea" trust', Source.OTHER, usd(5), illustrative=True)
    desk.executing(60, 40, lines={'fares "A"': 100})
    desk.paid(50)
    report = spending()
    report["spending"] = [{"line": 'fares "A"', "amount": "20.00", "evidence": "x"}]
    desk.acts(("submit_report", APPLICANT, report), ("accept_report", SECRETARY))
    desk.case(10, 0, ref="RICOMI-2026-0002")
    desk.act("open_ballot", SECRETARY, ref="RICOMI-2026-0002")
    return desk


def on(desk: Desk, day: date = TODAY) -> FundStatement:
    with desk.uow.read() as connection:
        return get_fund_statement(connection, day)


def test_a_statement_tells_what_was_given_what_it_is_for_and_what_is_left(busy: Desk) -> None:
    made = on(busy)
    assert made.holds, made.proofs
    names = (
        "pledged received outstanding cash available reserved committed disbursed advances spent"
    )
    figures = tuple(getattr(made, name) for name in names.split())
    assert figures == tuple(map(usd, (305, 200, 105, 150, 90, 10, 50, 50, 30, 20)))
    assert made.available_by_source == {
        Source.MEMBER_STATES: usd(90),
        Source.PERMANENT_OBSERVERS: usd(0),
        Source.OTHER: usd(0),
    }
    assert made.received_by_class()[Source.MEMBER_STATES] == usd(160)
    assert [(y.year, y.donor_class, y.amount) for y in made.by_year] == [
        (2025, Source.MEMBER_STATES, usd(30)),
        (2026, Source.MEMBER_STATES, usd(130)),
        (2026, Source.PERMANENT_OBSERVERS, usd(40)),
    ]
    assert [(p.ref, p.granted, p.reserved, p.committed) for p in made.projects] == [
        ("RICOMI-2026-0001", usd(100), usd(0), usd(50)),
        ("RICOMI-2026-0002", usd(0), usd(10), usd(0)),
    ]


def test_a_statement_of_an_earlier_day_forgets_what_came_later(busy: Desk) -> None:
    made = on(busy, date(2025, 12, 31))
    assert made.holds
    assert (made.pledged, made.received, made.available) == (usd(200), usd(30), usd(30))
    assert [gift.ref for gift in made.gifts] == ["FUND-2025-0001"]
    assert made.projects == ()
    assert on(busy, date(2020, 1, 1)).cash == usd(0)


def test_the_public_reads_no_case_before_it_is_funded(busy: Desk) -> None:
    with busy.uow.read() as connection:
        made = get_public_statement(connection, TODAY)
    assert [p.ref for p in made.projects] == ["RICOMI-2026-0001"]
    assert made.reserved == usd(10)


def test_a_receipt_recorded_by_mistake_is_reversed_once(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(10))
        wrong = record_receipt(tx, ref, usd(10), bank_reference="A", received_on=TODAY, icr=NO_ICR)
    with desk.uow.begin(PAYER) as tx:
        reverse_receipt(tx, wrong, reason="It was for another fund.")
    made = on(desk)
    assert made.holds
    assert (made.received, made.outstanding, made.by_year) == (usd(0), usd(10), ())
    with desk.uow.read() as connection:
        booked = connection.execute(journal.select().where(journal.c.memo == "receipt")).all()
    undone = next(row.id for row in booked if row.reverses)
    for again, answer in ((booked[0].id, Conflict), (undone, NotFound), (1, NotFound)):
        with pytest.raises(answer), desk.uow.begin(PAYER) as tx:
            reverse(tx, again, at=TODAY)
    assert desk.faults() == []


def test_what_is_taken_back_later_changes_no_year_that_ended(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        day = date(TODAY.year - 1, 12, 24)
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(10), pledged_on=day)
        wrong = record_receipt(tx, ref, usd(10), bank_reference="A", received_on=day, icr=NO_ICR)
        reverse_receipt(tx, wrong, reason="It was for another fund.")
    made = on(desk)
    assert (made.holds, made.received) == (True, usd(0))
    years = [(TODAY.year - 1, usd(10)), (TODAY.year, usd(-10))]
    assert [(each.year, each.amount) for each in made.by_year] == years
    assert [(each.year, each.received) for each in made.brought] == years


def test_a_receipt_that_is_spent_is_not_reversed(desk: Desk) -> None:
    desk.give(60, 40)
    desk.case()
    desk.act("open_ballot", SECRETARY)
    with desk.uow.read() as connection:
        receipt = connection.execute(journal.select().where(journal.c.memo == "receipt")).first()
    assert receipt is not None
    with pytest.raises(Refused), desk.uow.begin(PAYER) as tx:
        reverse(tx, receipt.id, at=TODAY)


def test_a_fact_is_posted_once_and_only_balanced(desk: Desk) -> None:
    lines = [Line(cash_account(), usd(1)), Line(available_account(Source.OTHER), usd(-1))]
    with desk.uow.begin(PAYER) as tx:
        post(tx, Memo.RECEIPT, lines, key="one", at=TODAY)
    with pytest.raises(Conflict), desk.uow.begin(PAYER) as tx:
        post(tx, Memo.RECEIPT, lines, key="one", at=TODAY)
    with pytest.raises(Unbalanced), desk.uow.begin(PAYER) as tx:
        post(tx, Memo.RECEIPT, lines[:1], key="two", at=TODAY)
    assert on(desk).cash == usd(1)


def test_an_empty_fund_has_a_statement(desk: Desk) -> None:
    assert on(desk).holds


def test_the_proof_names_what_was_broken_behind_the_triggers(busy: Desk) -> None:
    drop = {
        "sqlite": ("DROP TRIGGER account_needs_posting", "DROP TRIGGER posting_no_update"),
        "postgresql": ("DROP TRIGGER account_needs_posting ON account",
                       "DROP TRIGGER posting_append_only ON posting"),
    }[busy.engine.dialect.name]  # fmt: skip
    with busy.engine.begin() as connection:
        for statement_text in drop:
            connection.execute(text(statement_text))
        spoiled = "UPDATE account SET balance = balance + 1 WHERE code = 'cash:usd-main'"
        connection.execute(text(spoiled))
        connection.execute(text("UPDATE posting SET amount = amount + 1 WHERE nth = 2"))
    with busy.uow.read() as connection:
        rules = {fault.rule for fault in verify(connection)}
    assert rules >= {"balance_differs", "lines_differ", "section_differs"}


def run(desk: Desk, *words: str) -> Result:
    env: Mapping[str, str] = {
        "RICOMI_DATABASE_URL": desk.engine.url.render_as_string(hide_password=False)
    }
    return CliRunner().invoke(fund, words, env=env)


def test_the_command_line_records_gifts_and_prints_the_account(desk: Desk) -> None:
    pledged = run(desk, "pledge", "CA", "100", "--on", "2026-01-02", "--illustrative")
    assert (pledged.exit_code, pledged.output) == (0, "FUND-2026-0001\n")
    assert run(desk, "pledge", "ES", "7.50").exit_code == 0
    words = ("receive", "FUND-2026-0001", "60", "--bank-reference", "A")
    assert run(desk, *words, "--on", "2026-02-03").exit_code == 0
    too_much = run(desk, *words[:2], "60", *words[3:-1], "B")
    assert too_much.exit_code == 1
    assert "US$\N{NO-BREAK SPACE}40 " in too_much.output

    assert run(desk, "statement", "--as-of", "9999-12-31").exit_code == 0
    printed = run(desk, "statement", "--as-of", "2026-03-01")
    assert printed.exit_code == 0
    assert "60.00 of 100.00" in printed.output
    assert "illustrative" in printed.output
    read = json.loads(run(desk, "statement", "--json").output)
    assert (read["received"], read["outstanding"]) == ("60.00", "47.50")
    assert [c["class"] for c in read["contributions"]] == ["member_states", "permanent_observers"]
    assert run(desk, "verify").output == "The books hold.\n"
    assert "open Assets:Cash:Usd-Main USD" in run(desk, "export", "--format", "beancount").output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pledge", "CA", "1.005"), 2),
        (("pledge", "CA", "ten"), 2),
        (("pledge", "CA", "0"), 1),
        (("pledge", " ", "1"), 1),
        (("pledge", "CA", "1", "--on", "2999-01-01"), 1),
        (("receive", "FUND-2026-0009", "1", "--bank-reference", "A"), 1),
        (("statement", "--as-of", "yesterday"), 2),
        (("export",), 2),
        (("export", "--format", "csv"), 2),
        (("spend", "administration", "ten", *SPENDING), 2),
        (("spend", "administration", "10", *SPENDING), 1),
    ],
)
def test_the_command_line_says_what_is_wrong(desk: Desk, words: tuple[str, ...], code: int) -> None:
    done = run(desk, *words)
    assert done.exit_code == code
    assert "Traceback" not in done.output
    assert isinstance(done.exception, SystemExit)


def test_the_command_line_tells_own_spending_and_writes_the_books_for_others(
    desk: Desk, tmp_path: Path
) -> None:
    desk.give(100)
    desk.spend(ExpenseRequest("administration", "member_states", usd(40), "Work plan"))
    told = json.loads(run(desk, "statement", "--by", "source", "--as-of", "2026-12-31").output)
    assert [(row["key"], row["figures"]["total"]["amount"]) for row in told["rows"]] == [
        ("administration", "40.00")
    ]
    assert len(told["rows"][0]["figures"]["total"]["entries"]) == 1
    for form, name in (("csv", "books.zip"), ("hledger", "books.journal")):
        assert run(desk, "export", "--format", form, "--output", str(tmp_path / name)).output == ""
    assert is_zipfile(tmp_path / "books.zip")
    assert "account Assets:cash:usd-main" in (tmp_path / "books.journal").read_text("utf-8")
