"""A closed month takes nothing, and two persons of different offices open it again."""

import time
from collections.abc import Callable
from datetime import date
from threading import Event as Moment

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.errors import DomainError, Forbidden, Invalid, Refused
from ricomi_workflow.ledger.accounts import Memo
from ricomi_workflow.ledger.periods import (
    PeriodAct,
    close_period,
    decline_reopening,
    list_period_events,
    list_periods,
    reopen_period,
    request_reopening,
)
from ricomi_workflow.ledger.posting import post, reverse
from tests.ledger.books import POOL, TODAY, Books, arriving, at_once, person, refused

FUND = person(1, Role.FUND_ADMINISTRATOR)
SECOND = person(2, Role.FUND_ADMINISTRATOR)
CERTIFIER = person(3, Role.CERTIFYING_OFFICER)
BOTH = person(4, Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
AUDITOR = person(5, Role.AUDITOR)
PATIENCE = 60.0
MARCH, IN_MARCH = "2026-03", date(2026, 3, 31)
EVENT = (
    "INSERT INTO period_event (period, number, event, at, actor_id, office, reason, journals,"
    " digest) VALUES (:period, :number, :event, '2026-09-14T15:00:00.000000Z', :actor, :office,"
    " :reason, :journals, :digest)"
)


def act(books: Books, by: Actor, do: Callable[[Tx], object]) -> None:
    with books.uow.begin(by) as tx:
        do(tx)


def close(books: Books, code: str = MARCH, by: Actor = FUND) -> None:
    act(books, by, lambda tx: close_period(tx, code))


def ask(books: Books, code: str = MARCH, by: Actor = FUND) -> None:
    act(books, by, lambda tx: request_reopening(tx, code, "An invoice came late"))


def codes(caught: DomainError) -> list[str]:
    assert isinstance(caught, Refused)
    return [refusal.code for refusal in caught.refusals]


def events(books: Books, code: str = MARCH) -> list[PeriodAct]:
    with books.uow.read() as connection:
        return [each.event for each in list_period_events(connection, code)]


def test_a_closed_month_takes_no_journal_and_its_neighbours_do(books: Books) -> None:
    made = books.post(arriving(5), "before", IN_MARCH)
    close(books)
    with pytest.raises(Refused) as caught:
        books.post(arriving(5), "late", IN_MARCH)
    assert codes(caught.value) == ["period_closed"]
    assert dict(caught.value.refusals[0].params) == {"day": "2026-03-31", "period": MARCH}
    for number, day in enumerate((date(2026, 2, 28), date(2026, 4, 1), TODAY)):
        books.post(arriving(5), f"near {number}", day)
    with books.uow.begin(SYSTEM) as tx:
        reverse(tx, made, at=TODAY)  # what was wrong in it is undone on a day of an open one
    assert books.holds(POOL) == 15
    assert books.faults() == []


def test_a_closed_year_takes_no_journal_in_any_of_its_months(books: Books) -> None:
    close(books, "2025")
    for day in (date(2025, 1, 1), date(2025, 12, 31)):
        with pytest.raises(Refused) as caught:
            books.post(arriving(5), "late", day)
        assert caught.value.refusals[0].params["period"] == "2025"
    books.post(arriving(5), "new year", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("code", "by", "wanted"),
    [
        ("2026-09", FUND, "period_not_over"),
        ("2026", FUND, "period_not_over"),
        ("2031-01", FUND, "period_not_over"),
        (MARCH, CERTIFIER, Forbidden),
        (MARCH, AUDITOR, Forbidden),
        ("2026-13", FUND, Invalid),
        ("March", FUND, Invalid),
        ("2026-3", FUND, Invalid),
    ],
)
def test_what_is_not_over_is_not_closed_nor_by_anybody_else(
    books: Books, code: str, by: Actor, wanted: str | type[DomainError]
) -> None:
    with pytest.raises(Refused if isinstance(wanted, str) else wanted) as caught:
        close(books, code, by)
    if isinstance(wanted, str):
        assert codes(caught.value) == [wanted]
    assert events(books, code) == []


def test_two_persons_of_different_offices_reopen(books: Books) -> None:
    close(books)
    ask(books)
    with pytest.raises(Refused) as caught:
        books.post(arriving(5), "late", IN_MARCH)  # asking opens nothing
    for by, code in ((FUND, "own_reopening"), (SECOND, "same_office")):
        with pytest.raises(Refused) as caught:
            act(books, by, lambda tx: reopen_period(tx, MARCH))
        assert codes(caught.value) == [code]
    with pytest.raises(Forbidden):
        act(books, AUDITOR, lambda tx: reopen_period(tx, MARCH))
    act(books, CERTIFIER, lambda tx: reopen_period(tx, MARCH))
    books.post(arriving(5), "late", IN_MARCH)
    close(books)
    assert events(books) == [
        PeriodAct.CLOSED,
        PeriodAct.ASKED,
        PeriodAct.REOPENED,
        PeriodAct.CLOSED,
    ]
    with pytest.raises(Refused):
        books.post(arriving(5), "later", IN_MARCH)
    assert books.faults() == []


def test_who_holds_both_offices_is_still_one_person_and_confirms_in_the_other(
    books: Books,
) -> None:
    close(books, by=BOTH)
    ask(books, by=BOTH)
    with pytest.raises(Refused) as caught:
        act(books, BOTH, lambda tx: reopen_period(tx, MARCH))
    assert codes(caught.value) == ["own_reopening"]
    act(books, CERTIFIER, lambda tx: decline_reopening(tx, MARCH, "It belongs to April"))
    ask(books)
    act(books, BOTH, lambda tx: reopen_period(tx, MARCH))
    with books.uow.read() as connection:
        told = list_period_events(connection, MARCH)
    assert [(each.event, each.office) for each in told[-2:]] == [
        (PeriodAct.ASKED, "fund_administrator"),
        (PeriodAct.REOPENED, "certifying_officer"),
    ]


def test_what_cannot_be_asked_is_said_with_its_reason(books: Books) -> None:
    def why(do: Callable[[Tx], object], by: Actor = FUND) -> list[str]:
        with pytest.raises(Refused) as caught:
            act(books, by, do)
        return codes(caught.value)

    assert why(lambda tx: request_reopening(tx, MARCH, "x")) == ["period_open"]
    assert why(lambda tx: reopen_period(tx, MARCH), CERTIFIER) == ["period_not_asked"]
    assert why(lambda tx: decline_reopening(tx, MARCH, "x")) == ["period_not_asked"]
    close(books)
    assert why(lambda tx: close_period(tx, MARCH)) == ["period_closed_already"]
    ask(books)
    assert why(lambda tx: request_reopening(tx, MARCH, "x"), CERTIFIER) == ["period_asked_already"]
    close(books, "2025")
    close(books, "2025-12")
    late = "2025-12"
    assert why(lambda tx: request_reopening(tx, late, "x")) == ["period_year_closed"]
    for reason in (" ", "x" * 1001):
        with pytest.raises(Invalid):
            act(books, FUND, lambda tx, said=reason: request_reopening(tx, "2025", said))  # type: ignore[misc]
    with pytest.raises(Forbidden):
        ask(books, "2025", by=AUDITOR)


def test_periods_are_listed_from_the_first_journal_on(books: Books) -> None:
    books.post(arriving(5), "one", date(2025, 11, 3))
    books.post(arriving(5), "two", date(2025, 11, 4))
    close(books, "2025-11")
    with books.uow.read() as connection:
        found = list_periods(connection, TODAY)
    assert [each.period.code for each in found[:3]] == ["2026", "2026-09", "2026-08"]
    assert [each.period.code for each in found[-2:]] == ["2025-02", "2025-01"]
    by_code = {each.period.code: each for each in found}
    assert (by_code["2025"].journals, by_code["2025-11"].journals) == (2, 2)
    closed = [each for each in found if each.is_closed]
    assert [(each.period.code, each.events[0].journals) for each in closed] == [("2025-11", 2)]


@pytest.mark.parametrize(
    ("number", "event", "actor", "office"),
    [
        (2, "reopened", 3, "certifying_officer"),  # nobody asked
        (2, "kept", 3, "certifying_officer"),
        (2, "closed", 1, "fund_administrator"),
        (3, "asked", 1, "fund_administrator"),  # a number is left out
        (1, "asked", 1, "fund_administrator"),
        (2, "opened", 1, "fund_administrator"),  # no such event
    ],
)
def test_raw_sql_reopens_nothing_out_of_order(
    books: Books, number: int, event: str, actor: int, office: str
) -> None:
    close(books)
    row = {"period": MARCH, "number": number, "event": event, "actor": actor, "office": office}
    digest = "0" * 64 if event == "closed" else None
    with pytest.raises(DBAPIError, match=r"period_out_of_order|uq_|pk_|ck_"):
        books.run(EVENT, **row, reason="x", journals=digest and 0, digest=digest)
    assert events(books) == [PeriodAct.CLOSED]


@pytest.mark.parametrize(
    ("actor", "office"),
    [(1, "certifying_officer"), (2, "fund_administrator"), (None, "certifying_officer")],
)
def test_raw_sql_reopens_nothing_with_one_person_or_one_office(
    books: Books, actor: int | None, office: str
) -> None:
    close(books)
    ask(books)
    row = {"period": MARCH, "number": 3, "event": "reopened", "actor": actor, "office": office}
    with pytest.raises(DBAPIError, match="period_out_of_order"):
        books.run(EVENT, **row, reason=None, journals=None, digest=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE period_event SET event = 'reopened'",
        "UPDATE period_event SET period = '2020-01'",
        "DELETE FROM period_event",
        (
            "INSERT INTO journal SELECT id + 1, at, recorded_at, memo, case_id, case_seq, actor_id,"
            " 'again' || id, reference, reverses, lines FROM journal"
        ),
    ],
)
def test_raw_sql_puts_nothing_into_a_closed_period(books: Books, statement: str) -> None:
    books.post(arriving(5), "one", IN_MARCH)
    close(books)
    with pytest.raises(DBAPIError, match=r"append_only|period_closed"):
        books.run(statement)
    assert events(books) == [PeriodAct.CLOSED]
    assert books.faults() == []


def test_the_proof_names_a_closed_period_that_was_changed_behind_the_triggers(
    books: Books,
) -> None:
    books.post(arriving(5), "one", IN_MARCH)
    close(books)
    on = "" if books.engine.dialect.name == "sqlite" else " ON journal"
    books.run(f"DROP TRIGGER journal_in_open_period{on}")
    books.run(
        "INSERT INTO journal SELECT id + 1, at, recorded_at, memo, case_id, case_seq, actor_id,"
        " 'again' || id, reference, reverses, lines FROM journal"
    )
    assert books.faults() == ["2026-03: closed_period_differs 1 journals, now 2"]


def test_closing_waits_for_who_is_writing_and_takes_it_with_it(books: Books) -> None:
    """An act that is under way ends before the closing, which counts what it wrote."""
    books.post(arriving(5), "first", IN_MARCH)
    under_way = Moment()

    def write() -> None:
        with books.uow.begin(SYSTEM) as tx:
            post(tx, Memo.RECEIPT, arriving(5), key="under way", at=IN_MARCH)
            tx.flush()
            under_way.set()
            time.sleep(0.3)  # until the closing waits

    def shut() -> None:
        assert under_way.wait(PATIENCE)
        close(books)

    assert refused(at_once(write, shut)) == []
    with books.uow.read() as connection:
        assert list_period_events(connection, MARCH)[0].journals == 2
    assert books.faults() == []


def test_closing_against_posting_leaves_nothing_beside_the_closing(books: Books) -> None:
    books.post(arriving(5), "first", IN_MARCH)
    posts = [(lambda n=n: books.post(arriving(5), f"race {n}", IN_MARCH)) for n in range(7)]
    lost = refused(at_once(*posts[:4], lambda: close(books), *posts[4:]))
    said = {code for error in lost if isinstance(error, Refused) for code in codes(error)}
    assert said <= {"period_closed", "period_closed_meanwhile"}
    with books.engine.connect() as connection:
        number = connection.execute(text("SELECT count(*) FROM journal")).scalar()
    with books.uow.read() as connection:
        told = list_period_events(connection, MARCH)
    if told:  # the closing may have lost to a deadlock, and is then repeated
        assert told[0].journals == number
    assert books.faults() == []
