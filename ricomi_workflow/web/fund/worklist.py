"""The treasury worklist: what waits to be certified, paid, called or closed; advances; rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from ricomi_workflow.cases.models import case
from ricomi_workflow.fund.advances import list_case_advances, sum_by_band
from ricomi_workflow.fund.disbursement_deadlines import (
    LIQUIDATION_YEARS,
    last_payment_day,
    list_open_commitments,
)
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.queries import available_by_source
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.ledger.periods import list_pending_periods
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.statements.treasury_worklist import WorkQueue, list_work, list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from ricomi_workflow.web.access import FUND_READERS, for_offices, for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.worklist_rows import (
    WorklistRow,
    advance_row,
    commitment_row,
    period_row,
    work_row,
)
from ricomi_workflow.web.i18n import PREFIX, language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("fund", __name__, url_prefix=PREFIX)
_SHOWN = 5  # rows of each list on the first page
_AHEAD = timedelta(days=30)  # before its day, an advance is listed
_BEFORE_EXPIRY = timedelta(days=120)  # before its last day, a commitment is listed


@dataclass(frozen=True, slots=True)
class Worklist:
    """One list: how many matters wait, the most urgent of them, and where all of them are."""

    name: str
    count: int
    rows: tuple[WorklistRow, ...]
    all_href: str = ""


@blueprint.get("/fund/desk")
@for_offices(*FUND_READERS)
def dashboard() -> str:
    """Show what waits, each with its next act, and what is available.

    The number of queries does not depend on how much waits.
    """
    with services().uow.read() as connection:
        queues = list_worklists(connection, _SHOWN)
        lists = _lists(connection, queues)
        available = available_by_source(connection)
    return render_template(
        "fund/worklist.html",
        lead=_lead(actor(), queues),
        lists=lists,
        available=available,
        records=actor().has(Role.FUND_ADMINISTRATOR),
        done=request.args.get("done", ""),
    )


@blueprint.get("/fund/desk/waiting/<name>")
@for_offices(*FUND_READERS)
def waiting(name: str) -> str:
    """Show one list whole, fifty rows at a time."""
    if name not in set(WorkKind):
        raise NotFound("page", name)
    after = request.args.get("after", "")
    with services().uow.read() as connection:
        queue = list_work(connection, WorkKind(name), after=after)
    found = _queue(WorkKind(name), queue)
    return render_template("fund/worklist_page.html", list=found, next=queue.after, after=after)


@blueprint.get("/fund/advances")
@for_offices(*FUND_READERS)
def advances() -> str:
    """Show the advances that are owed today, the longest overdue first, without exercises."""
    with services().uow.read() as connection:
        found = [
            (each, advance)
            for each in list_case_advances(connection, ~case.c.exercise)
            for advance in each.owing
            if advance.owed
        ]
    day = today()
    found.sort(key=lambda pair: (-pair[1].late(day), pair[1].due_on or date.max, pair[0].ref))
    bands = sum_by_band((advance.owed, advance.band(day)) for _, advance in found)
    return render_template("fund/advances.html", rows=found, bands=bands, today=day)


@blueprint.get("/fund/rates")
@for_signed_in
def rates() -> str:
    """Show the per diem rates to whoever plans a journey, in the reader's alphabetical order."""
    table, lang = services().reference.per_diem, language()
    places = [(label[lang], key) for key, label in table.places.items()]
    places.sort(key=lambda each: sort_key(each[0]))
    periods = table.periods[::-1]
    return render_template("fund/rates.html", periods=periods, places=places, today=today())


def _lists(connection: Connection, queues: dict[WorkKind, WorkQueue]) -> list[Worklist]:
    """The lists in the order of their keys, the empty ones among them."""
    lists = {kind: _queue(kind, queues[kind]) for kind in WorkKind}
    return [
        *(lists[kind] for kind in WorkKind if kind is not WorkKind.MATCH),
        _advances_list(connection),
        _expiring_list(connection),
        lists[WorkKind.MATCH],
        _periods_list(connection),
    ]


def _queue(kind: WorkKind, queue: WorkQueue) -> Worklist:
    rows = tuple(work_row(each, actor(), today()) for each in queue.rows)
    all_href = url_for("fund.waiting", name=kind.value) if queue.after else ""
    return Worklist(kind.value, queue.count, rows, all_href)


def _advances_list(connection: Connection) -> Worklist:
    """What institutions hold and should account for by now, or within thirty days."""
    last = today() + _AHEAD
    cases = (
        select(tranche.c.case_id).join(tranche_event).where(tranche_event.c.accounts_due_on <= last)
    )
    found = [
        (advance.due_on, each, advance)
        for each in list_case_advances(connection, ~case.c.exercise, case.c.id.in_(cases))
        for advance in each.owing
        if advance.owed and advance.due_on and advance.due_on <= last
    ]
    found.sort(key=lambda row: (row[0], row[1].ref))
    rows = [advance_row(each, advance, today()) for _, each, advance in found]
    return _first_rows("account", rows, url_for("fund.advances"))


def _expiring_list(connection: Connection) -> Worklist:
    """What is committed, not certified, and expires within four months."""
    found = []
    for each in list_open_commitments(connection):
        years = services().processes[each.definition].workflow.terms.get(LIQUIDATION_YEARS)
        day = last_payment_day(each.year, years) if years is not None else None
        if day and day <= today() + _BEFORE_EXPIRY:
            found.append((day, each))
    found.sort(key=lambda pair: (pair[0], pair[1].ref))
    rows = [commitment_row(each, day, today()) for day, each in found]
    return _first_rows("expire", rows, url_for("statements.statement", name="expiring"))


def _periods_list(connection: Connection) -> Worklist:
    """What was asked to be reopened, then what is over and open, the oldest first."""
    found = list_pending_periods(connection, today())
    asked = [period_row(each, actor(), asked=True) for each in found.asked]
    over = [period_row(each, actor(), asked=False) for each in found.to_close]
    return _first_rows("close", [*asked, *over], url_for("periods.index"))


def _first_rows(name: str, rows: list[WorklistRow], all_href: str) -> Worklist:
    shown, more = tuple(rows[:_SHOWN]), len(rows) > _SHOWN
    return Worklist(name, len(rows), shown, all_href if more else "")


def _lead(reader: Actor, queues: dict[WorkKind, WorkQueue]) -> str:
    """How many disbursements wait for the reader."""
    offices = {
        WorkKind.CERTIFY: Role.CERTIFYING_OFFICER,
        WorkKind.PAY: Role.FUND_ADMINISTRATOR,
    }
    sentences = [
        t(f"treasury.lead_{kind}", n=queues[kind].count)
        for kind, office in offices.items()
        if queues[kind].count and reader.has(office)
    ]
    return " ".join(sentences) or t("treasury.lead")
