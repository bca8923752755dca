"""Needs and offers brought together: what fits an entry, and the contact between two States."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.matching import commands
from ricomi_workflow.matching.candidates import suggestions
from ricomi_workflow.matching.queries import (
    Half,
    Pair,
    Place,
    events_of,
    get_pair,
    is_muted,
    pairs_of,
)
from ricomi_workflow.matching.rules import Part, Step
from ricomi_workflow.matching.weights import weights
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import matching as shapes
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor

Shape = Mapping[str, object]
_GROUP = Group("pairs", "/pairs")
_ONE = "/{need}/{offer}"


def list_own_pairs(call: Call) -> Shape:
    """List the pairs of the States whose focal point the caller is, what waits for them first."""
    limit, states = call.query["limit"], _states(call)
    steps = [Step(step) for step in call.query.get("step", ())]
    after = parse_match_cursor(call.query.get("after"))
    found = pairs_of(call.tx.connection, states, steps=steps, after=after, limit=limit + 1)
    page = found[:limit]
    return {
        "pairs": [_pair(each) for each in page],
        "next": match_cursor(Place.of(page[-1], states)) if len(found) > limit else None,
    }


def get_summary(call: Call) -> Shape:
    """Read whether the caller is sent the weekly summary of new pairs."""
    return {"sent": not is_muted(call.tx.connection, call.tx.actor.user_id or 0)}


def set_summary(call: Call) -> Shape:
    """Let the caller be sent the weekly summary of new pairs, or not."""
    commands.mute(call.tx, muted=not call.body["sent"])
    return {"sent": call.body["sent"]}


def get_one_pair(call: Call, need: str, offer: str) -> Shape:
    """Read one pair with its reasons and everything that happened."""
    return _file(call, need, offer)


def contact_pair(call: Call, need: str, offer: str) -> Shape:
    """Write to the other State of a pair."""
    commands.contact(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def answer_pair(call: Call, need: str, offer: str) -> Shape:
    """Answer the State that made contact."""
    commands.answer(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def decline_pair(call: Call, need: str, offer: str) -> Shape:
    """Say that a State does not go on with a pair, and why."""
    commands.decline(call.tx, call.services, need, offer, call.body["reason"])
    return _file(call, need, offer)


def conclude_pair(call: Call, need: str, offer: str) -> Shape:
    """Say what came of a contact that was answered."""
    given = call.body
    commands.conclude(
        call.tx,
        call.services,
        need,
        offer,
        outcome=given["outcome"],
        request=given.get("request", ""),
        words=given.get("words", ""),
    )
    return _file(call, need, offer)


def list_fits(call: Call, ref: str) -> Shape:
    """List the published entries that go well with a need or an offer, and why."""
    entry = get_entry(call.tx.connection, ref)
    now = call.services.uow.clock.now()
    today = call.services.calendar.local_day(now)
    library = call.services.library
    found = suggestions(call.tx.connection, library, entry.entry_id, now, today)
    return {
        "highest": weights().highest,
        "floor": weights().floor,
        "fits": [
            {
                "ref": each.listed.side.ref,
                "country": each.listed.side.country,
                "title": each.listed.title,
                "points": each.score.points,
                "reasons": [_reason(part) for part in each.score.parts],
            }
            for each in found
        ],
    }


def _states(call: Call) -> frozenset[str]:
    capacities = call.tx.actor.every_capacity()
    return frozenset().union(*(each.countries(Role.FOCAL_POINT) for each in capacities))


def _file(call: Call, need: str, offer: str) -> Shape:
    call.tx.flush()  # the answer tells what this very act has written
    found = get_pair(call.tx.connection, need, offer)
    if found.half_of(_states(call)) is None:
        raise NotFound("pair", f"{need}/{offer}")
    events = events_of(call.tx.connection, found)
    return {**_pair(found), "events": [_event(each) for each in events]}


def _event(each: object) -> Shape:
    names = ("step", "at", "country", "office", "words", "outcome")
    return {name: getattr(each, name) for name in names}


def _pair(found: Pair) -> Shape:
    return {
        "need": _half(found.need),
        "offer": _half(found.offer),
        "points": found.points,
        "reasons": [_reason(part) for part in found.parts],
        "step": found.step.value,
        "waits_for": sorted(found.waits_for),
        "started_by": found.started_by,
        "outcome": found.outcome.value if found.outcome else None,
        "request": found.request_ref,
        "found_at": found.found_at,
        "changed_at": found.changed_at,
    }


def _half(half: Half) -> Shape:
    return {"ref": half.ref, "country": half.country, "title": half.title}


def _reason(part: Part) -> Shape:
    return part.as_json()


OPERATIONS = (
    Group("catalogue").public(list_fits, "/catalogue/{ref}/fits", shapes.SuggestionList),
    _GROUP.read(list_own_pairs, "", shapes.PairPage, shapes.PairQuestion),
    _GROUP.read(get_summary, "/summary", shapes.PairSummary),
    _GROUP.act(
        set_summary,
        "/summary",
        shapes.PairSummaryWish,
        shapes.PairSummary,
        method="PUT",
        status=200,
    ),
    _GROUP.read(get_one_pair, _ONE, shapes.PairFile),
    *(
        _GROUP.act(view, f"{_ONE}/{name}", body, shapes.PairFile, status=200)
        for view, name, body in (
            (contact_pair, "contact", shapes.PairMessage),
            (answer_pair, "answer", shapes.PairMessage),
            (decline_pair, "decline", shapes.PairRefusal),
            (conclude_pair, "outcome", shapes.PairOutcome),
        )
    ),
)
