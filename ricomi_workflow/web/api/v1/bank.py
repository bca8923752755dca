"""The bank beside the books: statements, lines, reconciliation; imports, matches and their undoing.

Nothing posts by itself: a match says that a line and a posting are the same fact.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date

from ricomi_workflow.bank import commands, queries, rows
from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.matching import (
    BankLine,
    CashPosting,
    Explanation,
    Proposal,
    propose_matches,
)
from ricomi_workflow.bank.reconciliation import MatchDifference, Reconciliation, StatementSpan
from ricomi_workflow.bank.rows import Match, StoredFile, StoredStatement
from ricomi_workflow.bank.statement import LARGEST_FILE
from ricomi_workflow.bank.statement_import import check_statements
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.ledger.bank_accounts import BankAccount, bank_account, bank_accounts
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import NEXT, Extended, many, parts, question, resource
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, amount_in, key_in

_GROUP = Group("bank", "/fund/bank", READERS, OFFICES)
_PROPOSALS = 50  # who confirms has to read them
_CURRENCY = fields.Text("ISO 4217 code of the account")
_SIGNED = "As the owner of the account sees it: positive is money that came in"
_MORE = "What the bank has more"
_UNTIL = "Last day of which the bank has told"
_CLEAR = fields.Flag(
    "Whether nothing is left to look at but what is on its way", attribute="is_clear"
)

ReconciliationQuestion = question(
    "ReconciliationQuestion", on=fields.Day("The day; left out: today in Washington")
)
StatementsQuestion = question(
    "StatementsQuestion",
    before=fields.Text("Where to go on: `next` of the page before", longest=40),
)
LinesQuestion = question(
    "LinesQuestion",
    after=fields.Figure("Position of the last line of the page before", least=0, load_default=0),
)
NewBankFile = question(
    "NewBankFile",
    name=fields.Text("Its name", longest=200, required=True),
    content=fields.Text("Its bytes, as base64", longest=7_000_000, required=True),
    opening=fields.Sum("The opening balance, for tables without balances"),
    closing=fields.Sum("The closing balance, for tables without balances"),
)
PostingNamed = question(
    "PostingNamed",
    journal=fields.Key("Key of the journal", required=True),
    line=fields.Whole("Number of its line", required=True),
)
NewMatch = question(
    "NewMatch",
    lines=fields.Several(fields.Key("Key of a line"), "Lines of the bank", load_default=list),
    postings=parts(PostingNamed, "Postings of the books", load_default=list),
    explanation=fields.Choice(Explanation, "Needed for a difference"),
    note=fields.Text("Needed for a difference", longest=500, load_default=""),
)
WhyUndone = question("WhyUndone", reason=fields.Text(longest=500, required=True))

LineView = resource(
    "LineView",
    BankLine,
    exclude="id",
    key=fields.Key(attribute="id"),
    amount=_SIGNED,
    references="The bank's own first",
)
FactView = resource(
    "FactView",
    CashPosting,
    exclude="journal_id actor_id reverses",
    journal=fields.Key("Key of the journal", attribute="journal_id"),
    line="Number of its line",
    amount=_SIGNED,
    memo="Kind of fact",
    reference="The bank's, as it was recorded",
    named="The case or the contribution; empty where it is of none",
)
StatementLineView = resource(
    "StatementLineView",
    LineView,
    position=fields.Whole(),
    balance=fields.Amount("What the account held after it"),
    match=fields.Key("Key of its match; null while it stands in none", allow_none=True),
)
SpanView = resource(
    "SpanView",
    StatementSpan,
    exclude="id",
    key=fields.Key(attribute="id"),
    name="As the bank calls it",
    sequence="The bank's own counting",
    lines=fields.Whole("How many"),
    matched=fields.Whole("How many of them stand in a match"),
    imported_at=fields.Instant(),
    set_aside=fields.TextOrNull("Why it was set aside; null while it stands"),
)
SpanPage = resource(
    "SpanPage", account=fields.Text(), currency=_CURRENCY, statements=many(SpanView), next=NEXT
)
SpanDetail = resource(
    "SpanDetail",
    SpanView,
    account=fields.Text(),
    currency=_CURRENCY,
    page=many(StatementLineView),
    next=fields.Whole("Position to go on after; null on the last page", allow_none=True),
)
AccountView = resource(
    "AccountView",
    BankAccount,
    currency="ISO 4217 code of the account",
    illustrative="Demonstration data",
    books=fields.Amount("What the books say today"),
    bank=fields.Amount("What the bank says; 0.00 before the first statement"),
    known_until=fields.Day(_UNTIL, allow_none=True),
    open_lines=fields.Whole("Lines in no match"),
    clear=_CLEAR,
)
AccountPage = resource("AccountPage", accounts=many(AccountView))
GapView = resource(
    "GapView",
    before=fields.Text("Name of the statement before", attribute="before.name"),
    after=fields.Text("Name of the statement after", attribute="after.name"),
    first_day=fields.Day(),
    last_day=fields.Day(),
    amount=fields.Amount("What moved without a statement"),
)
ExplainedView = resource(
    "ExplainedView",
    MatchDifference,
    exclude="match_id",
    match=fields.Key("Key of the match", attribute="match_id"),
    amount=_MORE,
    explanation=fields.Text("Null where the other side comes after the day", allow_none=True),
)
# The bank is the books, start, missing and only_in_bank, less only_in_books, and differing.
ReconciliationView = resource(
    "ReconciliationView",
    Reconciliation,
    exclude="day",
    currency=fields.Text("ISO 4217 code of the account", attribute="bank.currency"),
    on=fields.Day(attribute="day"),
    known_until=_UNTIL,
    start="What the first statement opened with beyond the books",
    missing="What all gaps add up to",
    only_in_bank="",
    only_in_books="",
    differing="What the explained matches add up to",
    expected="What the bank should hold by all of these",
    holds="Whether they explain the whole difference",
    clear=_CLEAR,
    gaps=many(GapView),
    in_bank=many(LineView, "Lines without a fact"),
    in_books=many(FactView, "Facts without a line"),
    explained=many(ExplainedView),
)
FoundView = resource(
    "FoundView",
    StatementSpan,
    "first_day last_day opening closing",
    name="As the bank calls it",
    lines=fields.Whole(),
    known=fields.Key("Key of the statement, when it was imported already", allow_none=True),
    refusal=fields.Text(
        "Code of what stands against its import", allow_none=True, attribute="refusal.code"
    ),
)
BankFileView = resource(
    "BankFileView",
    StoredFile,
    "account name sha256",
    key=fields.Key(attribute="id"),
    statements=many(FoundView),
)
ImportedView = resource(
    "ImportedView",
    commands.ImportResult,
    new=fields.Several(fields.Key(), "Keys of the statements that are new"),
    known=fields.Several(fields.Key(), "Keys of those that were known"),
)
ProposalView = resource(
    "ProposalView",
    Proposal,
    exclude="facts",
    lines=many(LineView),
    postings=many(FactView, attribute="facts"),
    difference=_MORE,
)
ProposalPage = resource(
    "ProposalPage", account=fields.Text(), currency=_CURRENCY, proposals=many(ProposalView)
)
MatchView = resource(
    "MatchView",
    Match,
    exclude="id facts grounds by",
    key=fields.Key(attribute="id"),
    lines=many(LineView),
    postings=many(FactView, attribute="facts"),
    difference=_MORE,
    explanation=fields.Text(allow_none=True),
    undone=fields.Flag(),
)


def list_bank_accounts(call: Call) -> object:
    """List the accounts of the fund at banks: what the bank says, what the books say."""
    known, connection = bank_formats(), call.tx.connection
    found = []
    for each in bank_accounts().values():
        if each.code in known:
            report = queries.reconcile(connection, each.code, call.today)
            told = {name: getattr(report, name) for name in ("books", "bank", "known_until")}
            lines = queries.count_unmatched_lines(connection, each.code)
            found.append(Extended(each, **told, is_clear=report.is_clear, open_lines=lines))
    return {"accounts": found}


def list_bank_statements(call: Call, account: str) -> object:
    """List the statements of an account, newest first, those set aside among them."""
    currency = bank_account(account).currency
    before = _before(call.query.get("before", ""))
    found = queries.list_statements(call.tx.connection, account, before=before)
    last = found[-1].span if len(found) == queries.PAGE else None
    return {
        "account": account,
        "currency": currency,
        "statements": [_statement(each) for each in found],
        "next": f"{last.first_day.isoformat()}.{last.id}" if last else None,
    }


def get_bank_statement(call: Call, statement: str) -> object:
    """Read one statement with a page of its lines."""
    connection = call.tx.connection
    found = queries.get_statement(connection, key_in(statement))
    lines = queries.list_statement_lines(connection, found.span.id, after=call.query["after"])
    more = lines[-1][0] if lines and lines[-1][0] < found.lines else None
    return Extended(
        _statement(found),
        account=found.account,
        currency=found.span.opening.currency,
        page=[
            Extended(line, position=position, balance=balance, match=match)
            for position, line, balance, match in lines
        ],
        next=more,
    )


def get_reconciliation(call: Call, account: str) -> object:
    """Read the bank against the books of one account on a day, item by item."""
    day = min(call.query.get("on", call.today), call.today)
    bank_account(account)
    return queries.reconcile(call.tx.connection, account, day)


def list_proposals(call: Call, account: str) -> object:
    """List which lines and postings may be the same, and on what grounds."""
    currency = bank_account(account).currency
    connection = call.tx.connection
    since = queries.first_matching_day(connection, account)
    facts = rows.list_unmatched_postings(connection, account, since) if since else []
    found = propose_matches(
        rows.list_unmatched_lines(connection, account), facts, bank_formats()[account].window_days
    )
    return {"account": account, "currency": currency, "proposals": found[:_PROPOSALS]}


def get_match(call: Call, match: str) -> object:
    """Read a match, standing or undone."""
    found = queries.get_match(call.tx.connection, key_in(match))
    return Extended(found, undone=queries.is_undone(call.tx.connection, found.id))


def receive_bank_file(call: Call, account: str) -> object:
    """Keep a file of the bank, and say what it holds; nothing is imported yet."""
    sent, currency = call.body, bank_account(account).currency
    given = {n: amount_in(sent, n, currency) for n in ("opening", "closing") if n in sent}
    content = _content(sent["content"])
    key = commands.receive_file(call.tx, account, sent["name"], content, **given)
    file = queries.get_file(call.tx.connection, key)
    found = [
        Extended(
            each.statement,
            lines=len(each.statement.lines),
            known=each.known,
            refusal=each.refusal,
        )
        for each in check_statements(call.tx.connection, file)
    ]
    return Extended(file, statements=found)


def import_bank_file(call: Call, paper: str) -> object:
    """Import the statements of a file; those known already are left as they are."""
    return commands.import_file(call.tx, key_in(paper))


def set_statement_aside(call: Call, statement: str) -> object:
    """Set a statement aside that was imported by mistake; it stays on record with the reason."""
    key = key_in(statement)
    commands.withdraw_statement(call.tx, key, call.body["reason"])
    call.tx.flush()  # the answer shows the statement as it is now
    return _statement(queries.get_statement(call.tx.connection, key))


def match_lines(call: Call, account: str) -> object:
    """Say that lines of the bank and postings of the books are the same fact."""
    sent = call.body
    bank_account(account)
    key = commands.confirm_match(
        call.tx,
        account,
        [key_in(each) for each in sent["lines"]],
        [(key_in(each["journal"]), each["line"]) for each in sent["postings"]],
        explanation=Explanation(sent["explanation"]) if "explanation" in sent else None,
        note=sent["note"],
    )
    call.tx.flush()  # the answer shows the match as it stands
    return get_match(call, str(key))


def undo_match(call: Call, match: str) -> object:
    """Undo a match, saying why; its lines and postings are open again."""
    commands.undo_match(call.tx, key_in(match), call.body["reason"])
    call.tx.flush()  # as above
    return get_match(call, match)


def _before(cursor: str) -> tuple[date, int] | None:
    """Where a list of statements goes on. Raises `Invalid`."""
    if not cursor:
        return None
    day, _, key = cursor.partition(".")
    try:
        return date.fromisoformat(day), key_in(key)
    except ValueError:
        raise Invalid([FieldError("before", "cursor")]) from None


def _content(text: str) -> bytes:
    """The bytes of a file, no more than a statement may have. Raises `Invalid`."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid([FieldError("content", "not_base64")]) from None
    if len(content) > LARGEST_FILE:
        limit = LARGEST_FILE // (1024 * 1024)
        raise Invalid([FieldError("content", "bank_file_large", {"limit": limit})])
    return content


def _statement(found: StoredStatement) -> Extended:
    return Extended(
        found.span,
        lines=found.lines,
        matched=found.matched,
        imported_at=found.at,
        set_aside=found.withdrawn,
    )


_ONE = "/accounts/{account}"
OPERATIONS = (
    _GROUP.read(list_bank_accounts, "/accounts", AccountPage),
    _GROUP.read(list_bank_statements, f"{_ONE}/statements", SpanPage, StatementsQuestion),
    _GROUP.read(get_bank_statement, "/statements/{statement}", SpanDetail, LinesQuestion),
    _GROUP.read(
        get_reconciliation,
        f"{_ONE}/reconciliation",
        ReconciliationView,
        ReconciliationQuestion,
    ),
    _GROUP.read(list_proposals, f"{_ONE}/proposals", ProposalPage),
    _GROUP.read(get_match, "/matches/{match}", MatchView),
    _GROUP.act(receive_bank_file, f"{_ONE}/files", NewBankFile, BankFileView),
    _GROUP.act(import_bank_file, "/files/{paper}/import", fields.Nothing, ImportedView),
    _GROUP.act(set_statement_aside, "/statements/{statement}/set-aside", WhyUndone, SpanView),
    _GROUP.act(match_lines, f"{_ONE}/matches", NewMatch, MatchView),
    _GROUP.act(undo_match, "/matches/{match}/undo", WhyUndone, MatchView),
)
