"""My work, comments on a case, and who has it in hand."""

from __future__ import annotations

from collections.abc import Iterable

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.collaboration import assignments as hands
from ricomi_workflow.collaboration import comments as talk
from ricomi_workflow.collaboration.rules import Audience, Office, audiences_of, awaited_offices
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import collaboration as shapes
from ricomi_workflow.web.api.v1.case_shapes import Shape, summaries
from ricomi_workflow.web.work.work_view import WorkList, work_lists

_GROUP = Group("working together")
_LONGEST_KEY = 19  # digits of a key


def get_work(call: Call) -> Shape:
    """Read My work: what the caller can do now, what waits for others, is late, is coming."""
    lists = work_lists(call.tx, call.services)
    every = lists.every()
    today = call.today
    held = hands.list_assignments(call.tx.connection, every, call.tx.actor, today)
    told = {
        case.id: {**shape, "hands": [_hand(one) for one in held.get(case.id, ())]}
        for case, shape in zip(every, summaries(call, every), strict=True)
    }
    named = {"now": lists.now, "others": lists.others, "late": lists.late, "coming": lists.coming}
    return {name: _list(found, told) for name, found in named.items()}


def list_comments(call: Call, ref: str) -> Shape:
    """Read the comments on a case that belong to the caller's audiences."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = talk.list_comments(call.tx.connection, call.services, call.tx.actor, case)
    return {"ref": ref, "comments": [_comment(each) for each in found]}


def write_comment(call: Call, ref: str) -> Shape:
    """Write a comment for an audience, and tell those whom it mentions."""
    case = lock(call.tx, call.services, ref)
    audience = Audience(call.body["audience"])
    keys = [_key(text, "mentions") for text in call.body.get("mentions", ())]
    number = talk.write_comment(
        call.tx, call.services, case, audience, call.body["body"], mentions=keys
    )
    return {"audience": str(audience), "number": number}


def withdraw_comment(call: Call, ref: str, audience: str, number: str) -> Shape:
    """Withdraw a comment: its place and the reason stay."""
    case = lock(call.tx, call.services, ref)
    circle, place = _audience(audience), _number(number)
    reason = call.body["reason"]
    talk.withdraw_comment(call.tx, call.services, case, circle, place, reason=reason)
    return {"audience": str(circle), "number": place}


def list_readers(call: Call, ref: str, audience: str) -> Shape:
    """List who may be told of a comment for an audience: those who may read it."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    circle = _audience(audience)
    if circle not in audiences_of(roles_on(call.tx.actor, case)):
        raise NotFound("audience", audience)
    return _people(talk.list_mentionable(call.tx, call.services, case, circle))


def list_assignments(call: Call, ref: str) -> Shape:
    """Read who has a case in hand and who had."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    return _assignments(call, case)


def list_colleagues(call: Call, ref: str, office: str) -> Shape:
    """List the people of an office of the caller's for which the case waits."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = next((each for each in _offices(call, case) if str(each) == office), None)
    if found is None:
        raise NotFound("office", office)
    every = hands.list_people_of_office(call.tx, call.services, case, found)
    return _people(each.holder for each in every)


def assign_case(call: Call, ref: str) -> Shape:
    """Give a case to somebody of an office that is waited for, or back to the office."""
    case = lock(call.tx, call.services, ref)
    office = next((o for o in _offices(call, case) if str(o) == call.body["office"]), None)
    if office is None:
        raise Forbidden("assign")
    given = call.body["person"]
    hands.assign(
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


def _list(found: WorkList, told: dict[int, dict[str, object]]) -> Shape:
    return {"count": found.count, "cases": [told[case.id] for case, _due in found.cases]}


def _hand(one: hands.Assignment) -> Shape:
    return {"office": str(one.office), "name": one.person, "since": one.at}


def _comment(one: talk.Comment) -> Shape:
    gone = one.withdrawn
    return {
        "audience": str(one.audience),
        "number": one.number,
        "body": one.body,
        "by": one.by,
        "office": one.office,
        "acted_for": one.acted_for or None,
        "at": one.at,
        "mentioned": list(one.mentioned),
        "withdrawn": {"by": gone.by, "at": gone.at, "reason": gone.reason} if gone else None,
    }


def _assignments(call: Call, case: Case) -> Shape:
    today = call.today
    connection, actor = call.tx.connection, call.tx.actor
    held = hands.list_assignments(connection, [case], actor, today).get(case.id, ())
    holding = {one.number for one in held}
    return {
        "ref": case.ref,
        "offices": [str(office) for office in _offices(call, case)],
        "assignments": [
            {
                "number": one.number,
                "office": str(one.office),
                "visit": one.visit,
                "person": one.person or None,
                "by": one.by,
                "acted_for": one.acted_for or None,
                "message": one.message,
                "at": one.at,
                "holds": one.number in holding,
            }
            for one in hands.list_assignment_history(connection, case, actor)
        ],
    }


def _offices(call: Call, case: Case) -> tuple[Office, ...]:
    return awaited_offices(case, call.services.state(case), call.tx.actor)


def _people(found: Iterable[Holder]) -> Shape:
    return {
        "people": [
            {
                "person": str(each.user_id),
                "name": each.name,
                "office": str(Office(each.role, each.country or "")),
            }
            for each in found
        ]
    }


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
    _GROUP.read(get_work, "/work", shapes.WorkView),
    _GROUP.read(list_comments, "/cases/{ref}/comments", shapes.CommentsView),
    _GROUP.act(
        write_comment, "/cases/{ref}/comments", shapes.CommentQuestion, shapes.CommentWritten
    ),
    _GROUP.act(
        withdraw_comment,
        "/cases/{ref}/comments/{audience}/{number}/withdrawal",
        shapes.WithdrawalQuestion,
        shapes.CommentWritten,
        status=200,
    ),
    _GROUP.read(list_readers, "/cases/{ref}/audiences/{audience}/people", shapes.PeopleView),
    _GROUP.read(list_assignments, "/cases/{ref}/assignments", shapes.AssignmentsView),
    _GROUP.read(list_colleagues, "/cases/{ref}/offices/{office}/people", shapes.PeopleView),
    _GROUP.act(
        assign_case,
        "/cases/{ref}/assignments",
        shapes.AssignmentQuestion,
        shapes.AssignmentsView,
        status=200,
    ),
)
