"""Shapes of the bank beside the books: accounts, statements, lines, matches, reconciliation."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from ricomi_workflow.bank.matching import Explanation, Ground
from ricomi_workflow.web.api.schemas.fields import (
    Amount,
    Answer,
    Choice,
    Day,
    Figure,
    Flag,
    Instant,
    Part,
    Question,
    Several,
    Sum,
    Text,
    Whole,
    Words,
)

_CURRENCY = "ISO 4217 code of the account"
_SIGNED = "As the owner of the account sees it: positive is money that came in"


class Key(Text):
    """A key of a row, as decimal text."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        rules["validate"] = validate.Regexp(r"^[1-9][0-9]{0,18}$", error="not_integer")
        super().__init__(says, **rules)


class ReconciliationQuestion(Question):
    """For which day."""

    on = Day("The day; left out: today in Washington")


class StatementsQuestion(Question):
    """Where a list of statements goes on."""

    before = Text("Where to go on: `next` of the page before", longest=40)


class LinesQuestion(Question):
    """Where the lines of a statement go on."""

    after = Figure("Position of the last line of the page before", least=0, load_default=0)


class NewBankFile(Question):
    """A file of the bank: camt.053, or a table that the account's mapping reads."""

    name = Text("Its name", longest=200, required=True)
    content = Text("Its bytes, as base64", longest=7_000_000, required=True)
    opening = Sum("The opening balance, for tables without balances")
    closing = Sum("The closing balance, for tables without balances")


class PostingNamed(Question):
    """A posting of the books."""

    journal = Key("Key of the journal", required=True)
    line = Whole("Number of its line", required=True)


class NewMatch(Question):
    """Lines of the bank and postings of the books that are the same fact."""

    lines = Several(Key("Key of a line"), "Lines of the bank", load_default=list)
    postings = Several(Part(PostingNamed), "Postings of the books", load_default=list)
    explanation = Choice(tuple(str(each) for each in Explanation), "Needed for a difference")
    note = Text("Needed for a difference", longest=500, load_default="")


class WhyUndone(Question):
    """Why a match is undone, or a statement set aside."""

    reason = Text(longest=500, required=True)


class LineView(Answer):
    """One movement as the bank booked it."""

    key = Key()
    booked_on = Day()
    amount = Amount(_SIGNED)
    references = Several(Text(), "The bank's own first")
    counterparty = Text()
    text = Text()


class FactView(Answer):
    """A posting on the account in the books."""

    journal = Key("Key of the journal")
    line = Whole("Number of its line")
    at = Day()
    amount = Amount(_SIGNED)
    memo = Text("Kind of fact")
    reference = Text("The bank's, as it was recorded")
    named = Text("The case or the contribution; empty where it is of none")


class StatementLineView(LineView):
    """A line with its place."""

    position = Whole()
    balance = Amount("What the account held after it")
    match = Key("Key of its match; null while it stands in none", allow_none=True)


class SpanView(Answer):
    """A statement that was imported."""

    key = Key()
    name = Text("As the bank calls it")
    sequence = Whole("The bank's own counting", allow_none=True)
    first_day = Day()
    last_day = Day()
    opening = Amount()
    closing = Amount()
    lines = Whole("How many")
    matched = Whole("How many of them stand in a match")
    imported_at = Instant()
    set_aside = Text("Why it was set aside; null while it stands", allow_none=True)


class SpanPage(Answer):
    """Statements of an account, newest first."""

    account = Text()
    currency = Text(_CURRENCY)
    statements = Several(fields.Nested(SpanView))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)


class SpanDetail(SpanView):
    """A statement with a page of its lines."""

    account = Text()
    currency = Text(_CURRENCY)
    page = Several(fields.Nested(StatementLineView))
    next = Whole("Position to go on after; null on the last page", allow_none=True)


class AccountView(Answer):
    """An account of the fund at a bank."""

    code = Text()
    currency = Text(_CURRENCY)
    name = Words()
    illustrative = Flag("Demonstration data")
    books = Amount("What the books say today")
    bank = Amount("What the bank says; 0.00 before the first statement")
    known_until = Day("Last day of which the bank has told", allow_none=True)
    open_lines = Whole("Lines in no match")
    clear = Flag("Whether nothing is left to look at but what is on its way")


class AccountPage(Answer):
    """The accounts whose statements are read."""

    accounts = Several(fields.Nested(AccountView))


class GapView(Answer):
    """Where two statements do not meet."""

    before = Text("Name of the statement before")
    after = Text("Name of the statement after")
    first_day = Day()
    last_day = Day()
    amount = Amount("What moved without a statement")


class ExplainedView(Answer):
    """A match whose sides differ on the day."""

    match = Key("Key of the match")
    amount = Amount("What the bank has more")
    explanation = Text("Null where the other side comes after the day", allow_none=True)
    note = Text()


class ReconciliationView(Answer):
    """One account on one day: bank = books + start + missing + in bank - in books + explained."""

    account = Text()
    currency = Text(_CURRENCY)
    on = Day()
    known_until = Day("Last day of which the bank has told", allow_none=True)
    bank = Amount()
    books = Amount()
    start = Amount("What the first statement opened with beyond the books")
    missing = Amount("What all gaps add up to")
    only_in_bank = Amount()
    only_in_books = Amount()
    differing = Amount("What the explained matches add up to")
    expected = Amount("What the bank should hold by all of these")
    holds = Flag("Whether they explain the whole difference")
    clear = Flag("Whether nothing is left to look at but what is on its way")
    gaps = Several(fields.Nested(GapView))
    in_bank = Several(fields.Nested(LineView), "Lines without a fact")
    in_books = Several(fields.Nested(FactView), "Facts without a line")
    explained = Several(fields.Nested(ExplainedView))


class FoundView(Answer):
    """A statement that a file holds."""

    name = Text("As the bank calls it")
    first_day = Day()
    last_day = Day()
    opening = Amount()
    closing = Amount()
    lines = Whole()
    known = Key("Key of the statement, when it was imported already", allow_none=True)
    refusal = Text("Code of what stands against its import", allow_none=True)


class BankFileView(Answer):
    """A file that was kept; nothing of it is imported yet."""

    key = Key()
    account = Text()
    name = Text()
    sha256 = Text()
    statements = Several(fields.Nested(FoundView))


class ImportedView(Answer):
    """What an import did."""

    account = Text()
    new = Several(Key(), "Keys of the statements that are new")
    known = Several(Key(), "Keys of those that were known")


class ProposalView(Answer):
    """Lines and postings that may be the same; nothing is matched by itself."""

    lines = Several(fields.Nested(LineView))
    postings = Several(fields.Nested(FactView))
    grounds = Several(Choice(tuple(str(each) for each in Ground)))
    difference = Amount("What the bank has more")


class ProposalPage(Answer):
    """Proposals, the surest first."""

    account = Text()
    currency = Text(_CURRENCY)
    proposals = Several(fields.Nested(ProposalView))


class MatchView(Answer):
    """Lines and postings of which a person said that they are the same fact."""

    key = Key()
    account = Text()
    lines = Several(fields.Nested(LineView))
    postings = Several(fields.Nested(FactView))
    difference = Amount("What the bank has more")
    explanation = Text(allow_none=True)
    note = Text()
    at = Instant()
    undone = Flag()
