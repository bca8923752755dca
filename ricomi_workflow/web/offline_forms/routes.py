"""A form as a workbook: downloaded, filled in offline, uploaded, and differing answers decided."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request

from ricomi_workflow.cases.queries import get_case, readable_values
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.definitions.display import display, display_rows
from ricomi_workflow.definitions.model import FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, NotFound, Refused
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.offline_forms.commands import (
    Choice,
    ImportResult,
    import_answers,
    make_workbook,
    read_workbook,
)
from ricomi_workflow.offline_forms.upload_checks import LARGEST_FILE
from ricomi_workflow.offline_forms.workbook_reader import FilledWorkbook
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.components import Mistake, Reason
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.form_editing import EditableForm, open_form
from ricomi_workflow.web.forms.routes import show_submitted
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import case_title, mistake, reason

CHOICE, SEEN, PACKET = "choice.", "seen.", "_packet"


@dataclass(frozen=True, slots=True)
class Answers:
    """A field with two answers to it: the packet's and the system's."""

    name: str
    label: str
    mine: str
    theirs: str
    seen: str = ""
    chosen: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell and what is wrong with it."""

    cell: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class OfflineFormPage:
    """Everything that the template draws."""

    ref: str
    name: str
    title: Shown
    form_label: str
    refusals: tuple[Reason, ...] = ()
    file_error: str = ""
    done: tuple[str, ...] | None = None  # labels of the fields that changed; None: nothing done
    before: datetime | None = None
    wrong: tuple[WrongCell, ...] = ()
    conflicts: tuple[Answers, ...] = ()
    packet: str = ""  # the workbook itself, while a choice is open
    settled: tuple[tuple[str, Choice], ...] = ()  # choices that were made already
    unchosen: tuple[Mistake, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ClosedFormPage:
    """A packet for a form that is not filled in any more: both answers, to read."""

    ref: str
    title: Shown
    form_label: str
    state: str
    answers: tuple[Answers, ...]


def offline_form_page(
    edited: EditableForm, error: Refused | None = None, *, no_file: bool = False
) -> OfflineFormPage:
    """The page before anything was taken in, or after a file was refused."""
    return OfflineFormPage(
        ref=edited.case.ref,
        name=edited.form.name,
        title=case_title(edited.case.title),
        form_label=edited.form.label[language()],
        refusals=tuple(reason(r) for r in error.refusals) if error else (),
        file_error=t("offline_form.no_file") if no_file else "",
    )


def import_result_page(
    edited: EditableForm,
    taken: ImportResult,
    data: bytes,
    choices: Mapping[str, Choice],
    *,
    again: bool,
) -> OfflineFormPage:
    """The page that says what was taken in, or asks which answers are to stand.

    `again`: it has asked before, and what is still open was left out.
    """
    page = offline_form_page(edited)
    asked, open_fields = bool(taken.conflicts), {c.field for c in taken.conflicts}
    conflicts = tuple(
        _answers(edited.form, c.field, c.mine, c.theirs, seen=c.seen, asked=again)
        for c in taken.conflicts
    )
    return OfflineFormPage(
        page.ref,
        page.name,
        page.title,
        page.form_label,
        done=None if asked else tuple(_label(edited.form, name) for name in taken.changed),
        before=taken.before,
        wrong=tuple(
            WrongCell(cell, _label(edited.form, fault.path.partition(".")[0]), mistake(fault))
            for cell, fault in taken.wrong
        ),
        conflicts=conflicts,
        packet=base64.b64encode(data).decode() if asked else "",
        settled=tuple((n, c) for n, c in sorted(choices.items()) if n not in open_fields),
        unchosen=tuple(
            Mistake(f"{c.label}: {c.error}", f"c-{c.name}") for c in conflicts if c.error
        ),
    )


def closed_form_page(
    found: tuple[str, Mapping[str, str] | None, str],
    form: FormDef,
    packet: FilledWorkbook,
    there: Mapping[str, Json],
) -> ClosedFormPage:
    """The page for a form that is closed; `found` is the case's reference, title and state."""
    ref, title, state = found
    differing = [
        n for n, mine in packet.answers.items() if mine is not None and mine != there.get(n)
    ]
    return ClosedFormPage(
        ref,
        case_title(title),
        form.label[language()],
        state,
        tuple(_answers(form, n, packet.answers[n], there.get(n)) for n in differing),
    )


def sent_choices(posted: Mapping[str, Sequence[str]]) -> dict[str, Choice]:
    """The choices of a person between two answers, with the marks of those they saw."""
    return {
        name.removeprefix(SEEN): Choice(_last(posted, CHOICE + name.removeprefix(SEEN)), seen[-1])
        for name, seen in posted.items()
        if name.startswith(SEEN) and _last(posted, CHOICE + name.removeprefix(SEEN))
    }


def sent_workbook(posted: Mapping[str, Sequence[str]], uploaded: bytes) -> bytes:
    """The workbook that was uploaded, or the one that travelled with the choices."""
    if uploaded:
        return uploaded
    try:
        return base64.b64decode(_last(posted, PACKET), validate=True)
    except binascii.Error:
        return b""


def _last(posted: Mapping[str, Sequence[str]], name: str) -> str:
    texts = posted.get(name, ())
    return texts[-1] if texts else ""


def _answers(
    form: FormDef, name: str, mine: Json, theirs: Json, *, seen: str = "", asked: bool = False
) -> Answers:
    error = t("offline_form.choose") if asked else ""
    words = (_answer_text(form, name, mine), _answer_text(form, name, theirs))
    return Answers(name, _label(form, name), *words, seen=seen, error=error)


def _label(form: FormDef, name: str) -> str:
    return next((f.label[language()] for f in form.fields() if f.name == name), name)


def _answer_text(form: FormDef, name: str, value: Json) -> str:
    """An answer in words; a table a row a line, a text in every language it has."""
    if value is None:
        return t("offline_form.empty")
    asked, lang, lookups = form.field(name), language(), services().lookups
    if asked.type is FieldType.TABLE:
        rows = display_rows(asked, value, lang, lookups)
        return "\n".join(" · ".join(c.text for c in row.values() if c.text) for row in rows)
    if isinstance(value, Mapping):
        return "\n".join(f"{own}: {text}" for own, text in value.items())
    return display(asked, value, lang, lookups).text


blueprint = Blueprint("offline_forms", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/packets/<name>"
Answer = str | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def page(ref: str, name: str) -> str:
    """Offer the workbook of a form, and take one back."""
    with services().uow.look(actor()) as tx:
        edited = open_form(tx, services(), ref, name)
    return render_template("offline_forms/packet.html", page=offline_form_page(edited))


@blueprint.get(f"{_ADDRESS}.xlsx")
@for_signed_in
def download(ref: str, name: str) -> Response:
    """The workbook, with the answers so far or, with `blank`, without."""
    with services().uow.look(actor()) as tx:
        edited = open_form(tx, services(), ref, name)
    blank = "blank" in request.args
    answer = make_response(make_workbook(edited, services(), actor(), language(), blank=blank))
    answer.headers["Content-Type"] = MEDIA_TYPE
    file = f"{ref}-{name}-{language()}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(_ADDRESS)
@for_signed_in
def upload(ref: str, name: str) -> Answer:
    """Take a workbook in, or ask which answers are to stand."""
    posted = request.form.to_dict(flat=False)
    data, choices = sent_workbook(posted, _uploaded()), sent_choices(posted)
    try:
        with services().uow.begin(actor()) as tx:
            edited = open_form(tx, services(), ref, name, hold=True)
            found = read_workbook(services(), data, edited.form) if data else None
            taken = import_answers(tx, services(), edited, found, choices) if found else None
    except Refused as error:
        return _refused(ref, name, error)
    except (Forbidden, NotFound):
        return _moved_on(ref, name, data)
    if taken is None:
        return _shown(offline_form_page(edited, no_file=True), 422)
    shown = import_result_page(edited, taken, data, choices, again=PACKET in posted)
    return _shown(shown, 409 if taken.conflicts else 200)


blueprint.register_error_handler(NotFound, show_submitted)


def _uploaded() -> bytes:
    file = request.files.get("file")
    return file.read(LARGEST_FILE + 1) if file else b""


def _shown(view: object, status: int) -> Answer:
    return render_template("offline_forms/packet.html", page=view), status


def _refused(ref: str, name: str, error: Refused) -> Answer:
    with services().uow.look(actor()) as tx:
        edited = open_form(tx, services(), ref, name)
    return _shown(offline_form_page(edited, error), 409)


def _moved_on(ref: str, name: str, data: bytes) -> Answer:
    """Both answers to read, for who may know of the case and read the form; else `NotFound`."""
    with services().uow.look(actor()) as tx:
        case = get_case(tx.connection, services(), actor(), ref)
        given = find_latest_submission(tx.connection, case.id, name)
    if not data or given is None:
        raise NotFound("form", name)
    form = services().library.forms[given.form_key]
    there = readable_values(services(), actor(), case, form, given)
    packet = read_workbook(services(), data, form)
    if there is None or packet.claims.ref != case.ref:
        raise NotFound("form", name)
    state = services().state(case).label[language()]
    view = closed_form_page((case.ref, case.title, state), form, packet, there)
    return render_template("offline_forms/packet_moved_on.html", page=view), 409
