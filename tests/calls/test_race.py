"""Two requests of one institution at the same instant: the limit of the call still holds."""

from functools import partial

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.kernel.errors import DomainError
from tests.support import papers
from tests.support.calls import Calling
from tests.support.story import APPLICANT, INSTITUTION, codes
from tests.support.threads import at_once


def test_of_two_requests_at_once_one_takes_the_last_place(calling: Calling) -> None:
    calling.announce()
    calling.at_opening()
    story = calling.story
    refs = [calling.open(), calling.open(INSTITUTION)]
    given = papers.request(story.today)

    def submit(ref: str) -> None:
        with story.services.uow.begin(story.people[APPLICANT]) as tx:
            advance(tx, story.services, lock(tx, story.services, ref), "submit", inputs=given)

    raised = at_once(partial(submit, refs[0]), partial(submit, refs[1]))
    assert [codes(error) for error in raised if isinstance(error, DomainError)] == [
        ["call_limit_reached"]
    ]
    assert sorted(story.case(ref).state for ref in refs) == ["draft", "submitted"]
    assert not story.faults()
