"""The shapes of a ballot and its votes."""

from __future__ import annotations

from marshmallow import fields, validate

from ricomi_workflow.ballots.rules import CASTABLE, Outcome, Position
from ricomi_workflow.ballots.voting_methods import Secrecy, VotingMethod
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Figure,
    Flag,
    Instant,
    Part,
    Question,
    Several,
    Text,
    Whole,
    Words,
)
from ricomi_workflow.web.api.resources import RefusalReason

_CASTABLE = tuple(str(position) for position in CASTABLE)
_POSITIONS = tuple(str(position) for position in Position)
_OUTCOMES = ", ".join(Outcome)
_LONGEST = 2000
_DIGEST = validate.Regexp(r"^[0-9a-f]{64}$", error="not_an_option")


class BallotQuery(Question):
    """Which ballot of the case."""

    round = Figure("Number of the ballot; the newest without it", least=1)


class VoteQuestion(Question):
    """The vote of one state; it replaces the one cast before."""

    country = Country("The state that votes", required=True)
    position = Choice(_CASTABLE, "Nothing is chosen beforehand", required=True)
    explanation = Text(
        "Explanation of the vote; mandatory where the rule lets the position block",
        longest=_LONGEST,
    )
    reservation = Text("The reservations, with `with_reservations` only", longest=_LONGEST)


class TakeBackQuestion(Question):
    """The state whose answer is taken back."""

    country = Country("The state that answered", required=True)


class EvidenceQuestion(Question):
    """On what an answer is recorded: a file of the case by its digest, or a reference."""

    signatory = Text("Who communicated it, and their office", longest=200, required=True)
    digest = Text("SHA-256 of a file of the case", validate=_DIGEST)
    name = Text("Name of the file, or number and date of the note", longest=200)
    note = Text("What else there is to say", longest=_LONGEST)


class RecordQuestion(Question):
    """What a state answered on paper or in the room."""

    country = Country("The state that answered", required=True)
    position = Choice(_POSITIONS, "What it answered", required=True)
    explanation = Text("Explanation of the vote, if any", longest=_LONGEST)
    reservation = Text("The reservations, with `with_reservations` only", longest=_LONGEST)
    evidence = Part(EvidenceQuestion, required=True)


class BoundFile(Answer):
    """An attachment that is bound with the text."""

    name = Text()
    digest = Text("SHA-256 of its content")


class Content(Answer):
    """What is voted on: a submission, by its digest, or a question by itself."""

    form = Text("Name and version of the form; null: the question alone", allow_none=True)
    number = Whole("Which submission of this form", allow_none=True)
    digest = Text("SHA-256 of the submission, or of the question")
    files = Several(fields.Nested(BoundFile))


class ShareView(Answer):
    """A share of a whole, or a number, with where it is written."""

    share = Text("The fraction, 1/3, or the number, 3")
    more_than = Flag("Whether more than the share is needed, and not just as much")
    citation = Text()
    confirmed = Flag("Whether the Secretariat has confirmed it")


class RuleView(Answer):
    """The rule frozen with the ballot."""

    name = Text("Which of the rules of the body")
    quorum_to_decide = fields.Nested(ShareView)
    threshold = fields.Nested(ShareView)
    basis = Text("Of what the threshold is a share: members, eligible, present, …")
    abstention = Text("Whether an abstention is among those present and voting")
    recusal = Text("Whether a state that steps aside leaves the whole or stays in it")
    silence = Text("What it means not to answer: nothing, consent")
    tie = Text("What a tie is: lost, undecided, chair")
    blocking = Several(fields.String(), "Positions that stop the decision; each needs its text")
    note = Text("The whole rule in words, in the language of the answer")


class TallyView(Answer):
    """The last position of each state, counted."""

    electorate = Whole()
    in_favour = Whole("Those with reservations included")
    with_reservations = Whole("Of those in favour")
    against = Whole()
    abstain = Whole()
    not_participating = Whole()
    recused = Whole()
    absent = Whole()


class NeededView(Answer):
    """What is still needed; null: no number of votes brings it about."""

    in_favour = Whole("Further votes in favour that carry the ballot at once", allow_none=True)
    against = Whole("Further votes against that defeat it at once", allow_none=True)
    quorum = Whole("States that must still take part for a decision")
    unanswered = Whole("States that have not voted")
    closing_now = Text(f"The outcome if nobody else voted: {_OUTCOMES}")


class FurtherView(Answer):
    """So many further states that take a position."""

    position = Choice(_POSITIONS)
    more = Whole()


class WouldPassView(Answer):
    """The shortest sets of further positions that end the ballot; none: it cannot end so."""

    carrying = Several(Several(fields.Nested(FurtherView)))
    defeating = Several(Several(fields.Nested(FurtherView)))
    defeat = Text("As what it would end then: lost, broken")


class EvidenceView(Answer):
    """On what an answer was recorded for a state."""

    signatory = Text()
    digest = Text(allow_none=True)
    name = Text()
    note = Text()


class SeatVote(Answer):
    """The last answer of a state, as far as the caller may know it."""

    number = Whole("Number of its entry in the trail")
    position = Choice(_POSITIONS, "Null while it is sealed for the caller", allow_none=True)
    explanation = Text(allow_none=True)
    reservation = Text(allow_none=True)
    at = Instant()
    void = Flag("Whether the ballot was recalled, so that it counts nothing")
    on_behalf = Flag("Whether the Secretariat recorded it")
    evidence = fields.Nested(EvidenceView, allow_none=True)


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
    """A ballot of a case."""

    ref = Text("Reference of the case")
    body = Text("Stable name of the committee")
    round = Whole("Which ballot of the case this is")
    rounds = Whole("How many ballots the case has had")
    way = Choice(tuple(map(str, VotingMethod)))
    secrecy = Choice(tuple(map(str, Secrecy)))
    sealed = Flag("Whether positions and figures are not told, at least not yet")
    question = Words("What is asked, where it is not the text itself", allow_none=True)
    language = Text("In which language the text is authentic")
    opened_at = Instant()
    closes_at = Instant("Null while nobody can say when it closes", allow_none=True)
    outcome = Text(f"Null while it is open; else {_OUTCOMES}", allow_none=True)
    ended_at = Instant(allow_none=True)
    content = fields.Nested(Content)
    rule = fields.Nested(RuleView)
    answered = Whole("How many states of the electorate hold a position")
    tally = fields.Nested(TallyView, allow_none=True)
    needed = fields.Nested(NeededView, allow_none=True)
    would_pass = fields.Nested(WouldPassView, allow_none=True)
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


class TakenBackView(Answer):
    """An answer that was taken back."""

    number = Whole("Number of its entry in the trail")
    country = Country()
    version = Whole("Version of the case afterwards")
