"""The pages on which lines of the bank and postings of the books are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.matching import (
    BankLine,
    CashPosting,
    Explanation,
    Proposal,
    propose_matches,
    rank_candidates,
)
from ricomi_workflow.bank.queries import first_matching_day, get_line, get_match
from ricomi_workflow.bank.rows import (
    Match,
    StoredLine,
    list_unmatched_lines,
    list_unmatched_postings,
)
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.localization import formats
from ricomi_workflow.web.bank.bank_view import may_act, who
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.fund.labels import (
    account_name,
    explanation_words,
    grounds_words,
    line_words,
    unit,
)
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MOST = 50  # proposals, lines and facts on one page: who confirms has to read them
_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal: its grounds, whether it may be ticked, and if not, why or where to go."""

    proposal: Proposal
    grounds: str
    own: bool  # the reader entered one of its postings
    explain_href: str  # its sides differ: somebody has to say why

    @property
    def may_tick(self) -> bool:
        """Whether it can be confirmed from the list."""
        return not self.own and not self.explain_href


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """What may be confirmed on one account, and what is left without a proposal."""

    code: str
    name: str
    unit: str
    rows: tuple[ProposalRow, ...]
    more: int  # proposals that do not stand on this page
    lines: tuple[BankLine, ...]
    facts: tuple[CashPosting, ...]
    every_line: int  # without a proposal, those that do not stand on this page as well
    every_fact: int
    acts: bool
    overtaken: str


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Several proposals said back before they are confirmed."""

    code: str
    name: str
    unit: str
    rows: tuple[ProposalRow, ...]
    oath: Confirmation


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A posting beside a line, ticked or not; `own`: the reader entered it."""

    fact: CashPosting
    value: str
    ticked: bool
    own: bool


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line: what the bank says of it, its match, or what it may be."""

    stored: StoredLine
    name: str
    unit: str
    words: str
    candidates: tuple[CandidateRow, ...]
    explanations: tuple[tuple[str, str], ...]
    form: PlainForm
    match: MatchView | None
    acts: bool
    overtaken: str


@dataclass(frozen=True, slots=True)
class MatchView:
    """A match as it is shown: what stands in it, on which grounds, who confirmed it."""

    match: Match
    grounds: str
    explanation: str
    who: str


@dataclass(frozen=True, slots=True)
class LineConfirmPage:
    """A line with what was chosen for it, said back."""

    stored: StoredLine
    name: str
    unit: str
    facts: tuple[CashPosting, ...]
    difference: Money
    oath: Confirmation
    sent: tuple[tuple[str, str], ...]


def matching_page(
    connection: Connection, code: str, reader: Actor, overtaken: str = ""
) -> MatchingPage:
    """What may be confirmed on an account, the surest first. Raises `NotFound`."""
    lines, facts, found = _open(connection, code)
    used = {line.id for p in found for line in p.lines} | {f.key for p in found for f in p.facts}
    free_lines = [line for line in lines if line.id not in used]
    free_facts = [fact for fact in facts if fact.key not in used]
    return MatchingPage(
        code=code,
        name=account_name(code),
        unit=unit(bank_account(code).currency),
        rows=tuple(_proposal(each, reader) for each in found[:_MOST]),
        more=max(len(found) - _MOST, 0),
        lines=tuple(free_lines[:_MOST]),
        facts=tuple(free_facts[:_MOST]),
        every_line=len(free_lines),
        every_fact=len(free_facts),
        acts=may_act(reader),
        overtaken=overtaken,
    )


def chosen(connection: Connection, code: str, keys: Sequence[str]) -> list[Proposal]:
    """The proposals of these keys. Raises `Conflict` when one is no longer made."""
    made = {each.key: each for each in _open(connection, code)[2]}
    if not all(key in made for key in keys):
        raise Conflict("a row stands in another match by now")
    return [made[key] for key in dict.fromkeys(keys)]


def confirm_page(code: str, found: Sequence[Proposal], reader: Actor) -> ConfirmPage:
    """Proposals said back."""
    currency = bank_account(code).currency
    moved = total((line.amount for each in found for line in each.lines), currency)
    oath = Confirmation(
        opening=t("bank.confirm_opening", account=account_name(code)),
        said=t("bank.confirm_said", n=len(found)),
        closing=t("bank.confirm_closing", amount=formats.money(moved, language())),
        recorded=t("bank.confirm_recorded"),
        change=t("bank.confirm_change"),
        button=t("bank.confirm_button", n=len(found)),
        back=t("ballot.back"),
        back_href=url_for("bank.matching", code=code),
    )
    rows = tuple(_proposal(each, reader) for each in found)
    return ConfirmPage(code, account_name(code), unit(currency), rows, oath)


def line_page(
    connection: Connection,
    key: int,
    reader: Actor,
    form: PlainForm,
    *,
    ticked: Sequence[str] = (),
    overtaken: str = "",
) -> LinePage:
    """One line. Raises `NotFound`."""
    stored = get_line(connection, key)
    code = stored.statement.account
    shown: list[CashPosting] = []
    if stored.match is None and not stored.statement.withdrawn:
        facts = _facts(connection, code)
        likely = rank_candidates(stored.line, facts, bank_formats()[code].window_days)[:_CANDIDATES]
        kept = [f for f in facts if _value(f) in ticked and f not in likely]
        shown = [*likely, *kept]
    return LinePage(
        stored=stored,
        name=account_name(code),
        unit=unit(stored.line.amount.currency),
        words=line_words(stored.line),
        candidates=tuple(
            CandidateRow(f, _value(f), _value(f) in ticked, _is_own(f, reader)) for f in shown
        ),
        explanations=tuple((str(each), explanation_words(each)) for each in Explanation),
        form=form,
        match=match_view(connection, stored.match) if stored.match else None,
        acts=may_act(reader) and not stored.statement.withdrawn,
        overtaken=overtaken,
    )


def line_confirm_page(
    connection: Connection, key: int, ticked: Sequence[str], sent: Mapping[str, str]
) -> LineConfirmPage:
    """A line with what was chosen for it. Raises `NotFound`, `Conflict`."""
    stored = get_line(connection, key)
    facts = [f for f in _facts(connection, stored.statement.account) if _value(f) in ticked]
    if stored.match is not None or len(facts) != len(set(ticked)):
        raise Conflict("a row stands in another match by now")
    booked = total((fact.amount for fact in facts), stored.line.amount.currency)
    difference = stored.line.amount - booked
    texts = [("posting", value) for value in ticked]
    return LineConfirmPage(
        stored=stored,
        name=account_name(stored.statement.account),
        unit=unit(stored.line.amount.currency),
        facts=tuple(facts),
        difference=difference,
        oath=_line_oath(stored, facts, difference, sent),
        sent=(*texts, *sent.items()),
    )


def match_view(connection: Connection, match: Match) -> MatchView:
    """A match as it is shown."""
    made = Proposal(match.lines, match.facts, match.grounds)
    told = explanation_words(match.explanation) if match.explanation else ""
    return MatchView(match, grounds_words(made), told, who(connection, match.by))


def get_match_view(connection: Connection, key: int) -> MatchView:
    """The match of this key as it is shown. Raises `NotFound`."""
    return match_view(connection, get_match(connection, key))


def posting_keys(values: Sequence[str]) -> list[tuple[int, int]]:
    """The postings that were ticked; what is none is left out."""
    pairs = (value.split(".") for value in values)
    return [(int(p[0]), int(p[1])) for p in pairs if len(p) == 2 and all(x.isdecimal() for x in p)]


def _open(
    connection: Connection, code: str
) -> tuple[list[BankLine], list[CashPosting], tuple[Proposal, ...]]:
    lines, facts = list_unmatched_lines(connection, code), _facts(connection, code)
    return lines, facts, propose_matches(lines, facts, bank_formats()[code].window_days)


def _facts(connection: Connection, code: str) -> list[CashPosting]:
    since = first_matching_day(connection, code)
    return list_unmatched_postings(connection, code, since) if since else []


def _proposal(each: Proposal, reader: Actor) -> ProposalRow:
    explain = ""
    if each.difference:
        values = [_value(fact) for fact in each.facts]
        explain = url_for("bank.line", key=each.lines[0].id, posting=values)
    own = any(_is_own(fact, reader) for fact in each.facts)
    return ProposalRow(each, grounds_words(each), own, explain)


def _is_own(fact: CashPosting, reader: Actor) -> bool:
    return fact.actor_id in reader.people


def _value(fact: CashPosting) -> str:
    return f"{fact.journal_id}.{fact.line}"


def _line_oath(
    stored: StoredLine, facts: Sequence[CashPosting], difference: Money, sent: Mapping[str, str]
) -> Confirmation:
    amount = formats.money(stored.line.amount, language())
    if not difference:
        change = t("bank.line_agrees")
    else:
        off = formats.money(difference, language())
        why = explanation_words(Explanation(sent["explanation"]))
        change = t("bank.line_differs", amount=off, why=why, note=sent["note"])
    return Confirmation(
        opening=t("bank.line_opening", day=formats.day(stored.line.booked_on, language())),
        said=amount,
        closing=t("bank.line_closing", n=len(facts)) if facts else t("bank.line_alone"),
        recorded=t("bank.confirm_recorded"),
        change=change,
        button=t("bank.line_button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("bank.line", key=stored.line.id),
    )
