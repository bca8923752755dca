"""My work, comments on a case, and who has it in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.collaboration import assignments, comments
from ricomi_workflow.collaboration.rules import Audience, Office, audiences_of, awaited_offices
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, one, question, resource
from ricomi_workflow.web.api.v1.cases import CaseSummary, summaries
from ricomi_workflow.web.work.work_view import WorkList, work_lists

_GROUP = Group("working together")
_LONGEST_KEY = 19  # digits of a key


_SAYS = "Who reads it: secretariat (internal), applicant (and they), delegations (and they)"
_PERSON = "Key of a person, as the lists of people give it"

AssigneeView = resource(
    "AssigneeView",
    assignments.Assignment,
    exclude="number visit person_id person by acted_for message at stands_in_for",
    office=fields.Text("secretariat, or focal_point:PY"),
    name=fields.Text("Name of the person", attribute="person"),
    since=fields.Instant(attribute="at"),
)
WorkItem = resource(
    "WorkItem",
    CaseSummary,
    assignees=many(AssigneeView, "Who has it in hand, as far as the caller may know"),
)
WorkListView = resource(
    "WorkListView",
    count=fields.Whole("How many cases, exercises aside; 1000 stands for more than 999"),
    cases=many(WorkItem, "The first of them"),
)
WorkView = resource(
    "WorkView",
    now=one(WorkListView),
    others=one(WorkListView),
    late=one(WorkListView),
    coming=one(WorkListView),
)
WithdrawalView = resource(
    "WithdrawalView", comments.Withdrawal, by="Name of who withdrew it", reason="Why"
)
CommentView = resource(
    "CommentView",
    comments.Comment,
    "at",
    audience=_SAYS,
    number="Number of the comment in its audience",
    body="What it says; empty when it was withdrawn",
    by="Name of the author",
    office="Office of the author: secretariat, or focal_point:PY",
    acted_for=fields.TextOrNull("Name of the person for whom a stand-in wrote"),
    mentioned="Names of those who were told",
    withdrawn=one(WithdrawalView, allow_none=True),
)
CommentsView = resource(
    "CommentsView",
    ref=fields.Text("Reference of the case"),
    comments=many(CommentView, "Oldest first"),
)
CommentQuestion = question(
    "CommentQuestion",
    audience=fields.Choice(Audience, _SAYS, required=True),
    body=fields.Text("What it says", longest=4000, required=True),
    mentions=fields.Several(fields.Text(longest=20), _PERSON),
)
CommentWritten = resource(
    "CommentWritten",
    audience=fields.Choice(Audience, _SAYS),
    number=fields.Whole("Number of the comment in its audience"),
)
WithdrawalQuestion = question(
    "WithdrawalQuestion", reason=fields.Text("Why", longest=4000, required=True)
)
PersonView = resource(
    "PersonView",
    person=fields.Text(_PERSON, attribute="user_id"),
    name=fields.Text("Name of the person"),
    office=fields.Text("secretariat, or focal_point:PY"),
)
PeopleView = resource("PeopleView", people=many(PersonView))
AssignmentView = resource(
    "AssignmentView",
    assignments.Assignment,
    "at",
    number="Number of the assignment in the case",
    office=fields.Text("secretariat, or focal_point:PY"),
    visit="Number of the entry of the trail that entered the state it was made for",
    person=fields.TextOrNull("Name of the person; null: given back to the office"),
    by="Name of who assigned it",
    acted_for=fields.TextOrNull("Name of the person for whom a stand-in did"),
    message="What was said with it",
    holds=fields.Flag("Whether it holds now"),
)
AssignmentsView = resource(
    "AssignmentsView",
    ref=fields.Text("Reference of the case"),
    offices=fields.Several(fields.Text(), "Offices of the caller for which the case waits now"),
    assignments=many(AssignmentView, "Oldest first"),
)
AssignmentQuestion = question(
    "AssignmentQuestion",
    office=fields.Text("One of `offices`", longest=40, required=True),
    person=fields.Text(
        f"{_PERSON}; null gives it back", longest=20, allow_none=True, required=True
    ),
    message=fields.Text("What is said with it", longest=1000),
    seen=fields.Whole(
        "Number of the last assignment that was read; another one since is a conflict"
    ),
)


def get_work(call: Call) -> object:
    """Read My work: what the caller can do now, what waits for others, is late, is coming."""
    lists = work_lists(call.tx, call.services)
    every = lists.every()
    today = call.today
    held = assignments.list_assignments(call.tx.connection, every, call.tx.actor, today)
    told = {
        case.id: Extended(shape, assignees=held.get(case.id, ()))
        for case, shape in zip(every, summaries(call, every), strict=True)
    }
    named = {"now": lists.now, "others": lists.others, "late": lists.late, "coming": lists.coming}
    return {name: _list(found, told) for name, found in named.items()}


def list_comments(call: Call, ref: str) -> object:
    """Read the comments on a case that belong to the caller's audiences."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = comments.list_comments(call.tx.connection, call.services, call.tx.actor, case)
    return {"ref": ref, "comments": found}


def write_comment(call: Call, ref: str) -> object:
    """Write a comment for an audience, and tell those whom it mentions."""
    case = lock(call.tx, call.services, ref)
    audience = Audience(call.body["audience"])
    keys = [_key(text, "mentions") for text in call.body.get("mentions", ())]
    number = comments.write_comment(
        call.tx, call.services, case, audience, call.body["body"], mentions=keys
    )
    return {"audience": audience, "number": number}


def withdraw_comment(call: Call, ref: str, audience: str, number: str) -> object:
    """Withdraw a comment: its place and the reason stay."""
    case = lock(call.tx, call.services, ref)
    circle, place = _audience(audience), _number(number)
    reason = call.body["reason"]
    comments.withdraw_comment(call.tx, call.services, case, circle, place, reason=reason)
    return {"audience": circle, "number": place}


def list_readers(call: Call, ref: str, audience: str) -> object:
    """List who may be told of a comment for an audience: those who may read it."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    circle = _audience(audience)
    if circle not in audiences_of(roles_on(call.tx.actor, case)):
        raise NotFound("audience", audience)
    return _people(comments.list_mentionable(call.tx, call.services, case, circle))


def list_assignments(call: Call, ref: str) -> object:
    """Read who has a case in hand and who had."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    return _assignments(call, case)


def list_colleagues(call: Call, ref: str, office: str) -> object:
    """List the people of an office of the caller's for which the case waits."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = next((each for each in _offices(call, case) if str(each) == office), None)
    if found is None:
        raise NotFound("office", office)
    every = assignments.list_people_of_office(call.tx, call.services, case, found)
    return _people(each.holder for each in every)


def assign_case(call: Call, ref: str) -> object:
    """Give a case to somebody of an office that is waited for, or back to the office."""
    case = lock(call.tx, call.services, ref)
    office = next((o for o in _offices(call, case) if str(o) == call.body["office"]), None)
    if office is None:
        raise Forbidden("assign")
    given = call.body["person"]
    assignments.assign(
        call.tx,
        call.services,
        case,
        office,
        None if given is None else _key(given, "person"),
        message=call.body.get("message", ""),
        seen=call.body.get("seen"),
    )
    call.tx.flush()  # the act is complete; its rows are read back for the answer
    return _assignments(call, case)


def _list(found: WorkList, told: Mapping[int, object]) -> object:
    return {"count": found.count, "cases": [told[case.id] for case, _due in found.cases]}


def _assignments(call: Call, case: Case) -> object:
    today = call.today
    connection, actor = call.tx.connection, call.tx.actor
    held = assignments.list_assignments(connection, [case], actor, today).get(case.id, ())
    holding = {one.number for one in held}
    return {
        "ref": case.ref,
        "offices": _offices(call, case),
        "assignments": [
            Extended(one, holds=one.number in holding)
            for one in assignments.list_assignment_history(connection, case, actor)
        ],
    }


def _offices(call: Call, case: Case) -> tuple[Office, ...]:
    return awaited_offices(case, call.services.state(case), call.tx.actor)


def _people(found: Iterable[Holder]) -> object:
    named = [Extended(x, office=Office(x.role, x.country or "")) for x in found]
    return {"people": named}


def _key(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY):
        raise Invalid([FieldError(field, "not_an_option")])
    return int(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound("comment", text)
    return int(text)


def _audience(text: str) -> Audience:
    if text not in set(Audience):
        raise NotFound("audience", text)
    return Audience(text)


OPERATIONS = (
    _GROUP.read(get_work, "/work", WorkView),
    _GROUP.read(list_comments, "/cases/{ref}/comments", CommentsView),
    _GROUP.act(write_comment, "/cases/{ref}/comments", CommentQuestion, CommentWritten),
    _GROUP.act(
        withdraw_comment,
        "/cases/{ref}/comments/{audience}/{number}/withdrawal",
        WithdrawalQuestion,
        CommentWritten,
        status=200,
    ),
    _GROUP.read(list_readers, "/cases/{ref}/audiences/{audience}/people", PeopleView),
    _GROUP.read(list_assignments, "/cases/{ref}/assignments", AssignmentsView),
    _GROUP.read(list_colleagues, "/cases/{ref}/offices/{office}/people", PeopleView),
    _GROUP.act(
        assign_case,
        "/cases/{ref}/assignments",
        AssignmentQuestion,
        AssignmentsView,
        status=200,
    ),
)
