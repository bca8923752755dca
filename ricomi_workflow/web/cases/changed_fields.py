"""Which answers changed when a form was handed in again: the names of the fields, in one line."""

from __future__ import annotations

from ricomi_workflow.cases.queries import hidden_fields
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.definitions.submission_diff import differences
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

NAMED = 4


def changed_fields_text(file: CaseFile, form: str, number: int) -> str:
    """What the submission `number` of `form` changed; empty for the first, or what is not shown.

    Fields that the reader may not see are not told of either.
    """
    papers = {(paper.form, paper.number): paper for paper in file.papers}
    old, new = papers.get((form, number - 1)), papers.get((form, number))
    if old is None or new is None:
        return ""
    labels = _labels(file, old, new)
    if not labels:
        return t("collaboration.changed_nothing")
    shown, more = labels[:NAMED], len(labels) - NAMED
    if more > 0:
        shown = [*shown, t("collaboration.changed_more", n=more)]
    return t("collaboration.changed", n=len(labels), fields=formats.list_text(shown, language()))


def _labels(file: CaseFile, old: Submission, new: Submission) -> list[str]:
    """The fields with other answers, in the order of the form, each once."""
    forms = services().library.forms
    before, after = forms[old.form_key], forms[new.form_key]
    hidden = hidden_fields(services(), file.reader, file.case, after)
    labels = {f.name: f.label[language()] for form in (before, after) for f in form.fields()}
    found = differences(before, old.values, after, new.values)
    return list(dict.fromkeys(labels[d.field] for d in found if d.field not in hidden))
