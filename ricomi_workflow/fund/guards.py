"""When money of a case may move: guards, each a fact that must hold.

A guard answers why not, in plain facts. Guards look without locking, for screens use them too;
the effects lock the accounts and decide again.
Source: domain requirements 34-45; FEMCIDI execution manual 2010 for the order of disbursements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.cases.separation_of_duties import people_behind
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.fund.funding_sources import find_shortfall
from ricomi_workflow.fund.rows import Tranche, TrancheStatus, list_tranches
from ricomi_workflow.fund.rules import SourceShares, source_shares, sums_by_line
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import CASE_KINDS, Kind, Owner, owned_account
from ricomi_workflow.ledger.balances import list_balances
from ricomi_workflow.ledger.models import account, journal, posting

ACCEPT_REPORT = "case.accept_report"
ACCEPT_ACCOUNTS = "case.accept_final_accounts"
T = TypeVar("T")


def funds_available(act: Act) -> Refusal | None:
    """Each source that the request names holds its share, received and not committed elsewhere.

    Money given for a purpose counts where the case stays inside it.
    An exercise is paid in play money, of which there is always enough.
    """
    if act.case.exercise:
        return None
    return find_shortfall(act, find_request(act), requested_shares(act))


def grant_reserved(act: Act) -> Refusal | None:
    """The whole grant is reserved for this case."""
    needed = total(requested_shares(act).values())
    held = needed and _balance(act, Kind.RESERVED) == needed
    return None if held else Refusal("grant_not_reserved")


def no_open_tranche(act: Act) -> Refusal | None:
    """No tranche waits to be certified or paid."""
    waiting = find_open_tranche(act)
    if waiting is None:
        return None
    return Refusal("tranche_open", {"number": waiting.number, "amount": str(waiting.amount)})


def reports_in_order(act: Act) -> Refusal | None:
    """Nothing is paid yet, or a report was accepted since the last payment."""
    paid = _last_payment(act)
    if paid is None or _accepted_since(act, ACCEPT_REPORT, paid):
        return None
    report = find_submitted(act, "progress_report")
    handed_in = report is not None and report.seq > paid
    return Refusal("report_not_accepted" if handed_in else "report_missing")


def tranche_requested(act: Act) -> Refusal | None:
    """A tranche waits to be certified."""
    waiting = find_open_tranche(act)
    if waiting is None or waiting.status is not TrancheStatus.REQUESTED:
        return Refusal("tranche_not_requested")
    return None


def tranche_unpaid(act: Act) -> Refusal | None:
    """A tranche waits to be certified or paid, and may still be refused."""
    return Refusal("tranche_not_requested") if find_open_tranche(act) is None else None


def tranche_certified(act: Act) -> Refusal | None:
    """A tranche waits to be paid."""
    waiting = find_open_tranche(act)
    if waiting is None or waiting.status is not TrancheStatus.CERTIFIED:
        return Refusal("tranche_not_certified")
    return None


def not_own_request(act: Act) -> Refusal | None:
    """Whoever requested the tranche does not certify it, nor does who acts for them."""
    waiting = find_open_tranche(act)
    own = waiting is not None and _is_own(act, waiting.requested_seq)
    return Refusal("own_request") if own else None


def not_own_certification(act: Act) -> Refusal | None:
    """Whoever requested the tranche or certified it does not pay it."""
    waiting = find_open_tranche(act)
    if waiting is None:
        return None
    certified = waiting.events.get(TrancheStatus.CERTIFIED)
    if certified and _is_own(act, certified.seq):
        return Refusal("own_certification")
    return not_own_request(act)


def _is_own(act: Act, seq: int) -> bool:
    """Whether somebody who stands behind this act stood behind entry `seq`, too."""
    return bool(act.actor.people & people_behind(act.tx, act.case, seq))


def something_paid(act: Act) -> Refusal | None:
    """At least one tranche is paid, so that there is something to report on."""
    return Refusal("nothing_paid") if _last_payment(act) is None else None


def advances_settled(act: Act) -> Refusal | None:
    """What was paid is accounted for or paid back."""
    outstanding = _balance(act, Kind.ADVANCES)
    return Refusal("accounts_open", {"outstanding": str(outstanding)}) if outstanding else None


def accounts_settled(act: Act) -> Refusal | None:
    """What was paid is accounted for or paid back, and nothing waits to be paid."""
    return no_open_tranche(act) or advances_settled(act)


def final_expenditure_open(act: Act) -> Refusal | None:
    """The present final report's expenditure is not recorded yet."""
    report = find_submitted(act, "final_report")
    if report is None:
        return Refusal("report_missing")
    done = _accepted_since(act, ACCEPT_ACCOUNTS, report.seq)
    return Refusal("final_expenditure_done") if done else None


def final_expenditure_recorded(act: Act) -> Refusal | None:
    """The present final report's expenditure is recorded."""
    report = find_submitted(act, "final_report")
    done = report is not None and _accepted_since(act, ACCEPT_ACCOUNTS, report.seq)
    return None if done else Refusal("final_expenditure_missing")


def grant_left(act: Act) -> Refusal | None:
    """Something of the grant is still to be paid."""
    return None if _balance(act, Kind.COMMITTED) else Refusal("grant_used_up")


def advances_outstanding(act: Act) -> Refusal | None:
    """Something was paid that is neither accounted for nor paid back."""
    return None if _balance(act, Kind.ADVANCES) else Refusal("nothing_outstanding")


def report_covered(act: Act) -> Refusal | None:
    """What the last progress report accounts for is in the budget and was advanced."""
    report = find_submitted(act, "progress_report")
    if report is None:
        return Refusal("report_missing")
    return next(iter(uncovered_spending(act, report, Money(0))), None)


def final_report_covered(act: Act) -> Refusal | None:
    """What the final report accounts for is in the budget and was advanced."""
    report = find_submitted(act, "final_report")
    if report is None:
        return Refusal("report_missing")
    undone = total(amount for _, amount in list_final_expenditure(act))
    return next(iter(uncovered_spending(act, report, undone)), None)


def uncovered_spending(act: Act, report: Submission, undone: Money) -> list[Refusal]:
    """Why the spending of `report` cannot be entered; `undone` was entered and is reversed."""
    spent = sums_by_line(report.values.get("spending"))
    request = find_request(act)
    known = sums_by_line(request.values.get("budget"), "total") if request else {}
    found = [
        Refusal("spending_unknown_line", {"line": line}) for line in spent if line not in known
    ]
    asked, left = total(spent.values()), _balance(act, Kind.ADVANCES) + undone
    if asked > left:
        figures = {"left": str(left), "asked": str(asked)}
        found.append(Refusal("spending_over_advance", figures))
    return found


def list_final_expenditure(act: Act) -> list[tuple[int, Money]]:
    """The journals by which final reports stand in the books: the key and the sum of each."""
    undone = select(journal.c.reverses).where(
        journal.c.case_id == act.case.id, journal.c.reverses.is_not(None)
    )
    rows = act.tx.connection.execute(
        select(journal.c.id, func.sum(posting.c.amount))
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            journal.c.case_id == act.case.id,
            journal.c.key.like("expenditure:final_report:%"),
            journal.c.id.not_in(undone),
            account.c.kind == Kind.EXPENDITURE.value,
        )
        .group_by(journal.c.id)
    )
    return [(key, Money(int(minor))) for key, minor in rows]


def find_request(act: Act) -> Submission | None:
    """The newest submission of the form that opens a case of this kind: what is requested."""
    return find_submitted(act, opening_form(act.services.process(act.case).workflow))


def case_owner(act: Act) -> Owner:
    """The case as the owner of its accounts."""
    return Owner(act.case.id, act.case.ref, act.case.exercise)


def requested_shares(act: Act) -> SourceShares:
    """What the present request asks of each source."""
    request = find_request(act)
    return source_shares(request.values.get("financing")) if request else {}


def list_case_tranches(act: Act) -> list[Tranche]:
    """The tranches of the case, read once an act."""
    return _seen(act, "tranches", lambda: list_tranches(act.tx.connection, act.case.id))


def find_open_tranche(act: Act) -> Tranche | None:
    """The tranche that waits to be certified or paid."""
    return next((part for part in list_case_tranches(act) if part.is_open), None)


def committed_balance(act: Act) -> Money:
    """What is committed to the case and waits for no payment in particular."""
    return _balance(act, Kind.COMMITTED)


def forget_balances(act: Act) -> None:
    """Let guards of a later act of this transaction see what this one writes."""
    for key in ("fund balances", "tranches"):
        act.tx.forget((key, act.case.id))


def _seen(act: Act, key: str, make: Callable[[], T]) -> T:
    def read() -> T:
        act.tx.flush()  # so that a guard sees what an earlier act of this transaction wrote
        return make()

    return act.once(key, read)


def _balance(act: Act, kind: Kind) -> Money:
    accounts = {each: owned_account(each, case_owner(act)) for each in CASE_KINDS}
    seen = _seen(act, "fund balances", lambda: list_balances(act.tx.connection, accounts.values()))
    return seen[accounts[kind]]


def _last_payment(act: Act) -> int | None:
    """The entry of the newest payment."""
    paid = [part.events.get(TrancheStatus.PAID) for part in list_case_tranches(act)]
    return max((event.seq for event in paid if event), default=None)


def _accepted_since(act: Act, name: str, seq: int) -> bool:
    found = select(audit_entry.c.seq).where(
        audit_entry.c.case_id == act.case.id, audit_entry.c.act == name, audit_entry.c.seq > seq
    )
    return act.tx.connection.execute(found.limit(1)).first() is not None
