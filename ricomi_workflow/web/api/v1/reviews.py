"""Technical reviews: the caller's own, and all of a case for the Secretariat."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.reviews import commands, queries
from ricomi_workflow.reviews.rows import Review
from ricomi_workflow.reviews.rules import Scheme, score_text
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import reviews as shapes

Shape = Mapping[str, object]
_GROUP = Group("reviews")


def list_reviews(call: Call) -> Shape:
    """List what the caller is asked to review."""
    if not call.tx.actor.has(Role.REVIEWER):
        raise Forbidden("reviews")
    found = queries.list_own_reviews(call.tx.connection, call.services, call.tx.actor)
    return {
        "reviews": [
            {
                "ref": each.case.ref,
                "country": each.case.country,
                "title": each.case.title,
                "status": each.review.status.value,
                "is_open": each.is_open,
            }
            for each in found
        ]
    }


def get_review(call: Call, reviewed: str) -> Shape:
    """Read what the caller may see of a request they review."""
    desk = queries.get_reviewer_view(call.tx.connection, call.services, call.tx.actor, reviewed)
    return {
        "ref": reviewed,
        "status": desk.review.status.value,
        "is_open": desk.is_open,
        "countries": desk.parties,
        "institution": desk.institution,
        "scale": desk.scheme.scale,
        "criteria": _criteria(desk.scheme),
        "request": desk.values if desk.paper else None,
        "points": desk.review.points,
        "comments": desk.review.comments,
        "others": [
            {"number": each.number, "points": each.points, "comments": each.comments}
            for each in desk.others
        ],
    }


def declare_interest(call: Call, reviewed: str) -> Shape:
    """Declare whether there is a conflict of interest."""
    conflict, reason = call.body["conflict"], call.body.get("reason", "")
    commands.declare_conflict(call.tx, call.services, reviewed, conflict=conflict, reason=reason)
    return _done(call, reviewed)


def give_scores(call: Call, reviewed: str) -> Shape:
    """Give points and comments on every criterion."""
    given = {
        each["criterion"]: commands.GivenScore(str(each["points"]), each["comment"])
        for each in call.body["scores"]
    }
    commands.give_scores(call.tx, call.services, reviewed, given)
    return _done(call, reviewed)


def get_case_reviews(call: Call, ref: str) -> Shape:
    """Read all reviews of a case and what they come to."""
    found = queries.get_case_reviews(call.tx.connection, call.services, call.tx.actor, ref)
    total = found.aggregate
    return {
        "ref": ref,
        "is_open": found.is_open,
        "minimum": found.scheme.minimum,
        "scale": found.scheme.scale,
        "criteria": _criteria(found.scheme),
        "score": score_text(total.score) if total else None,
        "spread": score_text(total.spread) if total else None,
        "disagreements": total.disagreements if total else (),
        "reviews": [_staff(each) for each in found.reviews],
    }


def assign_reviewers(call: Call, ref: str) -> Shape:
    """Ask people to review a request."""
    commands.assign_reviewers(call.tx, call.services, ref, call.body["people"])
    call.tx.flush()  # the answer shows them
    return get_case_reviews(call, ref)


def relieve_reviewer(call: Call, ref: str) -> Shape:
    """Stop waiting for a review."""
    number, reason = call.body["review"], call.body["reason"]
    commands.release_reviewer(call.tx, call.services, ref, number, reason)
    call.tx.flush()  # as above
    return get_case_reviews(call, ref)


def _done(call: Call, reviewed: str) -> Shape:
    call.tx.flush()  # the answer says what holds now
    desk = queries.get_reviewer_view(call.tx.connection, call.services, call.tx.actor, reviewed)
    return {"ref": reviewed, "status": desk.review.status.value}


def _criteria(scheme: Scheme) -> list[Shape]:
    return [{"criterion": name, "weight": weight} for name, weight in scheme.weights.items()]


def _staff(review: Review) -> Shape:
    return {
        "number": review.number,
        "reviewer": review.name,
        "status": review.status.value,
        "reason": review.reason,
        "points": review.points,
        "comments": review.comments,
        "given_at": review.given_at,
    }


OPERATIONS = (
    _GROUP.read(list_reviews, "/reviews", shapes.OwnReviews),
    _GROUP.read(get_review, "/reviews/{reviewed}", shapes.ReviewDesk),
    _GROUP.act(
        declare_interest,
        "/reviews/{reviewed}/declaration",
        shapes.Declaration,
        shapes.ReviewDone,
        status=200,
    ),
    _GROUP.act(
        give_scores,
        "/reviews/{reviewed}/scores",
        shapes.ScoresQuestion,
        shapes.ReviewDone,
        status=200,
    ),
    _GROUP.read(get_case_reviews, "/cases/{ref}/reviews", shapes.CaseReviews),
    _GROUP.act(
        assign_reviewers,
        "/cases/{ref}/reviews",
        shapes.ReviewersQuestion,
        shapes.CaseReviews,
        status=200,
    ),
    _GROUP.act(
        relieve_reviewer,
        "/cases/{ref}/reviews/relieved",
        shapes.RelieveQuestion,
        shapes.CaseReviews,
        status=200,
    ),
)
