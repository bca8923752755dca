"""Periods of the books: the list of months and years, and the acts on one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from ricomi_workflow.ledger.periods import (
    CLOSERS,
    REOPENERS,
    Period,
    PeriodStatus,
    close_period,
    decline_reopening,
    list_periods,
    reopen_period,
    request_reopening,
)
from ricomi_workflow.localization import formats
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.staff_act import Answer
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.plain_forms import done, outcome

blueprint = Blueprint("periods", __name__, url_prefix=f"{PREFIX}/fund/periods")
_ACTS: Mapping[str, Callable[[Tx, str, str], None]] = {
    "close": lambda tx, code, _reason: close_period(tx, code),
    "ask": request_reopening,
    "reopen": lambda tx, code, _reason: reopen_period(tx, code),
    "keep": decline_reopening,
}


@blueprint.get("")
@for_offices(*FUND_READERS)
def index() -> str:
    """List every year since the first entry with its months, newest first."""
    with services().uow.read() as connection:
        found = list_periods(connection, today())
    by_code = {each.period.code: each for each in found}
    years = [each for each in found if each.period.is_year]
    tables = [[x for x in found if x.period.code[:4] == year.period.code] for year in years]
    states = {each.period.code: _state(each, by_code) for each in found}
    return render_template(
        "statements/periods.html", tables=tables, states=states, period_name=period_name
    )


@blueprint.get("/<code>")
@for_offices(*FUND_READERS)
def period(code: str) -> str:
    """Show one period, what happened to it, and what the reader may do."""
    return _period(code)


@blueprint.post("/<code>/<act>")
@for_offices(*REOPENERS)
def change(code: str, act: str) -> Answer:
    """Close a period, ask to reopen it, agree, or keep it closed."""
    if act not in _ACTS:
        raise NotFound("page", act)
    try:
        with services().uow.begin(actor()) as tx:
            _ACTS[act](tx, code, request.form.get("reason", ""))
    except (Invalid, Refused, Conflict) as error:
        return _period(code, error), status_of(error)
    return redirect(url_for("periods.period", code=code, done=act), 303)


def period_name(period: Period) -> str:
    """`March 2026`; of a year, `Year 2026`."""
    if period.is_year:
        return t("periods.whole_year", year=period.code)
    words = formats.month(period.first, language())
    return words[:1].upper() + words[1:]


def _period(code: str, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        found = {each.period.code: each for each in list_periods(connection, today())}
        if code not in found:
            raise NotFound("period", code)
        status = found[code]
        names = get_names(connection, {x.actor_id for x in status.events if x.actor_id is not None})
    return render_template(
        "statements/period.html",
        status=status,
        name=period_name(status.period),
        state=_state(status, found),
        names=names,
        **_offered(status, found),
        **outcome(error, "reason"),
        done=done(*_ACTS),
    )


def _offered(status: PeriodStatus, every: Mapping[str, PeriodStatus]) -> dict[str, bool]:
    """Which of the acts the reader may do."""
    asked, over = status.asked, status.period.last < today()
    reopens = actor().has(*REOPENERS) and status.is_closed
    return {
        "closes": actor().has(*CLOSERS) and not status.is_closed and over,
        "asks": reopens and asked is None and not _is_in_closed_year(status, every),
        "answers": reopens and asked is not None,
        "reopens": reopens and asked is not None and asked.actor_id not in actor().people,
    }


def _state(status: PeriodStatus, every: Mapping[str, PeriodStatus]) -> str:
    """The end of the key of its text."""
    if status.is_closed:
        return "asked" if status.asked else "closed"
    if _is_in_closed_year(status, every):
        return "in_year"
    return "open" if status.period.last < today() else "running"


def _is_in_closed_year(status: PeriodStatus, every: Mapping[str, PeriodStatus]) -> bool:
    return not status.period.is_year and every[status.period.code[:4]].is_closed
