"""Saved searches: kept by somebody with an account, or asked for by a visitor and confirmed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.saved_searches.commands import (
    SearchRequest,
    confirm_search,
    end_own_search,
    end_search,
    request_search,
    save_search,
)
from ricomi_workflow.saved_searches.queries import find_by_token
from ricomi_workflow.saved_searches.rules import CONFIRM, END, PACES, hash_origin
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.saved_searches.saved_searches_view import own, paces, question_in, shown

blueprint = Blueprint("saved_searches", __name__, url_prefix=f"{PREFIX}/alerts")
Answer = str | Response | tuple[str, int]


@blueprint.get("")
@for_signed_in
def index() -> str:
    """List the reader's saved searches."""
    with services().uow.read() as connection:
        rows = own(connection)
    return render_template(
        "saved_searches/saved_searches.html", rows=rows, done=done("saved", "ended")
    )


@blueprint.post("/<int:key>/end")
@for_signed_in
def end_one(key: int) -> Response:
    """End a saved search of the reader's."""
    with services().uow.begin(actor()) as tx:
        end_own_search(tx, key)
    return redirect(url_for("saved_searches.index", done="ended"), 303)


@blueprint.get("/new")
@for_everybody
def new() -> str:
    """Offer to save the question of the address."""
    return _form(PlainForm({"pace": next(iter(PACES))}))


@blueprint.post("/new")
@for_everybody
def keep() -> Answer:
    """Save the question, or mail a visitor whether they mean it; the answer tells no address."""
    sent = typed("pace", "email")
    try:
        with services().uow.begin(actor()) as tx:
            if actor().user_id is not None:
                save_search(tx, question_in(request.args), sent["pace"], language())
                return redirect(url_for("saved_searches.index", done="saved"), 303)
            request_search(tx, _asked(sent))
    except Invalid as error:
        return _form(refused(sent, error)), 422
    return render_template("saved_searches/requested.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@for_everybody
def agree(token: str) -> str:
    """Let a visitor confirm that the address is theirs; looking alone confirms nothing."""
    with services().uow.read() as connection:
        found = find_by_token(connection, services(), token, CONFIRM)
    if request.method == "POST":
        with services().uow.begin(ANONYMOUS) as tx:
            confirm_search(tx, services(), token)
    done = request.method == "POST" or found.confirmed_at is not None
    return render_template("saved_searches/confirm.html", shown=shown(found.question), done=done)


@blueprint.get("/end/<token>")
@for_everybody
def leave(token: str) -> str:
    """Ask whether to end one search or all; looking alone ends nothing."""
    with services().uow.read() as connection:
        found = find_by_token(connection, services(), token, END)
    return render_template("saved_searches/end.html", shown=shown(found.question), token=token)


@blueprint.post("/end/<token>")
@for_everybody
def end_at_once(token: str) -> str:
    """End it, from the page or by one click in a mail program (RFC 8058), which sends no proof."""
    with services().uow.begin(ANONYMOUS) as tx:
        end_search(tx, services(), token, every="every" in request.form)
    return render_template("saved_searches/end.html", shown=None, token="")


def _asked(sent: dict[str, str]) -> SearchRequest:
    day = services().calendar.local_day(services().uow.clock.now()).isoformat()
    origin = hash_origin(services().secret_key, request.remote_addr or "", day)
    return SearchRequest(sent["email"], question_in(request.args), sent["pace"], language(), origin)


def _form(form: PlainForm) -> str:
    question = shown(question_in(request.args))
    action = url_for("saved_searches.keep", **request.args.to_dict(flat=False))  # type: ignore[arg-type]  # values by name
    return render_template(
        "saved_searches/new.html", form=form, shown=question, paces=paces(), action=action
    )
