"""Forms of a case: filled in section by section, saved as a draft that keeps everything typed.

A form that was submitted meanwhile leads to its case; what was typed in vain is shown first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import renew_presence
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.definitions.model import Section
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import domain_error
from ricomi_workflow.web.forms.form_editing import (
    EditableForm,
    Posted,
    SaveResult,
    SentAnswers,
    Values,
    errors_in,
    in_sent_version,
    open_form,
    previous_of,
    save,
    save_answers,
    submission_errors,
)
from ricomi_workflow.web.forms.form_files import Received, drop_file, receive_files
from ricomi_workflow.web.forms.form_page import PageRequest, new_row_id, section_href
from ricomi_workflow.web.forms.form_page import form_page as put_together
from ricomi_workflow.web.forms.form_view import ReadSection, field_id, read_sections
from ricomi_workflow.web.forms.shared_draft import OtherEditors, other_editors, parse_tokens
from ricomi_workflow.web.i18n import PREFIX, language


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """The paper that stands, and what a page brought that it does not say."""

    case: Case
    paper: Submission
    label: str
    late: Sequence[ReadSection]


def show_submitted(error: NotFound) -> str | Response | tuple[str, int]:
    """Lead from a form that was handed in to its case; show first what was typed in vain."""
    found, asked = None, request.view_args or {}
    if error.what == "form":
        with services().uow.look(actor()) as tx:
            posted = request.form.to_dict(flat=False)
            found = find_submitted(tx, asked["ref"], asked["name"], posted)
    if found is None:
        return domain_error(error)
    if found.late:
        page = render_template("forms/handed_in.html", found=found, languages=LANGUAGE_NAMES)
        return page, 409
    seq = found.paper.seq if request.method == "POST" else None
    return redirect(url_for("cases.case_page", ref=found.case.ref, done=seq), 303)


def find_submitted(tx: Tx, ref: str, name: str, posted: Posted) -> SubmittedForm | None:
    """The form `name` of a case, if it was handed in and the actor may read it.

    Raises `NotFound` for a case that is not theirs to see.
    """
    case = get_case(tx.connection, services(), tx.actor, ref)
    paper = previous_of(tx, services(), case, name)
    if paper is None:
        return None
    form = services().library.forms[paper.form_key]
    sent = parse_inputs(form, posted, language())
    today = services().calendar.local_day(tx.now)
    kept, _ = validate_draft(form, {**paper.values, **sent}, services().lookups, today)
    began = parse_tokens("".join(posted.get("_seen", ())))
    late = {
        field: kept[field]
        for field in sent
        if field in kept
        and value_tag(kept[field]) not in (value_tag(paper.values.get(field)), began.get(field))
    }
    return SubmittedForm(case, paper, form.label[language()], read_sections(form, late))


blueprint = Blueprint("forms", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/forms/<name>"
Answer = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@blueprint.get(f"{_ADDRESS}/<section>")
@for_signed_in
def form_page(ref: str, name: str, section: str | None = None) -> Answer:
    """Show a form, or one section of it, with what stands in it."""
    with services().uow.look(actor()) as tx:
        edited = open_form(tx, services(), ref, name)
        others = other_editors(tx, edited)
    if edited.outdated:
        return redirect(url_for("drafts.upgrade_page", ref=ref, name=name), 303)
    asked = PageRequest(section, request.args.get("add", ""), check="check" in request.args)
    return _shown(edited, edited.values, asked, others)


@blueprint.post(_ADDRESS)
@blueprint.post(f"{_ADDRESS}/<section>")
@for_signed_in
def save_form(ref: str, name: str, section: str | None = None) -> Answer:
    """Save what was typed and go where the button leads; mistakes are told beside their fields."""
    upgrade = redirect(url_for("drafts.upgrade_page", ref=ref, name=name), 303)
    with services().uow.begin(actor()) as tx:
        now = open_form(tx, services(), ref, name, hold=True, shown=True)
        edited = in_sent_version(services(), now, request.form.get("_form", ""))
        if edited.outdated:
            return upgrade
        kept = _keep(tx, edited, edited.sections(section))
    if kept.status:
        return _shown(*kept.page, kept.asked(section), kept.others), kept.status
    return upgrade if edited is not now else _next(kept, edited.sections(section), section)


@blueprint.post(f"{_ADDRESS}/copy")
@for_signed_in
def copy_previous(ref: str, name: str) -> Response:
    """Begin with what was handed in the time before."""
    with services().uow.begin(actor()) as tx:
        edited = open_form(tx, services(), ref, name, hold=True)
        if edited.previous and not edited.draft.revision:
            save(tx, services(), edited, edited.previous.values)
    return redirect(section_href(edited, None), 303)


blueprint.register_error_handler(NotFound, show_submitted)


@dataclass(frozen=True, slots=True)
class _SavedPage:
    """What became of a page that was sent."""

    outcome: SaveResult
    received: Received
    others: OtherEditors

    @property
    def page(self) -> tuple[EditableForm, Values]:
        """What the page shows when it is shown again."""
        return self.outcome.edited, self.outcome.typed

    @property
    def status(self) -> int:
        """Why the page is shown again: answers of others, or a refused file; 0 when it is not."""
        return 409 if self.outcome.taken else 422 if self.received.refused else 0

    def asked(self, section: str | None) -> PageRequest:
        """How it is shown again."""
        began = parse_tokens(request.form.get("_seen", ""))
        taken = {name: began[name] for name in self.outcome.taken}
        return PageRequest(section, taken=taken, refused=self.received.refused)


def _keep(tx: Tx, edited: EditableForm, sections: tuple[Section, ...]) -> _SavedPage:
    """Keep everything that was sent from a page."""
    received = receive_files(tx, edited, sections)
    outcome = save_answers(tx, services(), edited, _sent(sections, received))
    drop_file(tx, outcome.edited)
    renew_presence(tx, edited.case, edited.draft_name, sections[0].name)
    return _SavedPage(outcome, received, other_editors(tx, outcome.edited))


def _shown(edited: EditableForm, values: Values, asked: PageRequest, others: OtherEditors) -> str:
    return render_template("forms/form.html", page=put_together(edited, values, asked, others))


def _sent(sections: tuple[Section, ...], received: Received) -> SentAnswers:
    """What was sent with its files; the row or file that is to be removed is left out."""
    removed = request.form.get("_remove", "")
    posted = {
        name: texts
        for name, texts in request.form.to_dict(flat=False).items()
        if not (removed and name.startswith(f"{removed}."))
    }
    dropped, _, ref = request.form.get("_drop", "").partition(" ")
    for name, refs in received.added.items():
        posted[name] = [*posted.get(name, ()), *refs]
    if dropped in posted:
        posted[dropped] = [text for text in posted[dropped] if text != ref]
    began = parse_tokens(request.form.get("_seen", ""))
    names = {f.name for section in sections for f in section.fields}
    sent = frozenset(names & began.keys() if began else names)
    return SentAnswers(sent, posted, began, language(), frozenset(request.form.getlist("_theirs")))


def _next(kept: _SavedPage, sections: tuple[Section, ...], section: str | None) -> Answer:
    """Where the button that was pressed leads."""
    edited, values = kept.page
    here = sections[0] if edited.paged else None
    if table := request.form.get("_add"):
        anchor = new_row_id(edited, values, table)
        return redirect(section_href(edited, here, add=table, _anchor=anchor), 303)
    if dropped := request.form.get("_drop"):
        anchor = field_id(dropped.partition(" ")[0])
        return redirect(section_href(edited, here, _anchor=anchor), 303)
    if removed := request.form.get("_remove"):
        anchor = f"{field_id(removed.partition('.')[0])}-table"
        return redirect(section_href(edited, here, _anchor=anchor), 303)
    if request.form.get("_action") != "continue":
        return redirect(section_href(edited, here, saved=1), 303)
    if errors_in(sections, submission_errors(services(), edited, values)):
        return _shown(edited, values, PageRequest(section, check=True), kept.others), 422
    return redirect(_onward(edited, sections[0]), 303)


def _onward(edited: EditableForm, section: Section) -> str:
    following = edited.after(section)
    if following:
        return section_href(edited, following)
    if edited.may_submit:
        return url_for("acts.confirm", ref=edited.case.ref, trigger=edited.taken.trigger)
    return url_for("cases.case_page", ref=edited.case.ref)
