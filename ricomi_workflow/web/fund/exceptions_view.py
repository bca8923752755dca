"""Exceptions to conditions of disbursements, in words: for the case and for the public alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ricomi_workflow.fund.exceptions import FORM, GrantedException
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import local_day, office_label


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception: the condition that was not required, why, and who stands behind it."""

    gate: str
    reason: str
    behind: str


def exception_rows(found: Iterable[GrantedException]) -> tuple[ExceptionRow, ...]:
    """What was granted, in the reader's language; the reason as it was written."""
    return tuple(_row(each) for each in found)


def _row(each: GrantedException) -> ExceptionRow:
    behind = t(
        "case.exception_behind",
        asked=office_label(each.asked_by),
        granted=office_label(each.granted_by),
        day=local_day(each.at),
    )
    return ExceptionRow(_gates().get(each.gate, each.gate), each.reason, behind)


def _gates() -> dict[str, str]:
    """The names of the gates, as the form of an exception has them."""
    forms = [form for form in services().library.forms.values() if form.name == FORM]
    return {
        option.value: option.label[language()]
        for form in sorted(forms, key=lambda each: each.version)
        for field in form.fields()
        for option in field.options
    }
