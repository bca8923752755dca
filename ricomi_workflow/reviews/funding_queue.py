"""The queue of approved requests that wait for funds: its order, and what could be paid now.

Order: score, the highest first; of equal ones the earlier decision; then the subregion that had
fewer requests funded in the last year. A request without reviews has the score of the technical
opinion of the Secretariat. Source: domain requirement 11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, func, or_, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.cases.rows import CASE_COLUMNS, case_from_row
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.fund.queries import unrestricted_by_source
from ricomi_workflow.fund.rules import SourceShares, source_shares
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Owner, Source, owned_account
from ricomi_workflow.ledger.balances import list_balances
from ricomi_workflow.reviews.queries import scores_by_case
from ricomi_workflow.reviews.ranking_documents import OTHER
from ricomi_workflow.reviews.rows import review_reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 200  # approved requests that wait at once
COMMITS = "commit_grant"  # the effect of the act that ends the waiting
FUNDED = "case.fund"
YEAR = timedelta(days=365)
_REQUEST, _OPINION = "request", "technical_opinion"
_CRITERIA = ("relevance", "opportunity", "clarity", "commitment", "capacity")
Papers = Mapping[tuple[int, str], Mapping[str, Json]]


class Coverage(StrEnum):
    """Whether the money of a request is there."""

    HELD = "held"  # reserved for it
    FITS = "fits"  # free, after those before it
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """One approved request that waits."""

    case: Case
    score: Fraction | None
    by_reviews: bool
    decided_at: datetime
    subregion: str
    funded_there: int
    shares: SourceShares
    held: Money
    lapses_at: datetime | None
    cover: Coverage = Coverage.SHORT

    @property
    def asked(self) -> Money:
        """What it expects from the fund."""
        return total(self.shares.values())


@dataclass(frozen=True, slots=True)
class Queue:
    """The whole queue, with what each source has free."""

    lines: tuple[WaitingRequest, ...]
    available: Mapping[Source, Money]


def get_funding_queue(connection: Connection, services: Services) -> Queue:
    """The queue in its order; ten statements for any length. Exercises are left out."""
    cases = _waiting_cases(connection, services)
    lines = sorted(_lines(connection, services, cases), key=queue_rank)
    free = unrestricted_by_source(connection)
    return Queue(tuple(with_coverage(lines, free)), free)


def queue_rank(line: WaitingRequest) -> tuple[Fraction, datetime, int, str]:
    """What decides the place of a request in the queue; the reference only keeps it steady."""
    score = Fraction(-1) if line.score is None else line.score
    return -score, line.decided_at, line.funded_there, line.case.ref


def with_coverage(
    lines: Iterable[WaitingRequest], free: Mapping[Source, Money]
) -> Iterator[WaitingRequest]:
    """Each line with whether its money is there, those before it served first."""
    left = dict(free)
    for line in lines:
        if line.asked and line.held == line.asked:
            yield replace(line, cover=Coverage.HELD)
        elif all(left.get(source, Money(0)) >= share for source, share in line.shares.items()):
            for source, share in line.shares.items():
                left[source] -= share
            yield replace(line, cover=Coverage.FITS)
        else:
            yield replace(line, cover=Coverage.SHORT)


def _lines(
    connection: Connection, services: Services, cases: Sequence[Case]
) -> Iterator[WaitingRequest]:
    keys = [found.id for found in cases]
    reviewed = scores_by_case(connection, services, cases)
    papers = _newest(connection, keys)
    due = list_due_dates(connection, keys)
    funded = _funded_by_subregion(connection, services.uow.clock.now() - YEAR)
    accounts = {
        found.id: owned_account(Kind.RESERVED, Owner(found.id, found.ref)) for found in cases
    }
    held = list_balances(connection, accounts.values())
    for found in cases:
        subregion = review_reference().subregion.get(found.country, OTHER)
        review = reviewed.get(found.id)
        yield WaitingRequest(
            case=found,
            score=review.score if review else _opinion(papers.get((found.id, _OPINION), {})),
            by_reviews=review is not None,
            decided_at=found.entered_at,
            subregion=subregion,
            funded_there=funded[subregion],
            shares=source_shares(papers.get((found.id, _REQUEST), {}).get("financing")),
            held=held[accounts[found.id]],
            lapses_at=due.get(found.id),
        )


def _waiting_cases(connection: Connection, services: Services) -> list[Case]:
    """The cases in a state from which an act commits the grant, longest waiting first."""
    waiting = [
        and_(case.c.definition == key, case.c.state == state)
        for key, process in services.processes.items()
        for taken in process.workflow.transitions
        if COMMITS in taken.effects
        for state in taken.sources
    ]
    if not waiting:
        return []
    rows = connection.execute(
        select(*CASE_COLUMNS)
        .where(or_(*waiting), case.c.exercise.is_(false()))
        .order_by(case.c.entered_at, case.c.id)
        .limit(MOST)
    )
    return [case_from_row(row) for row in rows]


def _newest(connection: Connection, case_ids: Sequence[int]) -> Papers:
    """By case and form: the values of the newest request and technical opinion."""
    last = (
        select(submission.c.case_id, submission.c.form, func.max(submission.c.number).label("n"))
        .where(submission.c.case_id.in_(case_ids), submission.c.form.in_((_REQUEST, _OPINION)))
        .group_by(submission.c.case_id, submission.c.form)
        .subquery()
    )
    rows = connection.execute(
        select(submission.c.case_id, submission.c.form, submission.c["values"]).join(
            last,
            and_(
                last.c.case_id == submission.c.case_id,
                last.c.form == submission.c.form,
                last.c.n == submission.c.number,
            ),
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _opinion(values: Mapping[str, Json]) -> Fraction | None:
    """The score of the technical opinion, from 0 to 100; None without one."""
    points = [value for name in _CRITERIA if isinstance(value := values.get(name), int)]
    return Fraction(sum(points)) if points else None


def _funded_by_subregion(connection: Connection, since: datetime) -> Counter[str]:
    """How many requests of each subregion were funded since an instant."""
    rows = connection.execute(
        select(case.c.country, func.count())
        .join(audit_entry, audit_entry.c.case_id == case.c.id)
        .where(audit_entry.c.act == FUNDED, audit_entry.c.at >= since, case.c.exercise.is_(false()))
        .group_by(case.c.country)
    )
    found: Counter[str] = Counter()
    for country, number in rows:
        found[review_reference().subregion.get(country, OTHER)] += int(number)
    return found
