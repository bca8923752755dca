"""A form that was handed in while a page of it stayed open: what was typed there in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import domain_error
from ricomi_workflow.web.forms.form_editing import Posted, previous_of
from ricomi_workflow.web.forms.reading_view import ReadSection, read_sections
from ricomi_workflow.web.forms.shared_draft import read_marks
from ricomi_workflow.web.i18n import language


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
    began = read_marks("".join(posted.get("_seen", ())))
    late = {
        field: kept[field]
        for field in sent
        if field in kept
        and value_tag(kept[field]) not in (value_tag(paper.values.get(field)), began.get(field))
    }
    return SubmittedForm(case, paper, form.label[language()], read_sections(form, late))
