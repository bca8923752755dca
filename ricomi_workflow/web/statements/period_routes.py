"""Months and years of the books: the list, and the acts on one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from ricomi_workflow.ledger import periods
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.statements.periods_view import period_page, years

blueprint = Blueprint("periods", __name__, url_prefix=f"{PREFIX}/fund/periods")
_READERS = (
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.AUDITOR,
    Role.SECRETARIAT,
)
_ACTS: Mapping[str, Callable[[Tx, str, str], None]] = {
    "close": lambda tx, code, _said: periods.close_period(tx, code),
    "ask": periods.request_reopening,
    "reopen": lambda tx, code, _said: periods.reopen_period(tx, code),
    "keep": periods.decline_reopening,
}


@blueprint.get("")
@for_offices(*_READERS)
def index() -> str:
    """Show which months and years are closed."""
    with services().uow.read() as connection:
        return render_template("statements/periods.html", years=years(connection))


@blueprint.get("/<code>")
@for_offices(*_READERS)
def period(code: str) -> str:
    """Show one period, what happened to it, and what the reader may do."""
    return _page(code, PlainForm())


@blueprint.post("/<code>/<act>")
@for_offices(*periods.REOPENERS)
def change(code: str, act: str) -> str | Response | tuple[str, int]:
    """Close a period, ask to reopen it, agree, or keep it closed."""
    if act not in _ACTS:
        raise NotFound("page", act)
    try:
        with services().uow.begin(actor()) as tx:
            _ACTS[act](tx, code, request.form.get("reason", ""))
    except Invalid as error:
        return _page(code, refused(typed("reason"), error)), status_of(error)
    except (Refused, Conflict) as error:
        return _page(code, PlainForm(typed("reason")), error), status_of(error)
    return redirect(url_for("periods.period", code=code, done=act), 303)


def _page(code: str, form: PlainForm, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        page = period_page(connection, code, actor())
    reasons = [reason(r) for r in error.refusals] if isinstance(error, Refused) else []
    return render_template(
        "statements/period.html",
        page=page,
        form=form,
        reasons=reasons,
        overtaken=isinstance(error, Conflict),
        done=done(*_ACTS),
    )
