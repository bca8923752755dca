"""Reads the books for statements: postings summed by account, kind of fact, year and case.

`sum_postings` reads the whole fund in one statement; breakdowns add up what they need of it.
`list_postings` and `get_posting_total` answer one query (`rules.PostingQuery`) from the rows, so
that a figure can be checked against the books. `sum_late_entries`: what was recorded after a day
for that day or one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, extract, false, func, literal_column, or_, select, tuple_
from sqlalchemy import case as case_when

from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.db.schema import JsonText
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import SIDES, Kind, Memo
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.statements.rules import PostingQuery, PostingSum

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

PAGE = 50
NO_TOPIC = "none"
Columns = TypeVarTuple("Columns")
PostingKey = tuple[date, int, int]  # day of the fact, journal, line


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a statement says of a case besides its money."""

    id: int
    ref: str
    country: str
    title: Mapping[str, str]
    topics: tuple[str, ...]  # `NO_TOPIC` when it names none
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of a journal as a list shows it; `amount` is positive on its normal side."""

    journal_id: int
    line: int
    at: date
    recorded_at: datetime
    memo: Memo
    account: str
    amount: Money
    note: str | None
    case_ref: str | None
    case_seq: int | None
    reference: str | None
    reverses: int | None

    @property
    def place(self) -> PostingKey:
        """Where it stands in the list, to go on from."""
        return self.at, self.journal_id, self.line


def sum_postings(connection: Connection, until: date) -> list[PostingSum]:
    """Everything that moved in the fund's own books, in US dollars, up to that day included."""
    year = extract("year", journal.c.at).label("year")
    note = case_when((account.c.kind == Kind.COFINANCED.value, posting.c.note)).label("note")
    grouped = (account.c.kind, account.c.code, journal.c.memo, year, case.c.ref, note)
    rows = connection.execute(
        select(*grouped, func.sum(posting.c.amount))
        .select_from(posting)
        .join(account, account.c.id == posting.c.account_id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(*_of_the_fund(), journal.c.at <= until)
        .group_by(*grouped)
    )
    return [
        PostingSum(
            Kind(kind),
            code.partition(":")[2],
            Memo(memo),
            int(year),
            ref or "",
            note or "",
            int(minor) * SIDES[Kind(kind)],
        )
        for kind, code, memo, year, ref, note, minor in rows
    ]


def list_case_facts(connection: Connection, forms: Mapping[str, str]) -> dict[str, CaseFacts]:
    """The cases for which the fund ever held money, by reference.

    `forms` names by kind the form that opens a case, whose newest version says the topics.
    """
    newer = submission.alias()
    opens = [and_(case.c.kind == kind, submission.c.form == form) for kind, form in forms.items()]
    topics = submission.c["values"].op("->", return_type=JsonText())(literal_column("'topics'"))
    rows = connection.execute(
        select(case.c.id, case.c.ref, case.c.country, case.c.title, case.c.illustrative,
               topics.label("topics"))
        .select_from(case)
        .outerjoin(
            submission,
            and_(
                submission.c.case_id == case.c.id,
                or_(false(), *opens),
                ~exists().where(
                    newer.c.case_id == submission.c.case_id,
                    newer.c.form == submission.c.form,
                    newer.c.number > submission.c.number,
                ),
            ),
        )
        .where(~case.c.exercise, exists().where(journal.c.case_id == case.c.id))
        .order_by(case.c.ref)
    )  # fmt: skip
    return {
        row.ref: from_row(
            CaseFacts,
            row,
            title=row.title or {},
            topics=tuple(str(topic) for topic in row.topics or (NO_TOPIC,)),
        )
        for row in rows
    }


def list_postings(
    connection: Connection,
    query: PostingQuery,
    known: Mapping[str, CaseFacts],
    *,
    public: bool = False,
    after: PostingKey | None = None,
    limit: int = PAGE,
) -> list[Posting]:
    """The postings that answer `query`, newest first, from behind `after`.

    `public`: without those of requests that are not funded, of which everybody reads only the sum
    over all of them.
    """
    key = tuple_(journal.c.at, posting.c.journal_id, posting.c.line)
    where = [key < tuple_(*after)] if after else []
    if public:
        where.append(_is_named_publicly())
    columns = (
        posting.c.journal_id,
        posting.c.line,
        journal.c.at,
        journal.c.recorded_at,
        journal.c.memo,
        account.c.code,
        posting.c.amount,
        account.c.side,
        posting.c.note,
        case.c.ref,
        journal.c.case_seq,
        journal.c.reference,
        journal.c.reverses,
    )
    rows = connection.execute(
        _matching(select(*columns), query, known)
        .where(*where)
        .order_by(journal.c.at.desc(), posting.c.journal_id.desc(), posting.c.line.desc())
        .limit(limit)
    )
    return [
        Posting(journal_id, line, at, recorded, Memo(memo), code, Money(amount * side), *rest)
        for journal_id, line, at, recorded, memo, code, amount, side, *rest in rows
    ]


def get_posting_total(
    connection: Connection,
    query: PostingQuery,
    known: Mapping[str, CaseFacts],
    *,
    public: bool = False,
    unnamed: bool = False,
) -> tuple[Money, int]:
    """What the postings that answer `query` add up to, and how many they are.

    `unnamed`: only those that everybody reads as a sum. `public`: without these where `query` would
    single some of them out.
    """
    where = [~_is_named_publicly()] if unnamed else []
    if public and query.singles_out:
        where.append(_is_named_publicly())
    amount, number = connection.execute(
        _matching(
            select(func.sum(posting.c.amount * account.c.side), func.count(posting.c.line)),
            query,
            known,
        ).where(*where)
    ).one()
    return Money(int(amount or 0)), number


def list_journal_ids(
    connection: Connection, query: PostingQuery, known: Mapping[str, CaseFacts]
) -> list[int]:
    """The ids of the journals that answer `query`, oldest first."""
    asked = _matching(select(posting.c.journal_id).distinct(), query, known)
    return list(connection.execute(asked.order_by(posting.c.journal_id)).scalars())


def _matching(
    asked: Select[*Columns], query: PostingQuery, known: Mapping[str, CaseFacts]
) -> Select[*Columns]:
    return (
        asked.select_from(posting)
        .join(account, account.c.id == posting.c.account_id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(*_of_the_fund(), *_conditions(query, known))
    )


def _conditions(
    query: PostingQuery, known: Mapping[str, CaseFacts]
) -> Sequence[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [account.c.kind.in_([kind.value for kind in query.kinds])]
    if query.memos:
        where.append(journal.c.memo.in_([memo.value for memo in query.memos]))
    if query.of:
        codes = [f"{kind}:{query.of}" for kind in query.kinds]
        under = [account.c.code.startswith(code, autoescape=True) for code in codes]
        where.append(or_(*under) if query.of.endswith("/") else account.c.code.in_(codes))
    if query.case:
        where.append(case.c.ref == query.case)
    if query.country:
        where.append(case.c.country == query.country)
    if query.topic:
        ids = [each.id for each in known.values() if query.topic in each.topics]
        where.append(journal.c.case_id.in_(ids))
    if query.gift:
        only = and_(posting.c.note.is_(None), posting.c.journal_id.in_(_journals_of(query.gift)))
        where.append(or_(posting.c.note == query.gift, only))
    if query.line:
        where.append(posting.c.note == query.line)
    if query.since:
        where.append(journal.c.at >= query.since)
    if query.until:
        where.append(journal.c.at <= query.until)
    return where


def _is_named_publicly() -> ColumnElement[bool]:
    """Of no case, or of one that was funded, so that everybody may read of it."""
    funded = select(journal.c.case_id).where(journal.c.memo == Memo.COMMITMENT.value)
    return or_(journal.c.case_id.is_(None), journal.c.case_id.in_(funded))


def _journals_of(gift: str) -> Select[tuple[int]]:
    """The journals that moved the pledge of a contribution."""
    pledge_account, moved = account.alias(), posting.alias()
    return (
        select(moved.c.journal_id)
        .join(pledge_account, pledge_account.c.id == moved.c.account_id)
        .where(pledge_account.c.code == f"{Kind.PLEDGED}:{gift}")
    )


def _of_the_fund() -> tuple[ColumnElement[bool], ...]:
    """Of the fund's own books and in its own currency: exercises move play money."""
    return ~account.c.exercise, account.c.currency == BOOK_CURRENCY


def donors_by_contribution(connection: Connection) -> dict[str, str]:
    """Who gave each contribution, by its reference: an ISO code or a name."""
    rows = connection.execute(select(contribution.c.ref, contribution.c.donor))
    return {row.ref: row.donor for row in rows}


def list_available(connection: Connection) -> dict[str, Money]:
    """The available balance of each source and earmarked contribution, unless it is zero."""
    rows = connection.execute(
        select(account.c.code, account.c.balance, account.c.side)
        .where(account.c.kind == Kind.AVAILABLE.value, ~account.c.exercise, account.c.balance != 0)
        .order_by(account.c.code)
    )
    return {row.code.partition(":")[2]: Money(row.balance * row.side) for row in rows}


LATE_KINDS = (  # kinds of account whose sums are figures of the account
    Kind.CASH,
    Kind.FOREIGN_VALUE,
    Kind.AVAILABLE,
    Kind.RESERVED,
    Kind.COMMITTED,
    Kind.OBLIGATED,
    Kind.DISBURSED,
    Kind.ADVANCES,
    Kind.EXPENDITURE,
    Kind.ICR,
    Kind.OPERATIONS,
    Kind.DUE_TO_DONORS,
    Kind.PLEDGED,
)


def sum_late_entries(connection: Connection, as_of: date, zone: str) -> Mapping[Kind, Money]:
    """By kind of account what facts up to `as_of` add that were recorded after it, in US$.

    A day ends at midnight in `zone`. What adds nothing is left out; after the last day that a
    calendar has, nothing is recorded.
    """
    if as_of == date.max:
        return {}
    ended = datetime.combine(as_of + timedelta(days=1), time.min, ZoneInfo(zone))
    rows = connection.execute(
        select(account.c.kind, func.sum(posting.c.amount))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            journal.c.at <= as_of,
            journal.c.recorded_at >= ended,
            ~account.c.exercise,
            account.c.currency == BOOK_CURRENCY,
            account.c.kind.in_([str(kind) for kind in LATE_KINDS]),
        )
        .group_by(account.c.kind)
    )
    sums = {Kind(kind): int(minor) * SIDES[Kind(kind)] for kind, minor in rows}
    return {kind: Money(sums[kind]) for kind in LATE_KINDS if sums.get(kind)}


def late_entries_json(parts: Mapping[Kind, Money]) -> list[Json]:
    """The same for machines: amounts as plain text with two decimals."""
    return [{"kind": kind.value, "amount": str(amount)} for kind, amount in parts.items()]
