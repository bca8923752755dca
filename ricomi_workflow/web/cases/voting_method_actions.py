"""Ballots that are not electronic: the page of each, and what the reader can do there."""

from __future__ import annotations

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot
from ricomi_workflow.ballots.commands import voting_states
from ricomi_workflow.ballots.meeting_vote import may_call_roll
from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import ActRow
from ricomi_workflow.web.i18n import t

_PAGES = {
    VotingMethod.SILENCE: "silence.silence",
    VotingMethod.CONSENSUS: "meeting_votes.consensus",
    VotingMethod.ROLL_CALL: "meeting_votes.roll_call",
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


def other_method_ballot(file: CaseFile) -> BallotView | None:
    """The ballot of the case that runs and has a page of its own."""
    view = file.ballot
    if view is None or view.ballot.outcome or not has_own_page(view.ballot):
        return None
    return view


def voting_method_acts(file: CaseFile, view: BallotView) -> list[ActRow]:
    """The acts that lead to the page of the ballot."""
    way, href = view.ballot.way, ballot_href(view.ballot, file.case.ref)
    names = []
    if way is VotingMethod.SILENCE and file.unserved and file.reader.has(Role.SECRETARIAT):
        names.append(("serve", True))
    if way is not VotingMethod.SILENCE and may_call_roll(file.reader, file.case):
        names.append((way.value, True))
    speaks = any(view.seat(c) for c in voting_states(file.reader, file.case))
    if speaks and way is not VotingMethod.ROLL_CALL and not names:
        names.append(("silence" if way is VotingMethod.SILENCE else "object", False))
    return [
        ActRow(t(f"voting_methods.act_{name}"), t(f"voting_methods.act_{name}_hint"), href, primary)
        for name, primary in names
    ]


def waits_for(file: CaseFile, view: BallotView) -> str:
    """Whom, or what, the ballot waits for."""
    if view.ballot.way is not VotingMethod.SILENCE:
        return t("voting_methods.waits_room")
    return t("voting_methods.waits_serve" if file.unserved else "voting_methods.waits_silence")


def nothing_to_do(view: BallotView) -> str:
    """What is said to a reader who has nothing to do in it."""
    return t(
        "voting_methods.nothing_silence"
        if view.ballot.way is VotingMethod.SILENCE
        else "voting_methods.nothing_room"
    )


def state_line_text(file: CaseFile, view: BallotView) -> str:
    """What the ballot waits for, where the case stands on its line."""
    name = "serve" if file.unserved else view.ballot.way.value
    return t(f"voting_methods.line_{name}")
