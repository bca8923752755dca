"""Shapes of needs and offers that were brought together."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.matching.commands import LONGEST_TEXT
from ricomi_workflow.matching.rules import Outcome, Step
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Whole,
    Words,
)

STEPS = tuple(step.value for step in Step)
OUTCOMES = tuple(outcome.value for outcome in Outcome)


class MatchQuestion(Question):
    """Which matches are wanted."""

    step = Several(Choice(STEPS), "How far they have come; given several times: any of them")
    after = Text("Where to go on: `next` of the page before", longest=100)
    limit = Figure("How many at most", least=1, most=50, load_default=20)


class ReasonView(Answer):
    """One part of a score."""

    name = Text(
        "topics, populations, modality, languages, subregion, served, time, room, experience"
    )
    points = Whole("What it adds to the score")
    values = Several(Text(), "Codes in common, where there are any")
    number = Whole("Days, places or past cooperations, where it is a number")


class MatchedCaseView(Answer):
    """The need or the offer of a match."""

    ref = Text("Reference of the case")
    country = Country("Its State")
    title = Words()


class EntryMatchView(Answer):
    """A need and an offer, why they match, and how far their States have come."""

    need = fields.Nested(MatchedCaseView)
    offer = fields.Nested(MatchedCaseView)
    points = Whole("The score when the match was found")
    reasons = Several(fields.Nested(ReasonView), "The parts that the score is the sum of")
    step = Choice(STEPS)
    waits_for = Several(Country(), "The States whose turn it is")
    started_by = Country("The State that made contact", allow_none=True)
    outcome = Choice(OUTCOMES, "What came of it", allow_none=True)
    request = Text("The request that came of it", allow_none=True)
    found_at = Instant()
    changed_at = Instant()


class MatchEventView(Answer):
    """What happened with a match."""

    step = Choice(STEPS)
    at = Instant()
    country = Country("The State that did it; null: the system", allow_none=True)
    office = Text("The office that did it")
    words = Text("What was written; the trails keep its digest")
    outcome = Choice(OUTCOMES, "What came of it, where the event says so", allow_none=True)


class MatchFile(EntryMatchView):
    """One match with everything that happened."""

    events = Several(fields.Nested(MatchEventView), "The oldest first")


class MatchPage(Answer):
    """Matches: those that wait for the caller's State first, then by how late they changed."""

    matches = Several(fields.Nested(EntryMatchView))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)


class MatchMessage(Question):
    """What is written to the other State."""

    words = Text("The message", longest=LONGEST_TEXT, required=True)


class MatchRefusal(Question):
    """Why a State does not go on."""

    reason = Text("The reason, which the other State reads", longest=LONGEST_TEXT, required=True)


class MatchOutcome(Question):
    """What came of a contact that was answered."""

    outcome = Choice(OUTCOMES, required=True)
    request = Text("The request of the State that asked, if one was opened", longest=20)
    words = Text("What was done, or why nothing came of it", longest=LONGEST_TEXT)


class MatchSummary(Answer):
    """The weekly summary of new matches."""

    sent = Flag("Whether the caller is sent it")


class MatchSummaryChoice(Question):
    """Whether the weekly summary is wanted."""

    sent = Flag("Whether it is to be sent", required=True)


class SuggestionView(Answer):
    """A public entry that goes well with another one."""

    ref = Text("Reference of the entry")
    country = Country("Its State")
    title = Words()
    points = Whole("The score")
    reasons = Several(fields.Nested(ReasonView))


class SuggestionList(Answer):
    """What goes well with an entry, the best first."""

    highest = Whole("The most points that a match can have")
    floor = Whole("Fewer points make no match")
    fits = Several(fields.Nested(SuggestionView))
