"""The ballot of a case: reading it, answering, taking back, recording for a state."""

from __future__ import annotations

from marshmallow import validate

from ricomi_workflow.ballots import commands, queries
from ricomi_workflow.ballots.rows import Ballot, find_ballot_state
from ricomi_workflow.ballots.rules import (
    CASTABLE,
    DecidingVotes,
    Outcome,
    Position,
    Tally,
    VotesNeeded,
    find_deciding_votes,
)
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.reference_data.decision_rules import Rule, Share
from ricomi_workflow.web import problems
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import (
    Extended,
    RefusalReason,
    items_of,
    many,
    one,
    question,
    resource,
)

_GROUP = Group("ballots")
_OUTCOMES = ", ".join(Outcome)
_LONGEST = 2000
_DIGEST = validate.Regexp(r"^[0-9a-f]{64}$", error="not_an_option")

BallotQuery = question(
    "BallotQuery", round=fields.Figure("Number of the ballot; the newest without it", least=1)
)
VoteQuestion = question(
    "VoteQuestion",
    country=fields.Country("The state that votes", required=True),
    position=fields.Choice(CASTABLE, "Nothing is chosen beforehand", required=True),
    explanation=fields.Text(
        "Explanation of the vote; mandatory where the rule lets the position block",
        longest=_LONGEST,
    ),
    reservation=fields.Text("The reservations, with `with_reservations` only", longest=_LONGEST),
)
TakeBackQuestion = question(
    "TakeBackQuestion", country=fields.Country("The state that answered", required=True)
)
EvidenceQuestion = question(
    "EvidenceQuestion",
    signatory=fields.Text("Who communicated it, and their office", longest=200, required=True),
    digest=fields.Text("SHA-256 of a file of the case", validate=_DIGEST),
    name=fields.Text("Name of the file, or number and date of the note", longest=200),
    note=fields.Text("What else there is to say", longest=_LONGEST),
)
RecordQuestion = question(
    "RecordQuestion",
    country=fields.Country("The state that answered", required=True),
    position=fields.Choice(Position, "What it answered", required=True),
    explanation=fields.Text("Explanation of the vote, if any", longest=_LONGEST),
    reservation=fields.Text("The reservations, with `with_reservations` only", longest=_LONGEST),
    evidence=fields.Part(EvidenceQuestion, required=True),
)
BoundFile = resource("BoundFile", name=fields.Text(), digest=fields.Text("SHA-256 of its content"))
Content = resource(
    "Content",
    form=fields.Text(
        "Name and version of the form; null: the question alone",
        allow_none=True,
        attribute="content_form",
    ),
    number=fields.Whole(
        "Which submission of this form", allow_none=True, attribute="content_number"
    ),
    digest=fields.Text("SHA-256 of the submission, or of the question", attribute="content_digest"),
    files=many(BoundFile),
)
ShareView = resource(
    "ShareView",
    Share,
    "citation",
    share=fields.Text("The fraction, 1/3, or the number, 3", attribute="size"),
    more_than="Whether more than the share is needed, and not just as much",
    confirmed="Whether the Secretariat has confirmed it",
)
RuleView = resource(
    "RuleView",
    Rule,
    exclude="quorum_to_open cited",
    name=fields.Text("Which of the rules of the body"),
    quorum_to_decide=one(ShareView),
    threshold=one(ShareView),
    basis=fields.Text("Of what the threshold is a share: members, eligible, present, …"),
    abstention=fields.Text("Whether an abstention is among those present and voting"),
    recusal=fields.Text("Whether a state that steps aside leaves the whole or stays in it"),
    silence=fields.Text("What it means not to answer: nothing, consent"),
    tie=fields.Text("What a tie is: lost, undecided, chair"),
    blocking=fields.Several(
        fields.Text(),
        "Positions that stop the decision; each needs its text",
        attribute="blocking.positions",
    ),
    note=fields.Label("The whole rule in words, in the language of the answer"),
)
TallyView = resource(
    "TallyView",
    Tally,
    exclude="present chair",
    in_favour="Those with reservations included",
    with_reservations="Of those in favour",
)
NeededView = resource(
    "NeededView",
    VotesNeeded,
    in_favour="Further votes in favour that carry the ballot at once",
    against="Further votes against that defeat it at once",
    quorum="States that must still take part for a decision",
    unanswered="States that have not voted",
    closing_now=fields.Text(f"The outcome if nobody else voted: {_OUTCOMES}"),
)
FurtherView = resource("FurtherView", position=fields.Choice(Position), more=fields.Whole())
WouldPassView = resource(
    "WouldPassView",
    DecidingVotes,
    carrying=fields.Several(items_of(FurtherView)),
    defeating=fields.Several(items_of(FurtherView)),
    defeat=fields.Text("As what it would end then: lost, broken"),
)
EvidenceView = resource(
    "EvidenceView",
    signatory=fields.Text(),
    digest=fields.Text(allow_none=True),
    name=fields.Text(),
    note=fields.Text(),
)
SeatVote = resource(
    "SeatVote",
    queries.VoteView,
    "explanation reservation at",
    number=fields.Whole("Number of its entry in the trail", attribute="seq"),
    position="Null while it is sealed for the caller",
    void="Whether the ballot was recalled, so that it counts nothing",
    on_behalf="Whether the Secretariat recorded it",
    evidence=one(EvidenceView, allow_none=True),
)
SeatView = resource(
    "SeatView",
    queries.SeatView,
    "note",
    country=fields.Country(),
    counted="Whether it belongs to the electorate",
    reason=fields.Text("Stable code: why it is counted or not", attribute="reason_code"),
    source="Where its status is written",
    confirmed="Whether the Secretariat has confirmed its status",
    vote=one(SeatVote, allow_none=True),
)
OwnVote = resource(
    "OwnVote", country=fields.Country(), possible=fields.Flag(), refusals=many(RefusalReason)
)
BallotView = resource(
    "BallotView",
    Ballot,
    "secrecy opened_at ended_at",
    method=fields.Choice(VotingMethod, attribute="way"),
    ref=fields.Text("Reference of the case"),
    body="Stable name of the committee",
    round="Which ballot of the case this is",
    rounds=fields.Whole("How many ballots the case has had"),
    sealed="Whether positions and figures are not told, at least not yet",
    question="What is asked, where it is not the text itself",
    language="In which language the text is authentic",
    closes_at="Null while nobody can say when it closes",
    outcome=fields.Text(f"Null while it is open; else {_OUTCOMES}", allow_none=True),
    content=one(Content, attribute=""),
    rule=one(RuleView),
    answered=fields.Whole("How many states of the electorate hold a position"),
    tally=one(TallyView, allow_none=True),
    needed=one(NeededView, allow_none=True),
    would_pass=one(WouldPassView, allow_none=True),
    seats=many(SeatView),
    own=many(OwnVote, "The states for which the caller is a delegate"),
)
VoteView = resource(
    "VoteView",
    number=fields.Whole("Number of its entry in the trail"),
    country=fields.Country(),
    position=fields.Choice(Position),
    decided=fields.Text(
        f"The outcome if this vote decided the ballot: {_OUTCOMES}", allow_none=True
    ),
    state=fields.Text("State of the case after the vote"),
    version=fields.Whole("Version of the case after the vote"),
)
TakenBackView = resource(
    "TakenBackView",
    number=fields.Whole("Number of its entry in the trail"),
    country=fields.Country(),
    version=fields.Whole("Version of the case afterwards"),
)


def get_ballot(call: Call, ref: str) -> object:
    """Read a ballot of a case, the newest unless `round` says another: who answered what.

    Of a sealed ballot only what the caller may know: positions and figures are null.
    """
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    own = commands.voting_states(call.tx.actor, found)
    view = queries.ballot_view(call.tx.connection, found.id, call.query.get("round"), own=own)
    if view is None:
        raise NotFound("ballot", ref)
    ballot = view.ballot
    return Extended(
        ballot,
        ref=ref,
        rounds=view.rounds,
        sealed=view.sealed,
        rule=Extended(ballot.rule, name=ballot.rule_name),
        answered=view.answered,
        tally=view.tally,
        needed=view.missing,
        would_pass=_would_pass(view),
        seats=[_without_withdrawn(seat) for seat in view.seats],
        own=_own(call, found),
    )


def cast_vote(call: Call, ref: str) -> object:
    """Cast, or replace, the vote of a state; a vote that decides moves the case at once."""
    found = lock(call.tx, call.services, ref)
    country, position = call.body["country"], call.body["position"]
    cast = commands.cast_vote(call.tx, call.services, found, country, position, **_texts(call))
    return _taken(found, country, position, cast)


def take_back_vote(call: Call, ref: str) -> object:
    """Take back what a state answered a moment ago: it is unanswered again."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    seq = commands.withdraw_vote(call.tx, call.services, found, country)
    return {"number": seq, "country": country, "version": found.version}


def record_vote(call: Call, ref: str) -> object:
    """Record, as the Secretariat, what a state answered on paper or in the room, on evidence."""
    found = lock(call.tx, call.services, ref)
    country, position = call.body["country"], call.body["position"]
    proof = call.body["evidence"]
    cast = commands.record_vote(
        call.tx,
        call.services,
        found,
        country,
        position,
        evidence=Evidence(
            signatory=proof["signatory"],
            digest=proof.get("digest"),
            name=proof.get("name") or "",
            note=proof.get("note") or "",
        ),
        **_texts(call),
    )
    return _taken(found, country, position, cast)


def _texts(call: Call) -> dict[str, str | None]:
    return {name: call.body.get(name) for name in ("explanation", "reservation")}


def _taken(found: Case, country: str, position: str, cast: commands.VoteReceipt) -> object:
    return {
        "number": cast.seq,
        "country": country,
        "position": position,
        "decided": cast.decided,
        "state": found.state,
        "version": found.version,
    }


def _would_pass(view: queries.BallotView) -> DecidingVotes | None:
    if view.tally is None or view.sealed or view.ballot.outcome:
        return None
    return find_deciding_votes(view.tally, view.ballot.rule)


def _without_withdrawn(seat: queries.SeatView) -> object:
    return Extended(seat, vote=None) if seat.vote and seat.vote.taken_back else seat


def _own(call: Call, found: Case) -> list[object]:
    """For each state whose delegate the caller is: whether they may vote now, and why not."""
    standing = find_ballot_state(call.tx.connection, found.id)
    reasons = {
        country: commands.vote_refusals(
            standing, commands.voter_for(call.tx.actor, found, country), country, call.tx.now
        )
        for country in sorted(commands.voting_states(call.tx.actor, found))
    }
    return [
        {
            "country": country,
            "possible": not against,
            "refusals": [problems.refusal(each) for each in against],
        }
        for country, against in reasons.items()
    ]


OPERATIONS = (
    _GROUP.read(get_ballot, "/cases/{ref}/ballot", BallotView, BallotQuery),
    _GROUP.act(cast_vote, "/cases/{ref}/ballot/votes", VoteQuestion, VoteView),
    _GROUP.act(
        take_back_vote,
        "/cases/{ref}/ballot/votes/take-back",
        TakeBackQuestion,
        TakenBackView,
    ),
    _GROUP.act(record_vote, "/cases/{ref}/ballot/votes/record", RecordQuestion, VoteView),
)
