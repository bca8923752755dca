"""Needs and offers brought together: what fits an entry, and the contact between two States."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.matching import commands
from ricomi_workflow.matching.candidates import suggest_matches
from ricomi_workflow.matching.queries import (
    Match,
    MatchedCase,
    Place,
    get_match,
    is_muted,
    list_events,
    list_matches,
)
from ricomi_workflow.matching.rules import Reason, Step, weights
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import matching as shapes
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor

Shape = Mapping[str, object]
_GROUP = Group("matches", "/pairs")
_ONE = "/{need}/{offer}"


def list_own_matches(call: Call) -> Shape:
    """List the matches of the States whose focal point the caller is, what waits for them first."""
    limit, states = call.query["limit"], _states(call)
    steps = [Step(step) for step in call.query.get("step", ())]
    after = parse_match_cursor(call.query.get("after"))
    found = list_matches(call.tx.connection, states, steps=steps, after=after, limit=limit + 1)
    page = found[:limit]
    return {
        "matches": [_match(each) for each in page],
        "next": match_cursor(Place.of(page[-1], states)) if len(found) > limit else None,
    }


def get_summary(call: Call) -> Shape:
    """Read whether the caller is sent the weekly summary of new matches."""
    return {"sent": not is_muted(call.tx.connection, call.tx.actor.user_id or 0)}


def set_summary(call: Call) -> Shape:
    """Let the caller be sent the weekly summary of new matches, or not."""
    commands.set_weekly_summary(call.tx, muted=not call.body["sent"])
    return {"sent": call.body["sent"]}


def get_match_file(call: Call, need: str, offer: str) -> Shape:
    """Read one match with its reasons and everything that happened."""
    return _file(call, need, offer)


def contact_state(call: Call, need: str, offer: str) -> Shape:
    """Write to the other State of a match."""
    commands.contact(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def answer_state(call: Call, need: str, offer: str) -> Shape:
    """Answer the State that made contact."""
    commands.answer(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def decline_match(call: Call, need: str, offer: str) -> Shape:
    """Say that a State does not go on with a match, and why."""
    commands.decline(call.tx, call.services, need, offer, call.body["reason"])
    return _file(call, need, offer)


def conclude_match(call: Call, need: str, offer: str) -> Shape:
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
    found = suggest_matches(call.tx.connection, library, entry.entry_id, now, today)
    return {
        "highest": weights().highest,
        "floor": weights().floor,
        "fits": [
            {
                "ref": each.listed.candidate.ref,
                "country": each.listed.candidate.country,
                "title": each.listed.title,
                "points": each.score.points,
                "reasons": [_reason(part) for part in each.score.reasons],
            }
            for each in found
        ],
    }


def _states(call: Call) -> frozenset[str]:
    capacities = call.tx.actor.every_capacity()
    return frozenset().union(*(each.countries(Role.FOCAL_POINT) for each in capacities))


def _file(call: Call, need: str, offer: str) -> Shape:
    call.tx.flush()  # the answer tells what this very act has written
    found = get_match(call.tx.connection, need, offer)
    if found.case_of(_states(call)) is None:
        raise NotFound("match", f"{need}/{offer}")
    events = list_events(call.tx.connection, found)
    return {**_match(found), "events": [_event(each) for each in events]}


def _event(each: object) -> Shape:
    names = ("step", "at", "country", "office", "words", "outcome")
    return {name: getattr(each, name) for name in names}


def _match(found: Match) -> Shape:
    return {
        "need": _own_case(found.need),
        "offer": _own_case(found.offer),
        "points": found.points,
        "reasons": [_reason(part) for part in found.reasons],
        "step": found.step.value,
        "waits_for": sorted(found.waits_for),
        "started_by": found.started_by,
        "outcome": found.outcome.value if found.outcome else None,
        "request": found.request_ref,
        "found_at": found.found_at,
        "changed_at": found.changed_at,
    }


def _own_case(own: MatchedCase) -> Shape:
    return {"ref": own.ref, "country": own.country, "title": own.title}


def _reason(part: Reason) -> Shape:
    return part.as_json()


OPERATIONS = (
    Group("catalogue").public(list_fits, "/catalogue/{ref}/fits", shapes.SuggestionList),
    _GROUP.read(list_own_matches, "", shapes.MatchPage, shapes.MatchQuestion),
    _GROUP.read(get_summary, "/summary", shapes.MatchSummary),
    _GROUP.act(
        set_summary,
        "/summary",
        shapes.MatchSummaryChoice,
        shapes.MatchSummary,
        method="PUT",
        status=200,
    ),
    _GROUP.read(get_match_file, _ONE, shapes.MatchFile),
    *(
        _GROUP.act(view, f"{_ONE}/{name}", body, shapes.MatchFile, status=200)
        for view, name, body in (
            (contact_state, "contact", shapes.MatchMessage),
            (answer_state, "answer", shapes.MatchMessage),
            (decline_match, "decline", shapes.MatchRefusal),
            (conclude_match, "outcome", shapes.MatchOutcome),
        )
    ),
)
