"""Guards and effects that ballots offer to YAML.

Guards count the votes that are in the database: `cast_vote` writes its own before it fires.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.closing import end_ballot
from ricomi_workflow.ballots.meeting_vote import CALLERS
from ricomi_workflow.ballots.opening import Content, Opening, submission_content, write_ballot
from ricomi_workflow.ballots.rows import BALLOT_STATE, BallotState, find_ballot_state
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.voting_methods import VOTERS, Secrecy, VotingMethod
from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import find_submitted, message_params
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from datetime import datetime


def ballot_carried(act: Act) -> Refusal | None:
    """The votes carry the motion and no further vote can change that, or the time is up."""
    return _ended_as(act, Outcome.CARRIED)


def ballot_lost(act: Act) -> Refusal | None:
    """The votes defeat the motion and no further vote can change that, or the time is up."""
    return _ended_as(act, Outcome.LOST)


def ballot_undecided(act: Act) -> Refusal | None:
    """The time is up and too few states took part for a decision."""
    return _ended_as(act, Outcome.UNDECIDED)


def ballot_still_open(act: Act) -> Refusal | None:
    """The ballot can still be taken back: nothing is decided and its closing has not come."""
    state = _ballot_state(act)
    if state is None or not state.is_open:
        return Refusal("ballot_not_open")
    if state.decided_at(act.tx.now):
        return Refusal("already_decided", {"closes_at": _iso(state.closes_at)})
    return None


def votes_missing(act: Act) -> Refusal | None:
    """At least one state of the electorate has not voted in the open electronic ballot."""
    refusal = ballot_still_open(act)
    if refusal:
        return refusal
    state = _ballot_state(act)
    if state and state.ballot.way is not VotingMethod.ELECTRONIC:
        return Refusal("other_way")
    return None if waited_for(act) else Refusal("votes_complete")


def ballot_broken(act: Act) -> Refusal | None:
    """An objection ended the silence, or stands against the consensus that was sought."""
    return _ended_as(act, Outcome.BROKEN)


def open_ballot(act: Act) -> None:
    """Open a ballot on the request of the case, as the form of the act says it is to be held.

    What the form leaves out is usual: electronic, open, the term of the state entered.
    """
    _open(act, opening_form(act.services.process(act.case).workflow))


def open_reallocation_ballot(act: Act) -> None:
    """The same on a change of the budget, which is in force only if the committee carries it."""
    _open(act, "reallocation")


def _open(act: Act, form: str) -> None:
    given = find_submitted(act, form)
    if given is None:
        raise AssertionError("a ballot has a submission to vote on")
    opening = opening_of(submission_content(act.services, given), act.inputs)
    act.note(**write_ballot(act.tx, act.services, act.case, opening, seq=act.seq))
    if opening.way is not VotingMethod.ELECTRONIC:
        act.note(term_days=0)  # its end is not a matter of the state's days
    elif opening.business_days:
        act.note(term_days=opening.business_days)


def opening_of(content: Content, inputs: Mapping[str, Json]) -> Opening:
    """How a ballot on `content` is to be held, as the form `ballot_opening` was filled in."""
    question, days, meeting = (inputs.get(n) for n in ("question", "business_days", "meeting"))
    return Opening(
        content=content,
        way=VotingMethod(str(inputs.get("way") or VotingMethod.ELECTRONIC)),
        secrecy=Secrecy(str(inputs.get("secrecy") or Secrecy.OPEN)),
        question={k: str(v) for k, v in question.items()}
        if isinstance(question, Mapping)
        else None,
        language=str(inputs.get("language") or "es"),
        meeting=str(meeting) if meeting else None,
        business_days=days if isinstance(days, int) else None,
    )


def close_ballot(act: Act) -> None:
    """Record how the ballot ended, with its tally.

    Taken back by a person it is withdrawn; a ballot that is decided cannot be taken back.
    """
    _end(act, Outcome.WITHDRAWN)


def defer_ballot(act: Act) -> None:
    """End the ballot without a decision: a meeting will take the question up."""
    _end(act, Outcome.DEFERRED)
    meeting = act.inputs.get("meeting")
    act.note(meeting=meeting if isinstance(meeting, str) and meeting else None)


def recall_ballot(act: Act) -> None:
    """Call the ballot back for changes: every position is void and counts nothing.

    None of them is deleted; the next ballot binds the text as it stands then. Who is told is led to
    the record of the ballot: the case goes back to where the body does not read it.
    """
    _end(act, Outcome.RECALLED)
    act.page = f"decisions/{act.case.ref}/{act.detail['ballot']}"


def _end(act: Act, otherwise: Outcome) -> None:
    state = _ballot_state(act)
    if state is None or not state.is_open:
        raise Refused([Refusal("ballot_not_open")])
    decided = state.decided_at(act.tx.now)
    if decided and not act.by_system:
        raise Refused([Refusal("already_decided")])
    act.tx.flush()  # what closes may be told from the rows of this act
    outcome = decided or otherwise
    act.note(**end_ballot(act.tx, act.services, act.case, state, outcome, reason=act.reason))


def remind_voters(act: Act) -> None:
    """Remind delegates and alternates of the states that have not voted."""
    state = _ballot_state(act)
    if state is None:
        return
    today = act.services.calendar.local_day(act.tx.now)
    told = list_holders(act.tx.driver, today, waited_for(act) or [])
    due = {"due": _iso(state.closes_at)}
    params = {**message_params(act), **due}
    sent = enqueue(act.tx, "ballot_reminder", told, params=params, case_id=act.case.id)
    act.note(reminded=list(state.silent()), messages=sent)


def waited_for(act: Act) -> list[tuple[Role, str | None]] | None:
    """Whose votes the open ballot of the case waits for; None when no ballot is open.

    Answers the (role, state) pairs of the states that have not voted. What is decided in the room
    waits for those who call and conclude; in a silence procedure nobody need answer.
    """
    state = _ballot_state(act)
    if state is None or not state.is_open:
        return None
    if state.ballot.way is VotingMethod.SILENCE:
        return []
    if state.ballot.way is not VotingMethod.ELECTRONIC:
        return [(role, None) for role in CALLERS]
    return [(role, country) for country in state.silent() for role in VOTERS]


def _ballot_state(act: Act) -> BallotState | None:
    return act.once(BALLOT_STATE, lambda: find_ballot_state(act.tx.driver, act.case.id))


def _ended_as(act: Act, wanted: Outcome) -> Refusal | None:
    state = _ballot_state(act)
    if state is None or not state.is_open:
        return Refusal("ballot_not_open")
    outcome = state.decided_at(act.tx.now)
    if outcome is wanted:
        return None
    facts = {**_figures(state), "closes_at": _iso(state.closes_at)}
    if outcome is None:
        return Refusal("ballot_open", facts)
    if wanted is Outcome.CARRIED:
        return Refusal("ballot_not_carried", facts)
    return Refusal("already_decided", {**facts, "outcome": outcome.value})


def _figures(state: BallotState) -> dict[str, Json]:
    """The tally of a ballot, unless nobody may know it yet."""
    sealed = state.ballot.sealed and state.is_open
    return {} if sealed else state.tally().as_json()


def _iso(at: datetime | None) -> str:
    return iso(at) if at else ""


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        ballot_carried,
        ballot_lost,
        ballot_undecided,
        ballot_broken,
        ballot_still_open,
        votes_missing,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        open_ballot,
        open_reallocation_ballot,
        close_ballot,
        defer_ballot,
        recall_ballot,
        remind_voters,
    )
}
