"""A form as it is read on a page: `bodies.answers` in the language of this request."""

from __future__ import annotations

from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.localization.submission_text import ReadSection, SubmissionText, Values
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language

__all__ = ["ReadSection", "read_sections"]


def read_sections(form: FormDef, values: Values) -> tuple[ReadSection, ...]:
    """What was answered; questions without an answer, and empty sections, are left out."""
    return SubmissionText(language(), services().lookups).sections(form, values)
