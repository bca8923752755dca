"""The page of a case put together: line, acts, ballot, money, trail, papers, facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.contributions.indirect_costs import IcrBudgetLine, icr_budget_line, icr_rates
from ricomi_workflow.definitions.display import label_of
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.fund.advances import OutstandingAdvance, outstanding_by_tranche
from ricomi_workflow.fund.queries import CaseFinances
from ricomi_workflow.fund.rows import Tranche, TrancheStatus
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.session_queries import KIND as MEETING
from ricomi_workflow.web.cases.action_view import CaseActions, case_actions
from ricomi_workflow.web.cases.ballot_text import BallotSection, ballot_section
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.case_list import SOON
from ricomi_workflow.web.cases.requested_changes_view import (
    RequestedChanges,
    open_requested_changes,
)
from ricomi_workflow.web.cases.state_line import state_line
from ricomi_workflow.web.cases.trail_view import TrailRun, act_sentence, trail_runs
from ricomi_workflow.web.cases.voting_method_actions import (
    ballot_href,
    decision_href,
    other_method_ballot,
    waits_for,
)
from ricomi_workflow.web.components import Facts, StateLinePoint, Tie
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import may_work
from ricomi_workflow.web.messages import countries, local_day, shortage_label, waiting_label


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The money of a case: cost by component, who finances it, where it stands."""

    finances: CaseFinances
    components: tuple[tuple[str, Money], ...]
    financing: str
    indirect_costs: IcrBudgetLine | None  # charged beside the cost when the money arrives
    balances: tuple[tuple[str, Money], ...]
    tranches: tuple[tuple[Tranche, str], ...]  # each with what is still to be known of it
    lines_href: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the template of a case draws beside the case file."""

    file: CaseFile
    meeting: tuple[str, str] | None  # words and address of the meeting that the case is
    illustrative: str  # what is illustrative in it; empty for a real case
    shortages: tuple[str, ...]  # the acts for which nobody would remain
    points: tuple[StateLinePoint, ...]
    asked: tuple[RequestedChanges, ...]  # what a return wants changed
    acts: CaseActions
    ballot: BallotSection | None
    ballot_href: str
    decision_href: str
    unserved: str  # which states keep a silence procedure from running
    content_href: str
    money: MoneyView | None
    rows: tuple[TrailRun, ...]
    partners: tuple[tuple[str, Tie], ...]
    facts: Facts
    waits: str
    urgency: str
    days_left: int
    done: str


def _meeting(file: CaseFile) -> tuple[str, str] | None:
    if file.workflow.kind != MEETING:
        return None
    if may_work(file.reader, file.case.ref):
        return t("meetings.to_desk"), url_for("meeting_admin.desk", ref=file.case.ref)
    return t("meetings.to_meeting"), url_for("meetings.meeting", ref=file.case.ref)


def case_page(file: CaseFile, done_seq: int | None) -> CasePage:
    """The page for the reader of `file`; `done_seq` is the act that has just been done."""
    case, ballot, content = file.case, file.ballot, file.voted_on
    return CasePage(
        file=file,
        meeting=_meeting(file),
        illustrative=_illustrative(file),
        shortages=shortage_label(file.shortages),
        points=state_line(file),
        asked=open_requested_changes(file),
        acts=case_actions(file),
        ballot=ballot_section(ballot) if ballot else None,
        ballot_href=ballot_href(ballot.ballot, case.ref) if ballot else "",
        decision_href=decision_href(ballot.ballot, case.ref) if ballot else "",
        unserved=_unserved(file),
        content_href=submission_href(case.ref, content) if content else "",
        money=_money(file) if file.money.cost else None,
        rows=trail_runs(file, lambda form, number: _submission_url(case.ref, form, number)),
        partners=_partners(case),
        facts=_facts(file),
        waits=_waits(file),
        urgency=_urgency(file),
        days_left=_days_left(file),
        done=_done(file, done_seq),
    )


def _illustrative(file: CaseFile) -> str:
    if not file.case.illustrative:
        return ""
    note = file.entries[0].detail.get("note")
    return str(note[language()]) if isinstance(note, Mapping) else t("case.illustrative")


def _unserved(file: CaseFile) -> str:
    if not file.unserved:
        return ""
    named = countries(file.unserved)
    return t("voting_methods.case_missing", n=len(file.unserved), countries=named)


def submission_href(ref: str, paper: Submission) -> str:
    """The address of a submission."""
    return _submission_url(ref, paper.form, paper.number)


def component_field(form: FormDef) -> FieldDef | None:
    """The column by which the budget of a request is grouped."""
    for table in form.fields():
        if table.group_by and table.name == "budget":
            return next(c for c in table.columns if c.name == table.group_by)
    return None


def _submission_url(ref: str, form: str, number: int) -> str:
    return url_for("case_documents.submission", ref=ref, form=form, number=number)


def _money(file: CaseFile) -> MoneyView:
    money = file.money
    request = file.paper(file.workflow.form.partition("/")[0])
    return MoneyView(
        finances=money,
        components=_components(file, money),
        financing=formats.list_text(
            [
                t("case.financed_part", amount=amount, source=t(f"ui.source_{source}"))
                for source, amount in money.financing.items()
            ],
            language(),
        ),
        indirect_costs=_indirect_costs(money),
        balances=_balances(money),
        tranches=_tranches(money),
        lines_href=f"{submission_href(file.case.ref, request)}#budget" if request else "",
    )


def _components(file: CaseFile, money: CaseFinances) -> tuple[tuple[str, Money], ...]:
    sums: dict[str, list[Money]] = {}
    for line in money.lines:
        sums.setdefault(line.component, []).append(line.budgeted)
    column = component_field(services().library.forms[file.workflow.form])
    lookups, lang = services().lookups, language()
    return tuple(
        (label_of(column, name, lang, lookups) if column else name, total(amounts))
        for name, amounts in sums.items()
    )


def _indirect_costs(money: CaseFinances) -> IcrBudgetLine | None:
    """Calculated at the rates of the day on which the request was submitted."""
    if not money.financing or not money.asked_at:
        return None
    day = services().calendar.local_day(money.asked_at)
    return icr_budget_line(money.financing, icr_rates(), day)


def _balances(money: CaseFinances) -> tuple[tuple[str, Money], ...]:
    """Where the money is now, without what is zero."""
    named: Mapping[str, Money] = {
        "reserved": money.reserved,
        "committed": money.committed,
        "obligated": money.obligated,
        "disbursed": money.disbursed,
        "spent": money.spent,
        "advances": money.advances,
    }
    return tuple((t(f"case.money_{name}"), amount) for name, amount in named.items() if amount)


def _tranches(money: CaseFinances) -> tuple[tuple[Tranche, str], ...]:
    left = {each.number: each for each in outstanding_by_tranche(money.tranches, money.advances)}
    return tuple((part, _tranche_note(part, left.get(part.number))) for part in money.tranches)


def _tranche_note(part: Tranche, left: OutstandingAdvance | None) -> str:
    """By when it is paid or accounted for, and what came back."""
    notes = []
    if part.status is TrancheStatus.CERTIFIED and part.pay_by:
        notes.append(t("case.tranche_pay_by", day=part.pay_by))
    if left and left.owed and left.due_on:
        notes.append(t("case.tranche_due", day=left.due_on, owed=left.owed))
    if part.refunded:
        notes.append(t("case.tranche_refunded", amount=part.refunded))
    return join_clauses(notes, language())


def _partners(case: Case) -> tuple[tuple[str, Tie], ...]:
    found = [
        (
            formats.country(p.country, language()),
            Tie("both", t("case.confirmed"))
            if p.confirmed_seq
            else Tie("one", t("case.declined" if p.declined_seq else "case.unconfirmed")),
        )
        for p in case.participants
    ]
    return tuple(sorted(found, key=lambda pair: pair[0]))


def _facts(file: CaseFile) -> Facts:
    pairs: list[tuple[str, str]] = [
        (t("case.fact_asks"), formats.country(file.case.country, language()))
    ]
    request = file.paper(file.workflow.form.partition("/")[0])
    values = request.values if request else {}
    if values.get("requesting_institution"):
        pairs.append((t("case.fact_institution"), str(values["requesting_institution"])))
    if file.money.cost:
        pairs.append((t("case.fact_cost"), formats.money(file.money.cost, language())))
    if isinstance(months := values.get("months"), int):
        pairs.append((t("case.fact_duration"), t("case.months", n=months)))
    pairs.append((t("case.fact_opened"), formats.day(local_day(file.case.opened_at), language())))
    return tuple(pairs)


def _waits(file: CaseFile) -> str:
    if file.awaits_nobody:
        return ""
    if elsewhere := other_method_ballot(file):
        return waits_for(file, elsewhere)
    if file.open_ballot:
        return t("case.silent_states", n=len(file.open_ballot.silent))
    return waiting_label(file.state.waits_for, file.case)


def _urgency(file: CaseFile) -> str:
    if file.due is None or file.due <= file.now:
        return "late" if file.due else ""
    return "soon" if _days_left(file) <= SOON else ""


def _days_left(file: CaseFile) -> int:
    if file.due is None:
        return 0
    calendar = services().calendar
    return calendar.between(file.today, calendar.local_day(file.due))


def _done(file: CaseFile, seq: int | None) -> str:
    """The sentence of the act that the reader has just done."""
    found: Sequence[str] = [
        act_sentence(file.workflow_at(e), e)
        for e in file.entries
        if e.seq == seq and e.actor_id == file.reader.user_id
    ]
    return found[0] if found else ""
