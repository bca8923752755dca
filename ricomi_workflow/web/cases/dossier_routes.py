"""Papers of a case: each form as it was handed in, what changed in it, and both as PDF."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.documents.dossier import read_submission
from ricomi_workflow.documents.typesetting import dossier_pdf, submission_pdf
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.cases.changes_view import (
    Version,
    answered_requests,
    changes_href,
    changes_page,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.reading_view import read_sections
from ricomi_workflow.web.i18n import PREFIX, language

blueprint = Blueprint("dossier", __name__, url_prefix=PREFIX)
_PAPER = "/cases/<ref>/dossier/<form>/<int:number>"


@blueprint.get(_PAPER)
@for_signed_in
def submission(ref: str, form: str, number: int) -> str:
    """Show one version of a form as it was handed in."""
    with services().uow.read() as connection:
        case, paper, values = read_submission(connection, services(), actor(), ref, (form, number))
    definition = services().library.forms[paper.form_key]
    return render_template(
        "cases/submission.html",
        case=case,
        title=case_title(case.title),
        label=definition.label[language()],
        paper=paper,
        changes=changes_href(ref, form, number),
        sections=read_sections(definition, values),
        languages=LANGUAGE_NAMES,
    )


@blueprint.get(f"{_PAPER}/changes")
@for_signed_in
def changes(ref: str, form: str, number: int) -> str:
    """Show what a version changed in the one before it, and what had been asked."""
    with services().uow.read() as connection:
        reader = (connection, services(), actor(), ref)
        case, new, new_values = read_submission(*reader, (form, number))
        _, old, old_values = read_submission(*reader, (form, number - 1))
        entry = next(e for e in list_entries(connection, case.id) if e.seq == new.seq)
        workflow = services().process(case).workflow
        points = answered_requests(connection, workflow, case, old, new)
    page = changes_page(case, Version(old, old_values), Version(new, new_values), entry, points)
    return render_template("cases/submission_changes.html", page=page)


@blueprint.get(f"{_PAPER}.pdf")
@for_signed_in
def submission_paper(ref: str, form: str, number: int) -> Response:
    """One version of a form as a PDF."""
    made = submission_pdf(services(), actor(), ref, (form, number), language())
    return _paper(made, f"{ref}-{form}-{number}-{language()}.pdf")


@blueprint.get("/cases/<ref>/dossier.pdf")
@for_signed_in
def dossier_paper(ref: str) -> Response:
    """The whole case as one PDF."""
    made = dossier_pdf(services(), actor(), ref, language())
    return _paper(made, f"{ref}-{language()}.pdf")


def _paper(made: bytes, name: str) -> Response:
    answer = make_response(made)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
