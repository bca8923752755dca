"""No ballot opens by a rule that nobody confirmed: offered with the reason, refused when tried."""

import pytest
from sqlalchemy import Engine

from ricomi_workflow.committees.commands import confirm_rules_for_demo
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import Refused
from tests.committees.conftest import Committee
from tests.support.story import SECRETARIAT, Story, answer_of, codes


@pytest.fixture
def story(engine: Engine) -> Story:
    """A request that is ready for the committee, whose rule nobody has confirmed."""
    story = Story(engine)
    story.fill_the_fund()
    story.after("record_opinion")
    Committee(engine).unconfirm()
    return story


def test_a_ballot_opens_only_by_a_confirmed_rule(story: Story) -> None:
    assert "rule_unconfirmed" in (story.why_not(SECRETARIAT, "open_ballot") or [])
    answer = answer_of(lambda: story.do(SECRETARIAT, "open_ballot"))
    assert isinstance(answer, Refused)
    assert codes(answer) == ["rule_unconfirmed"]
    with story.services.uow.begin(SYSTEM) as tx:
        confirm_rules_for_demo(tx, "A rehearsal of this test")
    story.do(SECRETARIAT, "open_ballot")
    assert story.case().state == "ceam_vote"


def test_the_entry_says_by_what_the_rule_was_confirmed(story: Story) -> None:
    with story.services.uow.begin(SYSTEM) as tx:
        confirm_rules_for_demo(tx, "A rehearsal of this test")
    story.do(SECRETARIAT, "open_ballot")
    opened = story.entries()[-1]
    kept = opened.detail["rule_confirmation"]
    assert isinstance(kept, dict)
    assert kept["rule"] == opened.detail["rule"]
    assert (kept["document"], kept["illustrative"]) == ("A rehearsal of this test", True)
