"""The shapes of My work, of comments and of assignments."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.collaboration.rules import Audience
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Whole,
)
from ricomi_workflow.web.api.schemas.cases import CaseSummary

_AUDIENCES = tuple(str(audience) for audience in Audience)
_SAYS = "Who reads it: secretariat (internal), applicant (and they), delegations (and they)"
_PERSON = "Key of a person, as the lists of people give it"


class HandView(Answer):
    """Somebody of an office who has a case in hand."""

    office = Text("secretariat, or focal_point:PY")
    name = Text("Name of the person")
    since = Instant()


class WorkItem(CaseSummary):
    """A case of My work."""

    hands = Several(fields.Nested(HandView), "Who has it in hand, as far as the caller may know")


class WorkListView(Answer):
    """One list of My work."""

    count = Whole("How many cases, exercises aside; 1000 stands for more than 999")
    cases = Several(fields.Nested(WorkItem), "The first of them")


class WorkView(Answer):
    """What the caller can do now, what waits for others, what is late, what is coming."""

    now = fields.Nested(WorkListView)
    others = fields.Nested(WorkListView)
    late = fields.Nested(WorkListView)
    coming = fields.Nested(WorkListView)


class WithdrawalView(Answer):
    """That a comment was withdrawn."""

    by = Text("Name of who withdrew it")
    at = Instant()
    reason = Text("Why")


class CommentView(Answer):
    """A comment as its audience reads it."""

    audience = Choice(_AUDIENCES, _SAYS)
    number = Whole("Number of the comment in its audience")
    body = Text("What it says; empty when it was withdrawn")
    by = Text("Name of the author")
    office = Text("Office of the author: secretariat, or focal_point:PY")
    acted_for = Text("Name of the person for whom a stand-in wrote", allow_none=True)
    at = Instant()
    mentioned = Several(Text(), "Names of those who were told")
    withdrawn = fields.Nested(WithdrawalView, allow_none=True)


class CommentsView(Answer):
    """The comments that the caller may read."""

    ref = Text("Reference of the case")
    comments = Several(fields.Nested(CommentView), "Oldest first")


class CommentQuestion(Question):
    """A comment to write."""

    audience = Choice(_AUDIENCES, _SAYS, required=True)
    body = Text("What it says", longest=4000, required=True)
    mentions = Several(Text(longest=20), _PERSON)


class CommentWritten(Answer):
    """A comment that was written or withdrawn."""

    audience = Choice(_AUDIENCES, _SAYS)
    number = Whole("Number of the comment in its audience")


class WithdrawalQuestion(Question):
    """Why a comment is withdrawn."""

    reason = Text("Why", longest=4000, required=True)


class PersonView(Answer):
    """Somebody who can be named."""

    person = Text(_PERSON)
    name = Text("Name of the person")
    office = Text("secretariat, or focal_point:PY")


class PeopleView(Answer):
    """Who may be told of a comment, or be given a case."""

    people = Several(fields.Nested(PersonView))


class AssignmentView(Answer):
    """One line of the history of assignments."""

    number = Whole("Number of the assignment in the case")
    office = Text("secretariat, or focal_point:PY")
    visit = Whole("Number of the entry of the trail that entered the state it was made for")
    person = Text("Name of the person; null: given back to the office", allow_none=True)
    by = Text("Name of who assigned it")
    acted_for = Text("Name of the person for whom a stand-in did", allow_none=True)
    message = Text("What was said with it")
    at = Instant()
    holds = Flag("Whether it holds now")


class AssignmentsView(Answer):
    """Who has a case in hand, and who had, as far as the caller may know."""

    ref = Text("Reference of the case")
    offices = Several(Text(), "Offices of the caller for which the case waits now")
    assignments = Several(fields.Nested(AssignmentView), "Oldest first")


class AssignmentQuestion(Question):
    """To whom a case is given."""

    office = Text("One of `offices`", longest=40, required=True)
    person = Text(f"{_PERSON}; null gives it back", longest=20, allow_none=True, required=True)
    message = Text("What is said with it", longest=1000)
    seen = Whole("Number of the last assignment that was read; another one since is a conflict")
