"""Bodies that decide, for everybody: what they are, and who is counted on a day."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.committees.queries import (
    Accredited,
    list_accredited,
    list_appointments,
    list_rules,
)
from ricomi_workflow.committees.rules import Appointment, AppointmentStatus, RuleInForce
from ricomi_workflow.kernel.actors import OFFICER_ROLES
from ricomi_workflow.reference_data.calendars import YearItem, list_items
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reference_data.model import Body, BodyName
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import committees as shapes

Shape = Mapping[str, object]
_GROUP = Group("bodies")


def list_bodies(call: Call) -> Shape:
    """List the bodies that decide."""
    return {"bodies": [_named(call, body) for body in call.services.reference.bodies.values()]}


def get_body(call: Call, body: str) -> Shape:
    """Read a body: its names by period, rules, officers by term and yearly calendar."""
    found, source = call.services.reference.body(body), call.tx.connection
    today = call.today
    return {
        **_named(call, found),
        "names": [_period(each) for each in found.names],
        "rules": [_rule(each) for each in list_rules(source, found)],
        "officers": [
            _officer(each)
            for each in list_appointments(source, found.id, *OFFICER_ROLES)
            if each.on(today) is not AppointmentStatus.NEVER
        ],
        "year": [_year(item) for item in list_items(found.id)],
    }


def get_body_electorate(call: Call, body: str) -> Shape:
    """Read who is counted when a body decides on a day, and why not the others."""
    found = call.services.reference.body(body)
    day = call.query.get("day", call.today)
    counted = electorate(found, call.services.reference, day)
    speaking = {each.country: each for each in list_accredited(call.tx.connection, day)}
    nobody = Accredited("", 0, 0)
    facts = ("country", "counted", "reason_code", "params", "source", "confirmed")
    seats = []
    for seat in counted.seats:
        people = speaking.get(seat.country, nobody)
        own = {name: getattr(seat, name) for name in facts}
        seats.append({**own, "titular": people.titular, "alternates": people.alternates})
    return {"body": found.id, "day": day, "count": counted.count, "seats": seats}


def _named(call: Call, body: Body) -> Shape:
    return {"id": body.id, "mandate": body.mandate, **_words(body.name_on(call.today))}


def _period(name: BodyName) -> Shape:
    facts = ("since", "until", "source", "confirmed")
    return {**{fact: getattr(name, fact) for fact in facts}, **_words(name)}


def _words(name: BodyName) -> Shape:
    words = {"acronym": name.acronym, "name": name.name, "parent": name.parent}
    return {key: text.as_dict() for key, text in words.items()}


def _rule(found: RuleInForce) -> Shape:
    kept = found.confirmation
    confirmation = kept and {n: getattr(kept, n) for n in ("at", "document", "illustrative")}
    return {
        "name": found.name,
        "rule": found.rule.as_json(),
        "digest": found.digest,
        "confirmed": found.is_confirmed,
        "confirmation": confirmation,
    }


def _officer(found: Appointment) -> Shape:
    names = ("role", "country", "since", "until", "elected", "document")
    return {name: getattr(found, name) for name in names}


def _year(item: YearItem) -> Shape:
    days = {"first": "{:02}-{:02}".format(*item.first), "last": "{:02}-{:02}".format(*item.last)}
    told = {"id": item.id, "label": item.label.as_dict(), **days}
    return {**told, "source": item.source, "confirmed": item.confirmed}


OPERATIONS = (
    _GROUP.public(list_bodies, "/bodies", shapes.BodyList),
    _GROUP.public(get_body, "/bodies/{body}", shapes.BodyDetail),
    _GROUP.public(
        get_body_electorate, "/bodies/{body}/electorate", shapes.ElectorateView, shapes.DayQuestion
    ),
)
