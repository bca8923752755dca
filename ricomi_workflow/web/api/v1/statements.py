"""The books: statements by every cut, postings, periods, advances, and what the fund spends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from ricomi_workflow.cases.models import case
from ricomi_workflow.fund import operating_expenses
from ricomi_workflow.fund.advances import list_case_advances
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import total
from ricomi_workflow.ledger import periods
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
from ricomi_workflow.web.api.fields import Nothing
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import statements as shapes
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, TREASURERS, amount_in, key_in

Shape = Mapping[str, object]
_GROUP = Group("books", "/fund", READERS, OFFICES)
_POSTINGS = "/api/v1/fund/postings"


def get_cut(call: Call, cut: str) -> Shape:
    """Read a statement of the fund by a cut: fund, donor, case, country, topic, year, forecast."""
    day = call.query.get("as_of", call.today)
    return _cut(call, make_breakdown(call.tx.connection, call.services, cut, day))


def get_budget_lines(call: Call, ref: str) -> Shape:
    """Read a case against the lines of its budget."""
    return _cut(call, by_budget_line(call.tx.connection, call.services, ref, call.today))


def list_postings(call: Call) -> Shape:
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
        "sum": str(amount),
        "number": number,
        "postings": [_posting(each) for each in shown],
        "next": _cursor(shown[-1]) if len(found) > PAGE else None,
    }


def list_periods(call: Call) -> Shape:
    """List years and months of the books: how many journals, open or closed, what happened."""
    found = periods.list_periods(call.tx.connection, call.today)
    return {"periods": [_period(each) for each in found]}


def close_period(call: Call, period: str) -> Shape:
    """Close a month or a year that is over: it takes no journal from now on."""
    periods.close_period(call.tx, period)
    return _period_now(call, period)


def ask_to_reopen(call: Call, period: str) -> Shape:
    """Ask that a closed period be reopened, and say why; nothing is open by that."""
    periods.request_reopening(call.tx, period, call.body["reason"])
    return _period_now(call, period)


def reopen_period(call: Call, period: str) -> Shape:
    """Agree that a period be reopened, as another person of another office."""
    periods.reopen_period(call.tx, period)
    return _period_now(call, period)


def keep_period_closed(call: Call, period: str) -> Shape:
    """Answer a request to reopen with no, or take it back."""
    periods.decline_reopening(call.tx, period, call.body["reason"])
    return _period_now(call, period)


def list_advances(call: Call) -> Shape:
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
        {
            "case": each.ref,
            "country": each.country,
            "title": each.title,
            "tranche": part.number,
            "paid": str(part.amount),
            "owed": str(part.owed),
            "paid_on": part.paid_on,
            "due_on": part.due_on,
            "late": part.late(today),
            "band": part.band(today),
            "illustrative": each.illustrative,
        }
        for each, part in found
    ]
    return {"as_of": today, "total": str(total(x.owed for _, x in found)), "advances": rows}


def list_spending(call: Call) -> Shape:
    """List what the fund itself spends, the newest first."""
    before, limit = call.query.get("before", ""), call.query["limit"]
    found = operating_expenses.list_expenses(call.tx.connection, before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "spending": [_spending(each) for each in shown],
        "next": shown[-1].ref if len(found) > limit else None,
    }


def get_spending(call: Call, spending: str) -> Shape:
    """Read a payment of the fund itself."""
    return _spending(operating_expenses.get_expense(call.tx.connection, spending))


def prepare_spending(call: Call) -> Shape:
    """Prepare a payment of the fund itself; another person pays it."""
    sent = call.body
    amount = amount_in(sent)
    said = operating_expenses.ExpenseRequest(
        sent["category"], sent["source"], amount, sent["document"]
    )
    return _spending_now(call, operating_expenses.prepare_expense(call.tx, said))


def pay_spending(call: Call, spending: str) -> Shape:
    """Record that the bank paid what another person prepared."""
    operating_expenses.pay_expense(call.tx, spending, **call.body)
    return _spending_now(call, spending)


def drop_spending(call: Call, spending: str) -> Shape:
    """Give up a payment that was prepared and is not paid."""
    operating_expenses.cancel_expense(call.tx, spending, reason=call.body["reason"])
    return _spending_now(call, spending)


def _cut(call: Call, made: Breakdown) -> Shape:
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


def _row(said: Mapping[str, Any]) -> Shape:
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


def _posting(found: Posting) -> Shape:
    same = ("line", "at", "recorded_at", "memo", "account", "note", "reference")
    return {
        **{name: getattr(found, name) for name in same},
        "journal": str(found.journal_id),
        "amount": str(found.amount),
        "case": found.case_ref,
        "entry": found.case_seq,
        "reverses": str(found.reverses) if found.reverses else None,
    }


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


def _period_now(call: Call, code: str) -> Shape:
    call.tx.flush()  # the answer shows the period as it is now
    one, today = periods.period_named(code), call.today
    found = {each.period.code: each for each in periods.list_periods(call.tx.connection, today)}
    events = periods.list_period_events(call.tx.connection, code)
    return _period(found.get(code, periods.PeriodStatus(one, 0, events)))


def _period(found: periods.PeriodStatus) -> Shape:
    return {
        "period": found.period.code,
        "first_day": found.period.first,
        "last_day": found.period.last,
        "journals": found.journals,
        "closed": found.is_closed,
        "asked": found.asked is not None,
        "events": found.events,
    }


def _spending_now(call: Call, ref: str) -> Shape:
    call.tx.flush()  # as above
    return get_spending(call, ref)


def _spending(found: operating_expenses.OperatingExpense) -> Shape:
    same = ("ref", "category", "source", "document", "prepared_at", "ended_at", "paid_on")
    return {
        **{name: getattr(found, name) for name in same},
        "amount": str(found.amount),
        "state": found.ended or "waiting",
        "bank_reference": found.bank_reference or None,
        "reason": found.reason or None,
    }


_PERIOD, _SPENDING = "/periods/{period}", "/spending/{spending}"
OPERATIONS = (
    _GROUP.read(get_cut, "/statements/{cut}", shapes.CutView, shapes.CutQuestion),
    _GROUP.read(get_budget_lines, "/statements/case/{ref}", shapes.CutView),
    _GROUP.read(list_postings, "/postings", shapes.PostingPage, shapes.PostingsQuestion),
    _GROUP.read(list_periods, "/periods", shapes.PeriodPage),
    _GROUP.act(close_period, f"{_PERIOD}/close", Nothing, shapes.PeriodView, TREASURERS),
    _GROUP.act(ask_to_reopen, f"{_PERIOD}/ask", shapes.PeriodReason, shapes.PeriodView),
    _GROUP.act(reopen_period, f"{_PERIOD}/reopen", Nothing, shapes.PeriodView),
    _GROUP.act(keep_period_closed, f"{_PERIOD}/keep", shapes.PeriodReason, shapes.PeriodView),
    _GROUP.read(list_advances, "/advances", shapes.AdvancePage),
    _GROUP.read(list_spending, "/spending", shapes.SpendingPage, shapes.SpendingQuestion),
    _GROUP.read(get_spending, _SPENDING, shapes.SpendingView),
    _GROUP.act(prepare_spending, "/spending", shapes.NewSpending, shapes.SpendingView),
    _GROUP.act(pay_spending, f"{_SPENDING}/payment", shapes.SpendingPayment, shapes.SpendingView),
    _GROUP.act(drop_spending, f"{_SPENDING}/drop", shapes.SpendingDropped, shapes.SpendingView),
)
