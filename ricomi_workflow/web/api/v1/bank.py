"""The bank beside the books: statements, lines, reconciliation; imports, matches and their undoing.

Nothing posts by itself: a match says that a line and a posting are the same fact.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date

from ricomi_workflow.bank import commands, queries
from ricomi_workflow.bank.file_formats import formats
from ricomi_workflow.bank.matching import Explanation, OpenFact, OpenLine, propose
from ricomi_workflow.bank.reconciliation import Gap, Reconciliation
from ricomi_workflow.bank.rows import StoredStatement, open_facts, open_lines
from ricomi_workflow.bank.statement import LARGEST_FILE
from ricomi_workflow.bank.statement_import import look_into
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.ledger.bank_accounts import BankAccount, bank_account, bank_accounts
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import bank as shapes
from ricomi_workflow.web.api.schemas.fields import Nothing
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, amount_in, key_in

Shape = Mapping[str, object]
_GROUP = Group("bank", "/fund/bank", READERS, OFFICES)
_PROPOSALS = 50  # who confirms has to read them


def list_bank_accounts(call: Call) -> Shape:
    """List the accounts of the fund at banks: what the bank says, what the books say."""
    known = formats()
    found = [each for each in bank_accounts().values() if each.code in known]
    return {"accounts": [_account(call, each) for each in found]}


def list_bank_statements(call: Call, account: str) -> Shape:
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


def get_bank_statement(call: Call, statement: str) -> Shape:
    """Read one statement with a page of its lines."""
    connection = call.tx.connection
    found = queries.get_statement(connection, key_in(statement))
    lines = queries.lines_of(connection, found.span.id, after=call.query["after"])
    more = lines[-1][0] if lines and lines[-1][0] < found.lines else None
    return {
        **_statement(found),
        "account": found.account,
        "currency": found.span.opening.currency,
        "page": [
            {
                **_line(line),
                "position": position,
                "balance": str(balance),
                "match": str(match) if match else None,
            }
            for position, line, balance, match in lines
        ],
        "next": more,
    }


def get_reconciliation(call: Call, account: str) -> Shape:
    """Read the bank against the books of one account on a day, item by item."""
    day = min(call.query.get("on", call.today), call.today)
    bank_account(account)
    return _reconciliation(queries.reconcile(call.tx.connection, account, day))


def list_proposals(call: Call, account: str) -> Shape:
    """List which lines and postings may be the same, and on what grounds."""
    currency = bank_account(account).currency
    connection = call.tx.connection
    since = queries.matching_start(connection, account)
    facts = open_facts(connection, account, since) if since else []
    found = propose(open_lines(connection, account), facts, formats()[account].window_days)
    shown = [
        {
            "lines": [_line(line) for line in each.lines],
            "postings": [_fact(fact) for fact in each.facts],
            "grounds": each.grounds,
            "difference": str(each.difference),
        }
        for each in found[:_PROPOSALS]
    ]
    return {"account": account, "currency": currency, "proposals": shown}


def get_match(call: Call, match: str) -> Shape:
    """Read a match, standing or undone."""
    found = queries.get_match(call.tx.connection, key_in(match))
    return {
        "key": str(found.id),
        "account": found.account,
        "lines": [_line(each) for each in found.lines],
        "postings": [_fact(each) for each in found.facts],
        "difference": str(found.difference),
        "explanation": found.explanation,
        "note": found.note,
        "at": found.at,
        "undone": queries.is_undone(call.tx.connection, found.id),
    }


def receive_bank_file(call: Call, account: str) -> Shape:
    """Keep a file of the bank, and say what it holds; nothing is imported yet."""
    sent, currency = call.body, bank_account(account).currency
    given = {n: amount_in(sent, n, currency) for n in ("opening", "closing") if n in sent}
    content = _content(sent["content"])
    key = commands.receive_file(call.tx, account, sent["name"], content, **given)
    file = queries.get_file(call.tx.connection, key)
    found = [
        {
            **_ends(each.statement),
            "lines": len(each.statement.lines),
            "known": str(each.known) if each.known else None,
            "refusal": each.refusal.code if each.refusal else None,
        }
        for each in look_into(call.tx.connection, file)
    ]
    told = {name: getattr(file, name) for name in ("account", "name", "sha256")}
    return {**told, "key": str(key), "statements": found}


def import_bank_file(call: Call, paper: str) -> Shape:
    """Import the statements of a file; those known already are left as they are."""
    done = commands.import_file(call.tx, key_in(paper))
    keys = {name: [str(key) for key in getattr(done, name)] for name in ("new", "known")}
    return {"account": done.account, **keys}


def set_statement_aside(call: Call, statement: str) -> Shape:
    """Set a statement aside that was imported by mistake; it stays on record with the reason."""
    key = key_in(statement)
    commands.set_aside(call.tx, key, call.body["reason"])
    call.tx.flush()  # the answer shows the statement as it is now
    return _statement(queries.get_statement(call.tx.connection, key))


def match_lines(call: Call, account: str) -> Shape:
    """Say that lines of the bank and postings of the books are the same fact."""
    sent = call.body
    bank_account(account)
    key = commands.confirm(
        call.tx,
        account,
        [key_in(each) for each in sent["lines"]],
        [(key_in(each["journal"]), each["line"]) for each in sent["postings"]],
        explanation=Explanation(sent["explanation"]) if "explanation" in sent else None,
        note=sent["note"],
    )
    call.tx.flush()  # the answer shows the match as it stands
    return get_match(call, str(key))


def undo_match(call: Call, match: str) -> Shape:
    """Undo a match, saying why; its lines and postings are open again."""
    commands.undo(call.tx, key_in(match), call.body["reason"])
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


def _account(call: Call, each: BankAccount) -> Shape:
    connection = call.tx.connection
    report = queries.reconcile(connection, each.code, call.today)
    return {
        "code": each.code,
        "currency": each.currency,
        "name": each.name.as_dict(),
        "illustrative": each.illustrative,
        "books": str(report.books),
        "bank": str(report.bank),
        "known_until": report.known_until,
        "open_lines": queries.count_open_lines(connection, each.code),
        "clear": report.is_clear,
    }


def _statement(found: StoredStatement) -> Shape:
    return {
        **_ends(found.span),
        "key": str(found.span.id),
        "sequence": found.span.sequence,
        "lines": found.lines,
        "matched": found.matched,
        "imported_at": found.at,
        "set_aside": found.withdrawn or None,
    }


def _ends(found: object) -> dict[str, object]:
    """Name, days and balances of a statement."""
    same = {name: getattr(found, name) for name in ("name", "first_day", "last_day")}
    return same | {name: str(getattr(found, name)) for name in ("opening", "closing")}


def _reconciliation(found: Reconciliation) -> Shape:
    amounts = ("bank", "books", "start", "missing", "only_in_bank", "only_in_books")
    return {
        "account": found.account,
        "currency": found.bank.currency,
        "on": found.day,
        "known_until": found.known_until,
        **{name: str(getattr(found, name)) for name in (*amounts, "differing", "expected")},
        "holds": found.holds,
        "clear": found.is_clear,
        "gaps": [_gap(each) for each in found.gaps],
        "in_bank": [_line(each) for each in found.in_bank],
        "in_books": [_fact(each) for each in found.in_books],
        "explained": [
            {
                "match": str(each.match_id),
                "amount": str(each.amount),
                "explanation": each.explanation,
                "note": each.note,
            }
            for each in found.explained
        ],
    }


def _gap(found: Gap) -> Shape:
    return {
        "before": found.before.name,
        "after": found.after.name,
        "first_day": found.first_day,
        "last_day": found.last_day,
        "amount": str(found.amount),
    }


def _line(found: OpenLine) -> dict[str, object]:
    same = ("booked_on", "references", "counterparty", "text")
    told = {name: getattr(found, name) for name in same}
    return {**told, "key": str(found.id), "amount": str(found.amount)}


def _fact(found: OpenFact) -> Shape:
    same = ("line", "at", "memo", "reference", "named")
    told = {name: getattr(found, name) for name in same}
    return {**told, "journal": str(found.journal_id), "amount": str(found.amount)}


_ONE = "/accounts/{account}"
OPERATIONS = (
    _GROUP.read(list_bank_accounts, "/accounts", shapes.AccountPage),
    _GROUP.read(
        list_bank_statements, f"{_ONE}/statements", shapes.SpanPage, shapes.StatementsQuestion
    ),
    _GROUP.read(
        get_bank_statement, "/statements/{statement}", shapes.SpanDetail, shapes.LinesQuestion
    ),
    _GROUP.read(
        get_reconciliation,
        f"{_ONE}/reconciliation",
        shapes.ReconciliationView,
        shapes.ReconciliationQuestion,
    ),
    _GROUP.read(list_proposals, f"{_ONE}/proposals", shapes.ProposalPage),
    _GROUP.read(get_match, "/matches/{match}", shapes.MatchView),
    _GROUP.act(receive_bank_file, f"{_ONE}/files", shapes.NewBankFile, shapes.BankFileView),
    _GROUP.act(import_bank_file, "/files/{paper}/import", Nothing, shapes.ImportedView),
    _GROUP.act(
        set_statement_aside, "/statements/{statement}/set-aside", shapes.WhyUndone, shapes.SpanView
    ),
    _GROUP.act(match_lines, f"{_ONE}/matches", shapes.NewMatch, shapes.MatchView),
    _GROUP.act(undo_match, "/matches/{match}/undo", shapes.WhyUndone, shapes.MatchView),
)
