"""Shapes of the books: statements by cut, postings, periods, advances, own spending."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.fund.advances import AgeingBand
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Country,
    Day,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Sum,
    Text,
    Whole,
    Words,
)

_DOLLARS = "In US$"
_MEANT = "Only of"


class CutQuestion(Question):
    """For which day."""

    as_of = Day("Last day that counts; left out: today in Washington")


class PostingsQuestion(Question):
    """Which postings: what a figure of a statement says in its address `postings`."""

    kind = Text("Kinds of accounts, with spaces between", longest=300, required=True)
    memo = Text("Kinds of facts, with spaces between; none: all", longest=300)
    of = Text("What the account is of; with `/` at its end all below it", longest=300)
    case = Text(f"{_MEANT} this case", longest=40)
    gift = Text(f"{_MEANT} this contribution", longest=40)
    country = Text(f"{_MEANT} cases that this state asked for", longest=40)
    topic = Text(f"{_MEANT} cases of this topic", longest=40)
    line = Text(f"{_MEANT} this line of the budget", longest=300)
    since = Day("First day of the facts")
    until = Day("Last day of the facts")
    after = Text("Where to go on: `next` of the page before", longest=60)


class PeriodReason(Question):
    """Why."""

    reason = Text(longest=1_000, required=True)


class SpendingQuestion(Question):
    """Where the list goes on."""

    before = Text("Where to go on: `next` of the page before", longest=20)
    limit = Figure("How many at most", least=1, most=100, load_default=50)


class NewSpending(Question):
    """A payment of the fund itself."""

    category = Text("Kind of spending", longest=40, required=True)
    source = Text(
        "member_states, or an earmark of it: member_states/FUND-2026-0003",
        longest=80,
        required=True,
    )
    amount = Sum(_DOLLARS, required=True)
    document = Text("The plan or decision that approves it", longest=120, required=True)


class SpendingPayment(Question):
    """What the bank shows of a payment that was prepared."""

    paid_on = Day(required=True)
    bank_reference = Text("As on the statement of the bank", longest=120, required=True)


class SpendingDropped(Question):
    """Why a payment that was prepared is given up."""

    reason = Text(longest=1_000, required=True)


class FigureView(Answer):
    """One figure of a row."""

    column = Text("Stable name of the column")
    amount = Amount(_DOLLARS)
    postings = Text(
        "Address of its postings; null for one that follows from its neighbours", allow_none=True
    )
    entries = Several(Text(), "Keys of the journals that it is made of")


class PartRowView(Answer):
    """What a row is made of, where its parts are expected."""

    key = Text("What it is of")
    of = Text("A second code: a country, a donor, why it is expected", allow_none=True)
    title = Words(allow_none=True)
    illustrative = Flag("Demonstration data")
    due_on = Day(allow_none=True)
    figures = Several(fields.Nested(FigureView))


class CutRowView(PartRowView):
    """A row of a statement."""

    parts = Several(fields.Nested(PartRowView), "Of a month of the forecast; else none")


class CutView(Answer):
    """A statement of the fund on a day, by one cut."""

    statement = Text("Stable name")
    as_of = Day()
    currency = Text("ISO 4217 code")
    illustrative = Flag("Whether any part of it is a sample")
    columns = Several(Text(), "Stable names, in their order")
    rows = Several(fields.Nested(CutRowView))
    sum = fields.Nested(CutRowView, allow_none=True)
    rows_overlap = Flag("Whether rows share money, so that the sum counts less than they add up to")
    falls_short_in = Text("First month in which the forecast is short of cash", allow_none=True)


class PostingView(Answer):
    """One line of a journal."""

    journal = Text("Key of the journal")
    line = Whole()
    at = Day("Day of the fact")
    recorded_at = Instant()
    memo = Choice(tuple(str(each) for each in Memo))
    account = Text("Code of the account")
    amount = Amount("In US$, positive on the normal side of the account")
    note = Text(allow_none=True)
    case = Text("Reference of the case", allow_none=True)
    entry = Whole("Number of the entry in the trail of the case", allow_none=True)
    reference = Text("The bank's", allow_none=True)
    reverses = Text("Key of the journal that it undoes", allow_none=True)


class PostingPage(Answer):
    """Postings, newest first, and what all of them add up to."""

    kinds = Several(Choice(tuple(str(each) for each in Kind)))
    sum = Amount("Of all, not of this page")
    number = Whole("How many there are in all")
    postings = Several(fields.Nested(PostingView))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)


class PeriodEventView(Answer):
    """Something that happened to a period."""

    event = Text("closed, asked, reopened or kept")
    at = Instant()
    office = Text("The office that did it")
    reason = Text(allow_none=True)
    journals = Whole("How many journals it held when it was closed", allow_none=True)


class PeriodView(Answer):
    """A month or a year of the books."""

    period = Text("2026-03, or 2026")
    first_day = Day()
    last_day = Day()
    journals = Whole("How many lie in it")
    closed = Flag("Whether it takes no journal")
    asked = Flag("Whether reopening waits for a second person")
    events = Several(fields.Nested(PeriodEventView))


class PeriodPage(Answer):
    """Years and months from the first journal on, newest first, a year before its own."""

    periods = Several(fields.Nested(PeriodView))


class AdvanceView(Answer):
    """What of a paid tranche is neither accounted for nor paid back."""

    case = Text("Reference of the case")
    country = Country()
    title = Words()
    tranche = Whole()
    paid = Amount(_DOLLARS)
    owed = Amount(_DOLLARS)
    paid_on = Day()
    due_on = Day(allow_none=True)
    late = Whole("For how many days it is overdue")
    band = Choice(tuple(str(each) for each in AgeingBand))
    illustrative = Flag("Demonstration data")


class AdvancePage(Answer):
    """The ageing list: what is owed today, the longest overdue first."""

    as_of = Day()
    total = Amount(_DOLLARS)
    advances = Several(fields.Nested(AdvanceView))


class SpendingView(Answer):
    """A payment of the fund itself: one person prepared it, another pays it."""

    ref = Text()
    category = Text()
    source = Text()
    amount = Amount(_DOLLARS)
    document = Text()
    state = Choice(("waiting", "paid", "dropped"))
    prepared_at = Instant()
    ended_at = Instant(allow_none=True)
    paid_on = Day(allow_none=True)
    bank_reference = Text(allow_none=True)
    reason = Text("Why it was given up", allow_none=True)


class SpendingPage(Answer):
    """Own spending, the newest first."""

    spending = Several(fields.Nested(SpendingView))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)
