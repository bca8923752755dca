"""The books: statements by every cut, postings, periods, advances, and what the fund spends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from ricomi_workflow.cases.models import case
from ricomi_workflow.fund import operating_expenses
from ricomi_workflow.fund.advances import AgeingBand, CaseAdvances, list_case_advances
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import total
from ricomi_workflow.ledger import periods
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements import ledger_facts
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.ledger_facts import (
    PAGE,
    Posting,
    PostingKey,
    get_posting_total,
    list_case_facts,
)
from ricomi_workflow.statements.rules import Breakdown, PostingQuery, parse_posting_query
from ricomi_workflow.statements.statement_types import by_budget_line, make_breakdown, opening_forms
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import NEXT, Extended, many, one, question, resource
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, TREASURERS, amount_in, key_in

_GROUP = Group("books", "/fund", READERS, OFFICES)
_POSTINGS = "/api/v1/fund/postings"


_DOLLARS = "In US$"
_MEANT = "Only of"

CutQuestion = question(
    "CutQuestion", as_of=fields.Day("Last day that counts; left out: today in Washington")
)
PostingsQuestion = question(
    "PostingsQuestion",
    kind=fields.Text("Kinds of accounts, with spaces between", longest=300, required=True),
    memo=fields.Text("Kinds of facts, with spaces between; none: all", longest=300),
    of=fields.Text("What the account is of; with `/` at its end all below it", longest=300),
    case=fields.Text(f"{_MEANT} this case", longest=40),
    gift=fields.Text(f"{_MEANT} this contribution", longest=40),
    country=fields.Text(f"{_MEANT} cases that this state asked for", longest=40),
    topic=fields.Text(f"{_MEANT} cases of this topic", longest=40),
    line=fields.Text(f"{_MEANT} this line of the budget", longest=300),
    since=fields.Day("First day of the facts"),
    until=fields.Day("Last day of the facts"),
    after=fields.Text("Where to go on: `next` of the page before", longest=60),
)
PeriodReason = question("PeriodReason", reason=fields.Text(longest=1000, required=True))
SpendingQuestion = question(
    "SpendingQuestion",
    before=fields.Text("Where to go on: `next` of the page before", longest=20),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=50),
)
NewSpending = question(
    "NewSpending",
    category=fields.Text("Kind of spending", longest=40, required=True),
    source=fields.Text(
        "member_states, or an earmark of it: member_states/FUND-2026-0003",
        longest=80,
        required=True,
    ),
    amount=fields.Sum(_DOLLARS, required=True),
    document=fields.Text("The plan or decision that approves it", longest=120, required=True),
)
SpendingPayment = question(
    "SpendingPayment",
    paid_on=fields.Day(required=True),
    bank_reference=fields.Text("As on the statement of the bank", longest=120, required=True),
)
SpendingDropped = question("SpendingDropped", reason=fields.Text(longest=1000, required=True))
FigureView = resource(
    "FigureView",
    column=fields.Text("Stable name of the column"),
    amount=fields.Amount(_DOLLARS),
    postings=fields.Text(
        "Address of its postings; null for one that follows from its neighbours", allow_none=True
    ),
    entries=fields.Several(fields.Text(), "Keys of the journals that it is made of"),
)
PartRowView = resource(
    "PartRowView",
    key=fields.Text("What it is of"),
    of=fields.Text("A second code: a country, a donor, why it is expected", allow_none=True),
    title=fields.Words(allow_none=True),
    illustrative=fields.Flag("Demonstration data"),
    due_on=fields.Day(allow_none=True),
    figures=many(FigureView),
)
CutRowView = resource(
    "CutRowView", PartRowView, parts=many(PartRowView, "Of a month of the forecast; else none")
)
CutView = resource(
    "CutView",
    statement=fields.Text("Stable name"),
    as_of=fields.Day(),
    currency=fields.Text("ISO 4217 code"),
    illustrative=fields.Flag("Whether any part of it is a sample"),
    columns=fields.Several(fields.Text(), "Stable names, in their order"),
    rows=many(CutRowView),
    sum=one(CutRowView, allow_none=True),
    rows_overlap=fields.Flag(
        "Whether rows share money, so that the sum counts less than they add up to"
    ),
    falls_short_in=fields.Text(
        "First month in which the forecast is short of cash", allow_none=True
    ),
)
PostingView = resource(
    "PostingView",
    Posting,
    "line recorded_at memo note",
    journal=fields.Text("Key of the journal", attribute="journal_id"),
    at="Day of the fact",
    account="Code of the account",
    amount="In US$, positive on the normal side of the account",
    case=fields.Text("Reference of the case", allow_none=True, attribute="case_ref"),
    entry=fields.Whole(
        "Number of the entry in the trail of the case", allow_none=True, attribute="case_seq"
    ),
    reference="The bank's",
    reverses=fields.Text("Key of the journal that it undoes", allow_none=True),
)
PostingPage = resource(
    "PostingPage",
    kinds=fields.Several(fields.Choice(Kind)),
    sum=fields.Amount("Of all, not of this page"),
    number=fields.Whole("How many there are in all"),
    postings=many(PostingView),
    next=NEXT,
)
PeriodEventView = resource(
    "PeriodEventView",
    periods.PeriodEvent,
    "at reason",
    event=fields.Text("closed, asked, reopened or kept"),
    office="The office that did it",
    journals="How many journals it held when it was closed",
)
PeriodView = resource(
    "PeriodView",
    periods.PeriodStatus,
    period=fields.Text("2026-03, or 2026", attribute="period.code"),
    first_day=fields.Day(attribute="period.first"),
    last_day=fields.Day(attribute="period.last"),
    journals="How many lie in it",
    closed=fields.Flag("Whether it takes no journal", attribute="is_closed"),
    asked=fields.Flag("Whether reopening waits for a second person"),
    events=many(PeriodEventView),
)
PeriodPage = resource("PeriodPage", periods=many(PeriodView))
AdvanceView = resource(
    "AdvanceView",
    CaseAdvances,
    "title",
    country=fields.Country(),
    case=fields.Text("Reference of the case", attribute="ref"),
    tranche=fields.Whole(attribute="part.number"),
    paid=fields.Amount(_DOLLARS, attribute="part.amount"),
    owed=fields.Amount(_DOLLARS, attribute="part.owed"),
    paid_on=fields.Day(attribute="part.paid_on"),
    due_on=fields.Day(allow_none=True, attribute="part.due_on"),
    late=fields.Whole("For how many days it is overdue"),
    band=fields.Choice(AgeingBand),
    illustrative="Demonstration data",
)
AdvancePage = resource(
    "AdvancePage", as_of=fields.Day(), total=fields.Amount(_DOLLARS), advances=many(AdvanceView)
)
SpendingView = resource(
    "SpendingView",
    operating_expenses.OperatingExpense,
    exclude="id prepared_by ended ended_by",
    amount=_DOLLARS,
    state=fields.Choice(("waiting", "paid", "dropped")),
    bank_reference=fields.TextOrNull(),
    reason=fields.TextOrNull("Why it was given up"),
)
SpendingPage = resource("SpendingPage", spending=many(SpendingView), next=NEXT)


def get_cut(call: Call, cut: str) -> object:
    """Read a statement of the fund by a cut: fund, donor, case, country, topic, year, forecast."""
    day = call.query.get("as_of", call.today)
    return _cut(call, make_breakdown(call.tx.connection, call.services, cut, day))


def get_budget_lines(call: Call, ref: str) -> object:
    """Read a case against the lines of its budget."""
    return _cut(call, by_budget_line(call.tx.connection, call.services, ref, call.today))


def list_postings(call: Call) -> object:
    """List the postings that a figure is made of, newest first."""
    words = {name: str(value) for name, value in call.query.items() if name != "after"}
    ask, after = parse_posting_query(words), _place(call.query.get("after", ""))
    connection = call.tx.connection
    known = list_case_facts(connection, opening_forms(call.services))
    found = ledger_facts.list_postings(connection, ask, known, after=after, limit=PAGE + 1)
    amount, number = get_posting_total(connection, ask, known)
    shown = found[:PAGE]
    return {
        "kinds": ask.kinds,
        "sum": amount,
        "number": number,
        "postings": shown,
        "next": _cursor(shown[-1]) if len(found) > PAGE else None,
    }


def list_periods(call: Call) -> object:
    """List years and months of the books: how many journals, open or closed, what happened."""
    return {"periods": periods.list_periods(call.tx.connection, call.today)}


def close_period(call: Call, period: str) -> object:
    """Close a month or a year that is over: it takes no journal from now on."""
    periods.close_period(call.tx, period)
    return _period_now(call, period)


def ask_to_reopen(call: Call, period: str) -> object:
    """Ask that a closed period be reopened, and say why; nothing is open by that."""
    periods.request_reopening(call.tx, period, call.body["reason"])
    return _period_now(call, period)


def reopen_period(call: Call, period: str) -> object:
    """Agree that a period be reopened, as another person of another office."""
    periods.reopen_period(call.tx, period)
    return _period_now(call, period)


def keep_period_closed(call: Call, period: str) -> object:
    """Answer a request to reopen with no, or take it back."""
    periods.decline_reopening(call.tx, period, call.body["reason"])
    return _period_now(call, period)


def list_advances(call: Call) -> object:
    """List what institutions hold and have not accounted for, the longest overdue first."""
    today = call.today
    found = [
        (each, part)
        for each in list_case_advances(call.tx.connection, ~case.c.exercise)
        for part in each.owing
        if part.owed
    ]
    found.sort(key=lambda pair: (-pair[1].late(today), pair[1].due_on or date.max, pair[0].ref))
    rows = [
        Extended(each, part=part, late=part.late(today), band=part.band(today))
        for each, part in found
    ]
    return {"as_of": today, "total": total(x.owed for _, x in found), "advances": rows}


def list_spending(call: Call) -> object:
    """List what the fund itself spends, the newest first."""
    before, limit = call.query.get("before", ""), call.query["limit"]
    found = operating_expenses.list_expenses(call.tx.connection, before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "spending": [_spending(each) for each in shown],
        "next": shown[-1].ref if len(found) > limit else None,
    }


def get_spending(call: Call, spending: str) -> object:
    """Read a payment of the fund itself."""
    return _spending(operating_expenses.get_expense(call.tx.connection, spending))


def prepare_spending(call: Call) -> object:
    """Prepare a payment of the fund itself; another person pays it."""
    sent = call.body
    amount = amount_in(sent)
    said = operating_expenses.ExpenseRequest(
        sent["category"], sent["source"], amount, sent["document"]
    )
    return _spending_now(call, operating_expenses.prepare_expense(call.tx, said))


def pay_spending(call: Call, spending: str) -> object:
    """Record that the bank paid what another person prepared."""
    operating_expenses.pay_expense(call.tx, spending, **call.body)
    return _spending_now(call, spending)


def drop_spending(call: Call, spending: str) -> object:
    """Give up a payment that was prepared and is not paid."""
    operating_expenses.cancel_expense(call.tx, spending, reason=call.body["reason"])
    return _spending_now(call, spending)


def _cut(call: Call, made: Breakdown) -> object:
    known = list_case_facts(call.tx.connection, opening_forms(call.services))
    entries = JournalIndex(call.tx.connection, known, made.as_of)
    told: Mapping[str, Any] = breakdown_json(made, entries, _address)
    return {
        **told,
        "as_of": made.as_of,
        "rows": [_row(each) for each in told["rows"]],
        "sum": _row(told["sum"]) if told["sum"] else None,
        "falls_short_in": told.get("falls_short_in"),
    }


def _row(said: Mapping[str, Any]) -> object:
    """A row whose figures are a list, and in which nothing is left out."""
    due_on = said.get("due_on")
    return {
        **said,
        "due_on": date.fromisoformat(due_on) if due_on else None,
        "figures": [
            {"postings": None, "entries": [], **figure, "column": column}
            for column, figure in said["figures"].items()
        ],
        "parts": [_row(part) for part in said.get("parts", ())],
    }


def _address(ask: PostingQuery | None) -> str:
    return f"{_POSTINGS}?{urlencode(ask.words())}" if ask else ""


def _cursor(last: Posting) -> str:
    day, journal, line = last.place
    return f"{day.isoformat()}.{journal}.{line}"


def _place(cursor: str) -> PostingKey | None:
    """Where a list of postings goes on. Raises `Invalid`."""
    if not cursor:
        return None
    try:
        day, journal, line = cursor.split(".")
        return date.fromisoformat(day), key_in(journal), key_in(line)
    except ValueError:
        raise Invalid([FieldError("after", "cursor")]) from None


def _period_now(call: Call, code: str) -> object:
    call.tx.flush()  # the answer shows the period as it is now
    one, today = periods.period_named(code), call.today
    found = {each.period.code: each for each in periods.list_periods(call.tx.connection, today)}
    events = periods.list_period_events(call.tx.connection, code)
    return found.get(code, periods.PeriodStatus(one, 0, events))


def _spending_now(call: Call, ref: str) -> object:
    call.tx.flush()  # as above
    return get_spending(call, ref)


def _spending(found: operating_expenses.OperatingExpense) -> Extended:
    return Extended(found, state=found.ended or "waiting")


_PERIOD, _SPENDING = "/periods/{period}", "/spending/{spending}"
OPERATIONS = (
    _GROUP.read(get_cut, "/statements/{cut}", CutView, CutQuestion),
    _GROUP.read(get_budget_lines, "/statements/case/{ref}", CutView),
    _GROUP.read(list_postings, "/postings", PostingPage, PostingsQuestion),
    _GROUP.read(list_periods, "/periods", PeriodPage),
    _GROUP.act(close_period, f"{_PERIOD}/close", fields.Nothing, PeriodView, TREASURERS),
    _GROUP.act(ask_to_reopen, f"{_PERIOD}/ask", PeriodReason, PeriodView),
    _GROUP.act(reopen_period, f"{_PERIOD}/reopen", fields.Nothing, PeriodView),
    _GROUP.act(keep_period_closed, f"{_PERIOD}/keep", PeriodReason, PeriodView),
    _GROUP.read(list_advances, "/advances", AdvancePage),
    _GROUP.read(list_spending, "/spending", SpendingPage, SpendingQuestion),
    _GROUP.read(get_spending, _SPENDING, SpendingView),
    _GROUP.act(prepare_spending, "/spending", NewSpending, SpendingView),
    _GROUP.act(pay_spending, f"{_SPENDING}/payment", SpendingPayment, SpendingView),
    _GROUP.act(drop_spending, f"{_SPENDING}/drop", SpendingDropped, SpendingView),
)
