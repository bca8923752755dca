"""Questions come from focal points; questions and answers are the same for everybody."""

from ricomi_workflow.calls.commands import answer_question, ask_question
from ricomi_workflow.calls.queries import Question, list_questions
from ricomi_workflow.kernel.errors import Forbidden, Invalid
from tests.support.calls import Calling
from tests.support.story import APPLICANT, CHAIR, INSTITUTION, SECRETARIAT, answer_of, codes


def ask(calling: Calling, office: str = APPLICANT, text: str = "¿Se pagan vuelos?") -> int:
    """Ask something."""
    with calling.story.act(office) as tx:
        return ask_question(tx, calling.story.services, calling.ref, text, "es")


def answer(calling: Calling, text: str, number: int = 1, office: str = SECRETARIAT) -> None:
    """Answer it."""
    with calling.story.act(office) as tx:
        answer_question(tx, calling.story.services, calling.ref, number, text=text, lang="es")


def told(calling: Calling) -> list[Question]:
    """What everybody reads."""
    with calling.story.services.uow.read() as connection:
        return list_questions(connection, calling.now.id)


def test_the_trail_tells_that_somebody_asked_and_not_who(calling: Calling) -> None:
    calling.announce()
    assert ask(calling) == 1
    calling.story.ref = calling.ref
    entry = calling.story.entries()[-1]
    assert (entry.act, entry.office, entry.actor_id) == (
        "call.question_asked",
        "focal_point",
        None,
    )
    assert "PY" not in str(entry.detail)
    assert calling.story.told() == {"call_question_asked": [SECRETARIAT]}
    assert not calling.story.faults()


def test_an_answer_is_published_for_all_and_a_later_one_takes_its_place(calling: Calling) -> None:
    calling.announce()
    ask(calling)
    calling.open("focal_point:AR")
    answer(calling, "Sí.")
    calling.story.ref = calling.ref
    assert calling.story.told() == {
        "call_question_answered": ["focal_point:AR", APPLICANT, INSTITUTION]
    }
    answer(calling, "Sí, en clase económica.")
    found = told(calling)
    assert [(q.text, q.answer) for q in found] == [("¿Se pagan vuelos?", "Sí, en clase económica.")]
    assert not calling.story.faults()


def test_the_window_for_questions_ends_before_the_close(calling: Calling) -> None:
    calling.announce()
    calling.story.clock.at = calling.now.terms.questions_at
    assert codes(answer_of(lambda: ask(calling))) == ["call_questions_over"]
    calling.at_opening()
    ask(calling)


def test_only_applicants_ask_and_only_the_secretariat_answers(calling: Calling) -> None:
    calling.announce()
    assert isinstance(answer_of(lambda: ask(calling, CHAIR)), Forbidden)
    ask(calling)
    assert isinstance(answer_of(lambda: answer(calling, "Sí.", office=APPLICANT)), Forbidden)
    assert isinstance(answer_of(lambda: ask(calling, text="  ")), Invalid)


def test_a_question_changed_by_hand_is_noticed(calling: Calling) -> None:
    calling.announce()
    ask(calling)
    engine = calling.story.engine
    with engine.begin() as connection:
        for table in ("call_question",):
            triggers = {
                "sqlite": [f"DROP TRIGGER {table}_no_update"],
                "postgresql": [f"DROP TRIGGER {table}_append_only ON {table}"],
            }
            for statement in triggers[engine.dialect.name]:
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE call_question SET country = 'AR'")
    assert len(calling.story.faults()) == 1
