"""The Secretariat records how a state voted, on evidence, in two steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import record_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.ballots.votes import Evidence, parse_vote, require_texts
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.files.commands import add_document
from ricomi_workflow.files.queries import list_readable
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound, Refused
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.ballots.ballot_page import get_ballot, may_record
from ricomi_workflow.web.ballots.confirmation import (
    recording_confirmation,
    render_confirmation,
    vote_texts,
)
from ricomi_workflow.web.ballots.routes import page_errors
from ricomi_workflow.web.cases.ballot_text import position_choices
from ricomi_workflow.web.cases.case_file import CaseFile, read_case_file
from ricomi_workflow.web.components import BallotChoice, Mistake, Reason
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import case_title, reason
from ricomi_workflow.web.plain_forms import PlainForm, typed
from ricomi_workflow.web.uploads import lost_files, sent_files

FIELDS = (
    "country",
    "vote",
    "reservation",
    "explanation",
    "signatory",
    "reference",
    "document",
)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that the template draws."""

    ref: str
    title: Shown
    illustrative: bool
    states: tuple[tuple[str, str], ...]
    choices: tuple[BallotChoice, ...]
    documents: tuple[tuple[str, str], ...]
    form: PlainForm
    refusals: tuple[Reason, ...] = ()
    mistakes: tuple[Mistake, ...] = field(default=())


def record_page(
    tx: Tx, file: CaseFile, form: PlainForm, refusals: tuple[Reason, ...] = ()
) -> RecordPage:
    """The page for the Secretariat; raises `NotFound` where nothing can be recorded."""
    if not (may_record(file) or refusals):
        raise NotFound("ballot", file.case.ref)
    view = get_ballot(file)
    answered = {seat.country for seat in view.counted} - set(view.silent)
    named = sorted((seat.country for seat in view.counted), key=_name_key)
    return RecordPage(
        ref=file.case.ref,
        title=case_title(file.title),
        illustrative=file.case.illustrative,
        states=tuple((code, _state(code, answered=code in answered)) for code in named),
        choices=(*position_choices(view.ballot), BallotChoice("absent", t("case.choice_absent"))),
        documents=(("", t("ballot.record_no_document")), *_documents(tx, file)),
        form=form,
        refusals=refusals,
        mistakes=tuple(_mistake(name, text) for name, text in form.errors.items()),
    )


def evidence_sent(tx: Tx, file: CaseFile, form: PlainForm) -> Evidence:
    """On what an answer is recorded: a document of the case, or a reference."""
    chosen, reference = form.value("document"), form.value("reference").strip()
    name = dict(_documents(tx, file)).get(chosen, "")
    return Evidence(
        signatory=form.value("signatory").strip(),
        digest=chosen or None,
        name=name or reference,
        note=reference if name else "",
    )


def with_file(ref: str, form: PlainForm) -> PlainForm:
    """The form with the note that came along: kept as a document of the case, and chosen.

    It is kept before anything else is judged, so that nobody has to send it twice. Raises `Invalid`
    for a file that is not taken, `NotFound` where nothing can be recorded.
    """
    lost = lost_files().get("file", [])
    if lost:
        raise Invalid([FieldError("file", "file_again", {"name": lost[0]})])
    upload = next(sent_files("file"), None)
    if upload is None:
        return form
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        if not may_record(read_case_file(tx, services(), ref)):
            raise NotFound("ballot", ref)
        kept = add_document(tx, services(), case, upload, Access.LIMITED)
    return PlainForm({**form.values, "document": kept.sha256})


def is_position(value: str) -> bool:
    """Whether a value is an answer that can be recorded."""
    return value in set(Position)


def _documents(tx: Tx, file: CaseFile) -> list[tuple[str, str]]:
    found = list_readable(tx.connection, services(), tx.actor, file.case)
    return [(each.sha256, each.name) for each in found if each.removal is None]


def _state(code: str, *, answered: bool) -> str:
    name = formats.country(code, language())
    return t("ballot.record_answered", country=name) if answered else name


def _name_key(code: str) -> tuple[str, str]:
    return sort_key(formats.country(code, language()))


def _mistake(name: str, text: str) -> Mistake:
    return Mistake(text, "vote-0" if name == "vote" else name)


blueprint = Blueprint("recorded_votes", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/ballot/record"
Page = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_offices(Role.SECRETARIAT)
def record(ref: str) -> str:
    """Ask which state answered what, and on what evidence."""
    return _page(ref, PlainForm())


@blueprint.post(_ADDRESS)
@for_offices(Role.SECRETARIAT)
def recorded(ref: str) -> Page:
    """Ask to confirm the vote with both names; record it when it was confirmed."""
    form = PlainForm(typed(*FIELDS))
    if "_back" in request.form:
        return _page(ref, form)
    try:
        form = with_file(ref, form)
        if missing := _missing(form):
            return _page(ref, PlainForm(form.values, missing)), 422
        return _record(ref, form) if "_confirm" in request.form else _confirm(ref, form)
    except Invalid as error:
        return _page(ref, PlainForm(form.values, page_errors(error))), status_of(error)
    except Refused as error:
        return _page(ref, form, error), status_of(error)


def _confirm(ref: str, form: PlainForm) -> str:
    """Ask to confirm the record, after everything that the verb itself would refuse."""
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        evidence = evidence_sent(tx, file, form)
        given = parse_vote(form.value("vote"), *_texts(form), tuple(Position))
        require_texts(get_ballot(file).ballot, *given)
    if not may_record(file):
        raise NotFound("ballot", ref)
    position, explanation, reservation = given
    return render_confirmation(
        file,
        recording_confirmation(file, form.value("country"), position, evidence),
        heading=t("ballot.record"),
        action=url_for("recorded_votes.recorded", ref=ref),
        hidden=form.values,
        texts=vote_texts(reservation, explanation),
    )


def _record(ref: str, form: PlainForm) -> Response:
    why, reserved = _texts(form)
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        evidence = evidence_sent(tx, read_case_file(tx, services(), ref), form)
        record_vote(
            tx,
            services(),
            case,
            form.value("country"),
            form.value("vote"),
            evidence=evidence,
            explanation=why,
            reservation=reserved,
        )
    return redirect(url_for("ballots.ballot", ref=ref, done="recorded"), 303)


def _missing(form: PlainForm) -> dict[str, str]:
    found = {}
    if not form.value("country"):
        found["country"] = t("ballot.record_choose_state")
    if not is_position(form.value("vote")):
        found["vote"] = t("ballot.choose_one")
    if not form.value("signatory").strip():
        found["signatory"] = t("ballot.record_no_signatory")
    if not form.value("reference").strip() and not form.value("document"):
        found["reference"] = t("ballot.record_no_reference")
    return found


def _texts(form: PlainForm) -> tuple[str, str]:
    return form.value("explanation").strip(), form.value("reservation").strip()


def _page(ref: str, form: PlainForm, error: Refused | None = None) -> str:
    told = tuple(reason(refusal) for refusal in error.refusals) if error else ()
    with services().uow.look(actor()) as tx:
        page = record_page(tx, read_case_file(tx, services(), ref), form, told)
    return render_template("ballots/record_vote.html", page=page)
