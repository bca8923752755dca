"""Papers of a case: each form as it was handed in, without what the reader may not see."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template

from ricomi_workflow.cases.case import Case
from ricomi_workflow.cases.queries import get_case, readable
from ricomi_workflow.cases.rows import Submission, find_submission
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.audience import for_signed_in
from ricomi_workflow.web.case_words import case_title
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.reading_view import read_sections
from ricomi_workflow.web.viewer import actor, services

blueprint = Blueprint("dossier", __name__, url_prefix=PREFIX)


@blueprint.get("/cases/<ref>/dossier/<form>/<int:number>")
@for_signed_in
def submission(ref: str, form: str, number: int) -> str:
    """Show one version of a form as it was handed in."""
    case, paper, values = _found(ref, form, number)
    definition = services().library.forms[paper.form_key]
    return render_template(
        "pages/submission.html",
        case=case,
        title=case_title(case.title),
        label=definition.label[language()],
        paper=paper,
        sections=read_sections(definition, values),
        languages=LANGUAGE_NAMES,
    )


def _found(ref: str, form: str, number: int) -> tuple[Case, Submission, Mapping[str, Json]]:
    """The case, the paper and what of it the reader may read; raises `NotFound`."""
    with services().uow.read() as connection:
        case = get_case(connection, services(), actor(), ref)
        paper = find_submission(connection, case.id, form, number)
    if paper:
        definition = services().library.forms[paper.form_key]
        values = readable(services(), actor(), case, definition, paper)
        if values is not None:
            return case, paper, values
    raise NotFound("submission", f"{ref} {form} {number}")
