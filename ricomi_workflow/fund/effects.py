"""The money of a case from the ballot to the closing: effects, each one journal.

What happens to a tranche stands in `disbursements.py`. An effect locks the accounts it needs and
decides on what it finds there; whatever it refuses undoes the whole act. The key of a journal is
the audit entry by which it moves, so that the same act cannot move money twice.
"""

from __future__ import annotations

from datetime import date

from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.fund.budget import find_overspent_line, set_budget
from ricomi_workflow.fund.funding_sources import draw_funds, earmarked_shares
from ricomi_workflow.fund.guards import (
    case_owner,
    find_request,
    forget_balances,
    list_final_expenditure,
    no_open_tranche,
    requested_shares,
    uncovered_spending,
)
from ricomi_workflow.fund.rows import reserved_shares
from ricomi_workflow.fund.rules import (
    commitment_lines,
    exercise_funding_lines,
    expenditure_lines,
    planned_total,
    release_lines,
    reservation_lines,
    sums_by_line,
)
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Lines, Memo, journal_digest, owned_account
from ricomi_workflow.ledger.balances import list_balances, locked_balance
from ricomi_workflow.ledger.posting import CaseEntry, post, reverse


def reserve_grant(act: Act) -> None:
    """Set the grant aside from its sources while the committee votes.

    Money given for a purpose that the case stays inside comes first, the oldest first.
    """
    shares = requested_shares(act)
    if act.case.exercise:
        post_of_act(act, Memo.RECEIPT, exercise_funding_lines(case_owner(act), shares))
    given = draw_funds(act, find_request(act), shares)
    post_of_act(act, Memo.RESERVATION, reservation_lines(case_owner(act), given))
    act.note(
        amount=str(total(shares.values())),
        sources={source.value: str(amount) for source, amount in shares.items()},
    )
    if earmarks := earmarked_shares(given):
        act.note(earmarks=earmarks)


def commit_grant(act: Act) -> None:
    """Commit what was reserved to the approved case, within the lines of its budget."""
    amount = lock_balance(act, Kind.RESERVED)
    if not amount:
        raise Refused([Refusal("grant_not_reserved")])
    request = find_request(act)
    act.tx.flush()  # so that the database finds what is reserved
    set_budget(act, amount, sums_by_line(request.values.get("budget"), "total") if request else {})
    post_of_act(act, Memo.COMMITMENT, commitment_lines(case_owner(act), amount))
    act.note(amount=str(amount))


def release_grant(act: Act) -> None:
    """Give back what is reserved to its sources; nothing when nothing is."""
    _release(act, (Kind.RESERVED,))


def release_remaining(act: Act) -> None:
    """Give back what is reserved or committed and was not paid to its sources.

    What is obligated is paid, refused or expires first: an open tranche is refused here.
    """
    if waiting := no_open_tranche(act):
        raise Refused([waiting])
    _release(act, (Kind.RESERVED, Kind.COMMITTED))


def adopt_plan(act: Act) -> None:
    """Check that the tranches of the plan do not exceed what is committed."""
    planned = planned_total(act.inputs.get("tranches"))
    require_balance(act, Kind.COMMITTED, planned, "tranche_over_commitment")
    act.note(planned=str(planned))


def record_expenditure(act: Act) -> None:
    """Take what the accepted report accounts for out of the advances, a budget line each."""
    report = find_submitted(act, "progress_report")
    if report is None:
        raise Refused([Refusal("report_missing")])
    _account_for(act, report)


def record_final_expenditure(act: Act) -> None:
    """The same for the final report; what an earlier, returned final report recorded is undone."""
    report = find_submitted(act, "final_report")
    if report is None:
        raise Refused([Refusal("report_missing")])
    for journal_id, _ in list_final_expenditure(act):
        reverse_of_act(act, journal_id)
    _account_for(act, report)


def _account_for(act: Act, report: Submission) -> None:
    lock_balance(act, Kind.ADVANCES)  # locked before it is judged
    against = uncovered_spending(act, report, Money(0))
    act.tx.flush()  # so that what this act takes back is not counted
    act.tx.forget(("spent by line", act.case.id))
    over = find_overspent_line(act, report, {})
    if over:
        against = [*against, over]
    if against:
        raise Refused(against)
    spent = sums_by_line(report.values.get("spending"))
    amount = total(spent.values())
    if amount:
        key = f"expenditure:{report.form}:{report.id}"
        post_of_act(act, Memo.EXPENDITURE, expenditure_lines(case_owner(act), spent), key=key)
    act.note(amount=str(amount), report=report.number)


def _release(act: Act, kinds: tuple[Kind, ...]) -> None:
    accounts = {kind: owned_account(kind, case_owner(act)) for kind in kinds}
    act.tx.flush()  # so that balances count what this transaction has written
    there = list_balances(act.tx.connection, accounts.values())
    amount = total(there.values())
    if amount:
        left = {kind: there[account] for kind, account in accounts.items()}
        shares = reserved_shares(act.tx.connection, act.case.id)
        post_of_act(act, Memo.RELEASE, release_lines(case_owner(act), left, shares))
        act.note(released=str(amount))


def entry_of_act(act: Act) -> CaseEntry:
    """The entry of the trail that this act will write."""
    return CaseEntry(case_owner(act), act.seq)


def day_of_act(act: Act) -> date:
    """The day of the act in the office's zone."""
    return act.services.calendar.local_day(act.tx.now)


def post_of_act(
    act: Act,
    memo: Memo,
    lines: Lines,
    *,
    at: date | None = None,
    reference: str | None = None,
    key: str | None = None,
) -> None:
    """Post one journal of this act on the day `at` (default: today), and let its entry name it."""
    forget_balances(act)
    named, day = key or f"{memo}:{act.case.ref}:{act.seq}", at or day_of_act(act)
    post(act.tx, memo, lines, key=named, at=day, entry=entry_of_act(act), reference=reference)
    note_journal(act, journal_digest(named, day, reference, lines))


def reverse_of_act(act: Act, journal_id: int) -> None:
    """Reverse a journal of this case by this act, today."""
    forget_balances(act)
    reverse(act.tx, journal_id, at=day_of_act(act), entry=entry_of_act(act))
    note_journal(act, journal_digest(f"reversal:{journal_id}", day_of_act(act)))


def note_journal(act: Act, seal: str) -> None:
    """Let the entry name what it moved, so that a journal changed or taken away is noticed."""
    known = act.detail.get("journals")
    act.note(journals=[*(known if isinstance(known, list) else []), seal])


def lock_balance(act: Act, kind: Kind) -> Money:
    """What the case holds of `kind`, locked until the act ends."""
    return locked_balance(act.tx, owned_account(kind, case_owner(act)))


def require_balance(act: Act, kind: Kind, asked: Money, code: str) -> None:
    """Refuse with `code` when the case holds less of `kind` than is asked."""
    left = lock_balance(act, kind)
    if asked > left:
        raise Refused([Refusal(code, {"left": str(left), "asked": str(asked)})])
