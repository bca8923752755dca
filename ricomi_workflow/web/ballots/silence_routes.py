"""The silence procedure of a case: notice proved, objections in two steps, the time left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.silence_procedure import (
    Objection,
    ServiceByOtherMeans,
    is_late,
    preview_objection,
    preview_service,
    raise_objection,
    record_service,
    resend_notice,
)
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refused
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.silence_view import (
    SERVICE_FIELDS,
    Typed,
    service_oath,
    silence_page,
)
from ricomi_workflow.web.ballots.voting_method_header import way_head
from ricomi_workflow.web.cases.case_file import read_case_file
from ricomi_workflow.web.cases.objections import objection_confirmation
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("silence", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/silence"
_DONE = ("objected", "late", "served", "sent")
Page = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def silence(ref: str) -> str:
    """Show where the procedure stands and, to a delegate, how to object."""
    return _page(ref, Typed(country=request.args.get("country", "")))


@blueprint.post(_ADDRESS)
@for_signed_in
def act(ref: str) -> Page:
    """Object in two steps; for the Secretariat: record a service, or send a notice again."""
    acts = {"object": _object, "serve": _serve, "send": _send}
    return acts.get(request.form.get("act", ""), _object)(ref)


def _object(ref: str) -> Page:
    """Say an objection back; make it when it was confirmed."""
    country, sent = request.form.get("country", ""), typed("objection")
    form = Typed(country, objection=PlainForm(sent))
    if "_back" in request.form:
        return _page(ref, form)
    try:
        if request.form.get("_confirm") != "yes":
            return _say_back(ref, country, sent["objection"])
        made = _made(ref, country, sent["objection"])
    except Invalid as error:
        wrong = Typed(country, objection=refused(sent, error))
        return _page(ref, wrong), status_of(error)
    except Refused as error:
        return _page(ref, form, error), status_of(error)
    said = "late" if made.late else "objected"
    return redirect(url_for("silence.silence", ref=ref, country=country, done=said), 303)


def _made(ref: str, country: str, text: str) -> Objection:
    with services().uow.begin(actor()) as tx:
        return raise_objection(tx, services(), lock(tx, services(), ref), country, text)


def _say_back(ref: str, country: str, text: str) -> str:
    """The objection with what it does now; raises what making it would raise."""
    if not text.strip():
        raise Invalid([FieldError("objection", "required")])
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        standing = preview_objection(tx, services(), file.case, country)
        late = standing.closes_at if is_late(tx, standing) else None
        head = way_head(file, VotingMethod.SILENCE)
    return render_template(
        "ballots/objection_confirm.html",
        head=head,
        oath=objection_confirmation(file, country, text.strip(), late),
        country=country,
        text=text,
        action=url_for("silence.act", ref=ref),
    )


def _serve(ref: str) -> Page:
    """Say a service by other means back; put it on record when it was confirmed."""
    sent = typed(*SERVICE_FIELDS)
    if "_back" in request.form:
        return _page(ref, Typed(service=PlainForm(sent)))
    try:
        proof = _proof(sent)
        if request.form.get("_confirm") != "yes":
            return _say_service_back(ref, sent, proof)
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            record_service(tx, services(), case, sent["country"], proof)
    except Invalid as error:
        return _page(ref, Typed(service=refused(sent, error))), status_of(error)
    except Refused as error:
        return _page(ref, Typed(service=PlainForm(sent)), error), status_of(error)
    return redirect(url_for("silence.silence", ref=ref, done="served"), 303)


def _say_service_back(ref: str, sent: Mapping[str, str], proof: ServiceByOtherMeans) -> str:
    """The service with what it sets going; raises what recording it would raise."""
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        left = preview_service(tx, services(), file.case, sent["country"], proof)
        oath, head = (
            service_oath(file, sent["country"], proof, left),
            way_head(file, VotingMethod.SILENCE),
        )
    return render_template(
        "ballots/service_confirm.html", head=head, oath=oath, sent=sent, action=request.path
    )


def _send(ref: str) -> Page:
    """Send the notice to a seat again."""
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            resend_notice(tx, services(), case, request.form.get("country", ""))
    except Refused as error:
        return _page(ref, Typed(), error), status_of(error)
    return redirect(url_for("silence.silence", ref=ref, done="sent"), 303)


def _proof(sent: Mapping[str, str]) -> ServiceByOtherMeans:
    """The service that was typed. Raises `Invalid` for what is missing, or when the day is none."""
    missing = [name for name in SERVICE_FIELDS if not sent[name].strip()]
    if missing:
        raise Invalid([FieldError(name, "required") for name in missing])
    try:
        day = date.fromisoformat(sent["day"])
    except ValueError:
        raise Invalid([FieldError("day", "not_date", {"value": sent["day"]})]) from None
    return ServiceByOtherMeans(sent["how"], day, sent["evidence"])


def _page(ref: str, sent: Typed, error: Refused | None = None) -> str:
    with services().uow.look(actor()) as tx:
        page = silence_page(tx, read_case_file(tx, services(), ref), sent)
    told = [reason(each) for each in error.refusals] if error else []
    return render_template("ballots/silence.html", page=page, done=done(*_DONE), refused=told)
