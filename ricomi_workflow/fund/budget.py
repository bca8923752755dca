"""The budget of a case while the work goes on: lines change, the total does not.

The budget in force is that of the request, or the one that the newest adopted change left; the
entry of the trail that adopts a change holds it line by line. Within a margin that the process
declares (`reallocation_tolerance`, percent of the cost) the Secretariat adopts; what it has adopted
since the committee last decided counts with it. Source: domain requirements 36, 37; the margin is a
proposed value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.cases.rows import Submission, find_latest_submission
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.fund.guards import case_owner, list_final_expenditure
from ricomi_workflow.fund.models import budget
from ricomi_workflow.fund.rules import Reallocation, reallocate, sums_by_line
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, owned_account
from ricomi_workflow.ledger.models import account, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

TOLERANCE, LINE_TOLERANCE = "reallocation_tolerance", "line_tolerance"
BY_SECRETARIAT, BY_COMMITTEE = "case.approve_reallocation", "case.decide"
Lines = Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget in force of a case whose grant is committed."""

    granted: Money
    tolerance: int  # percent by which a line may be exceeded
    lines: Lines

    def limit(self, line: str) -> Money:
        """The most that may be accounted for on a line; nothing on an unknown one."""
        amount = self.lines.get(line, Money(0))
        return Money(amount.minor * (100 + self.tolerance) // 100, amount.currency)


@dataclass(frozen=True, slots=True)
class _Adopted:
    """An adopted change: by which act, and what its entry says."""

    act: str
    detail: Mapping[str, Any]


def get_budget_in_force(
    connection: Connection, case_id: int, form: str = "request"
) -> dict[str, Money]:
    """What each line of the budget of a case holds now, in the order of the request."""
    fixed = find_set_budget(connection, case_id)
    if fixed is not None:
        return dict(fixed.lines)
    request = find_latest_submission(connection, case_id, form)
    return sums_by_line(request.values.get("budget"), "total") if request else {}


def find_set_budget(connection: Connection, case_id: int) -> Budget | None:
    """The budget that the database holds a case to; None before its grant is committed."""
    row = connection.execute(
        select(budget.c.total_minor, budget.c.tolerance, budget.c.lines)
        .where(budget.c.case_id == case_id)
        .order_by(budget.c.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    lines = {str(each["line"]): Money(int(each["amount"])) for each in row.lines}
    return Budget(Money(row.total_minor), row.tolerance, lines)


def set_budget(act: Act, granted: Money, lines: Lines) -> None:
    """Let `lines` be what may be accounted for, from this act on, within what was `granted`.

    Raises `Refused` (`budget_over_grant`) for more than that.
    """
    if (sum_ := total(lines.values())) > granted:
        figures = {"lines": str(sum_), "granted": str(granted)}
        raise Refused([Refusal("budget_over_grant", figures)])
    tolerance = act.services.process(act.case).workflow.terms.get(LINE_TOLERANCE, 0)
    row = {
        "case_id": act.case.id,
        "seq": act.seq,
        "total_minor": granted.minor,
        "tolerance": tolerance,
        "lines": [{"line": line, "amount": amount.minor} for line, amount in lines.items()],
    }
    act.tx.insert(budget, row)
    act.note(
        granted=str(granted),
        line_tolerance=tolerance,
        budget={line: str(amount) for line, amount in lines.items()},
    )
    for key in ("budget in force", "fixed budget"):
        act.tx.forget((key, act.case.id))


def reallocation_within(act: Act) -> Refusal | None:
    """What is to move, with what moved since the committee last decided, is within the margin."""
    if not _possible(act):
        return Refusal("reallocation_impossible")
    sum_, limit = _margin(act)
    if sum_ > limit:
        return Refusal("reallocation_beyond", {"moved": str(sum_), "margin": str(limit)})
    return None


def reallocation_beyond(act: Act) -> Refusal | None:
    """What is to move is beyond the margin, so that the committee decides."""
    if not _possible(act):
        return Refusal("reallocation_impossible")
    sum_, limit = _margin(act)
    if sum_ > limit:
        return None
    return Refusal("reallocation_in_margin", {"moved": str(sum_), "margin": str(limit)})


def reallocation_fits(act: Act) -> Refusal | None:
    """The change that was requested still fits the lines as they stand."""
    return None if _possible(act) else Refusal("reallocation_impossible")


def reallocation_overtaken(act: Act) -> Refusal | None:
    """The change no longer fits: a line of it was spent from or changed meanwhile."""
    return Refusal("reallocation_fitting") if _possible(act) else None


def report_within_budget(act: Act) -> Refusal | None:
    """No line of the budget in force is exceeded beyond its tolerance by the report."""
    return find_overspent_line(act, find_submitted(act, "progress_report"), {})


def final_report_within_budget(act: Act) -> Refusal | None:
    """The same for the final report; what an earlier one accounted for is reversed."""
    keys = [key for key, _ in list_final_expenditure(act)]
    undone = _by_line(act.tx.connection, posting.c.journal_id.in_(keys)) if keys else {}
    return find_overspent_line(act, find_submitted(act, "final_report"), undone)


def check_reallocation(act: Act) -> None:
    """Refuse a change that names unknown lines or takes from a line what is spent or not there."""
    result = reallocate(_budget(act), _spent(act), act.inputs.get("moves"))
    if result.mistakes:
        raise Invalid([FieldError(*mistake) for mistake in result.mistakes])


def adopt_reallocation(act: Act) -> None:
    """Let the changed budget be in force from this act on."""
    given, result = _asked(act)
    if given is None or result.mistakes:  # a process that does not ask `reallocation_fits` first
        raise Refused([Refusal("reallocation_impossible")])
    set_budget(act, _granted(act), result.budget)
    act.note(moved=str(result.sum), reallocation=given.number)


def _asked(act: Act) -> tuple[Submission | None, Reallocation]:
    given = find_submitted(act, "reallocation")
    return given, reallocate(
        _budget(act), _spent(act), given.values.get("moves") if given else None
    )


def _possible(act: Act) -> bool:
    """Whether the change was requested and still fits the lines as they stand."""
    given, result = _asked(act)
    return given is not None and not result.mistakes


def _margin(act: Act) -> tuple[Money, Money]:
    """What has moved and is to move since the committee decided, and what may."""
    _, result = _asked(act)
    percent = act.services.process(act.case).workflow.terms[TOLERANCE]
    cost = total(_budget(act).values())
    before = Money(0)
    for row in _adopted(act.tx.connection, act.case.id):
        own = row.act == BY_SECRETARIAT
        before = before + Money.parse(str(row.detail["moved"])) if own else Money(0)
    return before + result.sum, Money(cost.minor * percent // 100, cost.currency)


def find_overspent_line(act: Act, report: Submission | None, undone: Lines) -> Refusal | None:
    """The first line that `report` exceeds beyond its tolerance; `undone` is reversed of it."""
    if report is None:
        return Refusal("report_missing")
    in_force = act.once("fixed budget", lambda: find_set_budget(act.tx.connection, act.case.id))
    if in_force is None:
        return Refusal("grant_not_reserved")
    spent = {line: sum_ - undone.get(line, Money(0)) for line, sum_ in _spent(act).items()}
    for line, amount in sums_by_line(report.values.get("spending")).items():
        spent[line] = spent.get(line, Money(0)) + amount
        limit = in_force.limit(line)
        if line in in_force.lines and spent[line] > limit:
            figures = {"line": line, "limit": str(limit), "spent": str(spent[line])}
            return Refusal("line_overspent", figures)
    return None


def _granted(act: Act) -> Money:
    in_force = act.once("fixed budget", lambda: find_set_budget(act.tx.connection, act.case.id))
    return in_force.granted if in_force else Money(0)


def _budget(act: Act) -> Lines:
    form = opening_form(act.services.process(act.case).workflow)
    return act.once(
        "budget in force", lambda: get_budget_in_force(act.tx.connection, act.case.id, form)
    )


def _spent(act: Act) -> Lines:
    code = owned_account(Kind.EXPENDITURE, case_owner(act)).code
    return act.once("spent by line", lambda: sum_spent_by_line(act.tx.connection, code))


def sum_spent_by_line(connection: Connection, code: str) -> dict[str, Money]:
    """What was accounted for by line of the budget, in the account of expenditure `code`."""
    return _by_line(connection, account.c.code == code)


def _by_line(connection: Connection, where: ColumnElement[bool]) -> dict[str, Money]:
    rows = connection.execute(
        select(posting.c.note, func.sum(posting.c.amount))
        .join(account, account.c.id == posting.c.account_id)
        .where(account.c.kind == Kind.EXPENDITURE.value, where)
        .group_by(posting.c.note)
    )
    return {str(line): Money(int(amount)) for line, amount in rows}


def _adopted(connection: Connection, case_id: int) -> list[_Adopted]:
    rows = connection.execute(
        select(audit_entry.c.act, audit_entry.c.detail)
        .where(
            audit_entry.c.case_id == case_id,
            audit_entry.c.act.in_([BY_SECRETARIAT, BY_COMMITTEE]),
        )
        .order_by(audit_entry.c.seq)
    )
    return [_Adopted(row.act, row.detail) for row in rows if "budget" in row.detail]
