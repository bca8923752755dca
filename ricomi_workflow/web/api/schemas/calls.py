"""Shapes of dated calls, their order, and the queue for funds."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
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

_REF = "Reference of the case of the call"


class AskQuestion(Question):
    """A question about a call."""

    text = Text("The question, published as written", longest=2_000, required=True)
    lang = Choice(LANGUAGES, "Its language", required=True)


class AnswerQuestion(Question):
    """An answer to a question, published for everybody."""

    question = Whole("Number of the question", least=1, required=True)
    text = Text("The answer", longest=2_000, required=True)
    lang = Choice(LANGUAGES, "Its language", required=True)


class CriterionView(Answer):
    """A criterion with its weight; the weights of a call add up to 100."""

    criterion = Text("Stable name")
    weight = Whole()


class CallView(Answer):
    """A call with its terms as they stand."""

    ref = Text(_REF)
    number = Text("By which letters and minutes quote it")
    title = Words()
    phase = Text("announced, open, closed, published or cancelled, by the clock of the call")
    illustrative = Flag("Demonstration data")
    zone = Text("Zone of the local days")
    opens_on = Day("First day, which it opens at its beginning")
    opens_at = Instant()
    questions_on = Day("Last day for questions")
    questions_at = Instant()
    closes_on = Day("Last day")
    closes_at = Instant("From this instant on nothing is received")
    results_on = Day()
    envelope = Amount("US$ for all requests")
    ceiling = Amount("US$ for one request")
    per_institution = Whole("Requests of one institution at most", allow_none=True)
    languages = Several(Text(), "Languages in which a title may be given")
    themes = Several(Text(), "Topics")
    criteria = Several(fields.Nested(CriterionView))
    tie_break = Text("The criterion that breaks ties", allow_none=True)
    balance = Whole("Requests of one subregion in the first pass", allow_none=True)
    reviewers = Whole("Complete reviews that each request needs")


class CallPage(Answer):
    """The announced calls, the one that closes last first."""

    calls = Several(fields.Nested(CallView))


class CallQuestionView(Answer):
    """A question with its answer; who asked is not said."""

    number = Whole()
    lang = Text("Its language")
    text = Text()
    at = Instant()
    answer = Text("Empty while there is none")
    answer_lang = Text("Its language; empty while there is none")
    answered_at = Instant(allow_none=True)


class SelectedView(Answer):
    """A request that the amount of the call reaches."""

    ref = Text("Reference of the case")
    country = Country()
    title = Words()
    asked = Amount("US$ asked of the fund")


class CallDetail(CallView):
    """A call with its questions and, once they are public, its results."""

    questions = Several(fields.Nested(CallQuestionView))
    selected = Several(
        fields.Nested(SelectedView), "Null until the results are public", allow_none=True
    )


class OrderView(Answer):
    """The order of a call as it was frozen."""

    call = Text(_REF)
    number = Whole("Which frozen order of the call this is")
    frozen_at = Instant()
    adopted_at = Instant(allow_none=True)
    digest = Text("SHA-256 over the canonical JSON of the document, kept in the trail of the call")
    document = Values("Places, scores, ties, the line, subregions; it names no reviewer")


class QueueLineView(Answer):
    """An approved request that waits for funds."""

    ref = Text("Reference of the case")
    country = Country()
    title = Words(allow_none=True)
    score = Text("From 0.00 to 100.00", allow_none=True)
    by_reviews = Flag("Whether reviews gave the score, else the technical opinion")
    decided_at = Instant()
    subregion = Text("Stable name")
    funded_there = Whole("Requests of the subregion funded in the last year")
    asked = Amount("US$ asked of the fund")
    cover = Text("held (reserved for it), fits (free, after those before it) or short")
    lapses_at = Instant(allow_none=True)


class SourceAmount(Answer):
    """What a source has free."""

    source = Text("Stable name")
    amount = Amount("US$")


class QueueView(Answer):
    """The queue for funds in its order."""

    lines = Several(fields.Nested(QueueLineView))
    available = Several(fields.Nested(SourceAmount))
