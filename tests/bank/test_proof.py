"""The proof finds what raw SQL left behind, and nothing in what the product wrote."""

from sqlalchemy import text

from ricomi_workflow.bank.matching import Explanation
from ricomi_workflow.bank.proof import verify
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
