"""Technical reviews: the caller's own, and all of a case for the Secretariat."""

from __future__ import annotations

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.reviews import commands, queries
from ricomi_workflow.reviews.rows import Review
from ricomi_workflow.reviews.rules import score_text
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, items_of, many, parts, question, resource
from ricomi_workflow.web.api.v1.calls import CriterionView

_GROUP = Group("reviews")
_STATUS = "assigned, clear, scored, stale, recused or relieved"

Declaration = question(
    "Declaration",
    conflict=fields.Flag("With one, the reviewer is out", required=True),
    reason=fields.Text("Why; needed with a conflict", longest=2000),
)
ScoreQuestion = question(
    "ScoreQuestion",
    criterion=fields.Text("Stable name", longest=40, required=True),
    points=fields.Whole("From 0 to the scale", required=True),
    comment=fields.Text("What explains them", longest=2000, required=True),
)
ScoresQuestion = question(
    "ScoresQuestion", scores=parts(ScoreQuestion, "Every criterion", required=True)
)
ReviewersQuestion = question(
    "ReviewersQuestion",
    people=fields.Several(
        fields.Whole("Key of a person", most=2**63 - 1), "Keys of people", required=True
    ),
)
RelieveQuestion = question(
    "RelieveQuestion",
    review=fields.Whole("Number of the review", least=1, required=True),
    reason=fields.Text("Why", longest=2000, required=True),
)
OwnReviewView = resource(
    "OwnReviewView",
    queries.OwnReview,
    exclude="case review",
    ref=fields.Text("Reference of the case", attribute="case.ref"),
    country=fields.Country(attribute="case.country"),
    title=fields.Words(allow_none=True, attribute="case.title"),
    status=fields.Text(_STATUS, attribute="review.status"),
    is_open="Whether reviews are given now",
)
OwnReviews = resource("OwnReviews", reviews=many(OwnReviewView))
ReviewDone = resource(
    "ReviewDone", ref=fields.Text("Reference of the case"), status=fields.Text(_STATUS)
)
OtherReview = resource(
    "OtherReview", Review, "number", points="By criterion", comments=fields.Values("By criterion")
)
ReviewerView = resource(
    "ReviewerView",
    ref=fields.Text("Reference of the case"),
    status=fields.Text(_STATUS, attribute="review.status"),
    is_open=fields.Flag("Whether reviews are given now"),
    countries=fields.Several(fields.Country(), "The states of the request", attribute="parties"),
    institution=fields.Text("The institution that asks"),
    scale=fields.Whole("The most points for a criterion", attribute="scheme.scale"),
    criteria=items_of(CriterionView, attribute="scheme.weights"),
    request=fields.Values("The request; null before the declaration", allow_none=True),
    points=fields.Values("The caller's own, by criterion", attribute="review.points"),
    comments=fields.Values("The caller's own, by criterion", attribute="review.comments"),
    others=many(OtherReview, "Empty until the caller's own is given"),
)
StaffReview = resource(
    "StaffReview",
    Review,
    "number given_at",
    reviewer=fields.Text("Name", attribute="name"),
    status=fields.Text(_STATUS),
    reason="Of a conflict, or why it is no longer waited for",
    points="By criterion",
    comments=fields.Values("By criterion"),
)
CaseReviews = resource(
    "CaseReviews",
    ref=fields.Text("Reference of the case", attribute="case.ref"),
    is_open=fields.Flag("Whether reviews are given now"),
    minimum=fields.Whole("Complete reviews that are needed", attribute="scheme.minimum"),
    scale=fields.Whole("The most points for a criterion", attribute="scheme.scale"),
    criteria=items_of(CriterionView, attribute="scheme.weights"),
    score=fields.Formatted(
        score_text,
        "Mean of the complete reviews, from 0.00 to 100.00",
        allow_none=True,
        attribute="aggregate.score",
    ),
    spread=fields.Formatted(
        score_text,
        "Distance between the highest and the lowest",
        allow_none=True,
        attribute="aggregate.spread",
    ),
    disagreements=fields.Several(
        fields.Text(),
        "Criteria on which reviews lie far apart",
        attribute="aggregate.disagreements",
        dump_default=(),
    ),
    reviews=many(StaffReview),
)


def list_reviews(call: Call) -> object:
    """List what the caller is asked to review."""
    if not call.tx.actor.has(Role.REVIEWER):
        raise Forbidden("reviews")
    return {"reviews": queries.list_own_reviews(call.tx.connection, call.services, call.tx.actor)}


def get_review(call: Call, reviewed: str) -> object:
    """Read what the caller may see of a request they review."""
    view = queries.get_reviewer_view(call.tx.connection, call.services, call.tx.actor, reviewed)
    return Extended(view, ref=reviewed, request=view.values if view.paper else None)


def declare_interest(call: Call, reviewed: str) -> object:
    """Declare whether there is a conflict of interest."""
    conflict, reason = call.body["conflict"], call.body.get("reason", "")
    commands.declare_conflict(call.tx, call.services, reviewed, conflict=conflict, reason=reason)
    return _done(call, reviewed)


def give_scores(call: Call, reviewed: str) -> object:
    """Give points and comments on every criterion."""
    given = {
        each["criterion"]: commands.GivenScore(str(each["points"]), each["comment"])
        for each in call.body["scores"]
    }
    commands.give_scores(call.tx, call.services, reviewed, given)
    return _done(call, reviewed)


def get_case_reviews(call: Call, ref: str) -> object:
    """Read all reviews of a case and what they come to."""
    return queries.get_case_reviews(call.tx.connection, call.services, call.tx.actor, ref)


def assign_reviewers(call: Call, ref: str) -> object:
    """Ask people to review a request."""
    commands.assign_reviewers(call.tx, call.services, ref, call.body["people"])
    call.tx.flush()  # the answer shows them
    return get_case_reviews(call, ref)


def relieve_reviewer(call: Call, ref: str) -> object:
    """Stop waiting for a review."""
    number, reason = call.body["review"], call.body["reason"]
    commands.release_reviewer(call.tx, call.services, ref, number, reason)
    call.tx.flush()  # as above
    return get_case_reviews(call, ref)


def _done(call: Call, reviewed: str) -> object:
    call.tx.flush()  # the answer says what holds now
    view = queries.get_reviewer_view(call.tx.connection, call.services, call.tx.actor, reviewed)
    return {"ref": reviewed, "status": view.review.status}


OPERATIONS = (
    _GROUP.read(list_reviews, "/reviews", OwnReviews),
    _GROUP.read(get_review, "/reviews/{reviewed}", ReviewerView),
    _GROUP.act(
        declare_interest,
        "/reviews/{reviewed}/declaration",
        Declaration,
        ReviewDone,
        status=200,
    ),
    _GROUP.act(
        give_scores,
        "/reviews/{reviewed}/scores",
        ScoresQuestion,
        ReviewDone,
        status=200,
    ),
    _GROUP.read(get_case_reviews, "/cases/{ref}/reviews", CaseReviews),
    _GROUP.act(
        assign_reviewers,
        "/cases/{ref}/reviews",
        ReviewersQuestion,
        CaseReviews,
        status=200,
    ),
    _GROUP.act(
        relieve_reviewer,
        "/cases/{ref}/reviews/relieved",
        RelieveQuestion,
        CaseReviews,
        status=200,
    ),
)
