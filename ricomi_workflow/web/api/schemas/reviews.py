"""Shapes of technical reviews."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import (
    Answer,
    Country,
    Flag,
    Instant,
    Part,
    Question,
    Several,
    Text,
    Values,
    Whole,
    Words,
)
from ricomi_workflow.web.api.schemas.calls import CriterionView

_STATUS = "assigned, clear, scored, stale, recused or relieved"


class Declaration(Question):
    """Whether there is a conflict of interest."""

    conflict = Flag("With one, the reviewer is out", required=True)
    reason = Text("Why; needed with a conflict", longest=2_000)


class ScoreQuestion(Question):
    """Points and a comment on one criterion."""

    criterion = Text("Stable name", longest=40, required=True)
    points = Whole("From 0 to the scale", required=True)
    comment = Text("What explains them", longest=2_000, required=True)


class ScoresQuestion(Question):
    """A whole review: every criterion once."""

    scores = Several(Part(ScoreQuestion), "Every criterion", required=True)


class ReviewersQuestion(Question):
    """Whom to ask for a review."""

    people = Several(Whole("Key of a person", most=2**63 - 1), "Keys of people", required=True)


class RelieveQuestion(Question):
    """A review that is no longer waited for."""

    review = Whole("Number of the review", least=1, required=True)
    reason = Text("Why", longest=2_000, required=True)


class OwnReviewView(Answer):
    """A request that the caller is asked to review."""

    ref = Text("Reference of the case")
    country = Country()
    title = Words(allow_none=True)
    status = Text(_STATUS)
    is_open = Flag("Whether reviews are given now")


class OwnReviews(Answer):
    """What the caller is asked to review, newest first."""

    reviews = Several(fields.Nested(OwnReviewView))


class ReviewDone(Answer):
    """Where the caller's review stands after the act."""

    ref = Text("Reference of the case")
    status = Text(_STATUS)


class OtherReview(Answer):
    """What another reviewer gave, without the name."""

    number = Whole()
    points = Values("By criterion")
    comments = Values("By criterion")


class ReviewDesk(Answer):
    """What the caller sees of a request under review."""

    ref = Text("Reference of the case")
    status = Text(_STATUS)
    is_open = Flag("Whether reviews are given now")
    countries = Several(Country(), "The states of the request")
    institution = Text("The institution that asks")
    scale = Whole("The most points for a criterion")
    criteria = Several(fields.Nested(CriterionView))
    request = Values("The request; null before the declaration", allow_none=True)
    points = Values("The caller's own, by criterion")
    comments = Values("The caller's own, by criterion")
    others = Several(fields.Nested(OtherReview), "Empty until the caller's own is given")


class StaffReview(Answer):
    """One review, for the Secretariat and the auditor."""

    number = Whole()
    reviewer = Text("Name")
    status = Text(_STATUS)
    reason = Text("Of a conflict, or why it is no longer waited for")
    points = Values("By criterion")
    comments = Values("By criterion")
    given_at = Instant(allow_none=True)


class CaseReviews(Answer):
    """All reviews of a case and what they come to."""

    ref = Text("Reference of the case")
    is_open = Flag("Whether reviews are given now")
    minimum = Whole("Complete reviews that are needed")
    scale = Whole("The most points for a criterion")
    criteria = Several(fields.Nested(CriterionView))
    score = Text("Mean of the complete reviews, from 0.00 to 100.00", allow_none=True)
    spread = Text("Distance between the highest and the lowest", allow_none=True)
    disagreements = Several(Text(), "Criteria on which reviews lie far apart")
    reviews = Several(fields.Nested(StaffReview))
