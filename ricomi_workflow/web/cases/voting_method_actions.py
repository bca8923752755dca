"""What the reader can do in a ballot that is no electronic one: object, serve, call, conclude."""

from __future__ import annotations

from ricomi_workflow.ballots.commands import voting_states
from ricomi_workflow.ballots.meeting_vote import may_call_roll
from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.voting_method_pages import ballot_href, has_own_page
from ricomi_workflow.web.components import ActRow
from ricomi_workflow.web.i18n import t


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
        ActRow(t(f"ways.act_{name}"), t(f"ways.act_{name}_hint"), href, primary)
        for name, primary in names
    ]


def waits_for(file: CaseFile, view: BallotView) -> str:
    """Whom, or what, the ballot waits for."""
    if view.ballot.way is not VotingMethod.SILENCE:
        return t("ways.waits_room")
    return t("ways.waits_serve" if file.unserved else "ways.waits_silence")


def nothing_to_do(view: BallotView) -> str:
    """What is said to a reader who has nothing to do in it."""
    return t(
        "ways.nothing_silence" if view.ballot.way is VotingMethod.SILENCE else "ways.nothing_room"
    )


def state_line_text(file: CaseFile, view: BallotView) -> str:
    """What the ballot waits for, where the case stands on its line."""
    name = "serve" if file.unserved else view.ballot.way.value
    return t(f"ways.line_{name}")
