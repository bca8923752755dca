"""Bank reconciliation: lines of the bank matched with postings of the books, and unmatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from ricomi_workflow.bank import commands
from ricomi_workflow.bank.commands import RECONCILERS
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
from ricomi_workflow.bank.rows import StoredLine, list_unmatched_lines, list_unmatched_postings
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.localization import formats
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.bank.routes import importer
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.fund.labels import account_name, explanation_words, money
from ricomi_workflow.web.fund.staff_act import Answer
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import done, outcome, typed

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("reconciliation", __name__, url_prefix=f"{PREFIX}/fund/bank")
_MOST = 50  # proposals, lines and postings on one page: who confirms has to read them
_CANDIDATES = 12


# ---------- proposals of an account


@blueprint.get("/<code>/matching")
@for_offices(*FUND_READERS)
def matching(code: str) -> str:
    """Show which lines and postings may be the same."""
    return _matching(code, "")


@blueprint.post("/<code>/matching")
@for_offices(*RECONCILERS)
def match(code: str) -> Answer:
    """Confirm the ticked proposals, then record them."""
    keys = request.form.getlist("proposal")
    if not keys:
        return _matching(code, t("bank.none_ticked")), 422
    try:
        if request.form.get("_confirm") != "yes":
            return _confirm_proposals(code, keys)
        with services().uow.begin(actor()) as tx:
            for proposal in _chosen(tx.connection, code, keys):
                commands.confirm_proposal(tx, code, proposal)
    except Conflict:
        return _matching(code, t("bank.overtaken")), 409
    return redirect(url_for("reconciliation.matching", code=code, done="matched"), 303)


def _matching(code: str, overtaken: str) -> str:
    """What may be confirmed on an account, the surest first; what has no proposal below."""
    with services().uow.read() as connection:
        lines, facts, found = _open(connection, code)
    used = {line.id for p in found for line in p.lines} | {f.key for p in found for f in p.facts}
    free_lines = [line for line in lines if line.id not in used]
    free_facts = [fact for fact in facts if fact.key not in used]
    return render_template(
        "bank/matching.html",
        code=code,
        currency=bank_account(code).currency,
        proposals=found[:_MOST],
        tickable={each.key for each in found[:_MOST] if _may_tick(each)},
        more=max(len(found) - _MOST, 0),
        lines=free_lines[:_MOST],
        facts=free_facts[:_MOST],
        every_line=len(free_lines),
        every_fact=len(free_facts),
        acts=actor().has(*RECONCILERS),
        overtaken=overtaken,
        done="" if overtaken else done("matched", "undone"),
    )


def _confirm_proposals(code: str, keys: Sequence[str]) -> str:
    with services().uow.read() as connection:
        found = _chosen(connection, code, keys)
    moved = total((line.amount for x in found for line in x.lines), bank_account(code).currency)
    confirmation = Confirmation(
        opening=t("bank.confirm_opening", account=account_name(code)),
        said=t("bank.confirm_said", n=len(found)),
        closing=t("bank.confirm_closing", amount=money(moved)),
        recorded=t("bank.confirm_recorded"),
        change=t("bank.confirm_change"),
        button=t("bank.confirm_button", n=len(found)),
        back=t("ballot.back"),
        back_href=url_for("reconciliation.matching", code=code),
    )
    return render_template(
        "bank/confirm_proposals.html", code=code, proposals=found, confirmation=confirmation
    )


def _chosen(connection: Connection, code: str, keys: Sequence[str]) -> list[Proposal]:
    """The proposals of these keys. Raises `Conflict` when one is no longer made."""
    made = {each.key: each for each in _open(connection, code)[2]}
    if not all(key in made for key in keys):
        raise Conflict("a row stands in another match by now")
    return [made[key] for key in dict.fromkeys(keys)]


def _may_tick(proposal: Proposal) -> bool:
    """Whether its sides are equal and the reader entered none of its postings."""
    own = any(fact.actor_id in actor().people for fact in proposal.facts)
    return not own and not proposal.difference


def _open(
    connection: Connection, code: str
) -> tuple[list[BankLine], list[CashPosting], tuple[Proposal, ...]]:
    lines, facts = list_unmatched_lines(connection, code), _facts(connection, code)
    return lines, facts, propose_matches(lines, facts, bank_formats()[code].window_days)


def _facts(connection: Connection, code: str) -> list[CashPosting]:
    since = first_matching_day(connection, code)
    return list_unmatched_postings(connection, code, since) if since else []


# ---------- one line


@blueprint.get("/lines/<int:key>")
@for_offices(*FUND_READERS)
def line(key: int) -> str:
    """Show one line: its match, or what it may be."""
    return _line(key, request.args.getlist("posting"))


@blueprint.post("/lines/<int:key>")
@for_offices(*RECONCILERS)
def match_line(key: int) -> Answer:
    """Confirm what was chosen for a line, then record it."""
    sent, ticked = typed("explanation", "note"), request.form.getlist("posting")
    try:
        if request.form.get("_confirm") != "yes":
            return _confirm_line(key, ticked, sent)
        with services().uow.begin(actor()) as tx:
            code = _match(tx, key, ticked, sent)
    except (Invalid, Refused, Conflict) as error:
        return _line(key, ticked, error), status_of(error)
    return redirect(url_for("reconciliation.matching", code=code, done="matched"), 303)


def _line(key: int, ticked: Sequence[str], error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        stored = get_line(connection, key)
        found = _candidates(connection, stored, ticked)
        who = importer(connection, stored.match.by) if stored.match else ""
    return render_template(
        "bank/line.html",
        stored=stored,
        who=who,
        candidates=found,
        ticked=ticked,
        explanations=[(str(each), explanation_words(each)) for each in Explanation],
        acts=actor().has(*RECONCILERS) and not stored.statement.withdrawn,
        refusal=_refusal(error),
        form=outcome(error, "explanation", "note")["form"],
    )


def _candidates(
    connection: Connection, stored: StoredLine, ticked: Sequence[str]
) -> list[CashPosting]:
    """The likely postings of a line without a match, and those that were ticked."""
    if stored.match is not None or stored.statement.withdrawn:
        return []
    code = stored.statement.account
    facts = _facts(connection, code)
    likely = rank_candidates(stored.line, facts, bank_formats()[code].window_days)[:_CANDIDATES]
    return [*likely, *(f for f in facts if _value(f) in ticked and f not in likely)]


def _confirm_line(key: int, ticked: Sequence[str], sent: Mapping[str, str]) -> str:
    """State the match of a line. Raises `Conflict`, and whatever would refuse it."""
    with services().uow.trial(actor()) as tx:
        _match(tx, key, ticked, sent)  # a refusal appears before the confirmation
    with services().uow.read() as connection:
        stored = get_line(connection, key)
        facts = [f for f in _facts(connection, stored.statement.account) if _value(f) in ticked]
    if stored.match is not None or len(facts) != len(set(ticked)):
        raise Conflict("a row stands in another match by now")
    booked = total((fact.amount for fact in facts), stored.line.amount.currency)
    return render_template(
        "bank/confirm_line.html",
        stored=stored,
        facts=facts,
        confirmation=_line_confirmation(stored, facts, stored.line.amount - booked, sent),
        sent=[*(("posting", value) for value in ticked), *sent.items()],
    )


def _line_confirmation(
    stored: StoredLine, facts: Sequence[CashPosting], difference: Money, sent: Mapping[str, str]
) -> Confirmation:
    amount, change = money(stored.line.amount), t("bank.line_agrees")
    if difference:
        why = explanation_words(Explanation(sent["explanation"]))
        change = t("bank.line_differs", amount=money(difference), why=why, note=sent["note"])
    return Confirmation(
        opening=t("bank.line_opening", day=formats.day(stored.line.booked_on, language())),
        said=amount,
        closing=t("bank.line_closing", n=len(facts)) if facts else t("bank.line_alone"),
        recorded=t("bank.confirm_recorded"),
        change=change,
        button=t("bank.line_button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("reconciliation.line", key=stored.line.id),
    )


def _match(tx: Tx, key: int, ticked: Sequence[str], sent: Mapping[str, str]) -> str:
    """Match a line with the postings that were ticked; return the account."""
    code = get_line(tx.connection, key).statement.account
    known = sent["explanation"] in set(Explanation)
    commands.confirm_match(
        tx,
        code,
        [key],
        _posting_keys(ticked),
        explanation=Explanation(sent["explanation"]) if known else None,
        note=sent["note"],
    )
    return code


def _posting_keys(values: Sequence[str]) -> list[tuple[int, int]]:
    """The postings that were ticked; what is none is left out."""
    pairs = (value.split(".") for value in values)
    return [(int(p[0]), int(p[1])) for p in pairs if len(p) == 2 and all(x.isdecimal() for x in p)]


def _value(fact: CashPosting) -> str:
    return f"{fact.journal_id}.{fact.line}"


def _refusal(error: DomainError | None) -> str:
    """Why a match was refused, in one text; mistakes in fields appear at the fields."""
    if isinstance(error, Conflict):
        return t("bank.overtaken")
    reasons = [reason(each) for each in error.refusals] if isinstance(error, Refused) else []
    return " ".join(f"{each.text} {each.need}" for each in reasons)


# ---------- a match undone


@blueprint.get("/matches/<int:key>/undo")
@for_offices(*RECONCILERS)
def undo(key: int) -> str:
    """Show the form in which a match is undone."""
    return _undo(key)


@blueprint.post("/matches/<int:key>/undo")
@for_offices(*RECONCILERS)
def undo_match(key: int) -> Answer:
    """Undo a match, with the reason."""
    try:
        with services().uow.begin(actor()) as tx:
            code = get_match(tx.connection, key).account
            commands.undo_match(tx, key, request.form.get("reason", ""))
    except (Invalid, Refused) as error:
        return _undo(key, error), status_of(error)
    return redirect(url_for("reconciliation.matching", code=code, done="undone"), 303)


def _undo(key: int, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        found = get_match(connection, key)
        who = importer(connection, found.by)
    return render_template("bank/undo.html", match=found, who=who, **outcome(error, "reason"))
