"""Needs and offers brought together: what fits an entry, and the contact between two States."""

from __future__ import annotations

from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.matching import commands
from ricomi_workflow.matching.candidates import Suggestion, suggest_matches
from ricomi_workflow.matching.commands import LONGEST_TEXT
from ricomi_workflow.matching.queries import (
    Event,
    Match,
    MatchedCase,
    Place,
    get_match,
    is_muted,
    list_events,
    list_matches,
)
from ricomi_workflow.matching.rules import Outcome, Reason, Step, weights
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import NEXT, Extended, many, one, question, resource
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor

_GROUP = Group("matches", "/pairs")
_ONE = "/{need}/{offer}"


MatchQuestion = question(
    "MatchQuestion",
    step=fields.Several(
        fields.Choice(Step), "How far they have come; given several times: any of them"
    ),
    after=fields.Text("Where to go on: `next` of the page before", longest=100),
    limit=fields.Figure("How many at most", least=1, most=50, load_default=20),
)
ReasonView = resource(
    "ReasonView",
    Reason,
    name="topics, populations, modality, languages, subregion, served, time, room, experience",
    points="What it adds to the score",
    values="Codes in common, where there are any",
    number="Days, places or past cooperations, where it is a number",
)
MatchedCaseView = resource(
    "MatchedCaseView",
    MatchedCase,
    "title",
    ref="Reference of the case",
    country=fields.Country("Its State"),
)
EntryMatchView = resource(
    "EntryMatchView",
    Match,
    "step found_at changed_at",
    need=one(MatchedCaseView),
    offer=one(MatchedCaseView),
    points="The score when the match was found",
    reasons=many(ReasonView, "The parts that the score is the sum of", attribute="reasons"),
    waits_for=fields.Several(fields.Country(), "The States whose turn it is"),
    started_by=fields.Country("The State that made contact", allow_none=True),
    outcome="What came of it",
    request=fields.Text("The request that came of it", allow_none=True, attribute="request_ref"),
)
MatchEventView = resource(
    "MatchEventView",
    Event,
    "step at",
    country=fields.Country("The State that did it; null: the system", allow_none=True),
    office="The office that did it",
    words="What was written; the trails keep its digest",
    outcome="What came of it, where the event says so",
)
MatchFile = resource("MatchFile", EntryMatchView, events=many(MatchEventView, "The oldest first"))
MatchPage = resource("MatchPage", matches=many(EntryMatchView), next=NEXT)
MatchMessage = question(
    "MatchMessage", words=fields.Text("The message", longest=LONGEST_TEXT, required=True)
)
MatchRefusal = question(
    "MatchRefusal",
    reason=fields.Text(
        "The reason, which the other State reads", longest=LONGEST_TEXT, required=True
    ),
)
MatchOutcome = question(
    "MatchOutcome",
    outcome=fields.Choice(Outcome, required=True),
    request=fields.Text("The request of the State that asked, if one was opened", longest=20),
    words=fields.Text("What was done, or why nothing came of it", longest=LONGEST_TEXT),
)
MatchSummary = resource("MatchSummary", sent=fields.Flag("Whether the caller is sent it"))
MatchSummaryChoice = question(
    "MatchSummaryChoice", sent=fields.Flag("Whether it is to be sent", required=True)
)
SuggestionView = resource(
    "SuggestionView",
    Suggestion,
    exclude="listed score",
    ref=fields.Text("Reference of the entry", attribute="listed.candidate.ref"),
    country=fields.Country("Its State", attribute="listed.candidate.country"),
    title=fields.Words(attribute="listed.title"),
    points=fields.Whole("The score", attribute="score.points"),
    reasons=many(ReasonView, attribute="score.reasons"),
)
SuggestionList = resource(
    "SuggestionList",
    highest=fields.Whole("The most points that a match can have"),
    floor=fields.Whole("Fewer points make no match"),
    fits=many(SuggestionView),
)


def list_own_matches(call: Call) -> object:
    """List the matches of the States whose focal point the caller is, what waits for them first."""
    limit, states = call.query["limit"], _states(call)
    steps = [Step(step) for step in call.query.get("step", ())]
    after = parse_match_cursor(call.query.get("after"))
    found = list_matches(call.tx.connection, states, steps=steps, after=after, limit=limit + 1)
    page = found[:limit]
    return {
        "matches": page,
        "next": match_cursor(Place.of(page[-1], states)) if len(found) > limit else None,
    }


def get_summary(call: Call) -> object:
    """Read whether the caller is sent the weekly summary of new matches."""
    return {"sent": not is_muted(call.tx.connection, call.tx.actor.user_id or 0)}


def set_summary(call: Call) -> object:
    """Let the caller be sent the weekly summary of new matches, or not."""
    commands.set_weekly_summary(call.tx, muted=not call.body["sent"])
    return {"sent": call.body["sent"]}


def get_match_file(call: Call, need: str, offer: str) -> object:
    """Read one match with its reasons and everything that happened."""
    return _file(call, need, offer)


def contact_state(call: Call, need: str, offer: str) -> object:
    """Write to the other State of a match."""
    commands.contact(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def answer_state(call: Call, need: str, offer: str) -> object:
    """Answer the State that made contact."""
    commands.answer(call.tx, call.services, need, offer, call.body["words"])
    return _file(call, need, offer)


def decline_match(call: Call, need: str, offer: str) -> object:
    """Say that a State does not go on with a match, and why."""
    commands.decline(call.tx, call.services, need, offer, call.body["reason"])
    return _file(call, need, offer)


def conclude_match(call: Call, need: str, offer: str) -> object:
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


def list_fits(call: Call, ref: str) -> object:
    """List the published entries that go well with a need or an offer, and why."""
    entry = get_entry(call.tx.connection, ref)
    now = call.services.uow.clock.now()
    today = call.services.calendar.local_day(now)
    library = call.services.library
    found = suggest_matches(call.tx.connection, library, entry.entry_id, now, today)
    return {"highest": weights().highest, "floor": weights().floor, "fits": found}


def _states(call: Call) -> frozenset[str]:
    capacities = call.tx.actor.every_capacity()
    return frozenset().union(*(each.countries(Role.FOCAL_POINT) for each in capacities))


def _file(call: Call, need: str, offer: str) -> object:
    call.tx.flush()  # the answer tells what this very act has written
    found = get_match(call.tx.connection, need, offer)
    if found.case_of(_states(call)) is None:
        raise NotFound("match", f"{need}/{offer}")
    return Extended(found, events=list_events(call.tx.connection, found))


OPERATIONS = (
    Group("catalogue").public(list_fits, "/catalogue/{ref}/fits", SuggestionList),
    _GROUP.read(list_own_matches, "", MatchPage, MatchQuestion),
    _GROUP.read(get_summary, "/summary", MatchSummary),
    _GROUP.act(
        set_summary,
        "/summary",
        MatchSummaryChoice,
        MatchSummary,
        method="PUT",
        status=200,
    ),
    _GROUP.read(get_match_file, _ONE, MatchFile),
    *(
        _GROUP.act(view, f"{_ONE}/{name}", body, MatchFile, status=200)
        for view, name, body in (
            (contact_state, "contact", MatchMessage),
            (answer_state, "answer", MatchMessage),
            (decline_match, "decline", MatchRefusal),
            (conclude_match, "outcome", MatchOutcome),
        )
    ),
)
