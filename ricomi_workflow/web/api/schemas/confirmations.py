"""The shapes of what States say of public facts."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.catalogue.confirmation_commands import LONGEST_NOTE
from ricomi_workflow.catalogue.rules import CONFIRMED, DISPUTED, STATUSES
from ricomi_workflow.web.api.fields import Answer, Choice, Question, Several, Text, Values
from ricomi_workflow.web.api.schemas.catalogue import AnswerView

_DIGEST = "Digest of the facts that were read; of others, the word is refused as a conflict"


class FactsView(Answer):
    """The public facts of a case and how each of its States stands to them."""

    ref = Text("Reference of the case")
    confirmation = Choice(STATUSES, "What the entry is called")
    facts = Values("The facts by name, as they are published; amounts are decimal text")
    digest = Text(_DIGEST)
    answers = Several(fields.Nested(AnswerView), "How each State stands to them")


class FactsResponse(Question):
    """What the caller's State says of them."""

    answer = Choice((CONFIRMED, DISPUTED), "Whether the facts are so", required=True)
    digest = Text(_DIGEST, longest=64, required=True)
    differs = Values("Disputed: what the State holds instead, by fact")
    note = Text("Why it differs; published", longest=LONGEST_NOTE)


class FactsStatus(Answer):
    """What the entry is called then."""

    ref = Text("Reference of the case")
    confirmation = Choice(STATUSES, "What the entry is called now")
