"""A call for practice: beside the real ones, and of no concern to who does not take part."""

from sqlalchemy import func, select

from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.messaging.models import message
from tests.support.calls import Calling
from tests.support.story import SECRETARIAT, answer_of


def told(calling: Calling) -> int:
    """How many messages the call has sent."""
    with calling.story.services.uow.read() as connection:
        sent = select(func.count()).where(message.c.case_id == calling.now.id)
        return connection.execute(sent).scalar_one()


def test_an_exercise_and_a_real_call_may_have_one_number(calling: Calling) -> None:
    calling.announce(exercise=True)
    calling.announce()
    assert calling.now.terms.number == "1/2026"


def test_a_number_that_is_taken_is_told_at_its_field(calling: Calling) -> None:
    calling.announce()
    refused = answer_of(calling.announce)
    assert isinstance(refused, Invalid)
    assert [(e.path, e.code) for e in refused.fields] == [("number", "call_number_taken")]


def test_an_exercise_writes_only_to_the_states_that_joined_it(calling: Calling) -> None:
    calling.announce(exercise=True)
    assert told(calling) == 0
    calling.at_opening()
    calling.open()
    before = told(calling)
    calling.story.do(SECRETARIAT, "cancel_call", reason="Fin de la práctica.", ref=calling.ref)
    assert 0 < told(calling) - before <= 2


def test_what_is_opened_in_an_exercise_is_an_exercise(calling: Calling) -> None:
    calling.announce(exercise=True)
    calling.at_opening()
    assert calling.open().startswith("EJ-")
    assert calling.story.case().exercise
