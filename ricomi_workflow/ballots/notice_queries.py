"""Reading the proof of notice: which seats are served, which are not and why, since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.commands import VOTERS
from ricomi_workflow.ballots.notices import (
    NoticeMail,
    list_notice_mails,
    list_proofs,
    objection_period,
)
from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.silence_procedure_rules import ObjectionPeriod, Proof
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.identity.queries import list_held_offices
from ricomi_workflow.kernel.actors import Grant

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class NotServedReason(StrEnum):
    """Why a seat is not served yet."""

    NOBODY = "nobody"  # nobody is accredited for it
    UNSENT = "unsent"  # somebody is, and was not written to
    WAITING = "waiting"  # the provider has not taken the mail yet
    FAILED = "failed"  # the provider refused it, or it was given up


@dataclass(frozen=True, slots=True)
class StateNotice:
    """A counted seat: its proof, or why there is none and what the provider said last."""

    country: str
    proof: Proof | None
    why: NotServedReason | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Where notice stands in a silence procedure, computed from the stored facts."""

    seats: tuple[StateNotice, ...]
    clock: ObjectionPeriod | None

    @property
    def missing(self) -> tuple[StateNotice, ...]:
        """The seats without proof: while there is one, the period does not begin."""
        return tuple(seat for seat in self.seats if seat.proof is None)

    @property
    def served(self) -> tuple[StateNotice, ...]:
        """The seats with proof."""
        return tuple(seat for seat in self.seats if seat.proof is not None)


def notice_view(
    connection: Connection, services: Services, view: BallotView, now: datetime
) -> NoticeView | None:
    """Where notice stands in a ballot; None for one that is held in another way."""
    found = view.ballot
    if found.way is not VotingMethod.SILENCE:
        return None
    counted = [seat.country for seat in view.counted]
    proof = list_proofs(connection, found.case_id, found, counted)
    lacking = [country for country in counted if country not in proof]
    reasons = _reasons(connection, services, view, lacking, now) if lacking else {}
    seats = tuple(
        StateNotice(country, proof.get(country), *reasons.get(country, (None, "")))
        for country in counted
    )
    return NoticeView(seats, objection_period(services, found, counted, proof))


def list_states_not_served(
    connection: Connection, services: Services, view: BallotView | None, now: datetime
) -> tuple[str, ...]:
    """The states that keep an open silence procedure from running."""
    if view is None or view.ballot.outcome or view.ballot.starts_at:
        return ()
    notice = notice_view(connection, services, view, now)
    return tuple(seat.country for seat in notice.missing) if notice else ()


def _reasons(
    connection: Connection,
    services: Services,
    view: BallotView,
    lacking: Iterable[str],
    now: datetime,
) -> dict[str, tuple[NotServedReason, str]]:
    held = list_held_offices(connection, services.calendar.local_day(now))
    sent = list_notice_mails(connection, view.ballot.case_id, view.ballot)
    return {
        country: _reason(
            frozenset().union(*(held.get(Grant(role, country), frozenset()) for role in VOTERS)),
            [mail for mail in sent if mail.country == country],
        )
        for country in lacking
    }


def _reason(people: frozenset[int], sent: Sequence[NoticeMail]) -> tuple[NotServedReason, str]:
    """Why a seat is not served: judged by the mail to those who are accredited today."""
    if not people:
        return NotServedReason.NOBODY, ""
    own = [mail for mail in sent if mail.user_id in people]
    if not own:
        return NotServedReason.UNSENT, ""
    if any(mail.status == "waiting" for mail in own):
        return NotServedReason.WAITING, own[-1].answer
    return NotServedReason.FAILED, own[-1].answer
