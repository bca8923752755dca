"""An act of the staff of the fund: fill in a form, confirm what it does to the books, done.

An act declares its form (a file under `forms/`), the command it calls and what its confirmation
page states. The command is tried before the confirmation is shown, so that a refusal appears
beside the form. The page carries a token of what it was made from: a second submission of the
same page finds another token and records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import FormDef, Option
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.periods import require_open
from ricomi_workflow.web.components import Confirmation, Facts
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import FilledForm, Texts, filled
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import reason

if TYPE_CHECKING:
    from sqlalchemy import Connection

Answer = str | Response | tuple[str, int]
_BOOKED_ON = frozenset(  # days on which an act enters the books: their period has to be open
    {"pledged_on", "received_on", "converted_on", "given_on", "reduced_on", "paid_on"}
)


@dataclass(frozen=True, slots=True)
class Review:
    """What a confirmation page states: the figure, parameters of its sentences, the effects."""

    figure: str
    params: Mapping[str, object]
    effects: Facts = ()  # what the act will do to the books


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One act. The text passed to its functions is the reference it is about, or empty."""

    form: str  # name of the form under `forms/`
    texts: str  # keys of the sentences of its confirmation: `contributions.pledge_{}`
    review: Callable[[Connection, str, FilledForm], Review]
    command: Callable[[Tx, str, FilledForm], str]  # returns the reference of what was recorded
    done: Callable[[str], str] = lambda ref: url_for("fund.dashboard", done=ref)
    facts: Callable[[Connection, str], Facts] = lambda _connection, _ref: ()
    token: Callable[[Connection, str], str] = lambda _connection, _ref: ""
    initial: Callable[[Connection, str], Texts] = lambda _connection, _ref: {}
    lists: Callable[[Connection, str], Mapping[str, tuple[Option, ...]]] = lambda _c, _ref: {}
    omits: Callable[[Connection, str], frozenset[str]] = lambda _connection, _ref: frozenset()


def form_label(name: str) -> str:
    """The name of a form of the staff, which is the name of its act."""
    return services().library.latest_form(name).label[language()]


def show_form(act: StaffAct, ref: str = "") -> str:
    """The empty form of an act."""
    with services().uow.read() as connection:
        form, lookups = _form(act, connection, ref)
        usual = {"currency": (BOOK_CURRENCY,)}
        names = {field.name for field in form.fields()}
        given = {name: texts for name, texts in usual.items() if name in names}
        sent = FilledForm(form, lookups, {**given, **act.initial(connection, ref)})
    return _draw(act, ref, sent)


def submit_form(act: StaffAct, ref: str = "") -> Answer:
    """Show the confirmation of what was sent; record it once it was confirmed."""
    sent, token = _sent(act, ref), request.form.get("_seen", "")
    if sent.errors or "_back" in request.form:
        return _draw(act, ref, sent, token=token), 422 if sent.errors else 200
    try:
        if request.form.get("_confirm") != "yes":
            return _confirm(act, ref, sent, token)
        recorded = _record(act, ref, sent, token)
    except (Invalid, Refused, Conflict) as error:
        return _draw(act, ref, sent, error), status_of(error)
    return redirect(act.done(recorded), 303)


def _confirm(act: StaffAct, ref: str, sent: FilledForm, token: str) -> str:
    with services().uow.trial(actor()) as tx:
        for name in _BOOKED_ON & sent.values.keys():
            require_open(tx.connection, sent.day(name))
        review = act.review(tx.connection, ref, sent)
        act.command(tx, ref, sent)  # a refusal appears before the confirmation
    params = {"ref": ref, **review.params}
    confirmation = Confirmation(
        opening=t(act.texts.format("opening"), **params),
        said=review.figure,
        closing=t(act.texts.format("closing"), **params),
        recorded=t(act.texts.format("recorded"), **params),
        change=t(act.texts.format("change"), **params),
        button=t(act.texts.format("button"), **params),
        back=t("ballot.back"),
        back_href=request.path,
    )
    return render_template(
        "fund/act_confirm.html",
        heading=form_label(act.form),
        sent=sent,
        token=token,
        confirmation=confirmation,
        effects=review.effects,
    )


def _record(act: StaffAct, ref: str, sent: FilledForm, token: str) -> str:
    with services().uow.begin(actor()) as tx:
        if act.token(tx.connection, ref) != token:
            raise Conflict("another fact was recorded")
        return act.command(tx, ref, sent)


def _draw(
    act: StaffAct,
    ref: str,
    sent: FilledForm,
    error: DomainError | None = None,
    *,
    token: str | None = None,
) -> str:
    """The form with what was typed and what the domain has against it."""
    with services().uow.read() as connection:
        facts, now = act.facts(connection, ref), act.token(connection, ref)
    refusals = error.refusals if isinstance(error, Refused) else ()
    return render_template(
        "fund/act_form.html",
        heading=form_label(act.form),
        sent=replace(sent, errors=error.fields) if isinstance(error, Invalid) else sent,
        token=now if token is None else token,
        facts=facts,
        reasons=[reason(each) for each in refusals],
        overtaken=isinstance(error, Conflict),
    )


def _sent(act: StaffAct, ref: str) -> FilledForm:
    with services().uow.read() as connection:
        form, lookups = _form(act, connection, ref)
        act.facts(connection, ref)  # raises `NotFound` before anything is judged
    return filled(form, request.form.to_dict(flat=False), lookups)


def _form(act: StaffAct, connection: Connection, ref: str) -> tuple[FormDef, Lookups]:
    """The form without the fields that do not apply, and what may be chosen in it."""
    form, omitted = services().library.latest_form(act.form), act.omits(connection, ref)
    if omitted:
        sections = tuple(
            replace(section, fields=tuple(f for f in section.fields if f.name not in omitted))
            for section in form.sections
        )
        form = replace(form, sections=sections, digest="")  # it is no longer the form of the file
    return form, replace(services().lookups, given=act.lists(connection, ref))
