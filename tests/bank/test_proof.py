"""The proof finds what raw SQL left behind, and nothing in what the product wrote."""

import pytest
from sqlalchemy import text

from ricomi_workflow.bank.invariants import verify
from ricomi_workflow.bank.matching import Explanation
from tests.audit.test_witnesses import without_triggers
from tests.bank.counter import Counter, line, statement

HALF = (
    "INSERT INTO bank_statement SELECT id + 1, file_id, account, 'half', 1, NULL, first_day,"
    " last_day, currency, 0, 5, 2, seal, NULL, at FROM bank_statement"
)
OTHER = (
    "INSERT INTO bank_file SELECT id + 1, sha256, 'other', notation, account, size, NULL, NULL,"
    " 'eJwDAAAAAAE=', NULL, at FROM bank_file"
)


def test_what_the_product_wrote_holds(counter: Counter) -> None:
    counter.book(500, 1, "GIFT1")
    counter.bring(statement(line(485, 2, "GIFT1"), line(3, 4)))
    counter.match(
        counter.lines()[:1], counter.facts(), explanation=Explanation.BANK_FEE, note="Fee."
    )
    assert counter.read(verify) == []


def test_a_statement_without_its_lines_and_an_altered_file_are_named(counter: Counter) -> None:
    counter.bring(statement(line(500, 2)))
    with counter.engine.begin() as connection:
        connection.execute(text(HALF))
        connection.execute(text(OTHER))
    found = counter.read(verify)
    assert [fault.rule for fault in found] == ["bank_file_altered", "bank_lines_missing"]
    assert str(found[1]) == "usd-main half: bank_lines_missing 0 of 2"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bank_line SET amount = amount + CASE position WHEN 1 THEN 5 ELSE -5 END",
        "UPDATE bank_line SET booked_on = '2026-09-03'",
        "UPDATE bank_line SET said = replace(CAST(said AS text), 'GIFT1', 'GIFT2')",
        "UPDATE bank_statement SET opening_minor = 5, closing_minor = closing_minor + 5",
    ],
)
def test_lines_that_were_changed_so_that_they_add_up_are_named(
    counter: Counter, change: str
) -> None:
    counter.bring(statement(line(500, 2, "GIFT1"), line(300, 3)))
    if counter.engine.dialect.name == "postgresql":
        change = change.replace("'GIFT2')", "'GIFT2')::json")
    with without_triggers(counter.engine) as connection:
        connection.execute(text(change))
        assert [fault.rule for fault in verify(connection)] == ["bank_statement_altered"]
