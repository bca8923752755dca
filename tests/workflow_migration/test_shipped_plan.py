"""The plan that is shipped brings running requests of version 1 into version 2, up to approval."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from ricomi_workflow.bootstrap import MOVERS, Settings, compose
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.definitions.migration_plan import read_plan
from ricomi_workflow.workflow_migration.commands import migrate
from ricomi_workflow.workflow_migration.queries import Judged, Verdict
from tests.support import papers
from tests.support.product import SECRET
from tests.support.story import APPLICANT, KIND, SECRETARIAT, Story

PLAN = Path(__file__).parents[2] / "docs" / "plans" / "cooperation_request.v1-v2.yaml"


@pytest.fixture
def story(engine: Engine, first: Path) -> Story:
    """People and a fund that has enough, when only version 1 was there."""
    made = Story(engine)
    settings = Settings(str(engine.url), SECRET, definitions=first)
    made.services = compose(settings, made.clock, engine)
    made.fill_the_fund()
    return made


def moved_by_the_plan(story: Story) -> dict[str, Judged]:
    """Put the shipped version 2 into place, and carry the plan out."""
    settings = Settings(str(story.engine.url), SECRET)
    story.services = compose(settings, story.clock, story.engine)
    plan = read_plan(PLAN.read_bytes(), PLAN.name, story.services.library)
    return {each.ref: each for each in migrate(story.services, plan, MOVERS)}


def test_requests_go_on_in_version_2_and_funded_ones_end_by_version_1(story: Story) -> None:
    draft = story.open()
    with story.act(APPLICANT) as tx:
        form = story.services.library.forms["request/v1"]
        title = {"title": {"es": "Medio escrito"}}
        save_draft(tx, story.services, lock(tx, story.services, draft), form, title)
    submitted, funded, voting = (story.after(act) for act in ("submit", "fund", "open_ballot"))
    refs = {draft, submitted, funded, voting}
    assert {story.case(ref).definition for ref in refs} == {f"{KIND}/v1"}
    found = moved_by_the_plan(story)

    assert {ref: each.verdict for ref, each in found.items()} == {
        draft: Verdict.SAFE,
        submitted: Verdict.SAFE,
        voting: Verdict.SAFE,
        funded: Verdict.REFUSED,
    }
    assert story.case(funded).definition == f"{KIND}/v1"
    story.vote_until_decided()
    assert (story.state, story.case().definition) == ("approved_awaiting_funds", f"{KIND}/v2")
    story.do(SECRETARIAT, "start_review", ref=submitted)
    assert story.case(submitted).state == "secretariat_review"
    assert not story.faults()


def test_a_request_of_version_1_without_another_state_says_why_before_it_is_voted_on(
    story: Story,
) -> None:
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today, participants=[]))
    story.do(SECRETARIAT, "start_review")
    moved_by_the_plan(story)
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    for act in ("begin_technical_review", "record_opinion"):
        assert story.why_not(SECRETARIAT, act) == ["partner_unnamed"]
    assert "partner_unnamed" in (story.why_not(SECRETARIAT, "open_ballot") or [])
    story.do(SECRETARIAT, "return_for_clarification", reason="With whom?")
    story.do(APPLICANT, "resubmit", papers.request(story.today, **papers.ALONE))
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    assert not story.faults()
