"""The shapes of a ballot and its votes."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.web.api.schemas.fields import (
    Answer,
    Choice,
    Country,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Whole,
    Words,
)
from ricomi_workflow.web.api.schemas.problems import RefusalReason

_POSITIONS = tuple(map(str, (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)))
_OUTCOMES = ", ".join(Outcome)


class VoteQuestion(Question):
    """The vote of one state; it replaces the one cast before."""

    country = Country("The state that votes", required=True)
    position = Choice(_POSITIONS, "Nothing is chosen beforehand", required=True)
    explanation = Text("Explanation of the vote, if any", longest=2000)


class Content(Answer):
    """What is voted on: a submission, by its digest."""

    form = Text("Name and version of the form")
    number = Whole("Which submission of this form")
    digest = Text("SHA-256 of the submission")


class ShareView(Answer):
    """A share of a whole, with where it is written."""

    share = Text("The fraction: 1/3")
    more_than = Flag("Whether more than the share is needed, and not just as much")
    citation = Text()
    confirmed = Flag("Whether the Secretariat has confirmed it")


class RuleView(Answer):
    """The rule frozen with the ballot."""

    quorum_to_decide = fields.Nested(ShareView)
    threshold = fields.Nested(ShareView)
    basis = Text("Of what the threshold is a share: members, present_and_voting")
    note = Text("The whole rule in words, in the language of the answer")


class TallyView(Answer):
    """The last position of each state, counted."""

    electorate = Whole()
    in_favour = Whole()
    against = Whole()
    abstain = Whole()


class NeededView(Answer):
    """What is still needed; null: no number of votes brings it about."""

    in_favour = Whole("Further votes in favour that carry the ballot at once", allow_none=True)
    against = Whole("Further votes against that defeat it at once", allow_none=True)
    quorum = Whole("States that must still take part for a decision")
    unanswered = Whole("States that have not voted")
    closing_now = Text(f"The outcome if nobody else voted: {_OUTCOMES}")


class SeatVote(Answer):
    """The last vote of a state."""

    number = Whole("Number of its entry in the trail")
    position = Choice(_POSITIONS)
    explanation = Text(allow_none=True)
    at = Instant()


class SeatView(Answer):
    """A state in the ballot."""

    country = Country()
    counted = Flag("Whether it belongs to the electorate")
    reason = Text("Stable code: why it is counted or not")
    note = Words(allow_none=True)
    source = Text("Where its status is written")
    confirmed = Flag("Whether the Secretariat has confirmed its status")
    vote = fields.Nested(SeatVote, allow_none=True)


class OwnVote(Answer):
    """Whether the caller may vote for one of their states now."""

    country = Country()
    possible = Flag()
    refusals = Several(fields.Nested(RefusalReason))


class BallotView(Answer):
    """The newest ballot of a case."""

    ref = Text("Reference of the case")
    body = Text("Stable name of the committee")
    round = Whole("Which ballot of the case this is")
    opened_at = Instant()
    closes_at = Instant()
    outcome = Text(f"Null while it is open; else {_OUTCOMES}", allow_none=True)
    ended_at = Instant(allow_none=True)
    content = fields.Nested(Content)
    rule = fields.Nested(RuleView)
    tally = fields.Nested(TallyView)
    needed = fields.Nested(NeededView)
    seats = Several(fields.Nested(SeatView))
    own = Several(fields.Nested(OwnVote), "The states for which the caller is a delegate")


class VoteView(Answer):
    """A vote that was taken."""

    number = Whole("Number of its entry in the trail")
    country = Country()
    position = Choice(_POSITIONS)
    decided = Text(f"The outcome if this vote decided the ballot: {_OUTCOMES}", allow_none=True)
    state = Text("State of the case after the vote")
    version = Whole("Version of the case after the vote")
