"""Reviews as values: their criteria, who reviews a request, where each review is, what it gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.calls.queries import Call
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.approvals import voided_by_entry
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.loader import read_subregions
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root
from ricomi_workflow.reviews.models import review_assignment, review_step
from ricomi_workflow.reviews.rules import Aggregate, Points, Scheme, aggregate, review_score

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.driver import Driver

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class ReviewReference:
    """The scheme where no call says otherwise, and the subregion of each state."""

    scheme: Scheme
    source: str
    confirmed: bool
    subregions: Mapping[str, LocalizedText]
    subregion: Mapping[str, str]  # by state


@cache
def review_reference() -> ReviewReference:
    """What is shipped, read once. Raises `DefinitionError` with every mistake."""
    return read_review_reference(root("reference"))


def read_review_reference(folder: Path) -> ReviewReference:
    """What the files in `folder` say; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / "review.yaml", mistakes)
    at = top.record("source scale minimum disagreement criteria", "confirmed")
    scheme = Scheme(
        _weights(at["criteria"]),
        minimum=at["minimum"].whole(1, least=1),
        scale=at["scale"].whole(1, least=1),
        disagreement=at["disagreement"].whole(1, least=1),
    )
    grouped = read_subregions(open_file(folder / "subregions.yaml", mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    confirmed = at["confirmed"].flag(default=True)
    return ReviewReference(scheme, at["source"].text(), confirmed, grouped.labels, grouped.by_state)


def _weights(place: YamlNode) -> Mapping[str, int]:
    found = []
    for row in rows(place):
        at = row.record("name weight")
        found.append((at["name"], at["name"].name(), at["weight"].whole(1, least=1)))
    weights = by_key(found)
    if sum(weights.values()) != _WHOLE:
        place.wrong(f"weights that add up to {_WHOLE}")
    return weights


COMPLETE = "reviews_complete"  # the guard that says in which states reviews are given


class Status(StrEnum):
    """Where a review stands."""

    ASSIGNED = "assigned"  # whether there is a conflict is not declared yet
    CLEAR = "clear"
    SCORED = "scored"
    STALE = "stale"  # scored, before sections changed on which the scores rest
    RECUSED = "recused"
    RELIEVED = "relieved"

    @property
    def counts(self) -> bool:
        """Whether the review is waited for or given."""
        return self not in {Status.RECUSED, Status.RELIEVED}


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's part in a request."""

    id: int
    case_id: int
    number: int
    user_id: int
    name: str
    status: Status = Status.ASSIGNED
    reason: str = ""
    points: Points = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    given_at: datetime | None = None
    request: int = 0
    seq: int = 0  # the entry of the trail by which the scores were given

    def score(self, scheme: Scheme) -> Fraction | None:
        """What the review is worth; None while a criterion has no points."""
        if not self.points or not self.points.keys() >= scheme.weights.keys():
            return None
        return review_score(scheme, self.points)


def is_under_review(workflow: WorkflowDef, state: str) -> bool:
    """Whether reviews are given in a state: an act that leads on from it waits for them."""
    return any(
        COMPLETE in taken.guards and state in taken.sources for taken in workflow.transitions
    )


def scheme_of(call: Call | None) -> Scheme:
    """By which criteria a request is reviewed: those of its call, else those of the reference."""
    plain = review_reference().scheme
    if call is None:
        return plain
    return replace(plain, weights=call.terms.weights, minimum=call.terms.reviewers)


def reviews_by_case(
    connection: Connection, services: Services, case_ids: Sequence[int]
) -> dict[int, list[Review]]:
    """By case: its reviews in the order of their numbers; four statements for any number.

    Scores given on an earlier version of the request hold while no section has changed on which
    the act that ends the reviews rests (`depends_on`); where it says nothing they go stale.
    """
    if not case_ids:
        return {}
    assigned = connection.execute(
        select(review_assignment, user.c.name)
        .join(user, user.c.id == review_assignment.c.user_id)
        .where(review_assignment.c.case_id.in_(case_ids))
        .order_by(review_assignment.c.case_id, review_assignment.c.number)
    )
    found = {
        row.id: Review(row.id, row.case_id, row.number, row.user_id, row.name) for row in assigned
    }
    steps = connection.execute(
        select(review_step)
        .where(review_step.c.case_id.in_(case_ids))
        .order_by(review_step.c.case_id, review_step.c.seq)
    )
    for row in steps:
        found[row.assignment_id] = _after(found[row.assignment_id], row)
    numbers = request_numbers(connection, case_ids)
    earlier = {r.case_id for r in found.values() if _on_earlier(r, numbers)}
    return _by_case(found.values(), numbers, _voided(connection, services, sorted(earlier)))


def request_numbers(connection: Connection, case_ids: Sequence[int]) -> dict[int, int]:
    """By case: the number of the request that is in force."""
    rows = connection.execute(
        select(submission.c.case_id, func.max(submission.c.number))
        .where(submission.c.case_id.in_(case_ids), submission.c.form == "request")
        .group_by(submission.c.case_id)
    )
    return {int(row[0]): int(row[1]) for row in rows}


def score_reviews(scheme: Scheme, reviews: Sequence[Review]) -> Aggregate | None:
    """What the complete reviews of the present request come to; None when there are none."""
    return aggregate(scheme, [r.points for r in reviews if r.status is Status.SCORED])


def review_assignment_digest(row: Mapping[str, object]) -> str:
    """The digest of an assignment, which the trail keeps in place of a name."""
    return _sealed(row, ("case_id", "number", "user_id", "by", "seq"))


def review_step_digest(row: Mapping[str, object]) -> str:
    """The digest of a step of a review."""
    kept = ("assignment_id", "case_id", "kind", "request", "content", "by", "seq")
    return _sealed(row, kept)


def _sealed(row: Mapping[str, object], kept: Sequence[str]) -> str:
    facts: dict[str, Json] = {name: row[name] for name in kept}  # type: ignore[misc]  # plain values
    return digest(facts)


def _on_earlier(review: Review, requests: Mapping[int, int]) -> bool:
    """Whether somebody scored a version of the request that is no longer in force."""
    return review.status is Status.SCORED and review.request != requests.get(review.case_id)


def _voided(connection: Connection, services: Services, case_ids: list[int]) -> dict[int, int]:
    """By case: the last entry that voided its scores; 0 where none did."""
    if not case_ids:
        return {}
    rows = connection.execute(
        select(case.c.id, case.c.definition, audit_entry.c.seq, audit_entry.c.detail)
        .join(audit_entry, audit_entry.c.case_id == case.c.id)
        .where(case.c.id.in_(case_ids), audit_entry.c.from_state != audit_entry.c.to_state)
    )
    found: dict[int, int] = {}
    for row in rows:
        resting = _reviewing_acts(services.processes[row.definition].workflow)
        voids = any(voided.act in resting for voided in voided_by_entry(row.seq, row.detail))
        last = row.seq if voids or not resting else 0
        found[row.id] = max(found.get(row.id, 0), last)
    return found


def _reviewing_acts(workflow: WorkflowDef) -> frozenset[str]:
    """The acts that end the reviews and say on which sections the scores rest."""
    taken = workflow.transitions
    return frozenset(t.trigger for t in taken if COMPLETE in t.guards and t.depends_on)


def _by_case(
    reviews: Iterable[Review], requests: Mapping[int, int], voided: Mapping[int, int]
) -> dict[int, list[Review]]:
    result: dict[int, list[Review]] = {}
    for review in reviews:
        stale = _on_earlier(review, requests) and review.seq < voided.get(review.case_id, 0)
        shown = replace(review, status=Status.STALE) if stale else review
        result.setdefault(review.case_id, []).append(shown)
    return result


def _after(review: Review, row: Row[*tuple[Any, ...]]) -> Review:
    """The review as it stands after one more of its steps."""
    content = row.content
    if row.kind == "scored":
        return replace(
            review,
            status=Status.SCORED,
            points={name: int(points) for name, points in content["points"].items()},
            comments={name: str(text) for name, text in content["comments"].items()},
            given_at=row.at,
            request=row.request,
            seq=row.seq,
        )
    reason = str(content.get("reason", ""))
    return replace(review, status=_STATUS_AFTER[row.kind], reason=reason)


_STATUS_AFTER = {
    "clear": Status.CLEAR,
    "conflict": Status.RECUSED,
    "relieved": Status.RELIEVED,
}


_SIDES = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


def list_reviewers(source: Connection | Driver, day: date) -> dict[int, Holder]:
    """Everybody who reviews on `day`, by account."""
    return {holder.user_id: holder for holder in list_holders(source, day, [(Role.REVIEWER, None)])}


def list_conflicted(source: Connection | Driver, case: Case, day: date) -> set[int]:
    """The accounts of those who act for a state that takes part in the case."""
    parties = sorted({case.country, *case.partner_countries()})
    pairs = [(role, country) for role in _SIDES for country in parties]
    return {holder.user_id for holder in list_holders(source, day, pairs)}


def list_eligible_reviewers(
    source: Connection | Driver, case: Case, day: date
) -> dict[int, Holder]:
    """Who reviews on `day` and belongs to none of the states of the case, by account."""
    out = list_conflicted(source, case, day)
    return {key: holder for key, holder in list_reviewers(source, day).items() if key not in out}
