"""Shapes of bodies: names, rules, officers, year, and the seats of a day."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.committees.rules import Elected
from ricomi_workflow.kernel.actors import OFFICER_ROLES
from ricomi_workflow.reference_data.membership import NOT_YET_MEMBER
from ricomi_workflow.web.api.fields import (
    Answer,
    Country,
    Day,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Values,
    Whole,
    Words,
)


class DayQuestion(Question):
    """For which day."""

    day = Day("The day; left out: today in Washington")


class BodyNameView(Answer):
    """How a body is called during a period, and under which organ it stands."""

    since = Day()
    until = Day("Last day; null while it lasts", allow_none=True)
    acronym = Words()
    name = Words()
    parent = Words()
    source = Text()
    confirmed = Flag("Whether the Secretariat confirmed it")


class BodyView(Answer):
    """A body by the name of the day."""

    id = Text("Stable name; it outlives changes of the name and of the parent organ")
    acronym = Words()
    name = Words()
    parent = Words()
    mandate = Text()


class BodyList(Answer):
    """The bodies that decide."""

    bodies = Several(fields.Nested(BodyView))


class ConfirmationView(Answer):
    """That the Secretariat confirmed exactly this rule."""

    at = Instant()
    document = Text("On what it rests")
    illustrative = Flag("Made for a demonstration")


class BodyRuleView(Answer):
    """A rule of decision as it is in force now."""

    name = Text("Stable name")
    rule = Values("Quorums, majority, abstention, recusal, blocking, silence, tie, note, citations")
    digest = Text("SHA-256 over the canonical JSON of `rule`")
    confirmed = Flag("Whether a ballot may be opened by it, exercises apart")
    confirmation = fields.Nested(ConfirmationView, allow_none=True)


class OfficerView(Answer):
    """An office held for a term; the person is not said."""

    role = Text(f"One of {', '.join(OFFICER_ROLES)}")
    country = Country("The state represented")
    since = Day()
    until = Day("Last day; null while it lasts", allow_none=True)
    elected = Text(f"One of {', '.join(Elected)}")
    document = Text("Where the election stands")


class YearItemView(Answer):
    """What comes every year."""

    id = Text("Stable name")
    label = Words()
    first = Text("Month and day, as 07-01")
    last = Text("Month and day; before `first`: of the next year")
    source = Text()
    confirmed = Flag("Whether the Secretariat confirmed it")


class BodyDetail(BodyView):
    """A body with everything that is public about it."""

    names = Several(fields.Nested(BodyNameView), "Oldest first")
    rules = Several(fields.Nested(BodyRuleView))
    officers = Several(fields.Nested(OfficerView), "Newest first, past ones included")
    year = Several(fields.Nested(YearItemView))


class BodySeatView(Answer):
    """A state in a body on a day."""

    country = Country()
    counted = Flag("Whether it is in the basis of quorum and majority")
    reason_code = Text(f"Its status on the day, or {NOT_YET_MEMBER}")
    params = Values("Days and years that the reason names")
    source = Text()
    confirmed = Flag("Whether the Secretariat confirmed it")
    titular = Whole("How many people may speak and vote for it")
    alternates = Whole("How many may in their place")


class ElectorateView(Answer):
    """Who is counted when a body decides on a day."""

    body = Text("Stable name of the body")
    day = Day()
    count = Whole("The states that are counted")
    seats = Several(fields.Nested(BodySeatView), "By country code")
