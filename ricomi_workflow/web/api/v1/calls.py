"""Dated calls, the order of their requests, and the queue for funds."""

from __future__ import annotations

from ricomi_workflow.calls import commands, queries
from ricomi_workflow.calls.rules import Terms
from ricomi_workflow.kernel.errors import Forbidden, NotFound
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reviews.funding_queue import WaitingRequest, get_funding_queue
from ricomi_workflow.reviews.ranking_documents import (
    FrozenRanking,
    find_adopted_ranking,
    find_latest_ranking,
)
from ricomi_workflow.reviews.rules import Position, score_text
from ricomi_workflow.web.access import QUEUE_READERS
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, items_of, many, question, resource
from ricomi_workflow.web.calls.ranking_view import READERS as ORDER_READERS

_GROUP = Group("calls")
_REF = "Reference of the case of the call"

AskQuestion = question(
    "AskQuestion",
    text=fields.Text("The question, published as written", longest=2000, required=True),
    lang=fields.Choice(LANGUAGES, "Its language", required=True),
)
AnswerQuestion = question(
    "AnswerQuestion",
    question=fields.Whole("Number of the question", least=1, required=True),
    text=fields.Text("The answer", longest=2000, required=True),
    lang=fields.Choice(LANGUAGES, "Its language", required=True),
)
CriterionView = resource(
    "CriterionView", criterion=fields.Text("Stable name"), weight=fields.Whole()
)
CallView = resource(
    "CallView",
    Terms,
    exclude="weights",
    ref=fields.Text(_REF),
    number="By which letters and minutes quote it",
    title=fields.Words(),
    phase=fields.Text("announced, open, closed, published or cancelled, by the clock of the call"),
    illustrative=fields.Flag("Demonstration data"),
    zone="Zone of the local days",
    opens_on="First day, which it opens at its beginning",
    questions_on="Last day for questions",
    closes_on="Last day",
    closes_at="From this instant on nothing is received",
    envelope="US$ for all requests",
    ceiling="US$ for one request",
    per_institution="Requests of one institution at most",
    languages="Languages in which a title may be given",
    themes="Topics",
    criteria=items_of(CriterionView, attribute="weights"),
    tie_break="The criterion that breaks ties",
    balance="Requests of one subregion in the first pass",
    reviewers="Complete reviews that each request needs",
)
CallPage = resource("CallPage", calls=many(CallView))
CallQuestionView = resource(
    "CallQuestionView",
    queries.Question,
    lang="Its language",
    answer="Empty while there is none",
    answer_lang="Its language; empty while there is none",
)
SelectedView = resource(
    "SelectedView",
    ref=fields.Text("Reference of the case"),
    country=fields.Country(),
    title=fields.Words(),
    asked=fields.Amount("US$ asked of the fund"),
)
CallDetail = resource(
    "CallDetail",
    CallView,
    questions=many(CallQuestionView),
    selected=many(SelectedView, "Null until the results are public", allow_none=True),
)
OrderView = resource(
    "OrderView",
    FrozenRanking,
    "adopted_at",
    call=fields.Text(_REF),
    number="Which frozen order of the call this is",
    frozen_at=fields.Instant(attribute="at"),
    digest="SHA-256 over the canonical JSON of the document, kept in the trail of the call",
    document=fields.Values(
        "Places, scores, ties, the line, subregions; it names no reviewer", attribute="content"
    ),
)
QueueLineView = resource(
    "QueueLineView",
    WaitingRequest,
    "decided_at lapses_at",
    ref=fields.Text("Reference of the case", attribute="case.ref"),
    country=fields.Country(attribute="case.country"),
    title=fields.Words(allow_none=True, attribute="case.title"),
    score=fields.Formatted(score_text, "From 0.00 to 100.00", allow_none=True),
    by_reviews="Whether reviews gave the score, else the technical opinion",
    subregion="Stable name",
    funded_there="Requests of the subregion funded in the last year",
    asked="US$ asked of the fund",
    cover=fields.Text("held (reserved for it), fits (free, after those before it) or short"),
)
SourceAmount = resource(
    "SourceAmount", source=fields.Text("Stable name"), amount=fields.Amount("US$")
)
QueueView = resource("QueueView", lines=many(QueueLineView), available=items_of(SourceAmount))


def list_calls(program: Call) -> object:
    """List the announced calls with their terms."""
    found = queries.list_calls(program.tx.connection, program.services)
    return {"calls": [_terms(program, each) for each in found]}


def get_call(program: Call, call: str) -> object:
    """Read a call: its terms, questions and answers, and its results once they are public."""
    found = queries.get_call(program.tx.connection, program.services, call)
    if found.exercise:
        raise NotFound("call", call)
    asked = queries.list_questions(program.tx.connection, found.id)
    return Extended(_terms(program, found), questions=asked, selected=_selected(program, found))


def ask_question(program: Call, call: str) -> object:
    """Ask something about a call; the question becomes public, who asked does not."""
    text, lang = program.body["text"], program.body["lang"]
    commands.ask_question(program.tx, program.services, call, text, lang)
    program.tx.flush()  # the answer shows the call as it is now
    return get_call(program, call)


def answer_question(program: Call, call: str) -> object:
    """Answer a question for everybody to read."""
    asked, text, lang = (program.body[name] for name in ("question", "text", "lang"))
    commands.answer_question(program.tx, program.services, call, asked, text=text, lang=lang)
    program.tx.flush()  # as above
    return get_call(program, call)


def get_order(program: Call, call: str) -> object:
    """Read the frozen order of a call, the document that goes to the committee."""
    if not program.tx.actor.has(*ORDER_READERS):
        raise Forbidden("order")
    found = queries.get_call(program.tx.connection, program.services, call)
    frozen = find_latest_ranking(program.tx.connection, found.id)
    if frozen is None:
        raise NotFound("order", call)
    return Extended(frozen, call=found.ref)


def get_queue(program: Call) -> object:
    """Read the queue of approved requests that wait for funds."""
    if not program.tx.actor.has(*QUEUE_READERS):
        raise Forbidden("queue")
    return get_funding_queue(program.tx.connection, program.services)


def _terms(program: Call, found: queries.Call) -> Extended:
    return Extended(
        found.terms,
        ref=found.ref,
        title=found.title,
        phase=found.phase(program.tx.now),
        illustrative=found.illustrative,
    )


def _selected(program: Call, found: queries.Call) -> object:
    frozen = find_adopted_ranking(program.tx.connection, found.id) if found.final else None
    if frozen is None:
        return None
    return [line for line in frozen.lines() if line["standing"] == Position.ABOVE]


OPERATIONS = (
    _GROUP.public(list_calls, "/calls", CallPage),
    _GROUP.public(get_call, "/calls/{call}", CallDetail),
    _GROUP.act(ask_question, "/calls/{call}/questions", AskQuestion, CallDetail),
    _GROUP.act(answer_question, "/calls/{call}/answers", AnswerQuestion, CallDetail),
    _GROUP.read(get_order, "/calls/{call}/order", OrderView),
    _GROUP.read(get_queue, "/awaiting-funds", QueueView),
)
