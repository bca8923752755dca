"""The silence procedure of a case: notice proved, objections in two steps, the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.notices import NoticeView, StateNotice, notice_view
from ricomi_workflow.ballots.rules import Outcome
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
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refused
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.confirmation import render_confirmation
from ricomi_workflow.web.ballots.voting_method_header import (
    VotingMethodHeader,
    get_ballot,
    get_header,
)
from ricomi_workflow.web.cases.case_file import CaseFile, read_case_file
from ricomi_workflow.web.cases.objections import (
    ObjectionForm,
    ObjectionRow,
    objection_confirmation,
    objection_form,
    objection_rows,
)
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("silence", __name__, url_prefix=PREFIX)
SERVICE_FIELDS = ("country", "how", "day", "evidence")
_STAFF = (Role.SECRETARIAT, Role.ADMINISTRATOR)


@blueprint.app_template_filter()
def by_country(seats: Sequence[StateNotice]) -> Sequence[StateNotice]:
    """The states in the order of the reader's alphabet."""
    return sorted(seats, key=lambda seat: sort_key(_name(seat.country)))


@dataclass(frozen=True, slots=True)
class SilencePage:
    """Everything that the template of a silence procedure draws."""

    head: VotingMethodHeader
    verdict: str
    served_words: str
    period: int
    starts_at: datetime | None
    closes_at: datetime | None
    notice: NoticeView
    sees_answers: bool  # of the mail provider; for staff alone, they may hold an address
    may_serve: bool
    form: PlainForm
    desk: ObjectionForm
    objections: tuple[ObjectionRow, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent from the page, with what is wrong with it."""

    country: str = ""
    objection: PlainForm = field(default_factory=PlainForm)
    service: PlainForm = field(default_factory=PlainForm)


def silence_page(tx: Tx, file: CaseFile, sent: Sent) -> SilencePage:
    """The page for the reader; raises `NotFound` when the newest ballot is no such procedure."""
    view = get_ballot(file, VotingMethod.SILENCE)
    notice = notice_view(tx.connection, services(), view, file.now)
    if notice is None:
        raise AssertionError("a silence procedure has notices")
    clock = notice.clock
    late = clock is not None and clock.closes_at <= file.now
    href = url_for("silence.silence", ref=file.case.ref)
    serving = not view.ballot.outcome and clock is None and file.reader.has(Role.SECRETARIAT)
    return SilencePage(
        head=get_header(file, VotingMethod.SILENCE),
        verdict=_verdict(file, notice, late=late),
        served_words=t(
            "voting_methods.served_of", served=len(notice.served), all=len(notice.seats)
        ),
        period=view.ballot.period or 0,
        starts_at=clock.starts_at if clock else None,
        closes_at=clock.closes_at if clock else None,
        notice=notice,
        sees_answers=file.reader.has(*_STAFF),
        may_serve=serving,
        form=sent.service,
        desk=objection_form(file, sent.country, href, sent.objection, late=late),
        objections=objection_rows(file),
    )


def service_confirmation(
    file: CaseFile, country: str, proof: ServiceByOtherMeans, left: tuple[str, ...]
) -> Confirmation:
    """A service by other means: whose, how proved, and whether the period begins."""
    view, name = get_ballot(file, VotingMethod.SILENCE), _name(country)
    day = formats.day(proof.day, language()) if proof.day else ""
    note = t(
        "voting_methods.service_note",
        how=proof.how.strip(),
        day=day,
        evidence=proof.evidence.strip(),
    )
    waits = t("voting_methods.service_waits", n=len(left))
    return Confirmation(
        opening=t("voting_methods.service_opening", country=name),
        said=note,
        closing="",
        recorded=t("voting_methods.service_recorded", by=file.reader.name),
        change=waits if left else t("voting_methods.service_begins", n=view.ballot.period or 0),
        button=t("voting_methods.service_confirm_button", country=name),
        back=t("voting_methods.back"),
        back_href="",
    )


def _verdict(file: CaseFile, notice: NoticeView, *, late: bool) -> str:
    outcome = file.ballot.ballot.outcome if file.ballot else None
    if outcome is Outcome.BROKEN:
        return t("voting_methods.silence_broken")
    if outcome is Outcome.CARRIED:
        return t("voting_methods.silence_adopted")
    if outcome:
        return f"{t(f'voting_methods.outcome_{outcome}')}."
    if notice.clock is None:
        return t("voting_methods.silence_waiting", n=len(notice.missing))
    if late:
        return t("voting_methods.silence_over")
    calendar = services().calendar
    left = calendar.between(file.today, calendar.local_day(notice.clock.closes_at))
    return (
        t("voting_methods.silence_running", n=left)
        if left
        else t("voting_methods.silence_last_day")
    )


def _name(country: str) -> str:
    return formats.country(country, language())


_ADDRESS = "/cases/<ref>/silence"
_DONE = ("objected", "late", "served", "sent")
Page = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def silence(ref: str) -> str:
    """Show where the procedure stands and, to a delegate, how to object."""
    return _page(ref, Sent(country=request.args.get("country", "")))


@blueprint.post(_ADDRESS)
@for_signed_in
def act(ref: str) -> Page:
    """Object in two steps; for the Secretariat: record a service, or send a notice again."""
    acts = {"object": _object, "serve": _serve, "send": _send}
    return acts.get(request.form.get("act", ""), _object)(ref)


def _object(ref: str) -> Page:
    """Ask to confirm an objection; raise it when it was confirmed."""
    country, sent = request.form.get("country", ""), typed("objection")
    form = Sent(country, objection=PlainForm(sent))
    if "_back" in request.form:
        return _page(ref, form)
    try:
        if request.form.get("_confirm") != "yes":
            return _confirm_objection(ref, country, sent["objection"])
        made = _made(ref, country, sent["objection"])
    except Invalid as error:
        wrong = Sent(country, objection=refused(sent, error))
        return _page(ref, wrong), status_of(error)
    except Refused as error:
        return _page(ref, form, error), status_of(error)
    said = "late" if made.late else "objected"
    return redirect(url_for("silence.silence", ref=ref, country=country, done=said), 303)


def _made(ref: str, country: str, text: str) -> Objection:
    with services().uow.begin(actor()) as tx:
        return raise_objection(tx, services(), lock(tx, services(), ref), country, text)


def _confirm_objection(ref: str, country: str, text: str) -> str:
    """The objection with what it does now; raises what making it would raise."""
    if not text.strip():
        raise Invalid([FieldError("objection", "required")])
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        state = preview_objection(tx, services(), file.case, country)
        late = state.closes_at if is_late(tx, state) else None
    get_ballot(file, VotingMethod.SILENCE)
    return render_confirmation(
        file,
        objection_confirmation(file, country, text.strip(), late),
        heading=t("voting_methods.object_confirm"),
        action=url_for("silence.act", ref=ref),
        hidden={"act": "object", "country": country, "objection": text},
    )


def _serve(ref: str) -> Page:
    """Ask to confirm a service by other means; record it when it was confirmed."""
    sent = typed(*SERVICE_FIELDS)
    if "_back" in request.form:
        return _page(ref, Sent(service=PlainForm(sent)))
    try:
        proof = _proof(sent)
        if request.form.get("_confirm") != "yes":
            return _confirm_service(ref, sent, proof)
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            record_service(tx, services(), case, sent["country"], proof)
    except Invalid as error:
        return _page(ref, Sent(service=refused(sent, error))), status_of(error)
    except Refused as error:
        return _page(ref, Sent(service=PlainForm(sent)), error), status_of(error)
    return redirect(url_for("silence.silence", ref=ref, done="served"), 303)


def _confirm_service(ref: str, sent: Mapping[str, str], proof: ServiceByOtherMeans) -> str:
    """The service with what it sets going; raises what recording it would raise."""
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        left = preview_service(tx, services(), file.case, sent["country"], proof)
        confirmation = service_confirmation(file, sent["country"], proof, left)
    return render_confirmation(
        file,
        confirmation,
        heading=t("voting_methods.service_confirm"),
        action=request.path,
        hidden={"act": "serve", **sent},
    )


def _send(ref: str) -> Page:
    """Send the notice to a seat again."""
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            resend_notice(tx, services(), case, request.form.get("country", ""))
    except Refused as error:
        return _page(ref, Sent(), error), status_of(error)
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


def _page(ref: str, sent: Sent, error: Refused | None = None) -> str:
    with services().uow.look(actor()) as tx:
        page = silence_page(tx, read_case_file(tx, services(), ref), sent)
    told = [reason(each) for each in error.refusals] if error else []
    return render_template("ballots/silence.html", page=page, done=done(*_DONE), refused=told)
