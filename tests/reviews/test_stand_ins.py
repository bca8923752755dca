"""Who stands in for the Secretariat asks for reviews and answers questions, under both names."""

import pytest

from ricomi_workflow.calls.commands import answer_question, ask_question
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.reviews.commands import assign_reviewers, release_reviewer
from ricomi_workflow.reviews.queries import get_case_reviews
from tests.stories.test_delegation import OFFICE, B, Pair
from tests.support.calls import Calling
from tests.support.reviewing import Panel
from tests.support.story import APPLICANT, SECRETARIAT, answer_of


@pytest.fixture
def pair(panel: Panel) -> Pair:
    """A deputy who is known to the network as an auditor, and two reviewers."""
    return Pair(panel.story, "auditor")


def test_a_stand_in_asks_for_reviews_and_takes_back_what_was_asked(
    panel: Panel, pair: Pair
) -> None:
    story = panel.story
    panel.under_review()
    pair.accepted(SECRETARIAT, [OFFICE])
    with story.act(B) as tx:
        assign_reviewers(tx, story.services, story.ref, panel.keys("Ana"))
    with story.act(B) as tx:
        release_reviewer(tx, story.services, story.ref, 1, "Está de viaje.")
    assert not story.faults()
    for entry in story.entries()[-2:]:
        assert entry.detail["acted_for"]["by"] == "Berta Deputy"  # type: ignore[index,call-overload]
    with story.services.uow.read() as connection:
        seen = get_case_reviews(connection, story.services, story.people[B], story.ref)
    assert [review.number for review in seen.reviews] == [1]


def test_a_stand_in_answers_what_was_asked_about_a_call(pair: Pair) -> None:
    story, calling = pair.story, Calling(pair.story)
    calling.announce()
    with story.act(APPLICANT) as tx:
        ask_question(tx, story.services, calling.ref, "¿Qué pasajes?", "es")
    pair.accepted(SECRETARIAT, [OFFICE], kinds=["cooperation_request"])
    with story.act(B) as tx:
        answer = (tx, story.services, calling.ref, 1)
        refused = answer_of(lambda: answer_question(*answer, text="Todos.", lang="es"))
    assert isinstance(refused, Forbidden)
    pair.accepted(SECRETARIAT, [OFFICE])
    with story.act(B) as tx:
        answer_question(tx, story.services, calling.ref, 1, text="Todos.", lang="es")
    assert not story.faults()
