"""Needs and offers that match: the matches of focal points, and drafts begun from an entry."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refused
from ricomi_workflow.matching.commands import answer, conclude, contact, decline, set_weekly_summary
from ricomi_workflow.matching.prefill import open_prefilled_case as begin_draft
from ricomi_workflow.matching.queries import is_muted
from ricomi_workflow.matching.rules import Outcome
from ricomi_workflow.web.access import for_offices, for_signed_in
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import actor, is_demonstration, services
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.idempotency import new_idempotency_key, open_case_once
from ricomi_workflow.web.matching.matches_view import (
    MatchPage,
    match_page,
    matches_page,
    prefill_choices,
)
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("matches", __name__, url_prefix=PREFIX)
_DONE = ("contact", "answer", "decline", "conclude")
_TYPED = ("act", "words", "reason", "outcome", "request")
Answer = str | Response | tuple[str, int]


@blueprint.get("/pairs")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def index() -> str:
    """List the matches of the reader's States."""
    with services().uow.read() as connection:
        groups, more = matches_page(connection, request.args.get("after", ""))
        muted = is_muted(connection, actor().user_id or 0)
    said = done("muted", "unmuted")
    return render_template(
        "matching/matches.html", groups=groups, more=more, muted=muted, done=said
    )


@blueprint.post("/pairs")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def summary() -> Response:
    """Send the reader the weekly summary, or no longer."""
    muted = request.form.get("muted") == "yes"
    with services().uow.begin(actor()) as tx:
        set_weekly_summary(tx, muted=muted)
    return redirect(url_for("matches.index", done="muted" if muted else "unmuted"), 303)


@blueprint.get("/pairs/<need>/<offer>")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def match(need: str, offer: str) -> str:
    """Show one match with its reasons and what can be done."""
    with services().uow.read() as connection:
        page = match_page(connection, need, offer)
    return _drawn(page, PlainForm(), done=done(*_DONE))


@blueprint.post("/pairs/<need>/<offer>")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def act(need: str, offer: str) -> Answer:
    """Take the next step of a match."""
    try:
        _take(need, offer)
    except Invalid as error:
        return _again(need, offer, refused(typed(*_TYPED), error)), 422
    except Refused as error:  # somebody was quicker: what was written stands where it now may
        return _again(need, offer, PlainForm(typed(*_TYPED)), reason(error.refusals[0])), 409
    said = request.form.get("act", "")
    return redirect(url_for("matches.match", need=need, offer=offer, done=said), 303)


@blueprint.get("/catalogue/<ref>/begin")
@for_signed_in
def begin(ref: str) -> str:
    """Say what is begun from an entry, and ask for which State."""
    with services().uow.read() as connection:
        entry = get_entry(connection, ref)
    choices, once = prefill_choices(entry), new_idempotency_key()
    return render_template("matching/begin.html", entry=entry, choices=choices, once=once)


@blueprint.post("/catalogue/<ref>/begin")
@for_signed_in
def open_draft(ref: str) -> Response:
    """Open the draft and lead to its form."""
    opening, sample = request.form.get("opening", ""), is_demonstration()
    kind, _, country = opening.partition(":")
    with services().uow.begin(actor()) as tx:
        entry = get_entry(tx.connection, ref)
        draft = partial(begin_draft, tx, services(), entry, kind, country, illustrative=sample)
        opened = open_case_once(tx, f"{ref} {opening}", draft)
    form = opening_form(services().library.latest(kind))
    return redirect(url_for("forms.form_page", ref=opened, name=form), 303)


def _take(need: str, offer: str) -> None:
    sent = typed(*_TYPED)
    with services().uow.begin(actor()) as tx:
        at = (tx, services(), need, offer)
        match sent["act"]:
            case "contact":
                contact(*at, sent["words"])
            case "answer":
                answer(*at, sent["words"])
            case "decline":
                decline(*at, sent["reason"])
            case "conclude":
                outcome, ref, words = sent["outcome"], sent["request"], sent["words"]
                conclude(*at, outcome=outcome, request=ref, words=words)
            case other:
                raise Invalid([FieldError("act", "not_an_option", {"value": other})])


def _again(need: str, offer: str, sent: PlainForm, why: Reason | None = None) -> str:
    with services().uow.read() as connection:
        page = match_page(connection, need, offer)
    return _drawn(page, sent, why)


def _drawn(page: MatchPage, sent: PlainForm, why: Reason | None = None, done: str = "") -> str:
    return render_template(
        "matching/match.html",
        page=page,
        form=sent,
        refused=why or page.obstacle,
        outcomes=[(each.value, t(f"matching.outcome_{each}")) for each in Outcome],
        done=done,
    )
