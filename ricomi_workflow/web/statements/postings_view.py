"""The postings that a figure is made of, as a list that goes on by its key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import (
    PAGE,
    Posting,
    PostingKey,
    get_posting_total,
    list_case_facts,
    list_postings,
)
from ricomi_workflow.statements.rules import PostingQuery, parse_posting_query
from ricomi_workflow.statements.statement_types import opening_forms
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.urls import row_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

OFFICES = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR, Role.SECRETARIAT)
_AFTER = "after"


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting as its row shows it."""

    at: date
    fact: str
    account: str
    amount: Money
    note: str
    case: str
    href: str
    journal: int


@dataclass(frozen=True, slots=True)
class PostingsPage:
    """What the page of postings shows; `unnamed` is what everybody reads only as a sum."""

    narrowed: tuple[str, ...]
    number: int
    sum: Money
    rows: tuple[PostingRow, ...]
    unnamed: Money | None
    next_href: str


def postings_page(connection: Connection, reader: Actor, words: Mapping[str, str]) -> PostingsPage:
    """The postings that the address asks for; raises `Invalid` when it makes no sense."""
    ask, after = parse_posting_query(words), _place(words.get(_AFTER, ""))
    public = not reader.has(*OFFICES)
    known = list_case_facts(connection, opening_forms(services()))
    found = list_postings(connection, ask, known, public=public, after=after, limit=PAGE + 1)
    amount, number = get_posting_total(connection, ask, known, public=public)
    hidden, unnamed = (
        get_posting_total(connection, ask, known, public=True, unnamed=True)
        if public
        else (Money(0), 0)
    )
    shown = found[:PAGE]
    return PostingsPage(
        narrowed=tuple(_narrowed(ask)),
        number=number,
        sum=amount,
        rows=tuple(_row(each, public=public) for each in shown),
        unnamed=hidden if unnamed else None,
        next_href=_next(ask, shown[-1]) if len(found) > PAGE else "",
    )


def postings_href(ask: PostingQuery | None) -> str:
    """Where a figure opens; nowhere for one that follows from its neighbours."""
    return _address(ask.words()) if ask else ""


def fact_confirmations(each: Posting) -> str:
    """What happened: the kind of the fact, of a reversal that it undoes one."""
    memo = t(f"fund.memo_{each.memo}")
    return t("fund.reversal", memo=memo) if each.reverses else memo


def account_words(each: Posting) -> str:
    """The account of a posting in words: its kind, and what it is of unless that is the case."""
    kind, _, of = each.account.partition(":")
    words = t(f"fund.kind_{kind}")
    if not of or of == each.case_ref:
        return words
    return f"{words} · {StatementLabels(services(), language()).source(of)}"


def _row(each: Posting, *, public: bool) -> PostingRow:
    page = "public.entry" if public else "cases.case_page"
    told = [each.note or ""]
    if each.reference and not public:
        told.append(t("statements.bank_reference", reference=each.reference))
    return PostingRow(
        at=each.at,
        fact=fact_confirmations(each),
        account=account_words(each),
        amount=each.amount,
        note=" · ".join(filter(None, told)),
        case=each.case_ref or "",
        href=url_for(page, ref=each.case_ref) if each.case_ref else "",
        journal=each.journal_id,
    )


def _narrowed(ask: PostingQuery) -> list[str]:
    """What the list is narrowed to, a sentence each."""
    lang, words = language(), StatementLabels(services(), language())
    kinds = [t(f"fund.kind_{kind}") for kind in ask.kinds]
    memos = [t(f"fund.memo_{memo}") for memo in ask.memos]
    said = {
        "kind": formats.list_text(kinds, lang),
        "memo": formats.list_text(memos, lang) if memos else "",
        "of": words.source(ask.of),
        "case": ask.case,
        "gift": ask.gift,
        "country": formats.country(ask.country, lang) if ask.country else "",
        "topic": words.topic(ask.topic),
        "line": ask.line,
        "since": ask.since,
        "until": ask.until,
    }
    return [t(f"statements.narrowed_{name}", what=what) for name, what in said.items() if what]


def _next(ask: PostingQuery, last: Posting) -> str:
    place = ".".join(str(part) for part in last.place)
    return _address(ask.words() | {_AFTER: place})


def _address(words: Mapping[str, str]) -> str:
    return f"{url_for('statements.postings')}?{urlencode(words)}"


def _place(text: str) -> PostingKey | None:
    if not text:
        return None
    with suppress(ValueError):
        day, journal, line = text.split(".")
        return date.fromisoformat(day), row_key(journal), row_key(line)
    raise Invalid([FieldError(_AFTER, "cursor")])
