"""The shapes of decisions, of the votes of a state and of checkpoints."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Values,
    Whole,
    Words,
)

_OUTCOMES = ("carried", "lost", "undecided", "withdrawn", "deferred", "recalled", "broken")


class DecisionQuestion(Question):
    """Which decisions to list, newest first."""

    year = Figure("Year of the decision", least=1900, most=9999)
    outcome = Choice(_OUTCOMES, "How the ballot ended")
    body = Text("Stable name of a committee", longest=40)
    after = Text("Where to go on: `next` of the page before", longest=100)
    limit = Figure("How many at most", least=1, most=100, load_default=20)


class VotesQuestion(Question):
    """Where the list goes on."""

    after = Text("Where to go on: `next` of the page before", longest=100)
    limit = Figure("How many at most", least=1, most=100, load_default=20)


class CheckpointQuestion(Question):
    """Where the list goes on."""

    before = Figure("Number of the last checkpoint already seen", least=1)


class DecisionSummary(Answer):
    """One decision; its record is at `/decisions/{ref}/{round}`."""

    ref = Text("Reference of the case")
    round = Whole("Number of the ballot in its case")
    number = Text("Number of the decision; none where nothing was decided", allow_none=True)
    body = Text("Stable name of the committee")
    question = Words()
    way = Text("electronic, consensus, roll_call or silence")
    secrecy = Text("open, until_close or secret")
    outcome = Text(f"One of {', '.join(_OUTCOMES)}")
    at = Instant("When it was decided")
    tally = Values("The figures")
    illustrative = Flag("Whether the case is a sample that records no decision")
    digest = Text("SHA-256 of the canonical form of the record")


class DecisionPage(Answer):
    """One page of decisions."""

    total = Whole("How many fit in all")
    decisions = Several(fields.Nested(DecisionSummary))
    next = Text("Where the next page starts", allow_none=True)


class VoteOfState(Answer):
    """What a state answered in one decision."""

    decision = fields.Nested(DecisionSummary)
    position = Text("As it counted; `none` without an answer, `secret` where nobody may tell")
    explanation = Text("Explanation of vote", allow_none=True)
    reservation = Text("Reservation", allow_none=True)


class VotesPage(Answer):
    """One page of the votes of a state."""

    country = Country("The state")
    votes = Several(fields.Nested(VoteOfState))
    next = Text("Where the next page starts", allow_none=True)


class CheckpointView(Answer):
    """One checkpoint; `digest` covers the other members in their canonical form."""

    number = Whole("Counted from 1, without a gap")
    at = Instant("When it was made")
    size = Whole("How many entries of trails it covers")
    root = Text("Root of the tree of RFC 6962 over them")
    prev = Text("Digest of the checkpoint before")
    digest = Text("SHA-256")


class CheckpointList(Answer):
    """Checkpoints, newest first."""

    checkpoints = Several(fields.Nested(CheckpointView))
