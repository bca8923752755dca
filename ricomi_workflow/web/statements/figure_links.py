"""Where the figures of statements lead, and the postings that a figure is made of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import url_for

from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.expenses import PROJECTS
from ricomi_workflow.statements.forecast import ForecastReason
from ricomi_workflow.statements.ledger_facts import (
    PAGE,
    Posting,
    PostingKey,
    get_posting_total,
    list_case_facts,
    list_postings,
    sum_late_entries,
)
from ricomi_workflow.statements.rules import (
    Breakdown,
    Figure,
    PostingQuery,
    Row,
    parse_posting_query,
)
from ricomi_workflow.statements.statement_types import opening_forms
from ricomi_workflow.web.access import FUND_READERS
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.labels import wording
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AFTER = "after"


def postings_href(query: PostingQuery | None) -> str:
    """Where a figure opens; nowhere for one that follows from its neighbours."""
    return _address(query.words()) if query else ""


def figure_href(cut: Breakdown, row: Row, column: str, figure: Figure) -> str:
    """To its postings; what is expected in a month to each part of it, for there are none."""
    if column in cut.inner and row.parts:
        return url_for("statements.expected", month=row.key, as_of=cut.as_of.isoformat())
    return postings_href(figure.query)


def row_href(cut: Breakdown, row: Row) -> str:
    """A case leads to its budget and spending, a sum of others to the statement that has them."""
    if cut.name == "expected":
        if ForecastReason(row.note).comes_in:
            return url_for("contributions.contribution", ref=row.key)
        return url_for("cases.case_page", ref=row.key)
    if cut.name == "case":
        return url_for("statements.lines", ref=row.key)
    if cut.name == "fund" and row.key == "outstanding":
        return url_for("statements.statement", name="donor", as_of=cut.as_of.isoformat())
    if row.key == PROJECTS:
        return url_for("statements.statement", name="share", as_of=cut.as_of.isoformat())
    return ""


def late_entries_text(connection: Connection, day: date) -> str:
    """What was recorded after a day that is over; nothing when nothing was."""
    late = sum_late_entries(connection, day, services().calendar.zone) if day < today() else {}
    parts = (
        t("statements.later_part", kind=t(f"fund.kind_{kind}"), amount=amount)
        for kind, amount in late.items()
    )
    return t("statements.later", parts=join_clauses(parts, language())) if late else ""


def postings_page(connection: Connection, words: Mapping[str, str]) -> dict[str, Any]:
    """The postings that the address asks for; raises `Invalid` when it makes no sense."""
    query, after = parse_posting_query(words), _place(words.get(_AFTER, ""))
    public = not actor().has(*FUND_READERS)
    known = list_case_facts(connection, opening_forms(services()))
    found = list_postings(connection, query, known, public=public, after=after, limit=PAGE + 1)
    amount, number = get_posting_total(connection, query, known, public=public)
    unnamed = None  # what everybody reads only as a sum
    if public:
        hidden, count = get_posting_total(connection, query, known, public=True, unnamed=True)
        unnamed = hidden if count else None
    return {
        "narrowed": _narrowed(query),
        "number": number,
        "sum": amount,
        "postings": found[:PAGE],
        "public": public,
        "unnamed": unnamed,
        "next_href": _next(query, found[PAGE - 1]) if len(found) > PAGE else "",
        "posting_label": _posting_label,
        "account_label": _account_label,
    }


def _posting_label(each: Posting) -> str:
    """What happened: the kind of the fact, of a reversal that it undoes one."""
    memo = t(f"fund.memo_{each.memo}")
    return t("fund.reversal", memo=memo) if each.reverses else memo


def _account_label(each: Posting) -> str:
    """The account of a posting: its kind, and what it is of unless that is the case."""
    kind, _, of = each.account.partition(":")
    label = t(f"fund.kind_{kind}")
    return label if not of or of == each.case_ref else f"{label} · {wording().source(of)}"


def _narrowed(query: PostingQuery) -> list[str]:
    """What the list is narrowed to, a sentence each."""
    lang, labels = language(), wording()
    kinds = [t(f"fund.kind_{kind}") for kind in query.kinds]
    memos = [t(f"fund.memo_{memo}") for memo in query.memos]
    filters = {
        "kind": formats.list_text(kinds, lang),
        "memo": formats.list_text(memos, lang) if memos else "",
        "of": labels.source(query.of),
        "case": query.case,
        "gift": query.gift,
        "country": formats.country(query.country, lang) if query.country else "",
        "topic": labels.topic(query.topic),
        "line": query.line,
        "since": query.since,
        "until": query.until,
    }
    return [t(f"statements.narrowed_{name}", what=what) for name, what in filters.items() if what]


def _next(query: PostingQuery, last: Posting) -> str:
    place = ".".join(str(part) for part in last.place)
    return _address(query.words() | {_AFTER: place})


def _address(words: Mapping[str, str]) -> str:
    return f"{url_for('statements.postings')}?{urlencode(words)}"


def _place(text: str) -> PostingKey | None:
    if not text:
        return None
    with suppress(ValueError):
        day, journal, line = text.split(".")
        return date.fromisoformat(day), row_key(journal), row_key(line)
    raise Invalid([FieldError(_AFTER, "cursor")])
