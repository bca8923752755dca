"""A person says what is the same; a difference is explained; the report closes on any day."""

from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.bank.commands import (
    confirm_match,
    confirm_proposal,
    undo_match,
    withdraw_statement,
)
from ricomi_workflow.bank.matching import Explanation, MatchGround
from ricomi_workflow.bank.queries import get_line, get_match
from ricomi_workflow.bank.statement import StatementLine
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.posting import reverse
from tests.bank.counter import (
    ACCOUNT,
    AUDITOR,
    CERTIFIER,
    TREASURER,
    Counter,
    line,
    statement,
)
from tests.support.databases import Databases, connected
from tests.support.threads import at_once

FEE: dict[str, object] = {"explanation": Explanation.BANK_FEE, "note": "Fee of the wire."}


def test_a_proposal_is_confirmed_by_a_person_and_posts_nothing(counter: Counter) -> None:
    counter.book(500, 1, "GIFT1")
    counter.bring(statement(line(500, 2, "GIFT1")))
    journals = counter.read(lambda c: c.execute(select(func.count(journal.c.id))).scalar())
    (proposal,) = counter.proposals()
    with counter.uow.begin(CERTIFIER) as tx:
        key = confirm_proposal(tx, ACCOUNT, proposal)
    found = counter.read(lambda c: get_match(c, key))
    assert found.grounds == (MatchGround.REFERENCE, MatchGround.AMOUNT)
    assert (found.by, found.difference, found.note) == (2, Money(0), "")
    assert not counter.proposals()
    assert counter.read(lambda c: c.execute(select(func.count(journal.c.id))).scalar()) == journals
    assert counter.report().is_clear


def test_nobody_confirms_what_they_entered_themselves(counter: Counter) -> None:
    counter.book(500, 1, "GIFT1", by=CERTIFIER)
    counter.bring(statement(line(500, 2, "GIFT1")))
    with pytest.raises(Refused) as told:
        counter.match(counter.lines(), counter.facts())
    assert told.value.refusals == (Refusal("bank_own_posting", {"n": 1}),)
    with pytest.raises(Forbidden), counter.uow.begin(AUDITOR) as tx:
        confirm_match(tx, ACCOUNT, [1], [])
    with counter.uow.begin(TREASURER) as tx:
        confirm_proposal(tx, ACCOUNT, counter.proposals()[0])


def test_a_difference_needs_an_explanation_and_a_note(counter: Counter) -> None:
    counter.book(500, 1, "GIFT1")
    counter.bring(statement(line(485, 2, "GIFT1")))
    lines, facts = counter.lines(), counter.facts()
    with pytest.raises(Invalid) as caught:
        counter.match(lines, facts)
    assert [each.path for each in caught.value.fields] == ["explanation", "note"]
    counter.match(lines, facts, **FEE)
    report = counter.report()
    (told,) = report.explained
    assert (told.amount, told.explanation) == (Money(-15_00), Explanation.BANK_FEE)
    assert (report.bank, report.books, report.holds, report.is_clear) == (
        *(Money(485_00), Money(500_00)),
        *(True, False),
    )


def test_a_line_without_a_posting_is_explained_as_a_whole(counter: Counter) -> None:
    counter.bring(statement(line(-15, 2, "FEE1"), opening=100))
    counter.match(counter.lines(), [], **FEE)
    assert not counter.lines()


def test_an_explanation_is_dropped_where_nothing_differs(counter: Counter) -> None:
    counter.book(500, 1)
    counter.bring(statement(line(500, 2)))
    key = counter.match(counter.lines(), counter.facts(), **FEE)
    assert counter.read(lambda c: get_match(c, key)).explanation is None


def test_postings_alone_are_matched_only_when_the_books_undid_them(counter: Counter) -> None:
    key = counter.book(500, 1)
    with pytest.raises(Invalid):
        counter.match([], counter.facts())
    with counter.uow.begin(TREASURER) as tx:
        reverse(tx, key, at=date(2026, 9, 3))
    counter.book(20, 4)
    with pytest.raises(Refused, match="bank_no_line"):
        counter.match([], counter.facts())
    counter.match([], [fact for fact in counter.facts() if abs(fact.amount.minor) == 500_00])
    assert [fact.amount for fact in counter.facts()] == [Money(20_00)]


def test_what_is_matched_is_not_matched_again_until_it_is_undone(counter: Counter) -> None:
    counter.book(500, 1)
    (done,) = counter.bring(statement(line(500, 2))).new
    lines, facts = counter.lines(), counter.facts()
    key = counter.match(lines, facts)
    for taken in ([], facts):
        with pytest.raises(Refused, match="bank_matched_already"):
            counter.match(lines, taken, **FEE)
    with pytest.raises(Refused, match="bank_statement_matched"), counter.uow.begin(CERTIFIER) as tx:
        withdraw_statement(tx, done, "Wrong.")
    with counter.uow.begin(CERTIFIER) as tx:
        undo_match(tx, key, "Another gift.")
    with pytest.raises(Refused, match="bank_match_undone"), counter.uow.begin(CERTIFIER) as tx:
        undo_match(tx, key, "Again.")
    again = counter.match(lines, facts)
    stored = counter.read(lambda c: get_line(c, lines[0].id))
    assert stored.match
    assert stored.match.id == again


def test_rows_of_another_account_are_not_found(counter: Counter) -> None:
    counter.book(500, 1)
    counter.bring(statement(line(500, 2)))
    lines = [x.id for x in counter.lines()]
    with pytest.raises(NotFound), counter.uow.begin(CERTIFIER) as tx:
        confirm_match(tx, "eur-main", lines, [])
    with pytest.raises(NotFound), counter.uow.begin(CERTIFIER) as tx:
        confirm_match(tx, "eur-main", [], [x.key for x in counter.facts()])


def test_two_people_do_not_match_one_line(counter: Counter) -> None:
    for _ in range(2):
        counter.book(500, 1)
    counter.bring(statement(line(500, 2)))
    lines, facts = counter.lines(), counter.facts()
    done = at_once(*(partial(counter.match, lines, [fact]) for fact in facts))
    assert len(done) == 1
    assert isinstance(done[0], Refused | Conflict)
    assert len(counter.facts()) == 1


def test_money_on_its_way_stands_between_the_balances(counter: Counter) -> None:
    counter.book(500, 1, "A1")
    counter.book(-200, 29, "A2")
    october = date(2026, 10, 1), date(2026, 10, 9)
    counter.bring(
        statement(line(500, 2, "A1")),
        statement(
            StatementLine(october[0], None, Money(-200_00), ("A2",)),
            name="S10",
            opening=500,
            days=october,
        ),
    )
    for proposal in counter.proposals():
        with counter.uow.begin(CERTIFIER) as tx:
            confirm_proposal(tx, ACCOUNT, proposal)
    (pending,) = counter.report(30).explained  # at the bank it left on the first of October
    assert (pending.amount, pending.explanation) == (Money(200_00), None)
    assert counter.report(9, 10).is_clear
    assert counter.report(9, 10).bank == Money(300_00)


MOVES = st.lists(
    st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 30)), min_size=1, max_size=6
)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(MOVES, MOVES, st.integers(0, 40), st.lists(st.integers(0, 63), max_size=6))
def test_the_report_closes_on_every_day_whatever_was_matched(
    sqlite_databases: Databases,
    banked: list[tuple[int, int]],
    booked: list[tuple[int, int]],
    opening: int,
    picks: list[int],
) -> None:
    with connected(sqlite_databases) as engine:
        counter = Counter(engine)
        for units, day in [(400, 1), *booked]:
            counter.book(units, day)
        moves = sorted(banked, key=lambda move: move[1])
        counter.bring(statement(*(line(units, day) for units, day in moves), opening=opening))
        for pick in picks:
            lines = [x for n, x in enumerate(counter.lines()) if pick >> n & 1]
            facts = [x for n, x in enumerate(counter.facts()) if pick >> (n + 3) & 1]
            if lines:
                counter.match(lines, facts, explanation=Explanation.OTHER, note="As it is.")
        for n in range(1, 31):
            report = counter.report(n)
            assert report.holds
            held = opening + sum(units for units, day in moves if day <= n)
            assert report.bank == Money(held * 100)


ATTACKS = {
    "a line more": "INSERT INTO bank_line SELECT id + 1, statement_id, position + 1, booked_on,"
    " valued_on, amount, balance + amount, said FROM bank_line",
    "another balance": "UPDATE bank_line SET balance = 1",
    "another amount": "UPDATE bank_line SET amount = 1",
    "a line less": "DELETE FROM bank_line",
    "another closing": "UPDATE bank_statement SET closing_minor = 1",
    "a statement that does not close": "INSERT INTO bank_statement SELECT id + 1, file_id,"
    " account, 'other', 1, NULL, first_day, last_day, currency, 0, 5, 0, seal, NULL, at"
    " FROM bank_statement",
    "a statement twice": "INSERT INTO bank_statement SELECT id + 1, file_id, account, name, 2,"
    " NULL, first_day, last_day, currency, 0, 0, 0, seal, NULL, at FROM bank_statement",
    "a row of a match by hand": "INSERT INTO bank_match_line SELECT m.id, l.id"
    " FROM bank_match AS m CROSS JOIN bank_line AS l WHERE l.amount < 0",
    "a posting by hand": "INSERT INTO bank_match_posting SELECT m.id, p.journal_id, p.line"
    " FROM bank_match AS m CROSS JOIN posting AS p WHERE p.amount < 0 AND p.amount > -50000",
    "a match of another sum": "INSERT INTO bank_match SELECT m.id + 1, m.account, '[]', '[]',"
    " m.grounds, 0, NULL, NULL, NULL, m.at FROM bank_match AS m",
    "a difference without a word": "INSERT INTO bank_match SELECT m.id + 1, m.account,"
    " m.lines, '[]', m.grounds, 50000, NULL, NULL, NULL, m.at FROM bank_match AS m",
    "a match twice": "INSERT INTO bank_match SELECT m.id + 1, m.account, m.lines, m.postings,"
    " m.grounds, m.difference, m.explanation, m.note, NULL, m.at FROM bank_match AS m",
    "a match forgotten": "DELETE FROM bank_match",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_raw_sql_does_not_get_around_it(counter: Counter, attack: str) -> None:
    counter.book(500, 1)
    counter.book(-20, 3)
    counter.bring(statement(line(500, 2), line(-20, 4)))
    counter.match(counter.lines()[:1], counter.facts()[:1])
    before = counter.report()
    with pytest.raises(DBAPIError), counter.engine.begin() as connection:
        connection.execute(text(attack))
    assert counter.report() == before
