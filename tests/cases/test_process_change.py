"""A process changes by one new file: new cases use it, running cases end as they began."""

from copy import deepcopy
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import Settings, compose, settings_from_env
from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.library import load
from ricomi_workflow.kernel.errors import DefinitionError
from tests.support.product import SECRET
from tests.support.story import FUND, KIND, LIFE, SECRETARIAT, Story, answer_of, codes

SHIPPED = load().latest(KIND).version
NEXT = SHIPPED + 1
LANGUAGES = ("es", "en", "pt", "fr")
AFTER_FUNDING = list(LIFE)[list(LIFE).index("fund") + 1 :]


def words(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """The definitions of a deployment: those that are shipped, in a folder of its own."""
    for folder in ("workflows", "forms", "notifications"):
        copytree(str(resources.root(folder)), tmp_path / folder)
    return tmp_path


def add_version(deployment: Path) -> None:
    """One more state: after funding, the Secretariat checks the legal terms."""
    folder = deployment / "workflows" / KIND
    source = read_source(folder / f"v{SHIPPED}.yaml", f"{KIND}/v{SHIPPED}.yaml")
    flow: Any = deepcopy(source.value)
    flow["version"] = NEXT
    flow["states"]["legal_check"] = flow["states"]["funded"] | {
        "label": words("Legal check"),
        "public": words("Legal check"),
        "waits_for": ["secretariat"],
    }
    (fund,) = (t for t in flow["transitions"] if t["trigger"] == "fund")
    fund["to"] = "legal_check"
    texts = {"label": words("Confirm"), "hint": words("It goes on."), "done": words("Confirmed")}
    confirm = {"trigger": "confirm_terms", "from": "legal_check", "to": "funded"}
    flow["transitions"].append({**confirm, "roles": ["secretariat"], **texts})
    text = yaml.safe_dump(flow, allow_unicode=True, sort_keys=False)
    (folder / f"v{NEXT}.yaml").write_text(text, encoding="utf-8")


def restart(story: Story, deployment: Path) -> None:
    """Compose the product anew on the same database, as a deployment that starts again does."""
    settings = Settings(str(story.engine.url), SECRET, definitions=deployment)
    story.services = compose(settings, story.clock, story.engine)


def test_new_cases_use_the_new_version_and_running_cases_keep_theirs(
    story: Story, deployment: Path
) -> None:
    old = story.after("decide")
    add_version(deployment)
    restart(story, deployment)
    new = story.after("decide")
    assert [story.case(ref).definition for ref in (old, new)] == [
        f"{KIND}/v{SHIPPED}",
        f"{KIND}/v{NEXT}",
    ]
    story.do(FUND, "fund", ref=old)
    story.do(FUND, "fund", ref=new)
    assert [story.case(ref).state for ref in (old, new)] == ["funded", "legal_check"]
    error = answer_of(lambda: story.do(SECRETARIAT, "confirm_terms", ref=old))
    assert codes(error) == ["not_offered"]
    story.do(SECRETARIAT, "confirm_terms", ref=new)
    for ref in (old, new):
        story.ref = ref
        for name in AFTER_FUNDING:
            LIFE[name](story)
    assert [story.case(ref).state for ref in (old, new)] == ["closed", "closed"]
    assert not story.faults()


def test_cases_of_both_versions_stand_in_one_list_and_one_catalogue(
    story: Story, deployment: Path
) -> None:
    story.after("decide")
    add_version(deployment)
    restart(story, deployment)
    story.after("fund")
    entry = story.public()
    assert entry is not None
    assert (entry.definition, entry.status) == (f"{KIND}/v{NEXT}", "funded")
    assert story.sweep_at_due()["passed"] == 1
    assert not story.faults()


def test_a_deployment_names_its_folder_in_the_environment(deployment: Path, tmp_path: Path) -> None:
    add_version(deployment)
    environ = {"RICOMI_DEFINITIONS": str(deployment), "HOME": str(tmp_path)}
    services = compose(settings_from_env(environ))
    services.uow.engine.dispose()
    assert services.library.latest(KIND).version == NEXT
    assert {f"{KIND}/v{SHIPPED}", f"{KIND}/v{NEXT}"} <= services.processes.keys()


def test_a_new_version_with_mistakes_stops_the_start_and_names_them_all(
    story: Story, deployment: Path
) -> None:
    add_version(deployment)
    file = deployment / "workflows" / KIND / f"v{NEXT}.yaml"
    spoiled = file.read_text(encoding="utf-8").replace("- grant_reserved", "- rich")
    file.write_text(spoiled.replace("to: funded", "to: paradise"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        restart(story, deployment)
    told = "\n".join(map(str, caught.value.mistakes))
    assert "paradise" in told
    assert "rich" in told
    assert f"v{SHIPPED}.yaml" not in told
