"""A statement is imported once and whole; what does not follow is refused and says why."""

from dataclasses import replace
from datetime import date

import pytest

from ricomi_workflow.bank.commands import import_file, receive_file, withdraw_statement
from ricomi_workflow.bank.queries import get_file, list_statements
from ricomi_workflow.bank.reconciliation import find_gaps
from ricomi_workflow.bank.rows import list_spans
from ricomi_workflow.kernel.errors import DomainError, Forbidden, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.simulation.camt_writer import camt053
from tests.bank.counter import ACCOUNT, AUDITOR, CERTIFIER, Counter, line, statement

OCTOBER = date(2026, 10, 1), date(2026, 10, 15)


def codes(error: DomainError) -> list[str]:
    if isinstance(error, Refused):
        return [each.code for each in error.refusals]
    return [each.code for each in error.fields] if isinstance(error, Invalid) else []


def test_a_statement_is_written_with_its_lines_and_the_balance_after_each(counter: Counter) -> None:
    done = counter.bring(statement(line(500, 2, "A1"), line(-200, 5, "A2"), opening=10))
    assert (len(done.new), done.known) == (1, ())
    (stored,) = counter.read(lambda c: list_statements(c, ACCOUNT))
    assert (stored.lines, stored.matched, stored.span.closing) == (2, 0, Money(310_00))
    assert [each.references[0] for each in counter.lines()] == ["A1", "A2"]


def test_the_same_file_is_kept_once_and_imported_once(counter: Counter) -> None:
    said = statement(line(500, 2, "A1"))
    first = counter.bring(said)
    assert counter.receive(said) == counter.receive(said, name="again.xml")
    again = counter.bring(said)
    assert (again.new, again.known) == ((), first.new)
    assert len(counter.lines()) == 1


def test_the_same_statement_in_another_file_is_known(counter: Counter) -> None:
    september = statement(line(500, 2, "A1"))
    first = counter.bring(september)
    october = statement(name="S10", opening=500, days=OCTOBER)
    both = counter.bring(september, october)
    assert (len(both.new), both.known) == (1, first.new)


def test_a_statement_of_a_known_name_that_says_something_else_is_refused(counter: Counter) -> None:
    counter.bring(statement(line(500, 2, "A1")))
    with pytest.raises(Refused) as caught:
        counter.bring(statement(line(501, 2, "A1")))
    assert codes(caught.value) == ["bank_differs"]


def test_days_are_not_counted_twice(counter: Counter) -> None:
    counter.bring(statement(line(500, 2, "A1")))
    days = date(2026, 9, 20), date(2026, 10, 5)
    with pytest.raises(Refused) as caught:
        counter.bring(statement(name="other", opening=500, days=days))
    assert codes(caught.value) == ["bank_statement_overlaps"]
    counter.bring(statement(name="next", opening=500, days=(date(2026, 9, 30), OCTOBER[1])))


def test_days_to_come_are_refused(counter: Counter) -> None:
    with pytest.raises(Refused) as caught:
        counter.bring(statement(days=(date(2026, 10, 1), date(2026, 10, 31))))
    assert codes(caught.value) == ["bank_statement_ahead"]


def test_a_file_of_another_account_or_currency_is_refused(counter: Counter) -> None:
    other = replace(statement(), number="DE89370400440532013000")
    euros = replace(statement(), opening=Money(0, "EUR"), closing=Money(0, "EUR"))
    for said, code in ((other, "bank_other_account"), (euros, "bank_other_currency")):
        with pytest.raises(Invalid) as caught:
            counter.receive(said)
        assert codes(caught.value) == [code]


def test_a_file_is_kept_as_it_came(counter: Counter) -> None:
    said = statement(line(500, 2, "A1"))
    key = counter.receive(said, name="camt.xml")
    file = counter.read(lambda c: get_file(c, key))
    assert (file.content, file.name) == (camt053([said]), "camt.xml")
    assert file.notation == "camt.053.001.08"


def test_a_table_without_balances_takes_those_that_are_typed(counter: Counter) -> None:
    head = "Fecha;Cargo;Abono;Referencia;Ordenante;Concepto"
    table = f"{head}\n02.09.2026;;500,00;R1;Ministerio;Aporte".encode()
    euros = {"opening": Money(0, "EUR"), "closing": Money(500_00, "EUR")}
    with counter.uow.begin(CERTIFIER) as tx:
        key = receive_file(tx, "eur-main", "t.csv", table, **euros)
        done = import_file(tx, key)
    assert (len(done.new), done.account) == (1, "eur-main")
    wrong = {**euros, "closing": Money(501_00, "EUR")}
    for typed, code in (({}, "bank_balances_missing"), (wrong, "bank_not_closed")):
        with pytest.raises(Invalid) as caught, counter.uow.begin(CERTIFIER) as tx:
            receive_file(tx, "eur-main", "t.csv", table, **typed)
        assert codes(caught.value) == [code]


def test_a_statement_set_aside_makes_room_and_stays_on_record(counter: Counter) -> None:
    (wrong,) = counter.bring(statement(line(501, 2, "A1"))).new
    with counter.uow.begin(CERTIFIER) as tx:
        withdraw_statement(tx, wrong, "The bank corrected it.")
    counter.bring(statement(line(500, 2, "A1")))
    found = counter.read(lambda c: list_statements(c, ACCOUNT))
    assert sorted(each.withdrawn for each in found) == ["", "The bank corrected it."]
    assert [each.amount for each in counter.lines()] == [Money(500_00)]
    with pytest.raises(Refused, match="bank_set_aside"), counter.uow.begin(CERTIFIER) as tx:
        withdraw_statement(tx, wrong, "Again.")


def test_gaps_between_statements_are_named(counter: Counter) -> None:
    counter.bring(
        statement(line(500, 2, "A1"), sequence=9),
        statement(name="S11", opening=450, days=(date(2026, 10, 3), OCTOBER[1]), sequence=11),
    )
    (gap,) = find_gaps(counter.read(lambda c: list_spans(c, ACCOUNT)))
    assert (gap.amount, gap.days, gap.skipped) == (Money(-50_00), 2, 1)
    assert (gap.first_day, gap.last_day) == (date(2026, 10, 1), date(2026, 10, 2))


def test_only_those_who_reconcile_bring_files_in(counter: Counter) -> None:
    with pytest.raises(Forbidden), counter.uow.begin(AUDITOR) as tx:
        receive_file(tx, ACCOUNT, "s.xml", camt053([statement()]))
