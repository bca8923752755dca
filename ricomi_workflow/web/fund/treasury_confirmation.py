"""A page on which a fact of the fund's desk is filled in and said back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.web.components import Confirmation, Facts, Mistake, Reason
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.fund.treasury_forms import Filled
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import reason


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that the templates of the two forms draw."""

    heading: str
    action: str
    section: SectionView
    mistakes: tuple[Mistake, ...]
    reasons: tuple[Reason, ...]
    overtaken: str
    facts: Facts
    seen: str
    texts: tuple[tuple[str, str], ...]  # what was typed, to be sent again with the confirmation
    oath: Confirmation | None
    effects: Facts = ()  # what recording it will do to the books


def record_page(sent: Filled, heading: str, action: str, error: DomainError | None) -> RecordPage:
    """A form of the desk with what was typed, and what the domain has against it."""
    judged = replace(sent, errors=error.fields) if isinstance(error, Invalid) else sent
    reasons = error.refusals if isinstance(error, Refused) else ()
    return RecordPage(
        heading=heading,
        action=action,
        section=judged.section,
        mistakes=judged.mistakes,
        reasons=tuple(reason(refusal) for refusal in reasons),
        overtaken=t("treasury.overtaken") if isinstance(error, Conflict) else "",
        facts=(),
        seen="",
        texts=tuple((name, text) for name, texts in _typed(sent) for text in texts),
        oath=None,
    )


def _typed(sent: Filled) -> list[tuple[str, Sequence[str]]]:
    names = {f.name for f in sent.form.fields()}
    return [(name, texts) for name, texts in sent.posted.items() if name in names]
