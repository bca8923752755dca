"""The shapes of cases, their forms, their actions and their trail."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.api.fields import (
    Answer,
    Country,
    Figure,
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
from ricomi_workflow.web.api.resources import FieldProblem, RefusalReason

_CURSOR = "Where to go on: `next` of the page before"
_ROLES = ", ".join(Role)


class CaseQuestion(Question):
    """Which cases to list."""

    state = Several(Text(longest=40), "Only cases in one of these states")
    country = Country("Only cases of this state")
    q = Text("Only cases whose reference or title holds these characters", longest=200)
    after = Text(_CURSOR, longest=100)
    limit = Figure("How many at most", least=1, most=100, load_default=20)


class NewCase(Question):
    """A case to open."""

    kind = Text("Kind of the case: `cooperation_request`", longest=40, required=True)
    country = Country("The state for which it is opened", required=True)
    exercise = Flag("Whether it is for practice: out of every total, and for good")
    call = Text("The call in which it is opened; left out: none", longest=20)


class DraftQuestion(Question):
    """What was filled in so far; it replaces the draft."""

    values = Values("Answers by the names of the form's fields, complete or not", required=True)
    revision = Whole("Revision that is replaced (0: none yet); another one there is a conflict")


class PointQuestion(Question):
    """Something that a return asks to be changed."""

    section = Text("Section of the form that is returned", longest=40, required=True)
    field = Text("Field of it; left out: the whole section", longest=40)
    text = Text("What is to be changed; left out: see the reason", longest=2_000)


class ActQuestion(Question):
    """What an act needs."""

    inputs = Values("Answers to the form of the act; left out: the stored draft is used")
    reason = Text("Why, where the act needs a reason", longest=10_000)
    points = Several(
        Part(PointQuestion), "What a return asks to be changed, where the act names a form"
    )
    version = Whole("Version of the case that was read; another one there is a conflict")


class Office(Answer):
    """In which office somebody acted.

    People are named to the Secretariat and auditors only; a stand-in and whom they acted for, to
    everybody who may read the case.
    """

    role = Text(f"One of {_ROLES}; or system, person")
    country = Country("The state for which the role is held", allow_none=True)
    name = Text("Name of the person: for staff, or of a stand-in", allow_none=True)
    acted_for = Text("Name of the person for whom a stand-in acted", allow_none=True)


class CaseSummary(Answer):
    """Where a case stands."""

    ref = Text("Reference of the case: RICOMI-2026-0042")
    kind = Text("Kind of the case")
    definition = Text("The version of the process in which it runs: cooperation_request/v1")
    country = Country("The state that asks")
    title = Words(
        "Title by language, the original first; null until the request is submitted",
        allow_none=True,
    )
    illustrative = Flag("Whether the case is a sample that records no decision")
    exercise = Flag("Whether the case is for practice: no total counts it, no money moves")
    state = Text("Stable name of the state")
    label = Text("Public wording of the state, in the language of the answer")
    step = Text("Stable name of the step of the process")
    version = Whole("Number of the last entry of the trail")
    waits_for = Several(Text(), f"Roles for which the case waits: {_ROLES}")
    due = Instant("End of the term of the present state; null without a term", allow_none=True)
    overdue = Flag("Whether the term has ended")
    opened_at = Instant()
    entered_at = Instant("When the present state was entered")
    updated_at = Instant("When the last act happened")


class CasePage(Answer):
    """Cases, last changed first."""

    cases = Several(fields.Nested(CaseSummary))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)


class Participant(Answer):
    """Another state that takes part."""

    country = Country()
    confirmed = Flag("Whether it has confirmed")


class SubmissionView(Answer):
    """A form as it was given, without the fields that the caller may not read."""

    form = Text("Name and version of the form: request/v1")
    number = Whole("How many times this form was given, this one included")
    entry = Whole("Number of the entry of the trail that filed it")
    at = Instant()
    by = fields.Nested(Office)
    digest = Text("SHA-256 of the whole submission")
    values = Values("Answers by the names of the form's fields; amounts are decimal text")


class TrailEntry(Answer):
    """One numbered act."""

    number = Whole("Number of the entry")
    at = Instant()
    by = fields.Nested(Office)
    act = Text("Stable name of the act: case.submit, ballot.vote_cast")
    done = Text("What was done, in the language of the answer")
    from_state = Text("State before the act; empty for the first entry", data_key="from")
    to_state = Text("State after the act", data_key="to")
    reason = Text("The reason that was written", allow_none=True)
    cause = Whole("Number of the entry that made the system act", allow_none=True)
    digest = Text("SHA-256 of the entry, which covers its predecessor")


class CaseView(CaseSummary):
    """A case as the caller may read it."""

    participants = Several(fields.Nested(Participant))
    submissions = Several(fields.Nested(SubmissionView), "Oldest first")
    trail = Several(fields.Nested(TrailEntry), "Oldest first")


class DraftView(Answer):
    """A draft as it is kept."""

    form = Text("Name and version of the form")
    revision = Whole("Raised by each saving; 0: nothing saved yet")
    updated_at = Instant(allow_none=True)
    values = Values("What was filled in, with the computed columns")
    mistakes = Several(fields.Nested(FieldProblem), "What is wrong with what is there")


class Action(Answer):
    """One act that the present state offers, and why it is not possible now."""

    trigger = Text("Stable name of the act")
    label = Text("The verb, in the language of the answer")
    hint = Text("What will happen, in the language of the answer")
    to = Text("State in which the case will be; null: it stays", allow_none=True)
    form = Text("Name and version of the form that the act takes", allow_none=True)
    reason = Flag("Whether the act needs a written reason")
    points = Text("Form of which the act may name sections and fields", allow_none=True)
    primary = Flag("Whether this is the expected act")
    possible = Flag("Whether the act would go through now")
    refusals = Several(fields.Nested(RefusalReason), "Why not; empty when it is possible")


class ActionsView(Answer):
    """What can be done with a case now, and why the rest cannot."""

    ref = Text("Reference of the case")
    state = Text("Stable name of the state")
    version = Whole("Version to send along with an act")
    actions = Several(fields.Nested(Action))


class ActView(Answer):
    """An act that was done."""

    trigger = Text("Stable name of the act")
    number = Whole("Number of its entry in the trail")
    from_state = Text("State before the act", data_key="from")
    to_state = Text("State after the act", data_key="to")
    done = Text("What was done, in the language of the answer")
    case = fields.Nested(CaseSummary)
