"""The ranking of a call: put together from its requests, frozen as a document, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import false, func, select

from ricomi_workflow.calls.models import call as call_table
from ricomi_workflow.calls.models import call_proposal
from ricomi_workflow.calls.queries import Call
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.reviews.models import call_ranking, ranking_adoption
from ricomi_workflow.reviews.rows import (
    Review,
    Status,
    review_reference,
    reviews_by_case,
    scheme_of,
    score_reviews,
)
from ricomi_workflow.reviews.rules import (
    Aggregate,
    Candidate,
    Ranked,
    Ranking,
    Rule,
    rank,
    score_text,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

OTHER = "other"  # the subregion of a state that no subregion names


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A request that stands in a call, with its reviews and what they come to."""

    id: int
    ref: str
    country: str
    title: Mapping[str, str]
    institution: str
    asked: Money
    reviews: tuple[Review, ...]
    aggregate: Aggregate | None
    complete: bool

    @property
    def subregion(self) -> str:
        """The subregion of the state that asks."""
        return review_reference().subregion.get(self.country, OTHER)


@dataclass(frozen=True, slots=True)
class FrozenRanking:
    """A ranking as it was frozen, and whether the committee's chair adopted it."""

    number: int
    content: Mapping[str, Json]
    digest: str
    at: datetime
    seq: int
    adopted_at: datetime | None

    def lines(self) -> list[Mapping[str, Json]]:
        """The lines of the table."""
        found = self.content["lines"]
        return (
            [line for line in found if isinstance(line, Mapping)] if isinstance(found, list) else []
        )

    def line_of(self, ref: str) -> Mapping[str, Json] | None:
        """The line of a request; None when it is not in the table."""
        return next((line for line in self.lines() if line["ref"] == ref), None)


def list_call_requests(connection: Connection, services: Services, call: Call) -> list[CallRequest]:
    """The requests that stand in a call; five statements for any number of them.

    Those that were never submitted or have ended are out; exercises are ranked only by a call
    that is an exercise itself.
    """
    rows = connection.execute(
        select(
            case.c.id,
            case.c.ref,
            case.c.definition,
            case.c.state,
            case.c.country,
            case.c.title,
            call_proposal.c.institution,
            call_proposal.c.asked_minor,
        )
        .join(call_proposal, call_proposal.c.case_id == case.c.id)
        .where(call_proposal.c.call_id == call.id, case.c.exercise.is_(call.exercise))
        .order_by(case.c.id)
    ).all()
    standing = [row for row in rows if _stands(services, row)]
    reviews = reviews_by_case(connection, services, [row.id for row in standing])
    return [_proposed(call, row, reviews.get(row.id, [])) for row in standing]


def rank_requests(call: Call, requests: Sequence[CallRequest]) -> Ranking:
    """The ranking of the requests of a call by its announced rule."""
    terms = call.terms
    rule = Rule(terms.envelope, terms.tie_break, terms.balance)
    return rank([_candidate(each) for each in requests], rule)


def ranking_document(
    call: Call, requests: Sequence[CallRequest], table: Ranking
) -> dict[str, Json]:
    """The ranking as the committee gets it: nothing in it names a reviewer."""
    terms = call.terms
    known = {each.ref: each for each in requests}
    return {
        "call": call.ref,
        "number": terms.number,
        "envelope": str(terms.envelope),
        "weights": [[name, weight] for name, weight in terms.weights.items()],
        "tie_break": terms.tie_break,
        "balance": terms.balance,
        "reviewers": terms.reviewers,
        "given": str(table.given),
        "left": str(table.left),
        "subregions": {name: list(counts) for name, counts in table.by_subregion.items()},
        "lines": [_line(line, known[line.candidate.ref]) for line in table.lines],
    }


def find_latest_ranking(connection: Connection, call_id: int) -> FrozenRanking | None:
    """The last ranking that was frozen for a call; None when there is none."""
    row = connection.execute(
        select(
            call_ranking.c.number,
            call_ranking.c.content,
            call_ranking.c.digest,
            call_ranking.c.at,
            call_ranking.c.seq,
            ranking_adoption.c.at.label("adopted_at"),
        )
        .outerjoin(
            ranking_adoption,
            (ranking_adoption.c.case_id == call_ranking.c.case_id)
            & (ranking_adoption.c.number == call_ranking.c.number),
        )
        .where(call_ranking.c.case_id == call_id)
        .order_by(call_ranking.c.number.desc())
        .limit(1)
    ).first()
    return FrozenRanking(*row) if row else None


def find_adopted_ranking(connection: Connection, call_id: int) -> FrozenRanking | None:
    """The ranking that holds: the last one, once it is adopted."""
    found = find_latest_ranking(connection, call_id)
    return found if found and found.adopted_at else None


def _stands(services: Services, row: Row[*tuple[Any, ...]]) -> bool:
    workflow = services.processes[row.definition].workflow
    return not workflow.states[row.state].final and row.state != workflow.initial


def _proposed(call: Call, row: Row[*tuple[Any, ...]], reviews: Sequence[Review]) -> CallRequest:
    scheme = scheme_of(call)
    done = [each for each in reviews if each.status is Status.SCORED]
    waiting = [each for each in reviews if each.status.counts and each.status is not Status.SCORED]
    return CallRequest(
        id=row.id,
        ref=row.ref,
        country=row.country,
        title=row.title or {},
        institution=row.institution,
        asked=Money(row.asked_minor),
        reviews=tuple(reviews),
        aggregate=score_reviews(scheme, reviews),
        complete=len(done) >= scheme.minimum and not waiting,
    )


def _candidate(each: CallRequest) -> Candidate:
    found = each.aggregate if each.complete else None
    return Candidate(
        each.ref,
        each.subregion,
        each.asked,
        found.score if found else None,
        {name: c.mean for name, c in found.criteria.items()} if found else {},
    )


def _line(line: Ranked, request: CallRequest) -> dict[str, Json]:
    found = request.aggregate
    return {
        "place": line.place,
        "ref": request.ref,
        "country": request.country,
        "title": cast("Json", dict(request.title)),
        "institution": request.institution,
        "subregion": request.subregion,
        "asked": str(request.asked),
        "score": score_text(line.candidate.score) if line.candidate.score is not None else None,
        "exact": _exact(line.candidate.score),
        "spread": score_text(found.spread) if found else None,
        "reviews": found.reviews if found else 0,
        "criteria": [
            [name, score_text(c.mean), c.spread, c.disagreed] for name, c in found.criteria.items()
        ]
        if found
        else [],
        "tied": line.tied,
        "broken": line.broken,
        "standing": line.standing.value,
        "cumulative": str(line.cumulative) if line.cumulative else None,
        "passed_over": line.passed_over,
    }


def _exact(score: Fraction | None) -> str | None:
    return None if score is None else f"{score.numerator}/{score.denominator}"


def list_rankings_for_committee(
    connection: Connection, *, limit: int = 5
) -> list[tuple[str, str, bool]]:
    """Reference, number and adoption of the calls whose frozen order is before the committee."""
    rows = connection.execute(
        select(
            case.c.ref,
            call_table.c.number,
            func.count(ranking_adoption.c.case_id).label("adopted"),
            func.max(call_ranking.c.at).label("at"),
        )
        .join(call_table, call_table.c.case_id == case.c.id)
        .join(call_ranking, call_ranking.c.case_id == case.c.id)
        .outerjoin(ranking_adoption, ranking_adoption.c.case_id == case.c.id)
        .where(case.c.exercise.is_(false()))
        .group_by(case.c.ref, call_table.c.number)
        .order_by(func.max(call_ranking.c.at).desc())
        .limit(limit)
    )
    return [(row.ref, row.number, bool(row.adopted)) for row in rows]
