"""An open ballot goes on in the new version of the process, and never goes where nobody votes."""

from pathlib import Path
from shutil import copytree

import pytest
import yaml
from sqlalchemy import Engine

from ricomi_workflow.bootstrap import MOVERS, Settings, compose
from ricomi_workflow.definitions.migration_plan import read_plan
from ricomi_workflow.workflow_migration.commands import migrate, revert
from ricomi_workflow.workflow_migration.queries import Judged, Verdict
from tests.support.product import SECRET
from tests.support.story import FUND, KIND, SECRETARIAT, Story

PLAN = f"""kind: {KIND}
from: 1
to: 9
reason: A legal check was added.
"""


def restart(story: Story, folder: Path) -> None:
    settings = Settings(str(story.engine.url), SECRET, definitions=folder)
    story.services = compose(settings, story.clock, story.engine)


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """Version 1, beside which a test may put another."""
    return Path(copytree(first, tmp_path / "first"))


@pytest.fixture
def story(engine: Engine, first: Path) -> Story:
    """People, a fund that has enough, and version 1."""
    made = Story(engine)
    restart(made, first)
    made.fill_the_fund()
    return made


def add_version_9(story: Story, folder: Path, *, renamed: str = "") -> None:
    """After funding the terms are checked; one state may be called otherwise."""
    grown = Path(copytree(folder, folder.with_name("grown")))
    file = grown / "workflows" / KIND / "v1.yaml"
    flow = yaml.safe_load(file.read_text(encoding="utf-8")) | {"version": 9}
    flow["states"]["legal_check"] = flow["states"]["funded"] | {"waits_for": ["secretariat"]}
    (fund,) = (t for t in flow["transitions"] if t["trigger"] == "fund")
    fund["to"] = "legal_check"
    words = {key: dict.fromkeys(("es", "en", "pt", "fr"), "x") for key in ("label", "hint", "done")}
    confirm = {"trigger": "confirm_terms", "from": "legal_check", "to": "funded"}
    flow["transitions"].append({**confirm, "roles": ["secretariat"], **words})
    text = yaml.safe_dump(flow, allow_unicode=True, sort_keys=False)
    if renamed:
        text = text.replace("ceam_vote", renamed)
    file.with_name("v9.yaml").write_text(text, encoding="utf-8")
    restart(story, grown)


def moved(story: Story, text: str = PLAN) -> list[Judged]:
    plan = read_plan(text.encode(), "plan.yaml", story.services.library)
    return list(migrate(story.services, plan, MOVERS))


def test_a_vote_begun_in_the_old_version_is_decided_in_the_new(story: Story, folder: Path) -> None:
    ref = story.after("open_ballot")
    story.vote("AR")
    due = story.due()
    add_version_9(story, folder, renamed="assembly_vote")
    (verdict,) = moved(story, PLAN + "states: {ceam_vote: assembly_vote}\n")
    assert verdict.verdict is Verdict.SAFE
    assert (story.state, story.due()) == ("assembly_vote", due)
    story.vote_until_decided()
    story.do(FUND, "fund")
    assert story.state == "legal_check"
    story.do(SECRETARIAT, "confirm_terms", ref=ref)
    assert not story.faults()


def test_an_open_ballot_does_not_go_where_nobody_votes(story: Story, folder: Path) -> None:
    story.after("open_ballot")
    add_version_9(story, folder)
    (verdict,) = moved(story, PLAN + "states: {ceam_vote: deferred}\n")
    assert verdict.verdict is Verdict.REFUSED
    assert "ballot_open" in {reason.code for reason in verdict.reasons}
    assert story.case().definition == f"{KIND}/v1"


def test_nothing_goes_where_a_ballot_would_be_awaited(story: Story, folder: Path) -> None:
    story.after("record_opinion")
    add_version_9(story, folder)
    wanted = "states: {secretariat_review: ceam_vote}\ndone: {ceam_vote: [open_ballot]}\n"
    (verdict,) = moved(story, PLAN + wanted)
    assert "ballot_missing" in {reason.code for reason in verdict.reasons}
    assert story.case().definition == f"{KIND}/v1"


def test_money_and_public_entry_stay_true_through_a_move_and_back(
    story: Story, folder: Path
) -> None:
    story.after("fund")
    money, entry = story.money(), story.public()
    add_version_9(story, folder)
    moved(story)
    assert story.money() == money
    public = story.public()
    assert entry is not None
    assert public is not None
    assert (public.definition, public.status) == (f"{KIND}/v9", entry.status)
    assert not story.faults()
    library = story.services.library.workflows
    both = (library[f"{KIND}/v1"], library[f"{KIND}/v9"])
    list(revert(story.services, both, MOVERS, reason="Back."))
    assert story.public() == entry
    assert not story.faults()
