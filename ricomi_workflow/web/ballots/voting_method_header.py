"""What the pages of silence, consensus and roll call have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.case_view import submission_href
from ricomi_workflow.web.cases.voting_method_actions import decision_href
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import may_work
from ricomi_workflow.web.messages import case_title


@dataclass(frozen=True, slots=True)
class VotingMethodHeader:
    """The matter that is decided: its case, its question, its text, and how it ended if it did."""

    ref: str
    title: Shown
    kind: str
    asks: str
    question: Shown | None
    illustrative: bool
    content_href: str
    content_number: int
    opened_at: datetime
    ended_at: datetime | None
    outcome: str  # code; empty while it is open
    decision_href: str
    meeting: str  # the meeting that decides it; empty outside of one
    works: bool  # whether the reader works on that meeting


def get_header(file: CaseFile, way: VotingMethod) -> VotingMethodHeader:
    """The head of the page of `way`; raises `NotFound` when the ballot is held in another one."""
    view = get_ballot(file, way)
    found, content = view.ballot, file.voted_on
    body = services().reference.body(found.body)
    name = body.name_on(services().calendar.local_day(found.opened_at)).acronym[language()]
    return VotingMethodHeader(
        ref=file.case.ref,
        title=case_title(file.title),
        kind=t(f"voting_methods.kind_{way}", body=name),
        asks=formats.country(file.case.country, language()),
        question=show(found.question, language()) if found.question else None,
        illustrative=file.case.illustrative,
        content_href=submission_href(file.case.ref, content) if content else "",
        content_number=found.content_number or 0,
        opened_at=found.opened_at,
        ended_at=found.ended_at,
        outcome=found.outcome.value if found.outcome else "",
        decision_href=decision_href(found, file.case.ref),
        meeting=found.meeting or "",
        works=may_work(file.reader, found.meeting) if found.meeting else False,
    )


def get_ballot(file: CaseFile, way: VotingMethod) -> BallotView:
    """The newest ballot of the case if it is held in `way`; else `NotFound`."""
    if file.ballot is None or file.ballot.ballot.way is not way:
        raise NotFound("ballot", file.case.ref)
    return file.ballot
