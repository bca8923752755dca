"""Calls, questions, reviews and their order: what is changed by hand is named by its entry."""

from sqlalchemy import text

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.calls.commands import answer_question, ask_question, open_and_close_due_calls
from tests.audit.test_witnesses import without_triggers
from tests.support.reviewing import Panel
from tests.support.story import SECRETARIAT

LATER = "'2031-01-01T00:00:00.000000Z'"
TAMPERED = {
    "UPDATE call SET number = '9/2026'": "call",
    "UPDATE call SET opens_at = '2020-01-01T00:00:00.000000Z'": "call",
    f"UPDATE call SET closes_at = {LATER}": "call",
    "UPDATE call SET digest = 'x'": "call",
    "UPDATE call SET exercise = NOT exercise": "call",
    "DELETE FROM call_link": "call link",
    "UPDATE call_proposal SET country = 'CU'": "proposal",
    "UPDATE call_proposal SET asked_minor = 1": "proposal",
    "UPDATE call_question SET text = 'x'": "question",
    "UPDATE call_question SET country = 'CU'": "question",
    f"UPDATE call_question SET at = {LATER}": "question",
    f"UPDATE call_answer SET at = {LATER}": "answer",
    "DELETE FROM call_answer": "answer",
    "UPDATE review_assignment SET user_id = -user_id": "reviewer",
    f"UPDATE review_assignment SET at = {LATER}": "reviewer",
    "UPDATE review_step SET content = '{}' WHERE kind = 'scored'": "review",
    "UPDATE review_step SET digest = 'x'": "review",
    f"UPDATE review_step SET at = {LATER}": "review",
    "DELETE FROM review_step WHERE kind = 'scored'": "review",
    "UPDATE call_ranking SET content = '{}'": "ranking",
    'UPDATE call_ranking SET "by" = 1': "ranking",
    f"UPDATE call_ranking SET at = {LATER}": "ranking",
}


def _ordered(panel: Panel) -> None:
    """A call with a question, its answer, one request, two reviews and a frozen order."""
    story, calling = panel.story, panel.calling
    calling.announce()
    with story.act("focal_point:AR") as tx:
        number = ask_question(tx, story.services, calling.ref, "Hasta cuándo", "es")
    with story.act(SECRETARIAT) as tx:
        answer_question(tx, story.services, calling.ref, number, text="Hasta el cierre.", lang="es")
    calling.at_opening()
    ref = calling.submit()
    calling.to_close()
    open_and_close_due_calls(story.services)
    story.do(SECRETARIAT, "begin_call_review", ref=calling.ref)
    panel.reviewed(ref, Ana=15, Bruno=15)
    story.do(SECRETARIAT, "freeze_ranking", ref=calling.ref)


def test_every_change_is_named_by_the_entry_it_belies(panel: Panel) -> None:
    _ordered(panel)
    story = panel.story
    assert not story.faults()
    told: dict[str, set[str]] = {}
    for statement in TAMPERED:
        with without_triggers(story.engine) as connection:
            assert connection.execute(text(statement)).rowcount, statement
            found = [fault.why for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
            told[statement] = set(found)
    assert {s: why for s, why in told.items() if why != {TAMPERED[s]}} == {}
