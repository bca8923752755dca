"""A page that was opened before its form had a new version, and sent after: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ricomi_workflow.bootstrap import MOVERS
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.definitions.migration_plan import read_plan
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.workflow_migration.commands import migrate
from tests.support.databases import Databases
from tests.support.noted import NotedHouse
from tests.support.office import furnished
from tests.support.visitor import Visitor

PLAN = b"""kind: note
from: 1
to: 2
reason: The committee adopted version 2.
drafts: {note: keep}
"""
TYPED = "Un texto que costó escribir."


@pytest.fixture
def noted(sqlite_databases: Databases, tmp_path: Path) -> Iterator[NotedHouse]:
    """A kind whose second version no longer asks for words."""
    address, _ = sqlite_databases.continued(furnished)
    house = NotedHouse(address, tmp_path, 1)
    yield house
    house.services.uow.engine.dispose()


@pytest.fixture
def writing(noted: NotedHouse) -> Visitor:
    """The focal point at the form in its first version, with something saved."""
    person = noted.actor(Role.FOCAL_POINT, "PY")
    with noted.services.uow.begin(person) as tx:
        ref = open_case(tx, noted.services, "note", "PY").ref
    visitor = noted.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}/forms/note")
    return visitor.press("Guardar borrador", {"title.es": "Una nota"})


def moved(noted: NotedHouse, writing: Visitor, tmp_path: Path) -> NotedHouse:
    """The same site a moment later, with the case in the second version."""
    house = NotedHouse(str(noted.services.uow.engine.url), tmp_path / "later", 1, 2)
    plan = read_plan(PLAN, "plan.yaml", house.services.library)
    assert {str(each.verdict) for each in migrate(house.services, plan, MOVERS)} == {"safe"}
    writing.client.application = house.app
    return house


def draft(house: NotedHouse, page: Visitor) -> dict[str, Json]:
    """What the draft of the page holds."""
    ref = page.path.split("/")[3]
    with house.services.uow.read() as connection:
        return dict(get_draft(connection, house.case(ref).id, "note").values)


def test_what_was_typed_joins_the_draft_before_its_upgrade(
    noted: NotedHouse, writing: Visitor, tmp_path: Path
) -> None:
    house = moved(noted, writing, tmp_path)
    writing.press("Guardar borrador", {"title.es": "Otro título", "words": TYPED})
    assert writing.path.endswith("/forms/note/upgrade")
    assert f"No pasa: «{TYPED}»" in writing.text  # read by its writer before it is dropped
    assert draft(house, writing) == {"title": {"es": "Otro título"}, "words": TYPED}
    writing.press("Pasar el borrador a la versión nueva")
    assert draft(house, writing) == {"title": {"es": "Otro título"}}
    house.services.uow.engine.dispose()


def test_what_was_typed_into_an_empty_form_waits_for_the_upgrade_too(
    noted: NotedHouse, writing: Visitor, tmp_path: Path
) -> None:
    with noted.services.uow.begin(noted.actor(Role.FOCAL_POINT, "PY")) as tx:
        ref = open_case(tx, noted.services, "note", "PY").ref
    writing.open(f"/es/cases/{ref}/forms/note")
    house = moved(noted, writing, tmp_path)
    writing.press("Guardar borrador", {"words": TYPED})
    assert f"No pasa: «{TYPED}»" in writing.text
    assert draft(house, writing) == {"words": TYPED}
    house.services.uow.engine.dispose()


def test_a_field_saved_by_the_script_joins_it_too(
    noted: NotedHouse, writing: Visitor, tmp_path: Path
) -> None:
    house = moved(noted, writing, tmp_path)
    [token, *_] = [n for n in writing.page.all if n.attributes.get("name") == "csrf_token"]
    answer = writing.client.post(
        f"{writing.path.partition('?')[0]}/fields/words",
        data={"words": TYPED, "_form": "note/v1", "_seen": f"words:{value_tag(None)}"},
        headers={"X-CSRFToken": token.attributes["value"], "Origin": "http://localhost"},
    )
    assert (answer.status_code, answer.get_json()["saved"]) == (200, True)
    assert draft(house, writing)["words"] == TYPED
    house.services.uow.engine.dispose()
