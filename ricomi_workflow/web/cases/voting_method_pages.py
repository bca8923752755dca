"""On which page a ballot is held that is no electronic one."""

from __future__ import annotations

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.voting_methods import VotingMethod

_PAGES = {
    VotingMethod.SILENCE: "silence.silence",
    VotingMethod.CONSENSUS: "floor.consensus",
    VotingMethod.ROLL_CALL: "floor.roll_call",
}


def ballot_href(ballot: Ballot, ref: str) -> str:
    """The address of the page of a ballot of the case `ref`."""
    return url_for(_PAGES.get(ballot.way, "ballots.ballot"), ref=ref)


def decision_href(ballot: Ballot, ref: str) -> str:
    """The address of what a ballot of the case `ref` decided; empty until that is recorded."""
    if ballot.outcome is None or ballot.recorded_at is None:
        return ""
    return url_for("decisions.decision", ref=ref, number=ballot.round)


def awaited_countries(line: ListedBallot) -> tuple[str, ...]:
    """The reader's states whose answer is missing: in an electronic ballot, and in no other."""
    if has_own_page(line.ballot):
        return ()
    return tuple(country for country, position in line.own.items() if position is None)


def has_own_page(ballot: Ballot) -> bool:
    """Whether a ballot has a page of its own instead of the electronic one."""
    return ballot.way in _PAGES
