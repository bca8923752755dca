"""Saved searches: kept by somebody with an account, or asked for by a visitor and confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

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
from ricomi_workflow.saved_searches.queries import find_by_token, list_own_searches
from ricomi_workflow.saved_searches.rules import CONFIRM, END, PACES, SavedQuery, hash_origin
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.catalogue.catalogue_view import Asked, Labels, asked
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class Shown:
    """A question in words, and the page of its results."""

    words: str
    href: str


def question_in(query: MultiDict[str, str]) -> SavedQuery:
    """What the address asks; facets and values that are not known are left out."""
    found: Asked = asked(query)
    chosen: Mapping[str, tuple[str, ...]] = {n: v for n, v in found.chosen.items() if v}
    return SavedQuery(found.words, chosen)


def shown(question: SavedQuery) -> Shown:
    """The question in the reader's language, whatever language it was asked in."""
    labels = Labels()
    parts = [t("public.quoted", words=question.words)] if question.words else []
    for facet, codes in question.chosen.items():
        parts += [labels.of(facet, code) or code for code in codes]
    pairs = question.pairs()
    href = url_for("public.catalogue") + (f"?{urlencode(pairs)}" if pairs else "")
    return Shown(", ".join(parts) or t("saved_searches.everything"), href)


def paces() -> tuple[tuple[str, str], ...]:
    """How often one may be told, with words."""
    return tuple((pace, t(f"saved_searches.{pace}")) for pace in PACES)


blueprint = Blueprint("saved_searches", __name__, url_prefix=f"{PREFIX}/alerts")
Answer = str | Response | tuple[str, int]


@blueprint.get("")
@for_signed_in
def index() -> str:
    """List the reader's saved searches."""
    with services().uow.read() as connection:
        saved = list_own_searches(connection, actor().user_id)
    rows = [(each, shown(each.question)) for each in saved]
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
