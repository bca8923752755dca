"""Dated calls, the order of their requests, and the queue for funds."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.calls import commands, queries
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, NotFound
from ricomi_workflow.reviews.funding_queue import WaitingRequest, get_funding_queue
from ricomi_workflow.reviews.ranking_documents import find_adopted_ranking, find_latest_ranking
from ricomi_workflow.reviews.rules import Position, score_text
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import calls as shapes
from ricomi_workflow.web.calls.ranking_view import READERS as ORDER_READERS
from ricomi_workflow.web.fund.queue_view import READERS as QUEUE_READERS

Shape = Mapping[str, object]
_GROUP = Group("calls")


def list_calls(program: Call) -> Shape:
    """List the announced calls with their terms."""
    found = queries.list_calls(program.tx.connection, program.services)
    return {"calls": [_terms(program, each) for each in found]}


def get_call(program: Call, call: str) -> Shape:
    """Read a call: its terms, questions and answers, and its results once they are public."""
    found = queries.get_call(program.tx.connection, program.services, call)
    if found.exercise:
        raise NotFound("call", call)
    asked = queries.list_questions(program.tx.connection, found.id)
    return {
        **_terms(program, found),
        "questions": [_question(each) for each in asked],
        "selected": _selected(program, found),
    }


def ask_question(program: Call, call: str) -> Shape:
    """Ask something about a call; the question becomes public, who asked does not."""
    text, lang = program.body["text"], program.body["lang"]
    commands.ask_question(program.tx, program.services, call, text, lang)
    program.tx.flush()  # the answer shows the call as it is now
    return get_call(program, call)


def answer_question(program: Call, call: str) -> Shape:
    """Answer a question for everybody to read."""
    asked, text, lang = (program.body[name] for name in ("question", "text", "lang"))
    commands.answer_question(program.tx, program.services, call, asked, text=text, lang=lang)
    program.tx.flush()  # as above
    return get_call(program, call)


def get_order(program: Call, call: str) -> Shape:
    """Read the frozen order of a call, the document that goes to the committee."""
    if not program.tx.actor.has(*ORDER_READERS):
        raise Forbidden("order")
    found = queries.get_call(program.tx.connection, program.services, call)
    frozen = find_latest_ranking(program.tx.connection, found.id)
    if frozen is None:
        raise NotFound("order", call)
    return {
        "call": found.ref,
        "number": frozen.number,
        "frozen_at": frozen.at,
        "adopted_at": frozen.adopted_at,
        "digest": frozen.digest,
        "document": frozen.content,
    }


def get_queue(program: Call) -> Shape:
    """Read the queue of approved requests that wait for funds."""
    if not program.tx.actor.has(*QUEUE_READERS):
        raise Forbidden("queue")
    found = get_funding_queue(program.tx.connection, program.services)
    return {
        "lines": [_line(each) for each in found.lines],
        "available": [
            {"source": str(source), "amount": str(amount)}
            for source, amount in found.available.items()
        ],
    }


def _terms(program: Call, found: queries.Call) -> Shape:
    terms = found.terms
    written: dict[str, Json] = terms.as_json()
    weights = [{"criterion": n, "weight": weight} for n, weight in terms.weights.items()]
    instants = {name: getattr(terms, name) for name in ("opens_at", "questions_at", "closes_at")}
    days = ("opens_on", "questions_on", "closes_on", "results_on")
    return {
        **written,
        **instants,
        **{name: getattr(terms, name) for name in days},
        "criteria": weights,
        "ref": found.ref,
        "title": found.title,
        "phase": found.phase(program.tx.now).value,
        "illustrative": found.illustrative,
    }


def _question(found: queries.Question) -> Shape:
    return {name: getattr(found, name) for name in found.__slots__}


def _selected(program: Call, found: queries.Call) -> list[Shape] | None:
    frozen = find_adopted_ranking(program.tx.connection, found.id) if found.final else None
    if frozen is None:
        return None
    kept = ("ref", "country", "title", "asked")
    return [
        {name: line[name] for name in kept}
        for line in frozen.lines()
        if line["standing"] == Position.ABOVE
    ]


def _line(found: WaitingRequest) -> Shape:
    return {
        "ref": found.case.ref,
        "country": found.case.country,
        "title": found.case.title,
        "score": score_text(found.score) if found.score is not None else None,
        "by_reviews": found.by_reviews,
        "decided_at": found.decided_at,
        "subregion": found.subregion,
        "funded_there": found.funded_there,
        "asked": str(found.asked),
        "cover": found.cover.value,
        "lapses_at": found.lapses_at,
    }


OPERATIONS = (
    _GROUP.public(list_calls, "/calls", shapes.CallPage),
    _GROUP.public(get_call, "/calls/{call}", shapes.CallDetail),
    _GROUP.act(ask_question, "/calls/{call}/questions", shapes.AskQuestion, shapes.CallDetail),
    _GROUP.act(answer_question, "/calls/{call}/answers", shapes.AnswerQuestion, shapes.CallDetail),
    _GROUP.read(get_order, "/calls/{call}/order", shapes.OrderView),
    _GROUP.read(get_queue, "/awaiting-funds", shapes.QueueView),
)
