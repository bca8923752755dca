"""Statements by case, country, topic and year: every figure is the sum of its postings."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.kernel.money import total
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.breakdowns import by_topic
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import (
    get_posting_total,
    list_case_facts,
    list_journal_ids,
    list_postings,
)
from ricomi_workflow.statements.rules import (
    Breakdown,
    Figure,
    PostingQuery,
    Row,
    parse_posting_query,
)
from ricomi_workflow.statements.statement_types import (
    NAMES,
    make_breakdown,
    opening_forms,
    read_books,
)
from ricomi_workflow.statements.statement_workbook import breakdown_workbook
from tests.fund.desk import TODAY, Desk, usd
from tests.statements.world import cents

EARLIER = date(2026, 9, 13)


def cut_of(desk: Desk, name: str, day: date = TODAY) -> Breakdown:
    with desk.uow.read() as connection:
        return make_breakdown(connection, desk.services, name, day)


def figures(cut: Breakdown) -> Iterator[tuple[Row, str, Figure]]:
    for row in (*cut.rows, *([cut.sums] if cut.sums else [])):
        for column, figure in zip(cut.columns, row.figures, strict=True):
            yield row, column, figure


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", [TODAY, EARLIER, date(2025, 6, 30)])
def test_every_figure_is_the_sum_of_its_postings_and_names_its_journals(
    year: Desk, name: str, day: date
) -> None:
    cut = cut_of(year, name, day)
    assert cut.holds
    with year.uow.read() as connection:
        known = list_case_facts(connection, opening_forms(year.services))
        entries = JournalIndex(connection, known, day)
        for row, column, figure in figures(cut):
            if figure.query is None:
                continue
            assert parse_posting_query(figure.query.words()) == figure.query
            amount, _ = get_posting_total(connection, figure.query, known)
            assert amount == figure.amount, (row.key, column)
            assert entries.of(figure.query) == list_journal_ids(connection, figure.query, known)


def test_a_case_stands_with_its_money_and_only_once_it_is_funded(year: Desk) -> None:
    cut = cut_of(year, "case")
    assert [row.key for row in cut.rows] == ["RICOMI-2026-0001"]
    amounts = dict(zip(cut.columns, (f.amount for f in cut.rows[0].figures), strict=True))
    assert amounts == {
        "granted": usd(100),
        "to_pay": usd(50),
        "disbursed": usd(50),
        "advances": cents(29_99),
        "spent": cents(20_01),
    }
    assert cut_of(year, "case", EARLIER).rows == ()


def test_a_year_holds_what_happened_in_it(year: Desk) -> None:
    cut = cut_of(year, "year")
    assert [(row.key, row.figures[0].amount) for row in cut.rows] == [
        ("2025", usd(30)),
        ("2026", usd(170)),
    ]


def test_spending_is_borne_as_the_grant_was_given_to_the_cent(year: Desk) -> None:
    cut = cut_of(year, "source")
    row = cut.rows[0]
    assert (row.key, cut.columns[:2]) == (
        "projects",
        ("source:member_states", "source:permanent_observers"),
    )
    assert [figure.amount for figure in row.figures] == [
        cents(12_01),
        cents(8_00),
        cents(20_01),
    ]
    share = cut_of(year, "share")
    assert [f.amount for f in share.rows[0].figures] == [cents(12_01), cents(8_00), cents(20_01)]


def test_a_case_with_several_topics_is_counted_once(year: Desk) -> None:
    with year.uow.read() as connection:
        made = read_books(connection, year.services, TODAY)
    several = {
        ref: replace(known, topics=("legislation", "asylum_refuge"))
        for ref, known in made.known.items()
    }
    cut = by_topic(replace(made, known=several))
    assert cut.overlaps
    assert cut.sums is not None
    spent = [row.figures[-1].amount for row in cut.rows]
    assert (spent, cut.sums.figures[-1].amount) == ([cents(20_01)] * 2, cents(20_01))


def test_the_public_reads_of_a_request_without_funds_only_the_sum(year: Desk) -> None:
    ask = PostingQuery((Kind.RESERVED, Kind.COMMITTED), (Memo.RESERVATION, Memo.COMMITMENT))
    with year.uow.read() as connection:
        known = list_case_facts(connection, opening_forms(year.services))
        seen = list_postings(connection, ask, known, public=True)
        hidden, number = get_posting_total(connection, ask, known, unnamed=True)
        every = list_postings(connection, ask, known)
    assert {each.case_ref for each in seen} == {"RICOMI-2026-0001"}
    assert (hidden, number) == (usd(10), 1)
    assert len(every) == len(seen) + 1


@pytest.mark.parametrize(
    "narrowed",
    [
        {"case": "RICOMI-2026-0002"},
        {"of": "RICOMI-2026-0002"},
        {"country": "PY"},
        {"topic": "asylum_refuge"},
    ],
)
def test_no_question_of_the_public_singles_out_a_request_without_funds(
    year: Desk, narrowed: dict[str, str]
) -> None:
    """Requests 1 (funded) and 2 (reserved) are of one state and topic."""
    ask = PostingQuery((Kind.RESERVED,), (Memo.RESERVATION,), **narrowed)  # type: ignore[arg-type]  # texts
    with year.uow.read() as connection:
        made = list_case_facts(connection, opening_forms(year.services))
        known = {ref: replace(each, topics=("asylum_refuge",)) for ref, each in made.items()}
        seen = list_postings(connection, ask, known, public=True)
        told = get_posting_total(connection, ask, known, public=True)
        _, hidden = get_posting_total(connection, ask, known, public=True, unnamed=True)
        _, whole = get_posting_total(connection, ask, known)
    assert told == (total(each.amount for each in seen), len(seen))
    assert (hidden, whole) == (0, len(seen) + 1)


def test_a_long_list_goes_on_by_its_key_and_shows_each_posting_once(year: Desk) -> None:
    ask = PostingQuery(tuple(Kind))
    with year.uow.read() as connection:
        whole = list_postings(connection, ask, {}, limit=1000)
        parts, after = [], None
        while page := list_postings(connection, ask, {}, after=after, limit=7):
            parts += page
            after = page[-1].place
    assert parts == whole
    assert total(each.amount for each in whole if each.memo is Memo.PLEDGE) == usd(2 * 305)


@pytest.mark.parametrize(
    ("words", "path", "code"),
    [
        ({}, "kind", "required"),
        ({"kind": "gold"}, "kind", "not_an_option"),
        ({"kind": "cash", "memo": "theft"}, "memo", "not_an_option"),
        ({"kind": "cash", "since": "yesterday"}, "since", "not_date"),
        ({"kind": "cash", "line": "x" * 301}, "line", "too_long"),
    ],
)
def test_an_address_that_makes_no_sense_says_where(
    words: dict[str, str], path: str, code: str
) -> None:
    with pytest.raises(Invalid) as told:
        parse_posting_query(words)
    assert [(field.path, field.code) for field in told.value.fields] == [(path, code)]


def test_there_is_no_other_statement(desk: Desk) -> None:
    with pytest.raises(NotFound):
        cut_of(desk, "wishes")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_statement_has_its_words_its_workbook_and_its_data(
    year: Desk, name: str, lang: str
) -> None:
    cut = cut_of(year, name)
    words = StatementLabels(year.services, lang)
    page = load_workbook(BytesIO(breakdown_workbook(cut, words, year.clock.now()))).worksheets[0]
    heads = [cell.value for cell in page[4]]
    assert heads[2:] == [words.column(code) for code in cut.columns]
    rows = list(page.iter_rows(min_row=5, values_only=True))
    assert len(rows) == len(cut.rows) + bool(cut.sums)
    assert [round(float(str(x)) * 100) for x in rows[0][2:]] == [
        f.amount.minor for f in cut.rows[0].figures
    ]
    with year.uow.read() as connection:
        entries = JournalIndex(connection, list_case_facts(connection, {}), TODAY)
        told = json.loads(json.dumps(breakdown_json(cut, entries, lambda ask: str(ask.words()))))
    assert list(told["rows"][0]["figures"]) == list(cut.columns)
    if name == "case":
        assert told["rows"][0]["figures"]["spent"]["entries"]
