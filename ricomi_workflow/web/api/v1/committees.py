"""Bodies that decide, for everybody: what they are, and who is counted on a day."""

from __future__ import annotations

from ricomi_workflow.committees.queries import (
    Accredited,
    list_accredited,
    list_appointments,
    list_rules,
)
from ricomi_workflow.committees.rules import (
    Appointment,
    AppointmentStatus,
    Confirmation,
    Elected,
    RuleInForce,
)
from ricomi_workflow.kernel.actors import OFFICER_ROLES
from ricomi_workflow.reference_data.calendars import YearItem, list_items
from ricomi_workflow.reference_data.membership import NOT_YET_MEMBER, Electorate, Seat, electorate
from ricomi_workflow.reference_data.model import Body, BodyName
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, one, question, resource

_GROUP = Group("bodies")


def _month_and_day(day: tuple[int, int]) -> str:
    return "{:02}-{:02}".format(*day)


DayQuestion = question("DayQuestion", day=fields.Day("The day; left out: today in Washington"))
BodyNameView = resource(
    "BodyNameView",
    BodyName,
    until="Last day; null while it lasts",
    confirmed="Whether the Secretariat confirmed it",
)
BodyView = resource(
    "BodyView",
    Body,
    "mandate",
    id="Stable name; it outlives changes of the name and of the parent organ",
    acronym=fields.Words(attribute="called.acronym"),
    name=fields.Words(attribute="called.name"),
    parent=fields.Words(attribute="called.parent"),
)
BodyList = resource("BodyList", bodies=many(BodyView))
ConfirmationView = resource(
    "ConfirmationView",
    Confirmation,
    "at",
    document="On what it rests",
    illustrative="Made for a demonstration",
)
BodyRuleView = resource(
    "BodyRuleView",
    RuleInForce,
    exclude="body",
    name="Stable name",
    rule=fields.Values(
        "Quorums, majority, abstention, recusal, blocking, silence, tie, note, citations"
    ),
    digest="SHA-256 over the canonical JSON of `rule`",
    confirmed=fields.Flag(
        "Whether a ballot may be opened by it, exercises apart", attribute="is_confirmed"
    ),
    confirmation=one(ConfirmationView, allow_none=True),
)
OfficerView = resource(
    "OfficerView",
    Appointment,
    "since",
    role=fields.Text(f"One of {', '.join(OFFICER_ROLES)}"),
    country=fields.Country("The state represented"),
    until="Last day; null while it lasts",
    elected=fields.Text(f"One of {', '.join(Elected)}"),
    document="Where the election stands",
)
YearItemView = resource(
    "YearItemView",
    YearItem,
    "label source",
    id="Stable name",
    first=fields.Formatted(_month_and_day, "Month and day, as 07-01"),
    last=fields.Formatted(_month_and_day, "Month and day; before `first`: of the next year"),
    confirmed="Whether the Secretariat confirmed it",
)
BodyDetail = resource(
    "BodyDetail",
    BodyView,
    names=many(BodyNameView, "Oldest first"),
    rules=many(BodyRuleView),
    officers=many(OfficerView, "Newest first, past ones included"),
    year=many(YearItemView),
)
BodySeatView = resource(
    "BodySeatView",
    Seat,
    "source",
    country=fields.Country(),
    counted="Whether it is in the basis of quorum and majority",
    reason_code=f"Its status on the day, or {NOT_YET_MEMBER}",
    params=fields.Values("Days and years that the reason names"),
    confirmed="Whether the Secretariat confirmed it",
    titular=fields.Whole("How many people may speak and vote for it"),
    alternates=fields.Whole("How many may in their place"),
)
ElectorateView = resource(
    "ElectorateView",
    Electorate,
    body="Stable name of the body",
    count="The states that are counted",
    seats=many(BodySeatView, "By country code"),
)


def list_bodies(call: Call) -> object:
    """List the bodies that decide."""
    return {"bodies": [_named(call, body) for body in call.services.reference.bodies.values()]}


def get_body(call: Call, body: str) -> object:
    """Read a body: its names by period, rules, officers by term and yearly calendar."""
    found, source = call.services.reference.body(body), call.tx.connection
    today = call.today
    return Extended(
        _named(call, found),
        rules=[Extended(x, rule=x.rule.as_json()) for x in list_rules(source, found)],
        officers=[
            each
            for each in list_appointments(source, found.id, *OFFICER_ROLES)
            if each.on(today) is not AppointmentStatus.NEVER
        ],
        year=list_items(found.id),
    )


def get_body_electorate(call: Call, body: str) -> object:
    """Read who is counted when a body decides on a day, and why not the others."""
    found = call.services.reference.body(body)
    day = call.query.get("day", call.today)
    counted = electorate(found, call.services.reference, day)
    speaking = {each.country: each for each in list_accredited(call.tx.connection, day)}
    nobody = Accredited("", 0, 0)
    seats = []
    for seat in counted.seats:
        people = speaking.get(seat.country, nobody)
        seats.append(Extended(seat, titular=people.titular, alternates=people.alternates))
    return Extended(counted, seats=seats)


def _named(call: Call, body: Body) -> Extended:
    return Extended(body, called=body.name_on(call.today))


OPERATIONS = (
    _GROUP.public(list_bodies, "/bodies", BodyList),
    _GROUP.public(get_body, "/bodies/{body}", BodyDetail),
    _GROUP.public(get_body_electorate, "/bodies/{body}/electorate", ElectorateView, DayQuestion),
)
