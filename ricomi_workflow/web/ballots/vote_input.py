"""What was sent from the pages of a ballot, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.web.ballots.ballot_page import Answer
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import mistake

_FIELDS = {"position": "vote", "evidence": "document"}  # as the page calls what a command judges


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer with the state for which it is given."""

    country: str
    answer: Answer
    confirmed: bool


def answer_sent() -> Sent:
    """The answer of this request."""
    given = Answer(
        position=request.form.get("vote", ""),
        explanation=request.form.get("explanation", "").strip(),
        reservation=request.form.get("reservation", "").strip(),
        seen=request.form.get("_seen", 0, type=int),
    )
    confirmed = request.form.get("_confirm") == "yes"
    return Sent(request.form.get("country", ""), given, confirmed)


def errors_of(error: Invalid) -> dict[str, str]:
    """By field of the page: what is wrong, in a sentence that says what to do."""
    found = {}
    for each in error.fields:
        name = _FIELDS.get(each.path, each.path)
        own = f"ballot.error_{each.path}_{each.code}"
        found[name] = t(own) if own in _OWN else mistake(each)
    return found


_OWN = frozenset(
    f"ballot.error_{name}"
    for name in ("reservation_required", "reservation_unknown", "explanation_required")
)
