"""The reviewers of a simulation: asked, now and then in conflict, scoring as chance has it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.reviews.commands import (
    GivenScore,
    assign_reviewers,
    declare_conflict,
    give_scores,
)
from ricomi_workflow.reviews.rows import Status, review_reference, reviews_by_case
from ricomi_workflow.simulation.accounts import REVIEWERS, Accounts

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case

ReviewStep = tuple[str, Callable[[], object]]
_CONFLICT = 0.1  # how often a reviewer has an interest in the request; in each, one at most


def next_review_step(
    services: Services, accounts: Accounts, rng: Random, case: Case
) -> ReviewStep | None:
    """What is done next in a technical review, and how; None when every review is given."""
    with services.uow.read() as connection:
        reviews = reviews_by_case(connection, services, [case.id]).get(case.id, [])
    people = {accounts.actor(Role.REVIEWER, n).user_id: n for n in REVIEWERS}
    if sum(each.status.counts for each in reviews) < review_reference().scheme.minimum:
        asked = {each.user_id for each in reviews}
        free = [key for key in people if key is not None and key not in asked]
        return ("ask_reviewer", lambda: _ask(services, accounts, case, free[0])) if free else None
    open_ = [each for each in reviews if each.status.counts and each.status is not Status.SCORED]
    if not open_:
        return None
    review = rng.choice(open_)
    reviewer = accounts.actor(Role.REVIEWER, people[review.user_id])
    if review.status is not Status.ASSIGNED:
        given = _points(rng)
        return "give_scores", lambda: _score(services, reviewer, case, given)
    recused = any(each.status is Status.RECUSED for each in reviews)
    conflict = rng.random() < _CONFLICT and not recused
    return "declare_interest", lambda: _declare(services, reviewer, case, conflict=conflict)


def _ask(services: Services, accounts: Accounts, case: Case, person: int) -> None:
    with services.uow.begin(accounts.actor(Role.SECRETARIAT)) as tx:
        assign_reviewers(tx, services, case.ref, [person])


def _declare(services: Services, reviewer: Actor, case: Case, *, conflict: bool) -> None:
    reason = "Ejemplo: trabajó para esa institución." if conflict else ""
    with services.uow.begin(reviewer) as tx:
        declare_conflict(tx, services, case.ref, conflict=conflict, reason=reason)


def _score(services: Services, reviewer: Actor, case: Case, given: dict[str, GivenScore]) -> None:
    with services.uow.begin(reviewer) as tx:
        give_scores(tx, services, case.ref, given)


def _points(rng: Random) -> dict[str, GivenScore]:
    scheme = review_reference().scheme
    drawn = {name: rng.randint(scheme.scale // 2, scheme.scale) for name in scheme.weights}
    return {name: GivenScore(str(points), "Ejemplo de razón.") for name, points in drawn.items()}
